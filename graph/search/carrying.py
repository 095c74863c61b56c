"""The index of the last release made that of the next: copied, and only what a change can touch written anew.

FTS5 forgets a word only when it merges the pages that hold it. That is why this is never done across a withdrawal (see
`graph.releases.files.snapshots`), and why the bytes, unlike the answers, depend on the past.
"""

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import NamedNode, Quad

from graph.search.building import code, put, take_out
from graph.search.entries import Entries, Entry
from graph.search.touching import TooMany, touched
from graph.search.words import VERSION
from graph.store.base import Reader

SHARE = 8  # where an eighth of the entries may differ, making all of them is not slower: two are read and one taken out
FEW = 100  # entries are changed one by one in a site of any size
_CHUNK = 1 << 20


def carry_index(last: Path, digest: str, older: Reader, newer: Reader, changed: Collection[Quad], path: Path) -> bool:
    """Write the index of `newer` to `path` from that of `older`; False, and no file, where it has to be made anew.

    `last` is the index of `older`, believed if its SHA-256 is `digest`; `changed` are the quads that only one of the
    releases has. OSError where there is no room.
    """
    try:
        if _copied(last, path) == digest:
            return carry_on(path, older, newer, changed)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)
    return False


def carry_on(path: Path, older: Reader, newer: Reader, changed: Collection[Quad]) -> bool:
    """Make the index at `path`, which is that of `older`, that of `newer`; False, and no file, as of `carry_index`."""
    try:
        if _carried(path, older, newer, changed):
            return True
    except sqlite3.Error:  # an index we do not understand, or no room: making it anew finds out which
        pass
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)
    return False


def _copied(source: Path, target: Path) -> str:
    if not source.is_file():
        return ""
    with target.open("wb") as taken:
        return copy_index(source, taken)


def copy_index(source: Path, taken: BinaryIO) -> str:
    """Copy a file; the SHA-256 of what was copied. OSError where there is no room, or no such file."""
    whole = sha256()
    with source.open("rb") as given:
        while chunk := given.read(_CHUNK):
            whole.update(chunk)
            taken.write(chunk)
    return whole.hexdigest()


def _carried(path: Path, older: Reader, newer: Reader, changed: Collection[Quad]) -> bool:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        if connection.execute("SELECT version, digest, code FROM about").fetchall() != [
            (VERSION, older.digest, code())
        ]:
            return False
        held: int = connection.execute("SELECT count(*) FROM entry").fetchone()[0]
        try:
            nodes = touched(newer, changed, max(FEW, held // SHARE))
        except TooMany:
            return False
        connection.execute("BEGIN")
        fits = _exchanged(connection, older, newer, sorted(nodes, key=lambda n: n.value))
        connection.execute("UPDATE about SET digest = ?", (newer.digest,))
        connection.execute("COMMIT")
        return fits


def _exchanged(connection: sqlite3.Connection, older: Reader, newer: Reader, nodes: Sequence[NamedNode]) -> bool:
    """Put the entries of `nodes` as they are now in place of what they were; False where the index held others."""
    before, after = Entries(older), Entries(newer)
    numbers = _numbers(connection, nodes)
    highest: int = connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()[0]
    for node in nodes:
        was, now, number = before.of(node), after.of(node), numbers.get(node.value)
        if (was is None) != (number is None):
            return False
        if was == now:
            continue
        if was is not None and number is not None:
            _drop(connection, number, was)
        else:
            number = highest = highest + 1
        if now is not None:
            put(connection, number, now)
            _put_facets(connection, number, now)
    return True


def _numbers(connection: sqlite3.Connection, nodes: Sequence[NamedNode]) -> dict[str, int]:
    """The numbers of the entries of these nodes, in one pass over all: an index by IRI would be as large again."""
    connection.execute("CREATE TEMP TABLE asked (iri TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO asked VALUES (?)", ((node.value,) for node in nodes))
    return dict(connection.execute("SELECT iri, id FROM entry WHERE iri IN (SELECT iri FROM asked)"))


def _drop(connection: sqlite3.Connection, number: int, entry: Entry) -> None:
    """Take an entry out, and the values that only it had."""
    take_out(connection, number, entry)
    terms = connection.execute("DELETE FROM facet WHERE entry = ? RETURNING term", (number,)).fetchall()
    connection.executemany(
        "DELETE FROM term WHERE id = ? AND NOT EXISTS (SELECT 1 FROM facet WHERE term = term.id)", terms
    )


def _put_facets(connection: sqlite3.Connection, number: int, entry: Entry) -> None:
    for facet in entry.facets:
        connection.execute("INSERT OR IGNORE INTO term (field, value) VALUES (?, ?)", facet)
        connection.execute("INSERT INTO facet SELECT id, ? FROM term WHERE field = ? AND value = ?", (number, *facet))
