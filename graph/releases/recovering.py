"""What is done at each start: notice what is missing, damaged or left over, and make it again from the journal."""

from collections.abc import Iterator
from dataclasses import dataclass

from graph.errors import KhronikaError
from graph.history.errors import JournalError
from graph.history.journal import Journal
from graph.releases.current import Release, current_release, is_shown, refuse_older_journal
from graph.releases.errors import NothingPublished, NotWritable, SiteBusy, StateDamaged
from graph.releases.files.locks import only_one
from graph.releases.files.manifest import prove, read_manifest
from graph.releases.files.pruning import drop, leftovers, snapshots, stale, sweep
from graph.releases.places import Places
from graph.releases.showing import show, show_or_say
from graph.releases.withdrawal.blocklist import read_blocklist, refresh_blocklist
from graph.releases.withdrawal.withdrawing import settle
from graph.settings import Settings
from graph.store.apart import Progress, silent

AUTHOR = "recovery"  # of a release that finishes what was asked for before the machine stopped


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found and what was done about it, a sentence each; both empty where all was well.

    `release` is what is shown now, None for a site that has published nothing.
    """

    release: Release | None
    found: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


def recover(settings: Settings, *, progress: Progress | None = None) -> Recovery:
    """Make what is shown agree with the journal. To be called before serving; costs reading the shown files once.

    On a read-only disk, without a journal that can be read, or while somebody publishes, a whole snapshot goes on
    being shown as it is. Where there is none, what stood in the way is raised: a `JournalError`, `SiteBusy`,
    `NotWritable` or `NotShownYet`. `StoreAhead` is always raised: somebody has to say which history is right.
    """
    places = Places(settings.var)
    if not places.journal.exists():
        return _without_journal(settings, places)
    try:
        return _recovered(settings, places, progress or silent)
    except JournalError as error:
        return _as_it_is(settings, [], error)


def _recovered(settings: Settings, places: Places, progress: Progress) -> Recovery:
    with Journal(places.journal) as journal:
        found = list(_faults(settings, places, journal))
        if not found:
            return Recovery(_shown(settings))
        try:
            with only_one(places.lock) as lock:
                done = _mend(settings, places, journal, lock, progress)
        except (NotWritable, SiteBusy) as error:
            return _as_it_is(settings, found, error)
    return Recovery(_shown(settings), tuple(found), tuple(done))


def rebuild(settings: Settings, *, progress: Progress | None = None) -> Release:
    """Throw away all that was made from the journal and make it again: store, snapshots, pointer, block list.

    What is shown stays until the new snapshot takes its place; past releases are built when they are asked for.
    Raises `NothingPublished`, a `JournalError`, `SiteBusy`, `NotWritable`, OSError or `ApartDied`.
    """
    places = Places(settings.var)
    with Journal(places.journal) as journal, only_one(places.lock) as lock:
        newest = journal.newest()
        if newest is None:
            raise NothingPublished(settings.folder)
        newest = settle(settings, journal, author=AUTHOR) or newest
        refresh_blocklist(settings, journal)
        for number, folder in snapshots(places).items():
            if number != newest.number:
                drop(folder)
        return show(settings, lock, progress, anew=True)


def _faults(settings: Settings, places: Places, journal: Journal) -> Iterator[str]:
    """Everything that does not agree with the journal."""
    newest = journal.newest()
    refuse_older_journal(settings, newest)
    if newest:
        try:
            release = current_release(settings)
            if release is None:
                yield f"Release {newest.number} is recorded, but nothing is shown."
            else:
                if (release.number, release.chain) != (newest.number, newest.chain):
                    yield f"Release {newest.number} is recorded, but release {release.number} is shown."
                prove(release.path, read_manifest(release.path))
        except StateDamaged as error:
            yield f"{error.path}: {error.problem}"
    if any(w.pending for w in journal.withdrawals):
        yield "A withdrawal was asked for and not carried out."
    if _listed(places) != journal.withdrawals.events:
        yield f"{places.blocklist}: not what the journal says was withdrawn."
    yield from (f"{path}: from before a withdrawal." for path in stale(places, journal.withdrawals.settled))
    yield from (f"{path}: left over from a process that was stopped." for path in leftovers(places))


def _mend(settings: Settings, places: Places, journal: Journal, lock: int, progress: Progress) -> list[str]:
    """Do what has to be done, under the lock; whoever held it before us may have done it."""
    done = [f"{path}: removed." for path in sweep(places)]
    done += _adopt(places, journal)
    if settle(settings, journal, author=AUTHOR):
        done.append("The withdrawal was carried out.")
    if _listed(places) != journal.withdrawals.events:
        refresh_blocklist(settings, journal)
        done.append(f"{places.blocklist}: made again from the journal.")
    for path in stale(places, journal.withdrawals.settled):
        done.append(f"{path}: removed." if drop(path) else f"{path}: still being read; stop who reads it.")
    newest = journal.newest()
    if newest and not is_shown(settings, newest):
        show_or_say(settings, newest, lock, progress)
        done.append(f"Release {newest.number} is shown, made from the journal.")
    return done


def _adopt(places: Places, journal: Journal) -> list[str]:
    """Write down withdrawals that the list knows and the journal does not: an older journal was brought back."""
    try:
        listed = read_blocklist(places.blocklist)
    except StateDamaged:
        return []
    if listed.events <= journal.withdrawals.events:
        return []
    lost = [stone for iri, stone in listed.tombstones.items() if journal.withdrawals.active(iri) is None]
    for stone in lost:
        journal.withdrawals.add(stone.iri, stone.reason, stone.day)
    again = "its words came back with the older journal: khronika withdraw --erase"
    return [f"{stone.iri}: withdrawn again" + (f"; {again}" if stone.erased else ".") for stone in lost]


def _listed(places: Places) -> int | None:
    """How many events of withdrawal the list knows; None where it cannot be read."""
    try:
        return read_blocklist(places.blocklist).events
    except StateDamaged:
        return None


def _shown(settings: Settings) -> Release | None:
    release = current_release(settings)
    if release:
        prove(release.path, read_manifest(release.path))
    return release


def _as_it_is(settings: Settings, found: list[str], error: KhronikaError) -> Recovery:
    """Go on showing a whole snapshot where nothing can be written; raise `error` where there is none."""
    try:
        release = _shown(settings)
    except StateDamaged:
        raise error from None
    if release is None:
        raise error
    return Recovery(release, tuple(found), (f"Nothing could be done: {error}",))


def _without_journal(settings: Settings, places: Places) -> Recovery:
    release = _shown(settings)
    if release is None:
        return Recovery(None)
    way = "What is shown stays; publishing needs: khronika restore NEW-FOLDER FILE"
    return Recovery(release, (f"{places.journal}: the journal is missing. {way}",))
