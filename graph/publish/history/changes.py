"""The history of one thing or record, and of the site: in which releases it changed, by how much, in which words."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from graph.history.hiding import without
from graph.history.journal import Entry, Journal
from graph.history.withdrawals import Withdrawal
from graph.publish.history.index import Mentions
from graph.releases.errors import UnknownRelease
from graph.releases.places import Places
from graph.releases.telling import Told, told_of
from graph.releases.view import Moment
from graph.settings import Settings

LOOK_SECONDS = 0.1  # after which it is looked again whether there is a history; every page asks several times
KEPT = 512  # histories of single things; reading one costs some milliseconds, of what many records name a second
_PREDICATE = re.compile(rb"<[^>]*> <([^>]*)>")


@dataclass(frozen=True, slots=True)
class Change:
    """What one release did to one thing or record, in statements; `predicates` are the IRIs of what they are about.

    `exists` says whether it is described from then on; `message` is None where it is not repeated.
    """

    release: int
    recorded: datetime
    message: str | None
    added: int
    removed: int
    predicates: tuple[str, ...]
    exists: bool


class History:
    """The history of a site, for any thread; what it says is what may be read today."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._places = settings, Places(settings.var)
        self._derived = settings.record("derived").value
        self._lock = threading.Lock()
        self._mentions = self._new_index()
        self._found, self._looked = False, float("-inf")
        self._kept: OrderedDict[tuple[str, tuple[int, int]], tuple[Change, ...]] = OrderedDict()

    @property
    def kept(self) -> bool:
        """Whether there is a history at all: a release handed to the server has none."""
        now = monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._found, self._looked = self._places.journal.exists(), now
        return self._found

    def changes(self, iri: str) -> tuple[Change, ...]:
        """The releases that changed a thing or record, the oldest first; empty for what was never here.

        A thing changes when a statement of it, of a node below it or that points at it is added or removed; the
        plain facts, which only repeat statements, do not count. Raises a `JournalError`.
        """
        if not self.kept:
            return ()
        with Journal(self._places.journal) as journal:
            newest = journal.newest()
            key = (iri, (newest.number if newest else 0, journal.withdrawals.events))
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
                self._mentions.follow(journal)
                parts = self._mentions.parts(iri)
            found = tuple(self._read(journal, iri, parts))
        with self._lock:
            self._kept[key] = found
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def releases(self, before: int | None, most: int) -> list[Told]:
        """Some releases, the newest first, from the one before `before` on."""
        with self._opened() as journal:
            hidden, silent = _hidden(journal), _silent(journal)
            newest = journal.newest()
            last = newest.number if newest else 0
            first = last if before is None else min(before - 1, last)
            found = (journal.entry(number) for number in range(first, max(0, first - most), -1))
            return [self._told(journal, entry, hidden, silent) for entry in found if entry]

    def release(self, number: int) -> Told:
        """One release; `UnknownRelease` where there is none of that number."""
        with self._opened() as journal:
            entry = journal.entry(number)
            if entry is None:
                newest = journal.newest()
                raise UnknownRelease(number, newest.number if newest else 0)
            return self._told(journal, entry, _hidden(journal), _silent(journal))

    @contextmanager
    def _opened(self) -> Iterator[Journal]:
        with Journal(self._places.journal) as journal:
            yield journal

    def _told(self, journal: Journal, entry: Entry, hidden: set[str], silent: set[int]) -> Told:
        return told_of(self._settings, journal, _quiet(entry, silent), hidden)

    def _new_index(self) -> Mentions:
        return Mentions(self._settings.base, frozenset({self._derived}))

    def _read(self, journal: Journal, iri: str, parts: Sequence[str]) -> Iterator[Change]:
        record = iri in parts and bool(journal.releases_of(iri))
        parts = [iri] if record else parts
        by_part = {part: _texts(journal, part) for part in parts}
        silent = _silent(journal)
        names = _names(iri)
        said: dict[str, frozenset[bytes]] = {}
        was: frozenset[bytes] = frozenset()
        for release in sorted({release for texts in by_part.values() for release in texts}):
            for part, texts in by_part.items():
                if release in texts:
                    lines = texts[release].splitlines() if record else _lines(texts[release], names)
                    said[part] = frozenset(lines)
            now = frozenset[bytes]().union(*said.values())
            if now != was:
                entry = journal.entry(release)
                assert entry is not None
                subject = b"<%s>" % iri.encode()
                exists = bool(now) if record else any(line.startswith(subject) for line in now)
                yield _change(_quiet(entry, silent), was, now, exists)
            was = now


def described(changes: Iterable[Change]) -> list[Change]:
    """The changes that left something to read: the versions of a thing or record, the oldest first."""
    return [change for change in changes if change.exists]


def _change(entry: Entry, was: frozenset[bytes], now: frozenset[bytes], exists: bool) -> Change:
    moved = was ^ now
    predicates = {found[1].decode() for line in moved if (found := _PREDICATE.match(line))}
    return Change(
        release=entry.number,
        recorded=entry.recorded,
        message=entry.message or None,
        added=len(now - was),
        removed=len(was - now),
        predicates=tuple(sorted(predicates)),
        exists=exists,
    )


def _texts(journal: Journal, part: str) -> Mapping[int, bytes]:
    """What a part says from each release on that changed it, or changed what may be read of it, as it is today."""
    known = list(journal.withdrawals)
    touched = journal.withdrawals.touched() if known else {}
    payloads = dict(journal.payloads_by_release(part))
    concern = [w for w in known if w.iri == part or any(w.id in touched.get(p or 0, ()) for p in payloads.values())]
    moments = {r for w in concern for r in (w.since, w.lifted) if r and w.lifted}
    found: dict[int, bytes] = {}
    for release in sorted(payloads.keys() | moments):
        since = max((r for r in payloads if r <= release), default=None)
        payload = payloads[since] if since is not None else None
        text = journal.text(payload) if payload is not None else None
        found[release] = _left(part, text or b"", release, concern)
    return found


def _left(part: str, text: bytes, release: int, concern: Iterable[Withdrawal]) -> bytes:
    hiding = [w.target for w in concern if Moment.TODAY.hides(w, release)]
    return b"" if any(part == iri for iri, _ in hiding) else without(text, hiding)


def _names(iri: str) -> re.Pattern[bytes]:
    """Matches a line of N-Quads whose subject or object is `iri` or a node below it."""
    node = b"<" + re.escape(iri.encode()) + rb"[/#>]"
    return re.compile(b"(?:" + node + rb"|<[^>]*> <[^>]*> " + node + b")")


def _lines(text: bytes, names: re.Pattern[bytes]) -> Iterator[bytes]:
    return (line for line in text.splitlines() if names.match(line))


def _hidden(journal: Journal) -> set[str]:
    return {w.iri for w in journal.withdrawals if w.active}


def _silent(journal: Journal) -> set[int]:
    """The releases whose message is not repeated: what they brought is withdrawn, and a message may name it."""
    active = {w.id: w for w in journal.withdrawals if w.active}
    if not active:
        return set()
    touched = {p for p, ids in journal.withdrawals.touched().items() if ids & active.keys()}
    found = {r for w in active.values() for r in journal.releases_of(w.iri)}
    return found | journal.releases_with(touched)


def _quiet(entry: Entry, silent: set[int]) -> Entry:
    """A release as it is told in public: who sits at the keyboard is nobody's business, nor what names the hidden."""
    return replace(entry, author=None, message=None if entry.number in silent else entry.message)
