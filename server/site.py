"""What every view is handed: the settings, the words, and the release that is current at this moment."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING

from flask import Flask, current_app

from graph.errors import KhronikaError
from graph.publish.history.changes import History
from graph.releases.withdrawal.blocklist import LiveBlocklist
from graph.search.index import Indexes
from graph.settings import Settings
from graph.store.base import Reader
from graph.store.lane.readings import Readings
from graph.store.workers import QueryLane
from graph.vocabulary import Vocabulary
from server.http.caching import PageCache
from server.messages import Messages

if TYPE_CHECKING:
    from server.releases.past import PastReleases
    from server.templating import Templates

LOOK_SECONDS = 0.05  # a release or a withdrawal must be everywhere within a second; looking costs two stats


class CurrentRelease:
    """Hands out a reader of the current release; one that is no longer current is closed by its last user."""

    def __init__(self, opened: Reader, newest: Callable[[], object], open_again: Callable[[], Reader]) -> None:
        """`newest` names the current release cheaply; `open_again` opens it."""
        self._newest, self._open_again = newest, open_again
        self._lock = threading.Lock()
        self._users: dict[int, int] = {}
        self._reader, self._name, self._looked = opened, newest(), monotonic()
        self._state = _state(opened)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """The current reader, kept open while it is used."""
        with self._lock:
            self._follow()
            reader = self._reader
            self._users[id(reader)] = self._users.get(id(reader), 0) + 1
        try:
            yield reader
        finally:
            with self._lock:
                self._users[id(reader)] -= 1
                if not self._users[id(reader)]:
                    del self._users[id(reader)]
                    if reader is not self._reader:
                        reader.close()

    def state(self) -> str:
        """Names the current release: equal states, equal answers."""
        with self._lock:
            self._follow()
            return self._state

    @property
    def is_fixed(self) -> bool:
        """Whether this release is shown whatever is published; another process would show what is published."""
        return self._name is None

    def known(self) -> str | None:
        """As `state`, at once: None while another release is being opened or has yet to be, which takes a while."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            if monotonic() - self._looked >= LOOK_SECONDS:
                name = self._newest()
                if name is not None and name != self._name:
                    return None
                self._looked = monotonic()
            return self._state
        finally:
            self._lock.release()

    def look_again(self) -> None:
        """Look for a newer release at the next opportunity, however lately that was done."""
        with self._lock:
            self._looked = -LOOK_SECONDS

    def _follow(self) -> None:
        """Open the newest release when there is a newer one; called with the lock held."""
        if monotonic() - self._looked < LOOK_SECONDS:
            return
        name = self._newest()
        if name is not None and name != self._name:
            self._replace(name)
        self._looked = monotonic()

    def _replace(self, name: object) -> None:
        old, self._reader, self._name = self._reader, self._open_again(), name
        self._state = _state(self._reader)
        if id(old) not in self._users:
            old.close()


def _state(reader: Reader) -> str:
    return f"{reader.release} {reader.digest} {reader.released.isoformat()}"


@dataclass(frozen=True)
class Site:
    """One site as the server holds it.

    `edition` changes with the code and the templates, `versions` are the digests of the static files by name.
    """

    settings: Settings
    vocabulary: Vocabulary
    releases: CurrentRelease
    past: "PastReleases"
    history: History
    blocklist: LiveBlocklist
    lane: QueryLane | None
    messages: Mapping[str, Messages]
    jinja: "Templates"
    edition: str
    versions: Mapping[str, str]
    cache: PageCache = field(default_factory=PageCache)
    indexes: Indexes = field(default_factory=Indexes)
    readings: Readings = field(default_factory=Readings)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The interface languages, the site's own first."""
        first = self.settings.language
        rest = tuple(language for language in self.settings.languages if language != first)
        return (first, *rest) if first in self.settings.languages else rest


def state_of(site: Site) -> str | None:
    """Names all that may change what the site answers about its current release; None where it cannot be told just now.

    Equal in every process that serves the same release under the same withdrawals.
    """
    try:
        return f"{site.releases.state()} {site.blocklist.now().events}"
    except (KhronikaError, OSError):  # a withdrawal under way, or damaged files: the application says which
        return None


def known_of(site: Site) -> str | None:
    """As `state_of`, for a loop that must not wait: None also while another release is being opened."""
    try:
        known = site.releases.known()
        return known and f"{known} {site.blocklist.now().events}"
    except (KhronikaError, OSError):
        return None


def site_of(app: Flask) -> Site:
    """The site an application serves."""
    site = app.extensions["khronika"]
    assert isinstance(site, Site)
    return site


def this_site() -> Site:
    """The site of the request at hand."""
    return site_of(current_app)
