"""What must go: a mask at once, and if asked the words themselves, with a proof that they are in no file any more."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from graph.authoring.kept import discard
from graph.history.faults import fault
from graph.history.hiding import Target
from graph.history.journal import Entry, Journal
from graph.history.payloads import content_digest
from graph.history.withdrawals import Erasure, Withdrawal
from graph.releases.current import refuse_older_journal
from graph.releases.derived.description import software
from graph.releases.errors import CannotWithdraw, WordsRemain
from graph.releases.files.locks import only_one
from graph.releases.files.pruning import drop_stale, forget
from graph.releases.places import Places
from graph.releases.showing import show_or_say
from graph.releases.view import Moment, view_of
from graph.releases.withdrawal.blocklist import refresh_blocklist, write_blocklist
from graph.releases.withdrawal.erasing import doomed_by, remains, remains_in_journal, remains_of_ours, says_any
from graph.settings import Settings
from graph.store.apart import Progress, silent
from graph.vocabulary import load_vocabulary

SCHEME = "withdrawal"  # whose concepts are the reasons one may give
LET_GO_SECONDS = 10.0  # servers follow a release in half a second, a query ends at its deadline


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was done. `elsewhere` are files of the editors, outside `var/`, in which erased words still stand."""

    iri: str
    release: int
    erased: bool
    elsewhere: tuple[str, ...] = ()


def withdraw(
    settings: Settings,
    iri: str,
    *,
    reason: str,
    author: str,
    erase: bool = False,
    today: date | None = None,
    progress: Progress | None = None,
) -> Withdrawn:
    """Take a record or a thing out of every channel; with `erase` destroy its words as well, which nothing undoes.

    A record goes as a whole; of a thing goes each statement that names it. Every channel knows when this function has
    written the block list, its first step. Raises `CannotWithdraw`, `SiteBusy`, `WordsRemain`, `NotShownYet`.
    """
    places, report = Places(settings.var), progress or silent
    with Journal(places.journal) as journal:
        refuse_older_journal(settings, journal.newest())
        withdrawal = _block(settings, places, journal, iri, reason, today or datetime.now(UTC).date())
        fault("blocked")
        with only_one(places.lock) as lock:
            if not erase or withdrawal.erased:
                entry = settle(settings, journal, author=author) or _newest(journal)
                show_or_say(settings, entry, lock, report)
                drop_stale(places, journal.withdrawals.settled)
                return Withdrawn(iri, entry.number, erased=withdrawal.erased is not None)
            return _erase(settings, places, journal, withdrawal, author, lock, report)


def lift(settings: Settings, iri: str, *, author: str, progress: Progress | None = None) -> Withdrawn:
    """Take a mask off again: the next release holds what was hidden, and so do past ones. Raises as `withdraw`."""
    places = Places(settings.var)
    with Journal(places.journal) as journal, only_one(places.lock) as lock:
        withdrawal = journal.withdrawals.active(iri)
        if withdrawal is None or withdrawal.erased:
            problem = "is not withdrawn." if withdrawal is None else "was erased, and that cannot be undone."
            raise CannotWithdraw(iri, problem, "What is withdrawn: khronika log --withdrawn")
        journal.withdrawals.lift(withdrawal)
        entry = settle(settings, journal, author=author)
        assert entry is not None, "a lifted mask makes a release"
        show_or_say(settings, entry, lock, progress or silent)
        drop_stale(places, journal.withdrawals.settled)
        return Withdrawn(iri, entry.number, erased=False)


def settle(settings: Settings, journal: Journal, *, author: str) -> Entry | None:
    """Record the release in which waiting withdrawals take effect, under the lock; None where none waits."""
    if not any(w.pending for w in journal.withdrawals):
        return None
    search(journal)
    entry = _record(settings, journal, author)
    fault("settled")
    refresh_blocklist(settings, journal)
    return entry


def search(journal: Journal) -> None:
    """Find what speaks of things whose withdrawal waits for a release, so that the release can leave it out."""
    for withdrawal in journal.withdrawals:
        if withdrawal.since is None:
            journal.withdrawals.touch(withdrawal, (payload for payload, _ in journal.speaking_of(withdrawal.target)))


def _block(settings: Settings, places: Places, journal: Journal, iri: str, reason: str, today: date) -> Withdrawal:
    """Write the withdrawal down and tell every channel."""
    reasons = load_vocabulary().words(SCHEME)
    if reason not in reasons:
        raise CannotWithdraw(iri, f"'{reason}' is not a reason.", f"Reasons: {', '.join(reasons)}.")
    with only_one(places.withdrawal_lock):
        found = journal.withdrawals.active(iri)
        if found is None:
            _must_be_ours(settings, journal, iri)
            found = journal.withdrawals.add(iri, reason, today)
        write_blocklist(places, journal.withdrawals)
    return found


def _must_be_ours(settings: Settings, journal: Journal, iri: str) -> None:
    derived = settings.record("derived").value
    if not (settings.of_site(iri) or "") or iri == derived:
        raise CannotWithdraw(iri, "is not an IRI of this site.", f"They begin with {settings.base}id/ or /record/.")
    if not journal.releases_of(iri) and next(journal.speaking_of(Target(iri)), None) is None:
        raise CannotWithdraw(iri, "was never published here.", "Look it up on its page: the IRI is under its title.")


def _record(
    settings: Settings, journal: Journal, author: str, removals: Iterable[str] = (), erasure: Erasure | None = None
) -> Entry:
    """Record the release without what is withdrawn, its plain facts derived from what is left."""
    derived = settings.record("derived").value
    newest = _newest(journal)
    facts = view_of(journal, newest, settings, Moment.NEXT).text(derived)
    held = journal.parts(newest.number).get(derived)
    same = held is not None and held.content == content_digest(facts) and erasure is None
    return journal.commit(
        author=author,
        message="",  # why is in the withdrawal, as a word of a list; free text could name
        software=software(),
        puts={} if same else {derived: facts},
        removals=list(removals),
        erasure=erasure,
    )


def _erase(
    settings: Settings,
    places: Places,
    journal: Journal,
    withdrawal: Withdrawal,
    author: str,
    lock: int,
    progress: Progress,
) -> Withdrawn:
    discard(places.compiled)  # first: nobody can keep anything there until the lock is free, and then not these words
    progress("Searching the history", 0, 0)
    search(journal)
    doomed = doomed_by(journal, withdrawal, settings.record("derived").value)
    held = journal.parts(_newest(journal).number)
    if says_any(author, doomed.words):  # who erases may be whom it is about; then nobody signs
        author = ""
    entry = _record(settings, journal, author, held.keys() & {withdrawal.iri}, doomed.erasure)
    refresh_blocklist(settings, journal)
    fault("erased")
    forget(places)
    show_or_say(settings, entry, lock, progress)
    progress("Searching every file", 0, 0)
    _let_go(places, journal)
    left = [*remains_in_journal(journal, doomed.words), *remains_of_ours(places, doomed.words, doomed.folded)]
    if left:
        raise WordsRemain(withdrawal.iri, left)
    outside = (p for p in sorted(settings.folder.iterdir()) if p != places.var)
    elsewhere = [place for path in outside for place in remains(path, doomed.words)]
    return Withdrawn(withdrawal.iri, entry.number, erased=True, elsewhere=tuple(elsewhere))


def _let_go(places: Places, journal: Journal) -> None:
    """Remove the old snapshots as their readers let go of them; who does not in time is named in `WordsRemain`."""
    events = journal.withdrawals.settled
    until = time.monotonic() + LET_GO_SECONDS
    while drop_stale(places, events) and time.monotonic() < until:
        time.sleep(0.05)


def _newest(journal: Journal) -> Entry:
    entry = journal.newest()
    assert entry is not None, "what was published has a release"
    return entry
