"""One release on disk: a folder with the engine's files and a manifest, put under its number whole or not at all."""

import hashlib
from pathlib import Path

from graph.history.faults import fault
from graph.releases.durable import TEMPORARY, remove_path, sync_folder, sync_tree
from graph.releases.errors import StateDamaged
from graph.releases.manifest import NAME, Manifest, digests, prove, read_manifest, write_manifest
from graph.releases.places import Places
from graph.releases.view import View
from graph.search.building import FILE, write_index
from graph.store.embedded import EmbeddedReader
from graph.store.working import WorkingStore


def usable(folder: Path, view: View) -> Manifest | None:
    """The manifest of a snapshot that is whole and says what `view` says; None when there is none such."""
    try:
        manifest = read_manifest(folder)
        prove(folder, manifest)
    except StateDamaged:
        return None
    said = (view.entry.number, view.entry.chain, view.digest, view.withdrawals)
    same = (manifest.release, manifest.chain, manifest.digest, manifest.withdrawals) == said
    return manifest if same else None


def take(store: WorkingStore, store_id: str, places: Places, view: View, *, unfinished: str = TEMPORARY) -> Manifest:
    """Snapshot `store`, which holds `view`, into the place of its release; its name begins with `unfinished` before.

    `StateDamaged` when a file that never changes is not what the last snapshot of this store said it was.
    """
    folder = places.snapshot(view.entry.number)
    fresh = folder.with_name(unfinished + folder.name)
    remove_path(fresh)
    fresh.mkdir(parents=True)
    store.snapshot(fresh / "store")
    write_index(EmbeddedReader(store.store, release=view.entry.number, digest=view.digest), fresh / FILE)
    sync_tree(fresh)
    fault("copied")
    manifest = Manifest(
        release=view.entry.number,
        recorded=view.entry.recorded.isoformat(),
        digest=view.digest,
        chain=view.entry.chain,
        withdrawals=view.withdrawals,
        store=store_id,
        files=digests(fresh),
    )
    _compare(places, manifest)
    write_manifest(fresh, manifest)
    fault("manifested")
    remove_path(folder)
    fresh.rename(folder)
    sync_folder(places.releases)
    fault("named")
    return manifest


def _compare(places: Places, manifest: Manifest) -> None:
    """Snapshots of one store share files, so damage done to one would otherwise be signed with the next."""
    for folder in places.releases.glob("[0-9]*"):
        try:
            other = read_manifest(folder)
        except StateDamaged:
            continue
        for name in other.files.keys() & manifest.files.keys():
            if other.store == manifest.store and name.endswith(".sst") and other.files[name] != manifest.files[name]:
                raise StateDamaged(places.store / Path(name).name, "is not what was written.")


def manifest_digest(folder: Path) -> str:
    """The SHA-256 of a manifest, as the pointer names it."""
    return hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
