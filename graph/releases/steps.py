"""The steps from the journal to what is shown: store, snapshot, manifest, pointer. In a process apart, under the lock.

Every step leaves either the state before it or the one after it, so running this again finishes whatever was
interrupted: publishing and recovering are the same work.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from graph.history.faults import fault
from graph.history.journal import Journal
from graph.releases.current import Release, release_of, switch
from graph.releases.derived.indexer import Indexer
from graph.releases.errors import NothingPublished, StateDamaged
from graph.releases.files.manifest import Manifest
from graph.releases.files.proved import Proved
from graph.releases.files.pruning import drop_stale, forget, prune, sweep
from graph.releases.files.snapshots import manifest_digest, take, usable
from graph.releases.places import Places
from graph.releases.readying import Ready, ready_for_next
from graph.releases.showing import ANEW, KNOWING
from graph.releases.storing import read_lineage, store_at
from graph.releases.view import View, view_of
from graph.settings import Settings, read_settings
from graph.store.apart import Progress


@contextmanager
def prepared(arguments: Sequence[str]) -> Iterator[Callable[[Sequence[str], Progress], Release]]:
    """The same as `work`, for the site in the folder `arguments[0]`, once all is made ready that can be beforehand."""
    settings = read_settings(Path(arguments[0]))
    with ready_for_next(settings) as ready:
        yield lambda given, progress: _shown(settings, given, progress, ready)


def work(arguments: Sequence[str], progress: Progress) -> Release:
    """The steps themselves, for the site in the folder `arguments[0]`. Only ever in a process apart."""
    return _shown(read_settings(Path(arguments[0])), arguments, progress, None)


def _shown(settings: Settings, arguments: Sequence[str], progress: Progress, ready: Ready | None) -> Release:
    anew, places = ANEW in arguments[1:], Places(settings.var)
    proved = Proved.read(places) if KNOWING in arguments[1:] else Proved()
    if ready is None:
        sweep(places)
    with ExitStack() as last, Journal(places.journal) as journal:
        entry = journal.newest()
        if entry is None:
            raise NothingPublished(settings.folder)
        view = view_of(journal, entry, settings, last=ready.last if ready else None)
        places.releases.mkdir(exist_ok=True)
        manifest = None if anew else usable(places.snapshot(entry.number), view)
        manifest = manifest or _snapshot(settings, places, view, proved, progress, anew, last, ready)
        folder = places.snapshot(manifest.release)
        switch(places, manifest.release, manifest_digest(folder))
        fault("switched")
        drop_stale(places, manifest.withdrawals)
        prune(places, manifest.release)
        fault("pruned")
    return release_of(folder, manifest)


def _snapshot(
    settings: Settings,
    places: Places,
    view: View,
    proved: Proved,
    progress: Progress,
    anew: bool,
    last: ExitStack,
    ready: Ready | None = None,
) -> Manifest:
    """A new snapshot of `view`, from the working store as it is, or from one made from nothing.

    The store is closed by `last`: closing takes a while, in which the release can be shown already.
    """
    if anew:
        forget(places)
    manifest = None
    with Indexer(places) as indexer:
        store = store_at(settings, places, view, progress, indexer, ready.store if ready else None)
        last.callback(store.close)
        lineage = read_lineage(places)
        assert lineage is not None, "a store is never left without one"
        progress("Taking the snapshot", 0, 0)
        copy = ready.index if ready else None
        try:
            manifest = take(settings, store, lineage.store, view, proved, indexer, copy=copy)
        except StateDamaged:  # a file of the working store: leave nothing of it
            if anew:
                raise
    if manifest is None:  # not while the error is handled: what it was raised from still holds the store
        store.close()
        return _snapshot(settings, places, view, Proved(), progress, True, last)
    proved.write(places)
    return manifest
