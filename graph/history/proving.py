"""Whether the journal still says what was written: every seal, every content, every link of the chain."""

from collections.abc import Iterator

from graph.history import payloads
from graph.history.errors import JournalDamaged
from graph.history.journal import Journal
from graph.history.links import link_of, vouched


def faults_of(journal: Journal) -> Iterator[str]:
    """A sentence for everything that is not as it was written; nothing for a sound journal."""
    yield from (f"SQLite: {row[0]}." for row in journal.rows("PRAGMA integrity_check") if row[0] != "ok")
    for table, row, other, _ in journal.rows("PRAGMA foreign_key_check"):
        yield f"SQLite: row {row} of {table} points at a missing row of {other}."
    yield from _payloads(journal)
    yield from _withdrawals(journal)
    yield from _links(journal)


def _payloads(journal: Journal) -> Iterator[str]:
    rows = journal.rows("SELECT id, body IS NULL, content, erased FROM payload ORDER BY id")
    for payload, empty, content, erased in rows:
        if empty:
            if erased is None:
                yield f"Payload {payload} is empty, and no release erased it."
            continue
        try:
            text = journal.text(payload)
        except JournalDamaged as error:
            yield f"{error.problem[0].upper()}{error.problem[1:]}."
        else:
            if text is not None and payloads.content_digest(text) != content:
                yield f"Payload {payload} has another digest than was noted."


def _withdrawals(journal: Journal) -> Iterator[str]:
    for number, iri, salt, sealed in journal.rows("SELECT id, iri, salt, seal FROM withdrawal WHERE seal IS NOT NULL"):
        if salt is None and iri:
            yield f"Withdrawal {number} has lost its salt, and no release erased it."
        elif salt is not None and payloads.seal(salt, iri.encode()) != sealed:
            yield f"Withdrawal {number} is not what was sealed."


def _links(journal: Journal) -> Iterator[str]:
    expected, elsewhere = 1, vouched(journal.withdrawals)
    for number, note_seal, link, note in journal.rows("SELECT number, note_seal, chain, note FROM release ORDER BY 1"):
        if number != expected:
            yield f"Release {expected} is missing."
        expected = number + 1
        if number not in elsewhere and link_of(journal, number) != link:
            yield f"Release {number} is not what was chained."
        changes = journal.rows("SELECT part, seal, payload FROM change WHERE release = ?", number)
        for what, sealed, payload in [("its note", note_seal, note), *changes]:
            if payload is not None and not _sealed(journal, payload, sealed):
                yield f"Release {number}: the content of {what} is not what was sealed, and no release erased it."


def _sealed(journal: Journal, payload: int, sealed: bytes) -> bool:
    """Whether a payload still has the seal it was chained with, or a later release took words out of it."""
    rows = journal.rows("SELECT seal, erased FROM payload WHERE id = ?", payload)
    return bool(rows) and (rows[0][0] == sealed or rows[0][1] is not None)
