"""Which records may come near this site's journal at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from graph.authoring.record import Record
from graph.authoring.stock import Stock
from graph.errors import AuthoringErrors
from graph.history.withdrawals import Withdrawal
from graph.releases.errors import NotForThisSite
from graph.settings import Settings

OPEN = "public"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that was left out, and why, as a sentence for the editor."""

    record: str
    why: str


def admitted(
    stock: Stock, settings: Settings, withdrawn: Sequence[Withdrawal]
) -> tuple[list[Record], tuple[Skipped, ...]]:
    """What `admit` leaves of a whole site today; `AuthoringErrors` where what is left speaks of what is not."""
    records, skipped = admit(stock.records(), settings, withdrawn, datetime.now(UTC).date())
    if skipped and (problems := stock.undescribed({left_out.record for left_out in skipped})):
        raise AuthoringErrors(problems)
    return records, tuple(skipped)


def admit(
    records: Sequence[Record], settings: Settings, withdrawn: Sequence[Withdrawal], today: date
) -> tuple[list[Record], list[Skipped]]:
    """The records that are published, and those left out for now: embargoed or withdrawn.

    A record closer than the site is refused with `NotForThisSite`, not passed over: its file already lies where it
    must not, and whoever put it there has to know. Nothing of what is left out is recorded anywhere.
    """
    misplaced = [(r.path, r.access) for r in records if r.access not in (OPEN, settings.access, "withdrawn")]
    if misplaced:
        raise NotForThisSite(misplaced, settings.access)
    gone = {w.iri: "erased" if w.erased else "withdrawn" for w in withdrawn}
    admitted, skipped = [], []
    day = today.isoformat()
    for record in records:
        how = gone.get(record.iri.value) if gone else None
        why = f"it was {how}; this site does not publish it" if how else _not_yet(record, day)
        if why:
            skipped.append(Skipped(record.id, why))
        else:
            admitted.append(record)
    return admitted, skipped


def _not_yet(record: Record, today: str) -> str | None:
    if record.access == "withdrawn":
        return "its access is 'withdrawn'"
    return f"under embargo until {record.until}" if record.until > today else None
