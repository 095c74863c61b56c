"""Follows releases also while nobody asks: what was withdrawn must not stay open in a process of ours.

An erase waits for readers to let go of old files before it proves that the words are in none.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from graph.errors import KhronikaError
from graph.search.words import forget
from server.http.urls import escaped
from server.site import LOOK_SECONDS, Site, state_of


class Memory(Protocol):
    """Answers that are kept while the site is in the state they were made in."""

    def follow(self, state: str | None) -> None:
        """Forget what was made in any other state; None is one that cannot be told just now."""


class _Spelt:
    """Words and paths that are spelt once and remembered, whatever they stood in."""

    def __init__(self) -> None:
        self._state: str | None = None

    def follow(self, state: str | None) -> None:
        """Forget them all when the state is another."""
        if state != self._state:
            self._state = state
            escaped.cache_clear()
            forget()


@contextmanager
def watching(site: Site, *memories: Memory) -> Iterator[None]:
    """Follow the releases of a site inside the block, every 0.05 s; `memories` forget what is no longer true."""
    ending = threading.Event()
    thread = threading.Thread(
        target=_watch, args=(site, (*memories, _Spelt()), ending), daemon=True, name="release-watch"
    )
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def _watch(site: Site, memories: Sequence[Memory], ending: threading.Event) -> None:
    while not ending.wait(LOOK_SECONDS):
        try:
            state = state_of(site)
            for memory in memories:
                memory.follow(state)
            site.past.let_go()
        except (KhronikaError, OSError):  # something is being withdrawn, or cannot be read: who asks is told why
            continue
