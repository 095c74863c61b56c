"""What a publication would find, without one: the same reading, the same records left out, the same verdict."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from graph.authoring.records import Record, read_site, undescribed
from graph.errors import AuthoringErrors
from graph.history.journal import Journal
from graph.releases.admission import Skipped, admit
from graph.releases.judging import judge
from graph.releases.places import Places
from graph.releases.publishing import draft_of
from graph.settings import Settings
from graph.store.apart import Progress, silent
from graph.vocabulary import load_vocabulary

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

    Writes nothing. Raises `AuthoringErrors`, `NotForThisSite`, `ShapesError`, and a `JournalError` where the journal
    cannot be read.
    """
    report_progress = progress or silent
    report_progress("Reading records", 0, 0)
    places = Places(settings.var)
    if everything or not places.journal.exists():
        records, skipped = admit(read_site(settings), settings, (), datetime.now(UTC).date())
        if skipped and (problems := undescribed(records, settings)):
            raise AuthoringErrors(problems)
        words = load_vocabulary(settings.folder / "concepts")
        report, _ = judge(settings, words, records, (), (), None, report_progress)
        return Rehearsal(report, tuple(records), tuple(skipped), None)
    with Journal(places.journal) as journal:
        draft = draft_of(settings, journal)
    report_progress("Checking", 0, 0)
    report, _ = judge(
        settings, draft.vocabulary, draft.records, draft.puts.keys(), draft.removals, draft.last, report_progress
    )
    whole = report.records == len(draft.records) and draft.puts.keys() != {r.iri.value for r in draft.records}
    since = draft.last.number if draft.last and not whole else None
    return Rehearsal(report, tuple(draft.records), draft.skipped, since)
