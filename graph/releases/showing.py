"""From the journal to what is shown: store, snapshot, manifest, pointer. Runs in a process apart, under the lock.

Every step leaves either the state before it or the one after it, so running this again finishes whatever was
interrupted: publishing and recovering are the same work.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from graph.errors import KhronikaError
from graph.history.errors import JournalError
from graph.history.faults import fault
from graph.history.journal import Entry, Journal
from graph.releases.current import Release, is_shown, release_of, switch
from graph.releases.errors import NothingPublished, NotShownYet, StateDamaged, StoreAhead
from graph.releases.files.manifest import Manifest
from graph.releases.files.proved import Proved
from graph.releases.files.pruning import drop_stale, forget, prune, sweep
from graph.releases.files.snapshots import manifest_digest, take, usable
from graph.releases.places import Places
from graph.releases.storing import read_lineage, store_at
from graph.releases.view import View, view_of
from graph.settings import Settings, read_settings
from graph.store.apart import Progress, Waiting, run_apart

ROOM = "graph.releases.showing"
ANEW, KNOWING = "anew", "knowing"


@contextmanager
def beforehand(lock: int) -> Iterator[Waiting | None]:
    """The process that shows, started while there is still something else to do; it keeps hold of `lock` too.

    None where none can be started: what is to be published is then still checked and recorded.
    """
    try:
        waiting = Waiting(ROOM, holding=[lock])
    except OSError:
        yield None
        return
    with waiting:
        yield waiting


def show(
    settings: Settings,
    lock: int,
    progress: Progress | None = None,
    *,
    anew: bool = False,
    knowing: bool = False,
    waiting: Waiting | None = None,
) -> Release:
    """Show the newest release of the journal, in a process apart that keeps hold of `lock`.

    `anew` trusts no file; `knowing` does not read files again that were proved before (see `proved`): only where all
    went well so far. `waiting` is what `beforehand` gave. Raises `StoreAhead`, a `JournalError`, OSError (no room, no
    right to write) or `ApartDied`.
    """
    arguments = [str(settings.folder), *([ANEW] if anew else []), *([KNOWING] if knowing else [])]
    release = run_apart(ROOM, arguments, holding=[lock], progress=progress, waiting=waiting)
    assert isinstance(release, Release)
    return release


def show_or_say(
    settings: Settings,
    entry: Entry,
    lock: int,
    progress: Progress,
    *,
    knowing: bool = False,
    waiting: Waiting | None = None,
) -> None:
    """Show the newest release, `entry`, unless it is shown already; it is recorded, so what goes wrong is not a loss.

    `knowing` and `waiting` as in `show`. Raises `NotShownYet`; `StoreAhead` or a `JournalError` where something is
    wrong that no second try mends.
    """
    if is_shown(settings, entry):
        return
    try:
        show(settings, lock, progress, knowing=knowing, waiting=waiting)
    except (JournalError, StoreAhead):
        raise
    except (KhronikaError, OSError) as error:
        raise NotShownYet(entry.number, str(error)) from error


def work(arguments: Sequence[str], progress: Progress) -> Release:
    """The steps themselves, for the site in the folder `arguments[0]`. Only ever in a process apart."""
    settings, anew = read_settings(Path(arguments[0])), ANEW in arguments[1:]
    proved = Proved.read(Places(settings.var)) if KNOWING in arguments[1:] else Proved()
    places = Places(settings.var)
    sweep(places)
    with Journal(places.journal) as journal:
        entry = journal.newest()
        if entry is None:
            raise NothingPublished(settings.folder)
        view = view_of(journal, entry, settings)
        places.releases.mkdir(exist_ok=True)
        manifest = None if anew else usable(places.snapshot(entry.number), view)
        manifest = manifest or _snapshot(settings, places, view, proved, progress, anew)
    folder = places.snapshot(manifest.release)
    switch(places, manifest.release, manifest_digest(folder))
    fault("switched")
    drop_stale(places, manifest.withdrawals)
    prune(places, manifest.release)
    fault("pruned")
    return release_of(folder, manifest)


def _snapshot(
    settings: Settings, places: Places, view: View, proved: Proved, progress: Progress, anew: bool
) -> Manifest:
    """A new snapshot of `view`, from the working store as it is, or from one made from nothing."""
    if anew:
        forget(places)
    store = store_at(settings, places, view, progress)
    try:
        lineage = read_lineage(places)
        assert lineage is not None, "a store is never left without one"
        progress("Taking the snapshot", 0, 0)
        manifest = take(settings, store, lineage.store, view, proved)
        proved.write(places)
        return manifest
    except StateDamaged:  # a file of the working store: leave nothing of it
        if anew:
            raise
    finally:
        store.close()
    return _snapshot(settings, places, view, Proved(), progress, anew=True)
