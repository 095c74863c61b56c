"""The one way anything is published: read, check, record, show; or nothing at all."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from graph.authoring.record import Record
from graph.history.faults import fault
from graph.history.hiding import without
from graph.history.journal import Entry, Journal
from graph.releases.admission import Skipped
from graph.releases.current import read_pointer, refuse_older_journal
from graph.releases.derived.deriving import derived_text
from graph.releases.derived.description import software
from graph.releases.derived.rederiving import facts_from_last
from graph.releases.drafting import Draft, draft_of
from graph.releases.errors import PublishRefused, StateDamaged
from graph.releases.files.locks import only_one
from graph.releases.judging import Shown, judge
from graph.releases.places import Places
from graph.releases.showing import Beforehand, show_or_say
from graph.releases.stocktaking import keep, stock_of
from graph.releases.withdrawal.blocklist import refresh_blocklist
from graph.releases.withdrawal.withdrawing import search
from graph.settings import Settings
from graph.store.apart import Progress, silent

if TYPE_CHECKING:
    from graph.checking.report import Report

Check = Callable[[Sequence[Record], Settings], "Report"]  # of all records; in place of the site's rules


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
        return _publish(settings, journal, lock, author, message, progress or silent, check)


def _publish(
    settings: Settings, journal: Journal, lock: int, author: str, message: str, progress: Progress, check: Check | None
) -> Publication:
    with ExitStack() as ends:
        apart = ends.enter_context(Beforehand(settings, lock))
        shown = ends.enter_context(Shown(settings))
        progress("Reading records", 0, 0)
        stock = stock_of(settings, journal, apart.prepare)
        keep_it = partial(keep, stock, settings, journal, locked=True)
        ends.callback(keep_it)  # in any case, if it was not done by then
        draft = draft_of(settings, journal, stock)
        fault("read")
        pending = any(w.pending for w in journal.withdrawals)
        last = draft.last
        if last and not draft.puts and not draft.removals and not pending:
            if last.software != software():
                _derive(settings, journal, draft, progress)
            if not draft.puts:
                shown.close()
                show_or_say(settings, last, lock, progress)
                return Publication(last.number, changed=False, skipped=draft.skipped)
        apart.prepare()
        progress("Checking", 0, 0)
        report, rules = _judged(settings, draft, check, shown, progress)
        shown.close()
        if not report.conforms:
            raise PublishRefused(report)
        fault("checked")
        search(journal)
        _derive(settings, journal, draft, progress)
        progress("Recording", 0, 0)
        entry = journal.commit(
            author=author, message=message, software=software(), rules=rules, puts=draft.puts, removals=draft.removals
        )
        fault("committed")
        if pending:
            refresh_blocklist(settings, journal)
        show_or_say(settings, entry, lock, progress, knowing=True, waiting=apart.waiting, meanwhile=keep_it)
        fault("shown")
    return _published(entry, draft, report)


def _judged(
    settings: Settings, draft: Draft, check: Check | None, shown: Shown, progress: Progress
) -> tuple["Report", str]:
    """What is wrong with a draft, and the digest of the rules that say so."""
    if check:
        return check(draft.records, settings), ""
    changed, removed = draft.puts.keys(), draft.removals
    found = judge(settings, draft.vocabulary, draft.records, changed, removed, draft.last, shown, progress)
    return found.report, found.rules


def _derive(settings: Settings, journal: Journal, draft: Draft, progress: Progress) -> None:
    """Take the plain facts that follow from what will be visible into the draft, if they are others than before."""
    progress("Deriving plain facts", 0, 0)
    hidden = [w.target for w in draft.withdrawn]
    facts = facts_from_last(settings, journal, draft.last, draft.before, draft.puts, draft.removals, hidden)
    if facts is None:
        facts = derived_text((without(draft.text(name), hidden) for name in draft.parts.contents), settings)
    draft.put(settings.record("derived").value, facts)


def _published(entry: Entry, draft: Draft, report: "Report") -> Publication:
    changed = {record.iri.value for record in draft.records} & draft.puts.keys()
    return Publication(
        entry.number,
        changed=True,
        added=len(changed - draft.before.keys()),
        updated=len(changed & draft.before.keys()),
        removed=len(draft.removals),
        report=report,
        skipped=draft.skipped,
    )


def _journal(places: Places) -> Journal:
    """The journal, made for a new site; where something is published, a missing or emptied one is not begun anew."""
    try:
        begun = read_pointer(places) is not None
    except StateDamaged:
        begun = True
    return Journal(places.journal, create=not begun)
