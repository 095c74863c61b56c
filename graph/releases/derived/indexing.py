"""The search index of a snapshot: carried over from the last snapshot of the same store, or made anew in any doubt."""

from collections.abc import Collection
from pathlib import Path

from pyoxigraph import Quad

from graph.releases.errors import StateDamaged
from graph.releases.files.manifest import Manifest, read_manifest
from graph.releases.files.pruning import snapshots
from graph.releases.places import Places
from graph.releases.view import Moment, View, difference, view_of
from graph.search.building import FILE, write_index
from graph.search.carrying import FEW, SHARE, carry_index
from graph.settings import Settings
from graph.store.base import Reader
from graph.store.embedded import EmbeddedReader


def index_release(settings: Settings, places: Places, view: View, store: str, reader: Reader, path: Path) -> None:
    """Write to `path` the index of `view`, which `reader` reads from the working store named `store`.

    An erase leaves no store with the name it had, so no index is carried over one. OSError where there is no room.
    """
    if not _carried(settings, places, view, store, reader, path):
        write_index(reader, path)


def _carried(settings: Settings, places: Places, view: View, store: str, reader: Reader, path: Path) -> bool:
    last = _last(places, view, store)
    if last is None:
        return False
    changed = _changed(settings, view, last)
    if changed is None:
        return False
    folder = places.snapshot(last.release)
    try:
        older = EmbeddedReader.at(folder / "store", release=last.release, digest=last.digest)
        return carry_index(folder / FILE, last.files[FILE], older, reader, changed, path)
    except (OSError, RuntimeError):  # damage, which the engine says with either; or no room, as will be said again
        path.unlink(missing_ok=True)
        return False


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
    old = view_of(view.journal, entry, settings, Moment.THEN)
    names = difference(old, view)
    if old.digest != last.digest or len(names) > max(FEW, len(view.contents) // SHARE):
        return None
    before = {quad for name in names for quad in old.quads(name)}
    return before ^ {quad for name in names for quad in view.quads(name)}
