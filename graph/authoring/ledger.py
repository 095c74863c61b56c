"""Who describes, names, uses and asks for what: every record of a site in a few tables, so that one is found quickly.

The tables are SQLite's, in memory. They are the same whether each file was read just now or a few of them were.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from struct import Struct
from typing import Any, NamedTuple, TypeAlias

from graph.authoring.compiling import Compiled, Notes
from graph.authoring.files import Stamp
from graph.settings import Settings

TYPED, LABELLED, TOLD = 1, 2, 4  # what a record does with a thing, added up
USED, UNNAMED, ASKED = 1, 2, 4  # what it leaves to others: to describe it, to label it, to say more of it

_TABLES = """
CREATE TABLE about (word TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE record (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL, name TEXT NOT NULL, stamp BLOB, file BLOB NOT NULL,
    access TEXT NOT NULL, until TEXT NOT NULL, digest BLOB NOT NULL,
    pack TEXT, start INTEGER, text INTEGER, notes INTEGER, seal BLOB
) WITHOUT ROWID;
CREATE TABLE gives (thing TEXT, record INTEGER, what INTEGER, PRIMARY KEY (thing, record)) WITHOUT ROWID;
CREATE TABLE needs (thing TEXT, record INTEGER, what INTEGER, PRIMARY KEY (thing, record)) WITHOUT ROWID;
"""
_GIVES, _NEEDS = "INSERT INTO gives VALUES (?, ?, ?)", "INSERT INTO needs VALUES (?, ?, ?)"
_NOT_GIVES = "DELETE FROM gives WHERE thing = ? AND record = ?"
_NOT_NEEDS = "DELETE FROM needs WHERE thing = ? AND record = ?"
_LACKING = """
SELECT record, thing FROM needs AS n
WHERE what & :need AND record NOT IN (SELECT value FROM json_each(:away)) AND NOT EXISTS (
  SELECT 1 FROM gives AS g WHERE g.thing = n.thing AND g.what & :gift
  AND g.record NOT IN (SELECT value FROM json_each(:away)))
"""
_LACKING_OF = f"{_LACKING} AND thing IN (SELECT value FROM json_each(:among))"  # noqa: S608 - our own words
Things: TypeAlias = Iterable[str] | None  # by IRI; None is all there are


_STAMP = Struct("<qqqQ")


class Place(NamedTuple):
    """Where a body is kept: `start` in the file `pack`, the lengths of its parts, and the SHA-256 of both together."""

    pack: str
    start: int
    text: int
    notes: int
    seal: bytes


class Row(NamedTuple):
    """A record as the ledger knows it. `stamp` is that of its file, packed, None where it cannot be trusted."""

    id: str
    number: int
    name: str
    stamp: bytes | None
    access: str
    until: str
    digest: bytes


def packed_stamp(stamp: Stamp) -> bytes:
    """A stamp as the ledger has it."""
    return _STAMP.pack(*stamp)


class Ledger:
    """The tables of one site."""

    def __init__(self, settings: Settings, content: bytes = b"") -> None:
        """An empty one, or what `written` gave before; `sqlite3.Error` for anything else."""
        self._settings, self._base = settings, settings.base
        # Whoever asks a record for its words asks here where they lie, and may be in another thread.
        self._sql = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        if content:
            self._sql.deserialize(content)
        else:
            self._sql.executescript(_TABLES)
        self._rows: dict[str, Row] | None = None
        self._in_order = True
        self._remnants = False
        self._next: int = self._one("SELECT coalesce(max(number), 0) + 1 FROM record")

    def copied(self) -> "Ledger":
        """Another one that says the same."""
        other = Ledger(self._settings, self._sql.serialize())
        other._remnants = self._remnants
        return other

    def written(self) -> bytes:
        """All of it, as bytes; nothing in them of what was made to `forget`."""
        if self._remnants:
            self._sql.execute("VACUUM")
            self._remnants = False
        return self._sql.serialize()

    def note(self, word: str, value: str) -> None:
        """Write down what this ledger was made with."""
        self._sql.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (word, value))

    def noted(self, word: str) -> str:
        """What was written down; empty where nothing was."""
        return str(self._one("SELECT max(value) FROM about WHERE word = ?", word) or "")

    def rows(self) -> Sequence[Row]:
        """Every record, in the order of their ids."""
        known = self._known()
        if not self._in_order:
            self._rows = known = dict(sorted(known.items()))
            self._in_order = True
        return [*known.values()]

    def _known(self) -> dict[str, Row]:
        if self._rows is None:
            found = self._sql.execute("SELECT id, number, name, stamp, access, until, digest FROM record ORDER BY id")
            self._rows = {row.id: row for row in map(Row._make, found)}
        return self._rows

    def place_of(self, id_: str) -> Place | None:
        """Where the body of a record is kept; None where it is not."""
        query = "SELECT pack, start, text, notes, seal FROM record WHERE id = ? AND pack IS NOT NULL"
        return next(map(Place._make, self._sql.execute(query, (id_,))), None)

    def file_of(self, id_: str) -> bytes | None:
        """The SHA-256 of a record's file; None where there is no such record."""
        return next((row[0] for row in self._sql.execute("SELECT file FROM record WHERE id = ?", (id_,))), None)

    def forget(self, ids: Collection[str]) -> None:
        """Take records out, with what is left in pages where they stood."""
        self._remnants = True
        known = self._known()
        gone = json.dumps([known.pop(id_).number for id_ in ids])
        self._sql.execute("DELETE FROM gives WHERE record IN (SELECT value FROM json_each(?))", (gone,))
        self._sql.execute("DELETE FROM needs WHERE record IN (SELECT value FROM json_each(?))", (gone,))
        self._sql.execute("DELETE FROM record WHERE number IN (SELECT value FROM json_each(?))", (gone,))

    def add(self, id_: str, name: str, stamp: bytes | None, said: Compiled) -> int:
        """Take a record in; its number. A file that cannot be read counts as describing all that it mentions."""
        number, self._next = self._next, self._next + 1
        self._known()[id_] = Row(id_, number, name, stamp, said.access, said.until, said.digest)
        self._in_order = False
        self._sql.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL)",
            (id_, number, name, stamp, said.file, said.access, said.until, said.digest),
        )
        gives = dict.fromkeys((f"{self._base}id/{name}" for name in said.mentioned), TYPED | LABELLED)
        for query, rows in ((_GIVES, gives | _given(said.notes)), (_NEEDS, self._needed(id_, said.notes))):
            self._sql.executemany(query, ((self._short(thing), number, what) for thing, what in rows.items()))
        return number

    def take_out(self, id_: str, notes: Notes) -> None:
        """Take one record out whose `notes` are known, without going through all there is; it may leave remnants."""
        number = self._known().pop(id_).number
        for query, rows in ((_NOT_GIVES, _given(notes)), (_NOT_NEEDS, self._needed(id_, notes))):
            self._sql.executemany(query, ((self._short(thing), number) for thing in rows))
        self._sql.execute("DELETE FROM record WHERE id = ?", (id_,))

    def _needed(self, id_: str, notes: Notes) -> dict[str, int]:
        """What the record leaves to others of which thing."""
        needs: dict[str, int] = {}
        _add(needs, notes.used.keys() - notes.typed.keys() - {f"{self._base}record/{id_}"}, USED)
        _add(needs, notes.typed.keys() - notes.labelled, UNNAMED)
        _add(needs, notes.asked, ASKED)
        return needs

    def place(self, id_: str, at: Place) -> None:
        """Write down where the body of a record is kept."""
        self._sql.execute(
            "UPDATE record SET pack = ?, start = ?, text = ?, notes = ?, seal = ? WHERE id = ?", (*at, id_)
        )

    def stamp(self, id_: str, stamp: bytes | None) -> None:
        """Write down another stamp of a file that says the same."""
        known = self._known()
        known[id_] = known[id_]._replace(stamp=stamp)
        self._sql.execute("UPDATE record SET stamp = ? WHERE id = ?", (stamp, id_))

    def packs(self) -> dict[str, int]:
        """The packs in which bodies are kept, each with the bytes that are still asked for."""
        query = "SELECT pack, sum(text + notes) FROM record WHERE pack IS NOT NULL GROUP BY pack"
        return dict(self._sql.execute(query).fetchall())

    def outside(self, pack: str) -> list[str]:
        """The ids of the records whose bodies are kept, but not in this pack."""
        return [row[0] for row in self._sql.execute("SELECT id FROM record WHERE pack <> ? ORDER BY id", (pack,))]

    def telling(self, thing: str) -> list[int]:
        """The records that say something of a document or a name, in their order."""
        query = "SELECT number FROM gives JOIN record ON record = number WHERE thing = ? AND what & ? ORDER BY id"
        return [row[0] for row in self._sql.execute(query, (self._short(thing), TOLD))]

    def asking(self, things: Iterable[str]) -> set[int]:
        """The records that took from others what they know of any of these things."""
        query = "SELECT record FROM needs WHERE thing IN (SELECT value FROM json_each(?)) AND what & ?"
        return {row[0] for row in self._sql.execute(query, (json.dumps(list(map(self._short, things))), ASKED))}

    def ids(self, away: Iterable[int] = ()) -> list[str]:
        """The ids of the records, those `away` left out."""
        query = "SELECT id FROM record WHERE number NOT IN (SELECT value FROM json_each(?))"
        return [row[0] for row in self._sql.execute(query, (json.dumps(list(away)),))]

    def undescribed(self, away: Iterable[int] = (), among: Things = None) -> list[tuple[int, str]]:
        """Which record uses what thing that none describes, those `away` left out; by number and IRI.

        Only of things `among` these, where they are given.
        """
        return self._lacking(USED, TYPED, away, among)

    def unnamed(self, away: Iterable[int] = (), among: Things = None) -> list[tuple[int, str]]:
        """Which record describes what thing that none gives a label; else as `undescribed`."""
        return self._lacking(UNNAMED, LABELLED, away, among)

    def described(self, iri: str, away: Iterable[int] = ()) -> bool:
        """Whether any record says what kind of thing this is, those `away` left out."""
        query = """SELECT count(*) FROM gives
                   WHERE thing = ? AND what & ? AND record NOT IN (SELECT value FROM json_each(?))"""
        return bool(self._one(query, self._short(iri), TYPED, json.dumps(list(away))))

    def things(self, away: Iterable[int] = ()) -> list[str]:
        """The IRIs of what is described, sorted."""
        query = """SELECT DISTINCT thing FROM gives
                   WHERE what & ? AND record NOT IN (SELECT value FROM json_each(?)) ORDER BY thing"""
        return [self._whole(row[0]) for row in self._sql.execute(query, (TYPED, json.dumps(list(away))))]

    def _lacking(self, need: int, gift: int, away: Iterable[int], among: Things) -> list[tuple[int, str]]:
        given = {"need": need, "gift": gift, "away": json.dumps(list(away))}
        if among is None:
            found = self._sql.execute(_LACKING, given)
        else:
            found = self._sql.execute(_LACKING_OF, {**given, "among": json.dumps(list(map(self._short, among)))})
        return [(record, self._whole(thing)) for record, thing in found]

    def _one(self, query: str, *values: object) -> Any:
        return self._sql.execute(query, values).fetchone()[0]

    def _short(self, iri: str) -> str:
        """An IRI as it stands in the tables: that of the site without its base."""
        return iri.removeprefix(self._base)

    def _whole(self, thing: str) -> str:
        return thing if ":" in thing.partition("/")[0] else self._base + thing


def _given(notes: Notes) -> dict[str, int]:
    """What a record does with which thing."""
    gives: dict[str, int] = {}
    _add(gives, notes.typed, TYPED)
    _add(gives, notes.labelled, LABELLED)
    _add(gives, notes.told, TOLD)
    return gives


def _add(found: dict[str, int], things: Iterable[str], what: int) -> None:
    for thing in things:
        found[thing] = found.get(thing, 0) | what
