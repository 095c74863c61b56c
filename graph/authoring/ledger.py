"""Who describes, names, uses and asks for what: every record of a site in a few tables, so that one is found quickly.

The tables are SQLite's, in memory. They are the same whether each file was read just now or a few of them were.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graph.authoring.compiling import Compiled
from graph.settings import Settings

TYPED, LABELLED, TOLD = 1, 2, 4  # what a record does with a thing, added up
USED, UNNAMED, ASKED = 1, 2, 4  # what it leaves to others: to describe it, to label it, to say more of it

_TABLES = """
CREATE TABLE about (word TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE record (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL, name TEXT NOT NULL, stamp TEXT, file BLOB NOT NULL,
    access TEXT NOT NULL, until TEXT NOT NULL, digest BLOB NOT NULL,
    pack TEXT, start INTEGER, text INTEGER, notes INTEGER, seal BLOB
) WITHOUT ROWID;
CREATE TABLE gives (thing TEXT, record INTEGER, what INTEGER, PRIMARY KEY (thing, record)) WITHOUT ROWID;
CREATE TABLE needs (thing TEXT, record INTEGER, what INTEGER, PRIMARY KEY (thing, record)) WITHOUT ROWID;
"""
_GIVES, _NEEDS = "INSERT INTO gives VALUES (?, ?, ?)", "INSERT INTO needs VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a body is kept: `start` in the file `pack`, the lengths of its parts, and the SHA-256 of both together."""

    pack: str
    start: int
    text: int
    notes: int
    seal: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """A record as the ledger knows it. `stamp` is that of its file, None where it cannot be trusted."""

    id: str
    number: int
    name: str
    stamp: tuple[int, ...] | None
    file: bytes
    access: str
    until: str
    digest: bytes
    place: Place | None


class Ledger:
    """The tables of one site."""

    def __init__(self, settings: Settings, content: bytes = b"") -> None:
        """An empty one, or what `written` gave before; `sqlite3.Error` for anything else."""
        self._base = settings.base
        self._sql = sqlite3.connect(":memory:", isolation_level=None)
        if content:
            self._sql.deserialize(content)
        else:
            self._sql.executescript(_TABLES)
        self._rows: Sequence[Row] | None = None
        self._next: int = self._one("SELECT coalesce(max(number), 0) + 1 FROM record")

    def written(self) -> bytes:
        """All of it, as bytes; nothing in them of what was taken out."""
        self._sql.execute("VACUUM")
        return self._sql.serialize()

    def note(self, word: str, value: str) -> None:
        """Write down what this ledger was made with."""
        self._sql.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (word, value))

    def noted(self, word: str) -> str:
        """What was written down; empty where nothing was."""
        return str(self._one("SELECT max(value) FROM about WHERE word = ?", word) or "")

    def rows(self) -> Sequence[Row]:
        """Every record, in the order of their ids."""
        if self._rows is None:
            self._rows = self._all_rows()
        return self._rows

    def _all_rows(self) -> list[Row]:
        found = []
        for id_, number, name, stamp, file, access, until, digest, *place in self._sql.execute(
            "SELECT * FROM record ORDER BY id"
        ):
            when = tuple(map(int, stamp.split())) if stamp else None
            found.append(Row(id_, number, name, when, file, access, until, digest, Place(*place) if place[0] else None))
        return found

    def forget(self, numbers: Iterable[int]) -> None:
        """Take records out."""
        self._rows = None
        gone = json.dumps(list(numbers))
        self._sql.execute("DELETE FROM gives WHERE record IN (SELECT value FROM json_each(?))", (gone,))
        self._sql.execute("DELETE FROM needs WHERE record IN (SELECT value FROM json_each(?))", (gone,))
        self._sql.execute("DELETE FROM record WHERE number IN (SELECT value FROM json_each(?))", (gone,))

    def add(self, id_: str, name: str, stamp: tuple[int, ...] | None, said: Compiled) -> int:
        """Take a record in; its number. A file that cannot be read counts as describing all that it mentions."""
        self._rows = None
        number, self._next = self._next, self._next + 1
        written = " ".join(map(str, stamp)) if stamp else None
        self._sql.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL)",
            (id_, number, name, written, said.file, said.access, said.until, said.digest),
        )
        notes = said.notes
        gives = dict.fromkeys((f"{self._base}id/{name}" for name in said.mentioned), TYPED | LABELLED)
        _add(gives, notes.typed, TYPED)
        _add(gives, notes.labelled, LABELLED)
        _add(gives, notes.told, TOLD)
        needs: dict[str, int] = {}
        _add(needs, notes.used.keys() - notes.typed.keys() - {f"{self._base}record/{id_}"}, USED)
        _add(needs, notes.typed.keys() - notes.labelled, UNNAMED)
        _add(needs, notes.asked, ASKED)
        for query, rows in ((_GIVES, gives), (_NEEDS, needs)):
            self._sql.executemany(query, ((self._short(thing), number, what) for thing, what in rows.items()))
        return number

    def place(self, number: int, at: Place) -> None:
        """Write down where the body of a record is kept."""
        self._rows = None
        self._sql.execute(
            "UPDATE record SET pack = ?, start = ?, text = ?, notes = ?, seal = ? WHERE number = ?",
            (at.pack, at.start, at.text, at.notes, at.seal, number),
        )

    def stamp(self, id_: str, stamp: tuple[int, ...] | None) -> None:
        """Write down another stamp of a file that says the same."""
        self._rows = None
        written = " ".join(map(str, stamp)) if stamp else None
        self._sql.execute("UPDATE record SET stamp = ? WHERE id = ?", (written, id_))

    def packs(self) -> list[str]:
        """The packs in which bodies are kept."""
        return [row[0] for row in self._sql.execute("SELECT DISTINCT pack FROM record WHERE pack IS NOT NULL")]

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

    def undescribed(self, away: Iterable[int] = ()) -> list[tuple[int, str]]:
        """Which record uses what thing that none describes, those `away` left out; by number and IRI."""
        return self._lacking(USED, TYPED, away)

    def unnamed(self, away: Iterable[int] = ()) -> list[tuple[int, str]]:
        """Which record describes what thing that none gives a label, those `away` left out; by number and IRI."""
        return self._lacking(UNNAMED, LABELLED, away)

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

    def _lacking(self, need: int, gift: int, away: Iterable[int]) -> list[tuple[int, str]]:
        query = """SELECT record, thing FROM needs AS n
                   WHERE what & :need AND record NOT IN (SELECT value FROM json_each(:away)) AND NOT EXISTS (
                     SELECT 1 FROM gives AS g WHERE g.thing = n.thing AND g.what & :gift
                     AND g.record NOT IN (SELECT value FROM json_each(:away)))"""
        found = self._sql.execute(query, {"need": need, "gift": gift, "away": json.dumps(list(away))})
        return [(record, self._whole(thing)) for record, thing in found]

    def _one(self, query: str, *values: object) -> Any:
        return self._sql.execute(query, values).fetchone()[0]

    def _short(self, iri: str) -> str:
        """An IRI as it stands in the tables: that of the site without its base."""
        return iri.removeprefix(self._base)

    def _whole(self, thing: str) -> str:
        return thing if ":" in thing.partition("/")[0] else self._base + thing


def _add(found: dict[str, int], things: Iterable[str], what: int) -> None:
    for thing in things:
        found[thing] = found.get(thing, 0) | what
