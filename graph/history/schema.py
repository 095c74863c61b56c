"""The tables of the journal, and how its file is opened so that what is committed stays.

Rollback journal (`DELETE`) and `synchronous=EXTRA`, not WAL: one file to copy and to search, readable on a read-only
disk, no old pages left in a side file after an erase. EXTRA also syncs the folder after the rollback file is gone;
with FULL a power cut in that instant could bring the file back and undo an acknowledged release. `secure_delete`
overwrites what is deleted with zeros.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import pairwise
from pathlib import Path

from graph.history import payloads
from graph.history.errors import JournalDamaged, JournalMissing, JournalNotWritable, JournalTooNew

SCHEMA = 3  # the version of the tables below, in PRAGMA user_version
APPLICATION = 0x4B485231  # "KHR1" in PRAGMA application_id, so that `file` and we know what it is
WAIT_SECONDS = 10.0  # a reader of the journal holds it for milliseconds; who waits longer met a hung process

_TABLES = """
CREATE TABLE release (
    number   INTEGER PRIMARY KEY,
    recorded TEXT NOT NULL,          -- UTC, whole seconds, never before the release before it
    software TEXT NOT NULL,          -- the version of Khronika that made it
    rules    TEXT NOT NULL,          -- digest of the rules it was held against; empty: not checked as a whole
    note     INTEGER NOT NULL REFERENCES payload,   -- author and message
    note_seal BLOB NOT NULL,
    chain    BLOB NOT NULL           -- digest over this release and the chain of the one before it
);
CREATE TABLE payload (
    id     INTEGER PRIMARY KEY,
    salt   BLOB,                     -- NULL with body and content: erased
    body   BLOB,                     -- compressed canonical N-Quads; of a note, JSON
    content BLOB,                    -- SHA-256 of what the body says
    seal   BLOB NOT NULL,            -- HMAC of what the body says now, under the salt
    erased INTEGER REFERENCES release DEFERRABLE INITIALLY DEFERRED   -- the release that took words out
);
CREATE TABLE change (
    part    TEXT NOT NULL,           -- IRI of a record, of a generated or vocabulary graph, or of the site
    release INTEGER NOT NULL REFERENCES release,
    payload INTEGER REFERENCES payload,   -- NULL: removed
    seal    BLOB,                    -- what was sealed then; the chain is made of these and outlives an erase
    PRIMARY KEY (part, release)
) WITHOUT ROWID;
CREATE INDEX change_of_release ON change (release);
CREATE TABLE withdrawal (
    id      INTEGER PRIMARY KEY,
    iri     TEXT NOT NULL,           -- empty: an erase took it, and the salt
    salt    BLOB,
    seal    BLOB,                    -- HMAC of the IRI, which the chain holds
    rechained INTEGER,               -- of schema 1, whose chain held the IRI: see `links`; 0: it still does
    reason  TEXT NOT NULL,           -- a word of vocab/withdrawal, never free text
    day     TEXT NOT NULL,           -- no finer: an hour can identify
    since   INTEGER,                 -- the first release without it; NULL: still to be made
    lifting INTEGER NOT NULL DEFAULT 0,   -- 1: the mask is to come off
    lifted  INTEGER,                 -- the release from which on the mask is off again
    erased  INTEGER,                 -- the release from which on its words are gone
    FOREIGN KEY (since) REFERENCES release DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (lifted) REFERENCES release DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (erased) REFERENCES release DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE touched (
    withdrawal INTEGER NOT NULL REFERENCES withdrawal,
    payload    INTEGER NOT NULL REFERENCES payload,   -- speaks of what is withdrawn
    PRIMARY KEY (withdrawal, payload)
) WITHOUT ROWID;
"""


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """The journal in `path`, opened for reading and writing; made first with `create`.

    Raises `JournalMissing`, `JournalTooNew`, `JournalDamaged` or `JournalNotWritable`.
    """
    if not create and not path.is_file():
        raise JournalMissing(path)
    with told(path):
        connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            _prepare(connection, path, create)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, create: bool) -> None:
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA:
        raise JournalTooNew(path, version, SCHEMA)
    if 0 < version < SCHEMA:
        _bring_up(connection)
    if version == 0:
        if not create or connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise JournalDamaged(path, "it is empty or not a journal of Khronika")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN IMMEDIATE")
        for statement in _TABLES.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("COMMIT")


def _bring_up(connection: sqlite3.Connection) -> None:
    """A journal of schema 1 or 2 made one of schema 3. In 1, and in 2 if it was 1 before, withdrawals have no seals."""
    connection.execute("BEGIN IMMEDIATE")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version < SCHEMA:  # and not brought up by another process meanwhile
        for column in [*(("salt BLOB", "seal BLOB") if version == 1 else ()), "rechained INTEGER"]:
            connection.execute(f"ALTER TABLE withdrawal ADD COLUMN {column}")
        for number, iri in connection.execute("SELECT id, iri FROM withdrawal WHERE seal IS NULL").fetchall():
            salt = payloads.new_salt()
            connection.execute(
                "UPDATE withdrawal SET salt = ?, seal = ?, rechained = 0 WHERE id = ?",
                (salt, payloads.seal(salt, iri.encode()), number),
            )
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
    connection.execute("COMMIT")


def copy_whole(connection: sqlite3.Connection, target: Path) -> None:
    """Copy a journal, as it is at one moment, into a new file; a commit meanwhile is in the copy or waits for it."""
    with told(target), closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)


_NOTED = {  # of tables of the journal, the columns that no editor fills, but from a list
    "release": "SELECT recorded, software, rules FROM release",
    "withdrawal": "SELECT day, reason FROM withdrawal",
}


def own_texts(path: Path, word: bytes) -> Iterator[bytes]:
    """What has `word` in a file of SQLite's though no one wrote it: a table's name, what the journal notes of releases.

    Also two values beside each other, of which neither has it. Nothing of a file that is no such one or cannot be read.
    """
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as tables:
        tables.text_factory = bytes
        schema = tables.execute("SELECT type, name, tbl_name, sql, rootpage FROM sqlite_schema").fetchall()
        for kind, name, table, statement, page in schema:
            yield from (text for text in (kind + name + table, statement or b"", name) if word in text)
            if kind == b"table" and page:  # where rows lie, which a virtual table has none of
                yield from _beside(tables.execute(f'SELECT * FROM "{name.decode()}"'), word)  # noqa: S608 - its own name
        for table in _NOTED.keys() & {name.decode() for _, name, *_ in schema}:
            for row in tables.execute(_NOTED[table]):
                yield from (text for text in row if text and word in text)


def _beside(rows: Iterable[tuple[object, ...]], word: bytes) -> Iterator[bytes]:
    """Each two values of a row that have `word` only because one follows the other in the file."""
    for row in rows:
        for one, other in pairwise(row):
            if isinstance(one, bytes) and isinstance(other, bytes):
                both = one + other
                if word in both and word not in one and word not in other:
                    yield both


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite complains about into what a person can act on."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in _REFUSED:
            raise JournalNotWritable(path, str(error)) from error
        raise JournalDamaged(path, str(error)) from error
    except sqlite3.DatabaseError as error:
        raise JournalDamaged(path, str(error)) from error


# What the machine around the file says no to; the low byte of the code, https://www.sqlite.org/rescode.html
_REFUSED = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOMEM,
    }
)
