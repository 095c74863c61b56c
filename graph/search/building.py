"""The index of one release, written once: entries, facets, and the keys of their words in SQLite's FTS5.

Only keys are kept, not the texts: what a page shows of a result comes from the release itself. The same release gives
the same bytes, unless its index was carried over from the last one (`carrying`): then the same answers.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from graph.search.entries import TURNS, Entries, Entry
from graph.search.words import VERSION, folded, keys, sound
from graph.store.base import Reader

REMEMBERED = 4096  # texts whose keys are remembered while building: the names of places and outlets come often
FILE = "search.sqlite"  # its name in the folder of a snapshot

_PRAGMAS = ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "temp_store = MEMORY", "encoding = 'UTF-8'")
# Contentless (content=''): FTS5 keeps the keys and where they stand, nothing else. The sounds have columns of their own
# so that in the others one word is one token, which is what makes phrases work.
_TABLES = """
CREATE TABLE about (version INTEGER NOT NULL, digest TEXT NOT NULL, code TEXT NOT NULL);
CREATE TABLE entry (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, turn INTEGER NOT NULL,
  date TEXT NOT NULL);
CREATE TABLE title (entry INTEGER, language TEXT, sorted TEXT, PRIMARY KEY (entry, language)) WITHOUT ROWID;
CREATE TABLE term (id INTEGER PRIMARY KEY, field TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (field, value));
CREATE TABLE facet (term INTEGER, entry INTEGER, PRIMARY KEY (term, entry)) WITHOUT ROWID;
CREATE INDEX facet_of ON facet (entry, term);
CREATE VIRTUAL TABLE word USING fts5(
  name, words, also, name_sound, words_sound, content='', tokenize="unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE beginning USING fts5(
  spelt, sound, content='', columnsize=0, prefix='1 2 3', tokenize="unicode61 remove_diacritics 0");
"""
# A name says more than a mention, even one in the other script; a word more than what only sounds like it. Small, since
# bm25 hardly tells weights far above its own 1.2 from each other.
_RANK = "bm25(5.0, 1.0, 0.3, 4.0, 0.1)"


def write_index(reader: Reader, path: Path) -> None:
    """Write the index of the release that `reader` has open; `path` must not exist. OSError where there is no room."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            fill(connection, reader)
    except sqlite3.OperationalError as error:
        raise OSError(f"{path}: the index cannot be written: {error}") from error


def index_in_memory(reader: Reader) -> sqlite3.Connection:
    """The same in memory, for a release that has no index on disk."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    fill(connection, reader)
    return connection


def fill(connection: sqlite3.Connection, reader: Reader) -> None:
    """Make the tables and put everything in."""
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(_TABLES)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO about VALUES (?, ?, ?)", (VERSION, reader.digest, code()))
    connection.execute("INSERT INTO word (word, rank) VALUES ('rank', ?)", (_RANK,))
    terms: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(Entries(reader), 1):
        put(connection, number, entry)
        numbers = [terms.setdefault(facet, len(terms) + 1) for facet in entry.facets]
        connection.executemany("INSERT INTO facet VALUES (?, ?)", ((term, number) for term in numbers))
    connection.executemany(
        "INSERT INTO term VALUES (?, ?, ?)", ((number, field, value) for (field, value), number in terms.items())
    )
    connection.execute("INSERT INTO word (word) VALUES ('optimize')")
    connection.execute("INSERT INTO beginning (beginning) VALUES ('optimize')")
    connection.execute("COMMIT")
    connection.execute("ANALYZE")


def put(connection: sqlite3.Connection, number: int, entry: Entry) -> None:
    """Put one entry in under a number, all but its facets."""
    row = (number, entry.iri, entry.kind, TURNS[entry.kind], entry.date)
    connection.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", row)
    connection.execute(
        "INSERT INTO word (rowid, name, words, also, name_sound, words_sound) VALUES (?, ?, ?, ?, ?, ?)",
        (number, *_word_keys(entry)),
    )
    if entry.names:
        connection.execute(
            "INSERT INTO beginning (rowid, spelt, sound) VALUES (?, ?, ?)", (number, *_beginning_keys(entry))
        )
        titles = {t.language: t.words.casefold() for t in reversed(entry.names)}  # the first of a language stays
        rows = [(number, language, title) for language, title in sorted(titles.items())]
        connection.executemany("INSERT INTO title VALUES (?, ?, ?)", rows)


def take_out(connection: sqlite3.Connection, number: int, entry: Entry) -> None:
    """Take out the entry with a number, all but its facets; `entry` as it was put in, since FTS5 keeps no texts."""
    connection.execute("DELETE FROM entry WHERE id = ?", (number,))
    connection.execute(
        "INSERT INTO word (word, rowid, name, words, also, name_sound, words_sound)"
        " VALUES ('delete', ?, ?, ?, ?, ?, ?)",
        (number, *_word_keys(entry)),
    )
    if entry.names:
        connection.execute(
            "INSERT INTO beginning (beginning, rowid, spelt, sound) VALUES ('delete', ?, ?, ?)",
            (number, *_beginning_keys(entry)),
        )
        connection.execute("DELETE FROM title WHERE entry = ?", (number,))


@lru_cache(maxsize=1)
def code() -> str:
    """Names the code that decides what an entry is and what it is found by: SHA-256 over its files."""
    graph, whole = files("graph"), sha256()
    for path in (*sorted(graph.joinpath("search").iterdir(), key=lambda p: p.name), *map(graph.joinpath, _ELSEWHERE)):
        if path.name.endswith(".py"):
            whole.update(path.read_bytes())
    return whole.hexdigest()


_ELSEWHERE = ("publish/kinds.py", "publish/literals.py", "terms.py")


def _word_keys(entry: Entry) -> Iterator[str]:
    names, said = [t.words for t in entry.names], [t.words for t in entry.words]
    yield from map(_stems, (names, said, entry.also))
    yield from map(_sounds, (names, [*said, *entry.also]))


def _beginning_keys(entry: Entry) -> Iterator[str]:
    return map(" ".join, _beginnings([t.words for t in entry.names]))


def _stems(texts: Iterable[str]) -> str:
    return " ".join(_keys(text)[0] for text in texts)


def _sounds(texts: Iterable[str]) -> str:
    """Each sound once: how often something that only sounds like it stands there ranks nothing."""
    return " ".join(dict.fromkeys(sound for text in texts for sound in _keys(text)[1]))


@lru_cache(maxsize=REMEMBERED)
def _keys(text: str) -> tuple[str, tuple[str, ...]]:
    """The stems of a text in their order, and its sounds."""
    found = [keys(word) for word in folded(text)]
    return " ".join([k.stem for k in found]), tuple(dict.fromkeys([s for k in found for s in k.sounds]))


def _beginnings(texts: Iterable[str]) -> tuple[Iterable[str], Iterable[str]]:
    spelt = list(dict.fromkeys(word for text in texts for word in folded(text)))
    return spelt, dict.fromkeys(heard for word in spelt if (heard := sound(word)))
