"""Taking stock of a site: files that say something new compiled, the others as they were kept, all ids looked for.

A record depends on its file, on what the index of all files answered it, and on what `_made_with` names: settings,
vocabulary and software. So a kept one stands until one of these differs.
"""

import json
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pyoxigraph
import ruamel.yaml
from pyoxigraph import NamedNode

from graph.authoring.compiling import Body, Notes
from graph.authoring.complaints import Complaints
from graph.authoring.counting import SOUND, Count, Damaged
from graph.authoring.files import record_files
from graph.authoring.kept import discard, open_kept, seal_of, write_kept
from graph.authoring.ledger import Ledger, Row
from graph.authoring.record import Content, Record
from graph.authoring.references import Part, check_references
from graph.errors import AuthoringError, AuthoringErrors
from graph.settings import Settings
from graph.vocabulary import Vocabulary, load_vocabulary

News: TypeAlias = Callable[[], None]

# What no record can lean on; any other setting that changes has all of them compiled anew
_OF_OTHERS = ("folder", "engine", "builtin_shapes", "services", "private_services", "proxies", "limits", "replies")


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder in which compiled records are kept, and the IRIs of which nothing that is kept may speak."""

    folder: Path
    erased: frozenset[str] = frozenset()


class Stock:
    """The records of a site as its files are now. `problems` is what is wrong with them."""

    def __init__(self, count: Count, problems: Collection[AuthoringError], cache: Cache | None, seal: bytes) -> None:
        """Made by `take_stock`; `seal` is that of the ledger it found."""
        self.vocabulary, self.problems = count.vocabulary, tuple(problems)
        self._settings, self._ledger, self._kept = count.settings, count.ledger, count.kept
        self._cache, self._seal, self._changed = cache, seal, count.changed
        self._rows = {row.number: row for row in self._ledger.rows()}
        self._bodies = {i: said.body for i, said in count.compiled.items() if said.body}
        self._faulty = {i for i, said in count.compiled.items() if said.problems}
        self._second: Stock | None = None

    def records(self, only: Collection[str] | None = None) -> tuple[Record, ...]:
        """Every record in the order of their ids, or those in `only`.

        Raises `AuthoringErrors` with `problems`, of `only` these records where some are named, and of no record.
        """
        problems = self.problems
        if only is not None:
            others = {self._settings.records / row.name for row in self._rows.values() if row.id not in only}
            problems = tuple(error for error in problems if error.path not in others)
        if problems:
            raise AuthoringErrors(problems)
        folder, rows = self._settings.records, self._rows.values()
        return tuple(self._record(row, folder) for row in rows if only is None or row.id in only)

    def undescribed(self, held_back: Collection[str]) -> tuple[AuthoringError, ...]:
        """What is wrong when the site is published without the records `held_back` (ids).

        They take along what only they describe: what others say of that would point to nothing, and could repeat a
        name from it.
        """
        away = [row.number for row in self._rows.values() if row.id in held_back]
        found: list[Complaints] = []

        def part(number: int) -> Part:
            row = self._rows[number]
            found.append(Complaints(self._settings.records / row.name))
            return Part(row.id, found[-1], self._source(row).notes)

        problems = check_references(self._ledger, part, away, self._settings)
        return (*problems, *(error for complaints in found for error in complaints.problems))

    def worked_out(self, word: str, work: Callable[[], str]) -> str:
        """What follows from settings and vocabulary alone, kept with the records under a word, else worked out now."""
        found = self._ledger.noted(word)
        if not found:
            found = work()
            self._ledger.note(word, found)
            self._changed = True
        return found

    @property
    def is_news(self) -> bool:
        """Whether anything is to be kept that is not kept yet."""
        return self._cache is not None and self._changed

    def keep(self, erased: Collection[str]) -> None:
        """Keep what was compiled, for the next time. Only to be called under the publisher's lock.

        `erased` is what is erased now: nothing is kept that speaks of it, nor anything at all where it is more than
        when stock was taken. Where nothing can be written, nothing is.
        """
        cache = self._cache
        if cache is None or not self.is_news or frozenset(erased) != cache.erased:
            return
        if seal_of(cache.folder) != self._seal:  # somebody else took stock meanwhile
            return
        unfit = self._unfit(cache.erased)
        ledger = self._ledger.copied()
        ledger.forget({row.id for row in self._rows.values()} & unfit)
        if unfit:
            ledger.note(SOUND, "")  # what they described is not in it
        ledger.note("erased", json.dumps(sorted(cache.erased)))
        kept = {i: self._bodies[i] for i in sorted(self._bodies.keys() - unfit)}
        with suppress(OSError):
            write_kept(cache.folder, ledger, kept, self._kept)
            self._changed = False

    def _unfit(self, erased: Collection[str]) -> set[str]:
        """The ids of what is not kept: records at fault, those that speak of what was erased, and who asked either.

        Else nobody could tell, the next time, that what these were answered is not so any more.
        """
        unfit = self._faulty | {i for i, body in self._bodies.items() if body.speaks_of(erased)}
        told = {iri for i in unfit if i in self._bodies for iri in self._bodies[i].notes().told}
        return unfit | {self._rows[number].id for number in self._ledger.asking(told)}

    def _record(self, row: Row, folder: Path) -> Record:
        id_, _, name, _, access, until, digest = row
        body = self._bodies.get(id_)
        iri, source = self._settings.record(id_), body or _KeptBody(self, row)
        return Record(id_, iri, folder, name, access, until, digest, body is None, source)

    def _source(self, row: Row) -> "Body | _KeptBody":
        return self._bodies.get(row.id) or _KeptBody(self, row)

    def body(self, row: Row) -> Body:
        """The words of a kept record; where they are damaged, all of the site is read again, and nothing kept of it.

        `AuthoringErrors` where the file says something else by now.
        """
        place = self._ledger.place_of(row.id)
        body = self._kept.body(place) if self._kept and place else None
        if body:
            return body
        if self._second is None:
            if self._cache:
                with suppress(OSError):
                    discard(self._cache.folder)
            self._second = take_stock(self._settings)
        for other in self._second._rows.values():
            if (other.id, other.digest) == (row.id, row.digest):
                return self._second._bodies[row.id]
        problem = "the file changed while the site was read."
        raise AuthoringErrors([AuthoringError(self._settings.records / row.name, None, problem, "Try again.")])


class _KeptBody(NamedTuple):
    """The body of a kept record, fetched when it is asked for."""

    stock: Stock
    row: Row

    def text(self, iri: NamedNode) -> bytes:
        return self.stock.body(self.row).text(iri)

    def content(self, iri: NamedNode) -> Content:
        return self.stock.body(self.row).content(iri)

    def notes(self) -> Notes:
        return self.stock.body(self.row).notes()


def nobody() -> None:
    """Tells nobody."""


def take_stock(settings: Settings, cache: Cache | None = None, news: News = nobody) -> Stock:
    """Read what changed since stock was last taken with this `cache`, or everything; `news` is told if there is any.

    Raises `SiteError` where there is nothing to read, `AuthoringErrors` where the site's own concepts cannot be read;
    what is wrong with records is among the stock's `problems`.
    """
    problems: list[AuthoringError] = []
    try:
        vocabulary = load_vocabulary(settings.folder / "concepts")
    except AuthoringError as error:
        record_files(settings, problems)
        raise AuthoringErrors([*problems, error]) from None
    made_with = _made_with(settings, vocabulary)
    seal = seal_of(cache.folder) if cache else b""
    kept = open_kept(cache.folder, settings) if cache else None
    if kept and cache and not _fits(kept.ledger, made_with, cache):
        kept = None
    try:
        count = Count(settings, vocabulary, kept, news)
        problems = count.all_problems()
    except Damaged:
        count = Count(settings, vocabulary, None, nobody)
        problems = count.all_problems()
    count.ledger.note("made with", made_with)
    return Stock(count, problems, cache, seal)


def _fits(ledger: Ledger, made_with: str, cache: Cache) -> bool:
    return ledger.noted("made with") == made_with and cache.erased <= set(json.loads(ledger.noted("erased") or "[]"))


def _made_with(settings: Settings, vocabulary: Vocabulary) -> str:
    """Names all that decides what a file becomes, other files left out: settings, vocabulary, and the code at work."""
    engines = (pyoxigraph.__version__, ruamel.yaml.__version__)
    whole = sha256(" ".join((*engines, vocabulary.digest)).encode())
    said = {name: value for name, value in asdict(settings).items() if name not in _OF_OTHERS}
    whole.update(json.dumps(said, sort_keys=True).encode())
    for room in ("graph", "graph.authoring"):
        for file in sorted(files(room).iterdir(), key=lambda f: f.name):
            if file.name.endswith(".py"):
                whole.update(sha256(file.read_bytes()).digest())
    return whole.hexdigest()
