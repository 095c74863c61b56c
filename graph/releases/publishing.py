"""The one way anything is published: read, check, record, show; or nothing at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pyoxigraph import Quad

from graph.authoring.records import Record, read_site
from graph.history.errors import JournalMissing
from graph.history.faults import fault
from graph.history.hiding import without
from graph.history.journal import Journal, Part
from graph.history.payloads import canonical, content_digest, in_graph
from graph.releases.admission import Skipped, admit
from graph.releases.blocklist import refresh_blocklist
from graph.releases.current import read_pointer, refuse_older_journal
from graph.releases.deriving import derived_text
from graph.releases.description import software, standing_parts
from graph.releases.errors import PublishRefused
from graph.releases.locks import only_one
from graph.releases.places import Places
from graph.releases.showing import show_or_say
from graph.releases.withdrawing import search
from graph.settings import Settings
from graph.store.apart import Progress, silent
from graph.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from graph.checking.report import Report

Check = Callable[[Sequence[Record], Settings], "Report"]


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publish did.

    `changed` is false when the site said nothing new: then `release` is the one that stands, the counts of records
    are 0 and there is no `report`, since nothing was checked. `skipped` was left out on purpose.
    """

    release: int
    changed: bool
    added: int = 0
    updated: int = 0
    removed: int = 0
    report: "Report | None" = None
    skipped: tuple[Skipped, ...] = ()


def publish(
    settings: Settings,
    *,
    author: str,
    message: str,
    progress: Progress | None = None,
    check: Check | None = None,
) -> Publication:
    """Publish what the editors wrote as the next release, or find that nothing changed.

    Raises `AuthoringErrors` (records cannot be read), `PublishRefused` (a rule is broken), `NotForThisSite`,
    `SiteBusy` (another publisher), `JournalNotWritable`: nothing is recorded then. `NotShownYet` when the release is
    recorded, and so lasts, but could not be shown; the next start or publish does that.
    """
    places = Places(settings.var)
    with only_one(places.lock) as lock, _journal(places) as journal:
        refuse_older_journal(settings, journal.newest())
        return _publish(settings, journal, lock, author, message, progress or silent, check or _check)


def _publish(
    settings: Settings, journal: Journal, lock: int, author: str, message: str, progress: Progress, check: Check
) -> Publication:
    progress("Reading records", 0, 0)
    withdrawn = [w for w in journal.withdrawals if w.active and not w.lifting]
    records, skipped = admit(read_site(settings), settings, withdrawn, datetime.now(UTC).date())
    fault("read")
    last = journal.newest()
    before = journal.parts(last.number) if last else {}
    erased = [w.iri for w in withdrawn if w.erased]
    written = {record.iri.value: without(record_text(record), erased) for record in records}
    parts = {**written, **standing_parts(settings, load_vocabulary(settings.folder / "concepts"))}
    derived = settings.record("derived").value
    puts = {name: text for name, text in parts.items() if _differs(before.get(name), text)}
    removals = before.keys() - parts.keys() - {derived} - {w.iri for w in withdrawn}
    waiting = any(w.pending for w in journal.withdrawals)
    if last and not puts and not removals and not waiting and last.software == software():
        show_or_say(settings, last, lock, progress)
        return Publication(last.number, changed=False, skipped=tuple(skipped))
    progress("Checking", 0, 0)
    report = check(records, settings)
    if not report.conforms:
        raise PublishRefused(report)
    fault("checked")
    progress("Deriving plain facts", 0, 0)
    search(journal)
    hidden = [w.iri for w in withdrawn]
    facts = derived_text((without(text, hidden) for text in parts.values()), settings)
    if _differs(before.get(derived), facts):
        puts[derived] = facts
    progress("Recording", 0, 0)
    entry = journal.commit(author=author, message=message, software=software(), puts=puts, removals=removals)
    fault("committed")
    if waiting:
        refresh_blocklist(settings, journal)
    show_or_say(settings, entry, lock, progress)
    fault("shown")
    changed = written.keys() & puts.keys()
    return Publication(
        entry.number,
        changed=True,
        added=len(changed - before.keys()),
        updated=len(changed & before.keys()),
        removed=len(removals),
        report=report,
        skipped=tuple(skipped),
    )


def record_text(record: Record) -> bytes:
    """A record as its part of a release: its graph, and what the catalogue says of it."""
    about = (Quad(t.subject, t.predicate, t.object) for t in record.catalogue)
    return canonical([*in_graph(record.triples, record.iri), *about])


def _differs(part: Part | None, text: bytes) -> bool:
    return part is None or part.content != content_digest(text)


def _check(records: Sequence[Record], settings: Settings) -> "Report":
    from graph.checking.checks import check  # here: the rules cost a second to load, and most publishes have none

    return check(records, settings)


def _journal(places: Places) -> Journal:
    """The journal, made for a new site; `JournalMissing` where something is published and only the journal is gone."""
    if not places.journal.exists() and read_pointer(places) is not None:
        raise JournalMissing(places.journal)
    return Journal(places.journal, create=True)
