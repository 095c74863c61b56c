"""Asks the index of one release: what has these words, how many of each kind, year, place; and what begins so."""

import sqlite3
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.search.building import index_in_memory
from graph.search.entries import APART, FIELDS, FIRST_APART
from graph.search.errors import IndexUnusable, NoSuchPage
from graph.search.query import Query, beginnings, read_query
from graph.search.spelling import Spelling
from graph.search.words import VERSION, words
from graph.store.base import Reader

PAGE = 20  # results
SUGGESTIONS = 10  # a list one takes in at a glance
VALUES = 200  # of one facet; a place or publisher that is not among them is found by its words

# Its name in the reader's language, else in whichever it has one.
_NAME = "coalesce(title.sorted, (SELECT min(t.sorted) FROM title AS t WHERE t.entry = entry.id))"

_IS_APART = f"entry.turn >= {FIRST_APART}"

Chosen = Mapping[str, str]  # by field of `FIELDS`, the value that entries must have


@dataclass(frozen=True, slots=True)
class Found:
    """One entry that fits."""

    iri: str
    kind: str
    date: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of what fits, of `total` in all. `loosely`: no entry has all the words, these have some."""

    results: Sequence[Found]
    total: int
    page: int
    loosely: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


class Index:
    """The index of one release; safe to ask from many threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Own `connection`, which any thread may use."""
        self._connection, self._lock = connection, threading.Lock()
        self._spelling: Spelling | None = None

    @classmethod
    def open(cls, path: Path, digest: str) -> "Index":
        """The index in a file; `IndexUnusable` unless it is that of the content that `digest` names."""
        connection = None
        try:
            # Nobody writes to it any more, so nothing needs to be locked, nor anything written beside it.
            connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            said = connection.execute("SELECT version, digest FROM about").fetchone()
        except sqlite3.Error as error:
            if connection:
                connection.close()
            raise IndexUnusable(path, str(error)) from error
        if said != (VERSION, digest):
            connection.close()
            raise IndexUnusable(path, "it was made of other content, or by another version.")
        return cls(connection)

    @classmethod
    def of(cls, reader: Reader) -> "Index":
        """An index in memory, made of the release that `reader` has open."""
        return cls(index_in_memory(reader))

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._connection.close()

    def find(self, query: Query, chosen: Chosen, page: int = 1, language: str = "en") -> Answer:
        """A page of the entries that have the words and the chosen values.

        Best first; without words newest first, then by name in `language`. What is apart comes last, and only where
        words or its kind are given. `NoSuchPage` past the last one.
        """
        loosely = False
        total = self._total(query.match(), chosen)
        if not total and len(query.parts) > 1:
            total = self._total(query.match(all_of=False), chosen)
            loosely = total > 0
        answer = Answer((), total, page, loosely)
        if page > answer.pages:
            raise NoSuchPage(page, answer.pages)
        match = query.match(all_of=not loosely)
        where, values = _where(match, chosen)
        order = f"{_IS_APART}, rank" if match else f"date = '', date DESC, {_NAME}"
        rows = self._rows(
            f"SELECT iri, kind, date FROM {_tables(match)}"  # noqa: S608
            " LEFT JOIN title ON title.entry = entry.id AND title.language = ?"
            f" WHERE {where} ORDER BY {order}, entry.turn, entry.iri LIMIT ? OFFSET ?",
            (language, *values, PAGE, (page - 1) * PAGE),
        )
        return Answer([Found(*row) for row in rows], total, page, loosely)

    def facets(self, query: Query, chosen: Chosen, *, loosely: bool = False) -> Mapping[str, Sequence[tuple[str, int]]]:
        """By field, its values with how many entries each would leave; a field's own choice is not counted against it.

        The most frequent first, years the latest first.
        """
        match = query.match(all_of=not loosely)
        return {field: self._counts(field, match, {f: v for f, v in chosen.items() if f != field}) for field in FIELDS}

    def apart(self) -> list[tuple[str, int]]:
        """The kinds that are apart, each with how many there are of it, in their order."""
        rows = self._rows(
            f"SELECT kind, count(*) FROM entry WHERE {_IS_APART} GROUP BY turn ORDER BY turn",  # noqa: S608
            (),
        )
        return [(str(kind), int(number)) for kind, number in rows]

    def suggest(self, typed: str, limit: int = SUGGESTIONS) -> list[Found]:
        """Things with a name whose words begin with those typed, shortest names first, what is apart last."""
        match = beginnings(typed)
        if not match:
            return []
        rows = self._rows(
            "SELECT iri, kind, date FROM beginning JOIN entry ON entry.id = beginning.rowid"  # noqa: S608
            " LEFT JOIN title ON title.entry = entry.id WHERE beginning MATCH ?"
            f" GROUP BY entry.id ORDER BY max(entry.turn, {FIRST_APART - 1}), min(length(sorted)), iri LIMIT ?",
            (match, limit),
        )
        return [Found(*row) for row in rows]

    def meant(self, query: Query, chosen: Chosen) -> str:
        """What was typed with each word that nothing has as the nearest one of a name; "" where that finds nothing."""
        typed, changed = query.typed, False
        for word in reversed(list(words(typed))):
            if self._total(read_query(word.folded).match(), {}):
                continue
            nearest = self._known().nearest(word.folded)
            if nearest is not None:
                nearest = nearest.capitalize() if typed[word.start].isupper() else nearest
                typed, changed = typed[: word.start] + nearest + typed[word.end :], True
        return typed if changed and self._total(read_query(typed).match(all_of=False), chosen) else ""

    def _known(self) -> Spelling:
        """The words of names, read when first needed and gone with the index."""
        if self._spelling is None:
            with self._lock:
                self._connection.execute(
                    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.known USING fts5vocab('main', 'beginning', 'col')"
                )
            self._spelling = Spelling(
                row[0] for row in self._rows("SELECT term FROM temp.known WHERE col = 'spelt'", ())
            )
        return self._spelling

    def _total(self, match: str, chosen: Chosen) -> int:
        where, values = _where(match, chosen)
        return int(self._rows(f"SELECT count(*) FROM {_tables(match)} WHERE {where}", values)[0][0])  # noqa: S608

    def _counts(self, field: str, match: str, chosen: Chosen) -> list[tuple[str, int]]:
        where, values = _where(match, chosen)
        entries = f"SELECT entry.id FROM {_tables(match)} WHERE {where}"  # noqa: S608
        narrowed = f"entry IN ({entries})"
        if not match and not chosen:  # all but a few: asked the other way round, it takes a quarter of the time
            narrowed = f"entry NOT IN (SELECT id FROM entry WHERE {_IS_APART})"  # noqa: S608
        order = "value DESC" if field == "year" else "n DESC, value"
        rows = self._rows(
            f"SELECT value, n FROM (SELECT term, count(*) AS n FROM facet WHERE {narrowed} GROUP BY term)"  # noqa: S608
            f" JOIN term ON term.id = term WHERE field = ? ORDER BY {order} LIMIT ?",
            (*values, field, VALUES),
        )
        return [(str(value), int(number)) for value, number in rows]

    def _rows(self, question: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(question, values).fetchall()


class Indexes:
    """The index of each release that is open, opened or made when it is first asked for, closed with its reader."""

    def __init__(self) -> None:
        self._held: weakref.WeakKeyDictionary[Reader, Index] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(self, reader: Reader, path: Path) -> Index:
        """The index of the release that `reader` has open: the file at `path`, or one in memory where that is no use.

        In memory are those of readers without a snapshot and of snapshots from before there were indexes.
        """
        with self._lock:
            index = self._held.get(reader)
            if index is None:
                try:
                    index = Index.open(path, reader.digest)
                except IndexUnusable:
                    index = Index.of(reader)
                self._held[reader] = index
                weakref.finalize(reader, index.close)
            return index


def _tables(match: str) -> str:
    return "word JOIN entry ON entry.id = word.rowid" if match else "entry"


def _where(match: str, chosen: Chosen) -> tuple[str, list[object]]:
    """Conditions and what they are bound to; the conditions are constants of ours."""
    parts, values = [], list[object]()
    if match:
        parts.append("word MATCH ?")
        values.append(match)
    elif chosen.get("kind") not in APART:
        parts.append(f"NOT {_IS_APART}")
    for field, value in chosen.items():
        parts.append("entry.id IN (SELECT facet.entry FROM facet JOIN term ON term.id = facet.term"
                     " WHERE term.field = ? AND term.value = ?)")  # fmt: skip
        values += [field, value]
    return " AND ".join(parts) or "1", values
