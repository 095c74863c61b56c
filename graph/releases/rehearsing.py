"""What a publication would find, without one: the same reading, the same records left out, the same verdict."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.authoring.record import Record
from graph.history.errors import JournalError
from graph.history.journal import Journal
from graph.releases.admission import Skipped, admitted
from graph.releases.drafting import draft_of
from graph.releases.judging import Shown, judge
from graph.releases.places import Places
from graph.releases.stocktaking import keep, stock_of
from graph.settings import Settings
from graph.store.apart import Progress, silent

if TYPE_CHECKING:
    from graph.checking.report import Report


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`report` is of `records`; `since` is the release they were compared with, None when everything was checked."""

    report: "Report"
    records: tuple[Record, ...]
    skipped: tuple[Skipped, ...]
    since: int | None


def rehearse(settings: Settings, *, everything: bool = False, progress: Progress | None = None) -> Rehearsal:
    """Check what changed since the last release, or all of it with `everything` or where nothing is published yet.

    Writes nothing but what spares the next time reading the same files again. Raises `AuthoringErrors`,
    `NotForThisSite`, `ShapesError`, and a `JournalError` where the journal cannot be read.
    """
    report_progress = progress or silent
    report_progress("Reading records", 0, 0)
    places = Places(settings.var)
    if everything or not places.journal.exists():
        return _of_everything(settings, places, report_progress)
    with Shown(settings) as shown:
        with Journal(places.journal) as journal:
            stock = stock_of(settings, journal)
            keep(stock, settings, journal, locked=False)
            draft = draft_of(settings, journal, stock)
        report_progress("Checking", 0, 0)
        found = judge(
            settings, draft.vocabulary, draft.records, draft.puts.keys(), draft.removals, draft.last, shown,
            report_progress,
        )  # fmt: skip
    since = draft.last.number if draft.last and not found.whole else None
    return Rehearsal(found.report, tuple(draft.records), draft.skipped, since)


def _of_everything(settings: Settings, places: Places, progress: Progress) -> Rehearsal:
    stock = None
    with suppress(JournalError), Journal(places.journal) as journal:
        stock = stock_of(settings, journal)
        keep(stock, settings, journal, locked=False)
    if stock is None:
        stock = stock_of(settings, None)
        keep(stock, settings, None, locked=False)
    records, skipped = admitted(stock, settings, ())
    found = judge(settings, stock.vocabulary, records, (), (), None, None, progress)
    return Rehearsal(found.report, tuple(records), skipped, None)
