"""The journal: every release ever published, what each part of it said, and what was withdrawn since.

A part is what a release is made of: one record with what the catalogue says of it, the derived graph, the ontology,
the vocabulary, the description of the site. A release lists only the parts that it changed.
"""

import json
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from graph.history import chain, payloads
from graph.history.errors import JournalDamaged
from graph.history.faults import fault
from graph.history.hiding import Target, speaks_of
from graph.history.links import of_withdrawals, rechain
from graph.history.schema import connect, copy_whole, told
from graph.history.withdrawals import Erasure, Withdrawals


@dataclass(frozen=True, slots=True)
class Entry:
    """One release as recorded. `author` and `message` are None when an erase took them; times are UTC.

    `rules` names the rules that all of it was held against, empty where it was not.
    """

    number: int
    recorded: datetime
    author: str | None
    message: str | None
    software: str
    rules: str
    chain: str


class Part(NamedTuple):
    """One part of a release: since which release it has this content, where that lies, and its digest."""

    name: str
    since: int
    payload: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """What a release did to a part: `before` and `after` are numbers of payloads, None where there was none."""

    part: str
    before: int | None
    after: int | None

    @property
    def kind(self) -> str:
        """`added`, `changed` or `removed`."""
        return "removed" if self.after is None else "added" if self.before is None else "changed"


class Journal:
    """An open journal. Not for several threads at once; opening one costs a millisecond."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Open the file; with `create` make it when there is none. Raises a `JournalError`."""
        self.path = path
        self._sql = connect(path, create=create)

    @property
    def withdrawals(self) -> Withdrawals:
        """What was withdrawn."""
        return Withdrawals(self)

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def newest(self) -> Entry | None:
        """The last release, None when there is none yet."""
        return next(self.entries(newest_first=True, most=1), None)

    def entry(self, number: int) -> Entry | None:
        """The release `number`, None when there is none."""
        return next(self._entries("WHERE number = ?", number), None)

    def entry_at(self, moment: datetime) -> Entry | None:
        """The release that was the newest at `moment`, None before the first."""
        return next(self._entries("WHERE recorded <= ? ORDER BY number DESC LIMIT 1", _written(moment)), None)

    def entries(self, *, newest_first: bool = False, most: int = -1) -> Iterator[Entry]:
        """The releases in their order, `most` of them (-1: all)."""
        order = "DESC" if newest_first else "ASC"
        return self._entries(f"ORDER BY number {order} LIMIT ?", most)

    def parts(self, number: int) -> dict[str, Part]:
        """Every part of release `number` by name, without those whose words were erased since."""
        return {part.name: part for part in map(Part._make, self.rows(_PARTS, number))}

    def parts_after(self, earlier: Mapping[str, Part], release: int, number: int) -> dict[str, Part]:
        """As `parts(number)`, from those of an `earlier` release; only where no words were erased since it was read."""
        found = dict(earlier)
        for name, since, payload, content in self.rows(_PARTS_SINCE, release, number):
            if payload is None:
                found.pop(name, None)
            else:
                found[name] = Part(name, since, payload, content)
        return dict(sorted(found.items()))

    def changes(self, number: int) -> list[Change]:
        """What release `number` did, by name of part."""
        return [Change(*row) for row in self.rows(_CHANGES, number, number)]

    def changed_parts(self, after: int, until: int) -> set[str]:
        """The names of the parts touched by the releases `after` < n <= `until`."""
        rows = self.rows("SELECT DISTINCT part FROM change WHERE release > ? AND release <= ?", after, until)
        return {row[0] for row in rows}

    def releases_of(self, part: str) -> list[int]:
        """The releases that touched a part, in their order."""
        return [row[0] for row in self.rows("SELECT release FROM change WHERE part = ? ORDER BY release", part)]

    def payloads_by_release(self, part: str) -> list[tuple[int, int | None]]:
        """The releases that touched a part, each with the payload it has since then, None where it was removed."""
        return [tuple(row) for row in self.rows("SELECT release, payload FROM change WHERE part = ? ORDER BY 1", part)]

    def releases_with(self, payloads: Collection[int]) -> set[int]:
        """The releases that brought any of these payloads."""
        rows = self.rows("SELECT release, payload FROM change WHERE payload IS NOT NULL") if payloads else []
        return {release for release, payload in rows if payload in payloads}

    def text(self, payload: int) -> bytes | None:
        """What a payload says, proved by its seal; None when it was erased. Raises `JournalDamaged`."""
        rows = self.rows("SELECT salt, body, seal FROM payload WHERE id = ?", payload)
        if not rows:
            raise JournalDamaged(self.path, f"payload {payload} is missing")
        salt, body, sealed = rows[0]
        if salt is None:
            return None
        try:
            text = payloads.unpack(body)
        except zlib.error:
            raise JournalDamaged(self.path, f"payload {payload} cannot be unpacked") from None
        if payloads.seal(salt, text) != sealed:
            raise JournalDamaged(self.path, f"payload {payload} is not what was sealed")
        return text

    def speaking_of(self, target: Target) -> Iterator[tuple[int, bytes]]:
        """Every payload in the whole history with a line that names `target`, and what it says."""
        return ((payload, text) for payload, text in self.texts() if speaks_of(text, target))

    def payloads_of(self, part: str) -> list[int]:
        """Every payload that a part ever had and that still says something."""
        return [row[0] for row in self.rows(_PAYLOADS_OF, part)]

    def texts(self) -> Iterator[tuple[int, bytes]]:
        """Every payload of a part in the whole history, and what it says."""
        for (payload,) in self.rows(_TEXTS):
            text = self.text(payload)
            if text is not None:
                yield payload, text

    def notes(self) -> Iterator[tuple[int, bytes]]:
        """The payloads that hold author and message of each release, and what they say."""
        for (payload,) in self.rows("SELECT note FROM release ORDER BY number"):
            text = self.text(payload)
            if text is not None:
                yield payload, text

    def commit(
        self,
        *,
        author: str,
        message: str,
        software: str,
        rules: str = "",
        puts: Mapping[str, bytes],
        removals: Collection[str] = (),
        erasure: Erasure | None = None,
        now: datetime | None = None,
    ) -> Entry:
        """Record the next release: parts with their new canonical N-Quads, and parts that are gone.

        Withdrawals that wait for a release take effect in it; with `erasure` words are destroyed in the same step.
        One transaction: when this returns, the release stays whatever happens to the machine; when it raises
        (`JournalNotWritable`, `JournalDamaged`), there is no trace of it.
        """
        last = self.newest()
        number = last.number + 1 if last else 1
        moment = (now or datetime.now(UTC)).replace(microsecond=0)
        recorded = max(moment, last.recorded) if last else moment  # clocks go back; history does not
        words = json.dumps({"author": author, "message": message}, ensure_ascii=False).encode()
        with self.transaction():
            note, note_seal = self._sealed(words)
            rows: list[tuple[str, int | None, bytes | None]] = [(n, *self._sealed(t)) for n, t in sorted(puts.items())]
            rows += [(name, None, None) for name in sorted(removals)]
            links = [(name, sealed) for name, _, sealed in rows]
            rechain(self, number)
            self.withdrawals.settle(number, erasure)
            links += of_withdrawals(self, number)
            previous = bytes.fromhex(last.chain) if last else chain.GENESIS
            digest = chain.link(previous, number, _written(recorded), note_seal, links)
            self.rows(
                "INSERT INTO release VALUES (?, ?, ?, ?, ?, ?, ?)",
                number, _written(recorded), software, rules, note, note_seal, digest,
            )  # fmt: skip
            for name, payload, sealed in rows:
                self.rows("INSERT INTO change VALUES (?, ?, ?, ?)", name, number, payload, sealed)
                if payload is not None:
                    self.withdrawals.watch(payload, puts[name])
            fault("committing")
        return Entry(number, recorded, author, message, software, rules, digest.hex())

    def _sealed(self, text: bytes) -> tuple[int, bytes]:
        """Put a payload in; its number and its seal."""
        salt = payloads.new_salt()
        sealed = payloads.seal(salt, text)
        found = self.rows(
            "INSERT INTO payload (salt, body, content, seal) VALUES (?, ?, ?, ?) RETURNING id",
            salt, payloads.pack(text), payloads.content_digest(text), sealed,
        )  # fmt: skip
        return found[0][0], sealed

    def _entries(self, clause: str, *values: object) -> Iterator[Entry]:
        rows = self.rows(f"SELECT number, recorded, software, rules, note, chain FROM release {clause}", *values)  # noqa: S608
        for number, recorded, software, rules, note, digest in rows:
            said = self.text(note)
            words = json.loads(said) if said else {}
            moment = datetime.fromisoformat(recorded)
            yield Entry(number, moment, words.get("author"), words.get("message"), software, rules, digest.hex())

    def copy(self, target: Path) -> None:
        """Copy the whole journal, as it is at one moment, into a new file."""
        copy_whole(self._sql, target)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of one SQL statement, for this room's own use."""
        with told(self.path):
            return self._sql.execute(query, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is done inside, or nothing; for this room's own use."""
        with told(self.path):
            self._sql.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._sql.execute("COMMIT")
            except BaseException:
                if self._sql.in_transaction:
                    self._sql.execute("ROLLBACK")
                raise


def _written(moment: datetime) -> str:
    """UTC to the second, as recorded; a string order that is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


_TEXTS = "SELECT DISTINCT payload FROM change WHERE payload IS NOT NULL ORDER BY payload DESC"
_PAYLOADS_OF = """
SELECT p.id FROM change AS c JOIN payload AS p ON p.id = c.payload
WHERE c.part = ? AND p.body IS NOT NULL ORDER BY p.id
"""
_PARTS = """
SELECT c.part, c.release, p.id, p.content
FROM change AS c JOIN payload AS p ON p.id = c.payload
WHERE c.release = (SELECT max(release) FROM change WHERE part = c.part AND release <= ?)
  AND p.body IS NOT NULL
ORDER BY c.part
"""
_PARTS_SINCE = """
SELECT c.part, c.release, p.id, p.content
FROM change AS c LEFT JOIN payload AS p ON p.id = c.payload AND p.body IS NOT NULL
WHERE c.release > ? AND c.release <= ?
ORDER BY c.release
"""
_CHANGES = """
SELECT c.part,
       (SELECT b.payload FROM change AS b WHERE b.part = c.part AND b.release < ? ORDER BY b.release DESC LIMIT 1),
       c.payload
FROM change AS c WHERE c.release = ? ORDER BY c.part
"""
