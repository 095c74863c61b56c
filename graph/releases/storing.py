"""The working store, brought to a release: by the quads that changed where it can be trusted, else built anew."""

import json
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass

from pyoxigraph import NamedNode, Quad

from graph.history.faults import fault
from graph.history.journal import Journal
from graph.releases.derived.indexer import Indexer
from graph.releases.derived.statistics import Told, renewed, statistics, told_in
from graph.releases.errors import StoreAhead
from graph.releases.files.durable import TEMPORARY, remove_path, sync_folder, write_whole
from graph.releases.places import Places
from graph.releases.view import ISSUED, VERSION, View, difference, issued, marks
from graph.settings import Settings
from graph.store.apart import Progress
from graph.store.working import WorkingStore, as_stored


@dataclass(frozen=True, slots=True)
class Lineage:
    """Which journal a store was made from: `chain` is that of `release`; `store` tells one store from the next."""

    store: str
    release: int
    chain: str


def read_lineage(places: Places) -> Lineage | None:
    """The lineage of the working store, None when it is not known."""
    try:
        return Lineage(**json.loads(places.lineage.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class Opened:
    """The working store as it was found, open, and what it says of how much it holds."""

    store: WorkingStore
    told: Told


def open_store(settings: Settings, places: Places) -> Opened | None:
    """The working store; None where there is none, or it cannot be gone on from."""
    if not places.store.is_dir():
        return None
    with suppress(OSError):
        store = WorkingStore(places.store)
        try:
            if told := told_in(store, settings):
                return Opened(store, told)
        except BaseException:
            store.close()
            raise
        store.close()
    return None


def store_at(
    settings: Settings,
    places: Places,
    view: View,
    progress: Progress,
    indexer: Indexer,
    found: Opened | None = None,
) -> WorkingStore:
    """The working store, open, holding exactly `view`; `StoreAhead` when it holds a later release.

    `indexer` begins when the store is made from nothing; `found` is what `open_store` gave, where that was called
    before.
    """
    found = found or open_store(settings, places)
    if found is not None:
        try:
            if _caught_up(found, settings, places, view):
                return found.store
        except OSError:  # a damaged file met on the way; the journal has everything
            pass
        except BaseException:
            found.store.close()
            raise
        found.store.close()
    _build(settings, places, view, progress, indexer)
    return WorkingStore(places.store)


def _caught_up(found: Opened, settings: Settings, places: Places, view: View) -> bool:
    """Whether the store now holds `view`; False when it cannot be trusted and has to be built anew."""
    store = found.store
    held, lineage = _release(store, settings), read_lineage(places)
    if held is None or lineage is None:
        return False
    if held > view.entry.number:
        raise StoreAhead(places.store, held, view.entry.number)
    before = view.journal.entry(held)
    if before is None or lineage.release > held or not _ours(view.journal, lineage):
        return False
    if any(w.erased and w.erased > held for w in view.journal.withdrawals):
        return False  # only a new store loses what an old one has seen
    if held == view.entry.number:
        return store.value(NamedNode(settings.base), ISSUED) == issued(view.entry)
    removed, added, trusted = _difference(store, view.then(before, settings), view)
    if not trusted:
        return False
    gone, come = removed | marks(settings, before), added | marks(settings, view.entry)
    told, tells = found.told.quads, renewed(store, settings, found.told, gone, come)
    store.apply(gone | (told - tells), come | (tells - told))
    fault("stored")
    _write_lineage(places, Lineage(lineage.store, view.entry.number, view.entry.chain))
    return True


def _release(store: WorkingStore, settings: Settings) -> int | None:
    value = store.value(NamedNode(settings.base), VERSION)
    return int(value) if value is not None and value.isdecimal() else None


def _ours(journal: Journal, lineage: Lineage) -> bool:
    """Whether the store comes from this journal, and not from one that had another past."""
    entry = journal.entry(lineage.release)
    return entry is not None and entry.chain == lineage.chain


def _difference(store: WorkingStore, old: View, new: View) -> tuple[set[Quad], set[Quad], bool]:
    """What to take out and put in; False with it when the store does not hold what `old` says."""
    before, after = set[Quad](), set[Quad]()
    for name in difference(old, new):
        before |= (mine := as_stored(old.quads(name)))
        after |= as_stored(new.quads(name))
        if store.holds(NamedNode(name)) != {q for q in mine if q.graph_name == NamedNode(name)}:
            return before, after, False
    return before - after, after - before, True


def _build(settings: Settings, places: Places, view: View, progress: Progress, indexer: Indexer) -> None:
    """Make the working store from nothing; the old one stays until the new one is whole."""
    folder = places.store.with_name(TEMPORARY + places.store.name)
    remove_path(folder)
    indexer.expect(view)
    store = WorkingStore(folder)
    try:
        fill(store, settings, view, progress, indexer)
    finally:
        store.close()
    fault("built")
    remove_path(places.store)
    remove_path(places.lineage)
    folder.rename(places.store)
    sync_folder(places.var)
    fault("placed")
    _write_lineage(places, Lineage(uuid.uuid4().hex, view.entry.number, view.entry.chain))


def fill(store: WorkingStore, settings: Settings, view: View, progress: Progress, indexer: Indexer) -> None:
    """Put all of `view` into an empty store, and how much that is; `indexer` begins. Not atomic when killed."""
    store.fill(_everything(settings, view, progress))
    store.compact()  # before all of it is read, twice
    indexer.begin(store, view)
    fault("filled")
    store.apply((), statistics(store.store, settings))
    store.compact()  # what came last lies apart, and each question would look there as well


def _everything(settings: Settings, view: View, progress: Progress) -> Iterator[Quad]:
    """All quads of `view`, and its marks."""
    yield from marks(settings, view.entry)
    for done, name in enumerate(sorted(view.contents)):
        progress("Writing the store", done, len(view.contents))
        yield from view.quads(name)


def _write_lineage(places: Places, lineage: Lineage) -> None:
    write_whole(places.lineage, json.dumps(asdict(lineage)).encode())
