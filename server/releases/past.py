"""Past releases as pages and documents read them: which one a request asks for, and a few of them kept open.

Building one costs as much as the release is large, so few wait for that at a time, and who walks through all numbers
gets at most half of one core: after a build the next one waits as long as the last one took.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from flask import request

from graph.errors import KhronikaError
from graph.history.journal import Journal
from graph.publish.history.cited import DIGEST
from graph.releases.errors import UnknownRelease
from graph.releases.moments import read_at
from graph.releases.past import entry_at
from graph.releases.places import Places
from graph.releases.withdrawal.blocklist import LiveBlocklist
from graph.settings import Settings
from graph.store.base import Reader
from graph.store.open import open_reader
from server.http.asked import MalformedParameter
from server.site import Site

OPEN = 4  # past releases kept open: each costs some 30 MB
OPENING = 2  # requests that may wait for one to be opened or built; the other threads are for who reads the present
FAST_SECONDS = 0.5  # opening what lies on disk takes less; what takes longer was built, and the next build waits
PARAMETERS = ("release", "asOf")
HOW_TO_NAME = "the number of a release, or a time such as 2026-11-22T12:00:00Z"


class PastBusy(KhronikaError):
    """As many past releases as may be are being opened; come again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return (
            f"Past releases are being made ready for others. Come again in {self.seconds:.0f} s."
            "\n  Who wants many of them is served better by the feed of changes, at /feed/ldes."
        )


class OtherContent(KhronikaError):
    """The release is there, and does not say what it said when it was cited."""

    def __init__(self, release: int, cited: str, digest: str) -> None:
        super().__init__(release, cited, digest)
        self.release, self.cited, self.digest = release, cited, digest

    def __str__(self) -> str:
        return (
            f"The digest of release {self.release} is {self.digest}, and not {self.cited}. Either the address is "
            "mistyped, or something was withdrawn from this release since it was cited: /feed/withdrawals.atom lists "
            "what. The same address without 'digest' shows what may be read of the release today."
        )


@dataclass(frozen=True, slots=True)
class Version:
    """The release a request asked for by number or moment. `settled` when the same words will always mean it."""

    number: int
    recorded: datetime
    current: bool
    settled: bool


@dataclass(slots=True)
class _Open:
    """A reader with how many use it; `mark` is the state of the block list before it was opened."""

    reader: Reader
    mark: int
    users: int = 0


class PastReleases:
    """Readers of past releases: at most `OPEN` of them stay open, none longer than nothing more is withdrawn."""

    def __init__(self, settings: Settings, blocklist: LiveBlocklist) -> None:
        self._settings, self._blocklist = settings, blocklist
        self._lock = threading.Lock()
        self._open: OrderedDict[int, _Open] = OrderedDict()
        self._waiting = threading.Semaphore(OPENING)
        self._next_build = 0.0

    def version(self, at: int | datetime, current: Reader) -> Version:
        """Which release `at` means. `UnknownRelease` for one that is not there yet or never was."""
        if isinstance(at, datetime) and at > datetime.now(UTC):
            raise UnknownRelease(at.isoformat(timespec="seconds"), current.release)
        if at == current.release:
            return Version(current.release, current.released, current=True, settled=True)
        path = Places(self._settings.var).journal
        if not path.exists():  # a release that was handed to the server, without a history
            raise UnknownRelease(at, current.release)
        with Journal(path) as journal:
            entry = entry_at(self._settings, journal, at)
            newest = journal.newest()
        assert newest is not None
        settled = isinstance(at, int) or entry.number < newest.number
        return Version(entry.number, entry.recorded, current=entry.number == current.release, settled=settled)

    @contextmanager
    def reading(self, number: int) -> Iterator[Reader]:
        """A reader of that release, kept open while it is used. Raises `PastBusy`, or as `open_reader`."""
        held = self._taken(number) or self._opened(number)
        try:
            yield held.reader
        finally:
            with self._lock:
                held.users -= 1
                if not held.users and self._open.get(number) is not held:
                    held.reader.close()

    def let_go(self) -> None:
        """Close what was opened before the last withdrawal, so that its files can go."""
        mark = self._mark()
        with self._lock:
            for number in [n for n, held in self._open.items() if held.mark != mark]:
                self._drop(number)

    def _mark(self) -> int:
        return self._blocklist.now().events

    def _taken(self, number: int) -> _Open | None:
        mark = self._mark()
        with self._lock:
            held = self._open.get(number)
            if held is None:
                return None
            if held.mark != mark:
                self._drop(number)
                return None
            self._open.move_to_end(number)
            held.users += 1
            return held

    def _opened(self, number: int) -> _Open:
        if not self._waiting.acquire(blocking=False):
            raise PastBusy(1.0)
        try:
            started = monotonic()
            if started < self._next_build:
                raise PastBusy(max(1.0, self._next_build - started))
            mark = self._mark()
            held = _Open(open_reader(self._settings, number), mark, users=1)
            took = monotonic() - started
            if took > FAST_SECONDS:
                self._next_build = started + 2 * took
        finally:
            self._waiting.release()
        with self._lock:
            if number in self._open:  # by another, meanwhile
                self._drop(number)
            self._open[number] = held
            while len(self._open) > OPEN:
                self._drop(next(iter(self._open)))
        return held

    def _drop(self, number: int) -> None:
        """Forget one, under the lock; its last user closes it."""
        held = self._open.pop(number)
        if not held.users:
            held.reader.close()


def asked_at(now: datetime | None = None) -> int | datetime | None:
    """What `?release=` or `?asOf=` names, None where neither is given; `MalformedParameter` for what cannot be read."""
    if not request.query_string:  # as most requests have it; a parameter that is not there costs an exception
        return None
    given = [(name, value) for name in PARAMETERS for value in request.args.getlist(name)]
    if not given:
        return None
    name, value = given[0]
    if len(given) > 1:
        raise MalformedParameter(name, "given once, and either 'release' or 'asOf'")
    try:
        return read_at(value, now or datetime.now(UTC))
    except (ValueError, OverflowError):
        raise MalformedParameter(name, HOW_TO_NAME) from None


def check_digest(digest: str | None, release: int, found: str, *, pinned: bool) -> None:
    """Nothing where a request names no digest or that of its release, `found`; `OtherContent` where it names another.

    `pinned` says whether it names the release as well: a digest alone is a `MalformedParameter`.
    """
    if digest is None:
        return
    if not pinned or not DIGEST.fullmatch(digest):
        raise MalformedParameter("digest", "16 to 64 hexadecimal digits, beside the number of a release")
    if not found.startswith(digest):
        raise OtherContent(release, digest, found)


def query_of(version: Version | None) -> str:
    """What follows the path of a document of that release in a URL."""
    return "" if version is None else f"?release={version.number}"


def named(version: Version | None) -> str:
    """What tells the bodies of one release apart: whether it was asked for by name, and whether it is the newest."""
    return "" if version is None else f"&release={version.number}/{version.current}"


@contextmanager
def asked_release(site: Site) -> Iterator[tuple[Reader, Version | None]]:
    """The release a request asks for, and how it named it: None with the current one where it named none."""
    at = asked_at()
    with site.releases.reading() as current:
        digest = request.args.get("digest") if request.query_string else None
        if at is None:
            check_digest(digest, current.release, current.digest, pinned=False)
            yield current, None
            return
        version = site.past.version(at, current)
        if version.current:
            check_digest(digest, current.release, current.digest, pinned=True)
            yield current, version
            return
    with site.past.reading(version.number) as reader:
        check_digest(digest, reader.release, reader.digest, pinned=True)
        yield reader, version
