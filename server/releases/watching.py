"""Follows releases also while nobody asks: what was withdrawn must not stay open in a process of ours.

An erase waits for readers to let go of old files before it proves that the words are in none.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from graph.errors import KhronikaError
from server.site import LOOK_SECONDS, Site


@contextmanager
def watching(site: Site, *followers: Callable[[], object]) -> Iterator[None]:
    """Follow the releases of a site inside the block, ten times a second, and have `followers` do the same."""
    ending = threading.Event()
    thread = threading.Thread(target=_watch, args=(site, followers, ending), daemon=True, name="release-watch")
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def _watch(site: Site, followers: Sequence[Callable[[], object]], ending: threading.Event) -> None:
    while not ending.wait(LOOK_SECONDS):
        try:
            site.past.let_go()
            site.releases.state()
            for follow in followers:
                follow()
        except (KhronikaError, OSError):  # something is being withdrawn, or cannot be read: who asks is told why
            continue
