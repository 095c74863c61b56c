"""Any release as it may be read today: from a kept snapshot, or built from the journal when somebody asks for it.

Building costs as much as the release is large, so one is built at a time, who waits too long is told to come again,
and only so many are kept (`pruning`).
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from graph.history.journal import Entry, Journal
from graph.releases.current import Release, read_pointer, release_of
from graph.releases.errors import NothingPublished, StateDamaged, UnknownRelease
from graph.releases.files.durable import remove_path
from graph.releases.files.locks import only_one
from graph.releases.files.manifest import read_manifest
from graph.releases.files.proved import Proved
from graph.releases.files.pruning import prune
from graph.releases.places import Places
from graph.releases.view import view_of
from graph.settings import Settings, read_settings
from graph.store.apart import Progress, run_apart

WAIT_SECONDS = 10.0  # past this a person has left
BUILDING = ".past-"  # what begins so is being built, or was when its builder was killed


def past_release(settings: Settings, at: int | datetime) -> Release:
    """The release with that number, or the newest one at that moment; its snapshot lies on disk when this returns.

    Raises `UnknownRelease`, `NothingPublished`, `SiteBusy` (others are being built), a `JournalError`, or OSError.
    """
    places = Places(settings.var)
    with Journal(places.journal) as journal:
        entry = entry_at(settings, journal, at)
        found = _kept(places, journal, entry)
        if found:
            return found
    with only_one(places.past_lock, seconds=WAIT_SECONDS, doing="building a past release") as lock:
        with Journal(places.journal) as journal:
            found = _kept(places, journal, entry)  # by who held the lock before us
        if found:
            return found
        built = run_apart("graph.releases.past", [str(settings.folder), str(entry.number)], holding=[lock])
        assert isinstance(built, Release)
        return built


def entry_at(settings: Settings, journal: Journal, at: int | datetime) -> Entry:
    """The release with that number, or the newest one at that moment."""
    newest = journal.newest()
    if newest is None:
        raise NothingPublished(settings.folder)
    entry = journal.entry(at) if isinstance(at, int) else journal.entry_at(at)
    if entry is None:
        raise UnknownRelease(at, newest.number)
    return entry


def _kept(places: Places, journal: Journal, entry: Entry) -> Release | None:
    """The snapshot of a release, unless something was withdrawn since it was taken."""
    folder = places.snapshot(entry.number)
    try:
        manifest = read_manifest(folder)
    except StateDamaged:
        return None
    events = journal.withdrawals.settled
    same = (manifest.chain, manifest.withdrawals) == (entry.chain, events)
    return release_of(folder, manifest) if same else None


def work(arguments: Sequence[str], progress: Progress) -> Release:
    """Build the snapshot of release `arguments[1]` of the site in the folder `arguments[0]`, from the journal.

    Only ever in a process apart, under the lock of the past.
    """
    from graph.releases.derived.indexer import Indexer
    from graph.releases.files.snapshots import take  # here: who only reads a release makes none
    from graph.releases.storing import fill
    from graph.store.working import WorkingStore

    settings, number = read_settings(Path(arguments[0])), int(arguments[1])
    places = Places(settings.var)
    sweep_past(places)
    scratch = places.var / f"{BUILDING}store"
    with Journal(places.journal) as journal:
        entry = entry_at(settings, journal, number)
        view = view_of(journal, entry, settings)
        with Indexer(places, BUILDING) as indexer:
            indexer.expect(view)
            store = WorkingStore(scratch)
            try:
                fill(store, settings, view, progress, indexer)
                name = uuid.uuid4().hex  # not that of the store built before
                manifest = take(settings, store, name, view, Proved(), indexer, unfinished=BUILDING)
            finally:
                store.close()
                remove_path(scratch)
    shown = read_pointer(places)
    if shown:
        prune(places, shown[0])  # here too: who asks for one release after the other must not fill the disk
    return release_of(places.snapshot(number), manifest)


def sweep_past(places: Places) -> list[Path]:
    """Remove what a killed builder left, under the lock of the past; what was found."""
    found = sorted([*places.var.glob(BUILDING + "*"), *places.releases.glob(BUILDING + "*")])
    for path in found:
        remove_path(path)
    return found
