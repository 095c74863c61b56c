"""The search index of a snapshot: carried over from the last snapshot of the same store, or made anew in any doubt."""

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import Quad

from graph.parallel import beside
from graph.releases.derived.indexer import Indexer
from graph.releases.errors import StateDamaged
from graph.releases.files.durable import Unnamed
from graph.releases.files.manifest import Manifest, read_manifest
from graph.releases.files.pruning import snapshots
from graph.releases.places import Places
from graph.releases.view import View, difference
from graph.search.building import FILE, write_index
from graph.search.carrying import FEW, SHARE, carry_index, carry_on, copy_index
from graph.settings import Settings
from graph.store.base import Reader
from graph.store.embedded import EmbeddedReader


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of the index of the snapshot `manifest` in a file that has no name yet, and a reader of that snapshot."""

    manifest: Manifest
    file: Unnamed
    older: Reader


Copying: TypeAlias = Callable[[], Copied | None]  # waits for it


@contextmanager
def copying(places: Places, release: int) -> Iterator[Copying]:
    """Copy, in a thread, the index of the snapshot of `release`, to be the next one's; None if that is damaged or gone.

    Where nobody gives it a name it is gone in the end, also when this process is killed.
    """
    with ExitStack() as open_until_then:
        copy = beside(partial(_copied, places.snapshot(release), open_until_then))
        try:
            yield copy.result
        finally:
            copy.exception()  # waits for it


def _copied(folder: Path, kept: ExitStack) -> Copied | None:
    try:
        manifest = read_manifest(folder)
        file = kept.enter_context(Unnamed(folder.parent))
        if copy_index(folder / FILE, file.content) != manifest.files.get(FILE):
            return None
        file.sync()  # so that what is left to be written through, once it is the next one's, is little
        return Copied(manifest, file, _reader(folder, manifest))
    except (StateDamaged, OSError, RuntimeError):
        return None


def index_release(
    settings: Settings,
    places: Places,
    view: View,
    store: str,
    reader: Reader,
    path: Path,
    indexer: Indexer,
    copy: Copying | None = None,
) -> None:
    """Write to `path` the index of `view`, which `reader` reads from the working store named `store`.

    An erase leaves no store with the name it had, so no index is carried over one. `indexer` may have begun on it, if
    the store was made from nothing; `copy` is what `copying` gave, where that was begun before. OSError where there is
    no room.
    """
    if not indexer.put(path) and not _carried(settings, places, view, store, reader, path, copy):
        write_index(reader, path)


def _carried(
    settings: Settings, places: Places, view: View, store: str, reader: Reader, path: Path, copying: Copying | None
) -> bool:
    last = _last(places, view, store)
    if last is None:
        return False
    changed = _changed(settings, view, last)
    if changed is None:
        return False
    folder = places.snapshot(last.release)
    try:
        copy = copying() if copying else None
        if copy and copy.manifest == last and _taken(copy, path):
            return carry_on(path, copy.older, reader, changed)
        return carry_index(folder / FILE, last.files[FILE], _reader(folder, last), reader, changed, path)
    except (OSError, RuntimeError):  # damage, which the engine says with either; or no room, as will be said again
        path.unlink(missing_ok=True)
        return False


def _taken(copy: Copied, path: Path) -> bool:
    """Whether a copy could be given its name; without /proc it cannot, and another one is made."""
    try:
        copy.file.name(path)
    except OSError:
        return False
    return True


def _reader(folder: Path, manifest: Manifest) -> Reader:
    """A reader of a snapshot; RuntimeError or OSError where it is damaged."""
    return EmbeddedReader.at(folder / "store", release=manifest.release, digest=manifest.digest)


def _last(places: Places, view: View, store: str) -> Manifest | None:
    """The manifest of the snapshot before this one, if it was taken of the same store."""
    before = [number for number in snapshots(places) if number < view.entry.number]
    try:
        manifest = read_manifest(places.snapshot(max(before, default=0)))
    except StateDamaged:
        return None
    return manifest if manifest.store == store and FILE in manifest.files else None


def _changed(settings: Settings, view: View, last: Manifest) -> Collection[Quad] | None:
    """The quads that only one of the releases has; None where the last is not known or most of it changed."""
    entry = view.journal.entry(last.release)
    if entry is None or entry.chain != last.chain:
        return None
    old = view.then(entry, settings)
    names = difference(old, view)
    if old.digest != last.digest or len(names) > max(FEW, len(view.contents) // SHARE):
        return None
    before = {quad for name in names for quad in old.quads(name)}
    return before ^ {quad for name in names for quad in view.quads(name)}
