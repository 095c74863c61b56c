"""What was withdrawn from a site: masks, which come off again, and erasures, which do not.

A withdrawal is written down at once and takes effect in the next release. The payloads that speak of it are listed
with it, so that nobody has to search the whole history each time a release is read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from graph.history import payloads
from graph.history.hiding import Target, speaks_of


class Tables(Protocol):
    """The journal, as far as this room needs it."""

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of one SQL statement."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One withdrawal of one IRI. `since`, `lifted` and `erased` are the releases in which each took effect.

    `iri` is empty where an erase took it: a mask that was off again need not be remembered by name. `chained` is what
    the chain of releases calls it, `record` whether it names a record, which goes as a whole. `rechained` is the
    release that vouches for the links in which an older version had put the IRI itself, 0 while there is none.
    """

    id: int
    iri: str
    chained: str
    record: bool
    reason: str
    day: date
    since: int | None
    lifting: bool
    lifted: int | None
    erased: int | None
    rechained: int | None

    @property
    def releases(self) -> set[int]:
        """The releases in which it took effect, in this way or that."""
        return {number for number in (self.since, self.lifted, self.erased) if number is not None}

    @property
    def target(self) -> Target:
        """What it takes out of texts."""
        return Target(self.iri, nodes=not self.record)

    @property
    def active(self) -> bool:
        """Whether it hides anything today; one that still waits for its release does."""
        return self.lifted is None

    def active_at(self, release: int) -> bool:
        """Whether it was in effect when that release was made."""
        return self.since is not None and self.since <= release and not (self.lifted and self.lifted <= release)

    @property
    def pending(self) -> bool:
        """Whether it waits for a release, to take effect or to be lifted."""
        return self.since is None or (self.lifting and self.lifted is None)

    @property
    def events(self) -> int:
        """How many events it counts for, those included that have not taken effect yet."""
        return 1 + (self.lifted is not None) + (self.erased is not None)

    @property
    def settled_events(self) -> int:
        """How many of its events are in a release."""
        return self.events - (self.since is None)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a release destroys for good: payloads, and what those that keep the rest of their words say instead.

    `forgotten` are masks that are off again and whose IRI is to go with the words.
    """

    withdrawal: int
    destroyed: Iterable[int] = ()
    rewritten: Mapping[int, bytes] = field(default_factory=dict)
    forgotten: Iterable[int] = ()


class Withdrawals:
    """The withdrawals in a journal."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def __iter__(self) -> Iterator[Withdrawal]:
        """All of them, in the order in which they were asked for."""
        for number, iri, seal, record, reason, day, since, lifting, *after in self._tables.rows(_ALL):
            chained = seal.hex() if seal and after[-1] != 0 else iri
            moment = date.fromisoformat(day)
            yield Withdrawal(number, iri, chained, bool(record), reason, moment, since, bool(lifting), *after)

    @property
    def events(self) -> int:
        """How many events there ever were, those included that wait for a release."""
        return sum(w.events for w in self)

    @property
    def settled(self) -> int:
        """How many events have taken effect in a release."""
        return sum(w.settled_events for w in self)

    def active(self, iri: str) -> Withdrawal | None:
        """The withdrawal that hides an IRI today."""
        return next((w for w in self if w.iri == iri and w.active), None)

    def add(self, iri: str, reason: str, day: date) -> Withdrawal:
        """Write a withdrawal down; it waits for a release."""
        salt = payloads.new_salt()
        self._tables.rows(
            "INSERT INTO withdrawal (iri, salt, seal, reason, day) VALUES (?, ?, ?, ?, ?)",
            iri, salt, payloads.seal(salt, iri.encode()), reason, day.isoformat(),
        )  # fmt: skip
        found = self.active(iri)
        assert found is not None
        return found

    def lift(self, withdrawal: Withdrawal) -> None:
        """Write down that a mask is to come off; it waits for a release."""
        self._tables.rows("UPDATE withdrawal SET lifting = 1 WHERE id = ?", withdrawal.id)

    def touch(self, withdrawal: Withdrawal, found: Iterable[int]) -> None:
        """Note the payloads that speak of what is withdrawn."""
        for payload in found:
            self._tables.rows("INSERT OR IGNORE INTO touched VALUES (?, ?)", withdrawal.id, payload)

    def watch(self, payload: int, text: bytes) -> None:
        """Note of a new payload what it speaks of that is withdrawn."""
        for withdrawal in self:
            if withdrawal.active and speaks_of(text, withdrawal.target):
                self.touch(withdrawal, [payload])

    def touched(self) -> dict[int, set[int]]:
        """By payload, the withdrawals of what it speaks of."""
        found: dict[int, set[int]] = {}
        for withdrawal, payload in self._tables.rows("SELECT withdrawal, payload FROM touched"):
            found.setdefault(payload, set()).add(withdrawal)
        return found

    def settle(self, release: int, erasure: Erasure | None = None) -> None:
        """Let what waits take effect in `release`, within its transaction."""
        rows = self._tables.rows
        rows("UPDATE withdrawal SET since = ? WHERE since IS NULL", release)
        rows("UPDATE withdrawal SET lifted = ? WHERE lifting = 1 AND lifted IS NULL", release)
        if erasure:
            rows("UPDATE withdrawal SET erased = ? WHERE id = ?", release, erasure.withdrawal)
            rows("DELETE FROM touched WHERE withdrawal = ?", erasure.withdrawal)
            for forgotten in erasure.forgotten:
                rows("UPDATE withdrawal SET iri = '', salt = NULL WHERE id = ?", forgotten)
                rows("DELETE FROM touched WHERE withdrawal = ?", forgotten)
            for payload in erasure.destroyed:
                rows(
                    "UPDATE payload SET salt = NULL, body = NULL, content = NULL, erased = ? WHERE id = ?",
                    release, payload,
                )  # fmt: skip
            for payload, text in erasure.rewritten.items():
                salt = payloads.new_salt()
                rows(
                    "UPDATE payload SET salt = ?, body = ?, content = ?, seal = ?, erased = ? WHERE id = ?",
                    salt, payloads.pack(text), payloads.content_digest(text), payloads.seal(salt, text), release,
                    payload,
                )  # fmt: skip


_ALL = """
SELECT id, iri, seal, EXISTS (SELECT 1 FROM change WHERE part = iri), reason, day, since, lifting,
       lifted, erased, rechained
FROM withdrawal ORDER BY id
"""
