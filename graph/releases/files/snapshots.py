"""One release on disk: a folder with the engine's files and a manifest, put under its number whole or not at all."""

import hashlib
from pathlib import Path

from graph.history.faults import fault
from graph.releases.derived.indexer import Indexer
from graph.releases.derived.indexing import Copying, index_release
from graph.releases.errors import StateDamaged
from graph.releases.files.durable import TEMPORARY, remove_path, sync_folder, sync_tree
from graph.releases.files.manifest import NAME, Manifest, digests, prove, read_manifest, write_manifest
from graph.releases.files.proved import Proved
from graph.releases.places import Places
from graph.releases.view import View
from graph.search.building import FILE
from graph.settings import Settings
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


def take(
    settings: Settings,
    store: WorkingStore,
    store_id: str,
    view: View,
    proved: Proved,
    indexer: Indexer,
    *,
    copy: Copying | None = None,
    unfinished: str = TEMPORARY,
) -> Manifest:
    """Snapshot `store`, which holds `view`, into the place of its release; its name begins with `unfinished` before.

    Large files that are `proved` are not read again; `indexer` and `copy` are as of `index_release`. `StateDamaged`
    when a file that never changes is not what the last snapshot of this store said it was.
    """
    places = Places(settings.var)
    folder = places.snapshot(view.entry.number)
    fresh = folder.with_name(unfinished + folder.name)
    remove_path(fresh)
    fresh.mkdir(parents=True)
    store.snapshot(fresh / "store")
    reader = EmbeddedReader(store.store, release=view.entry.number, digest=view.digest)
    index_release(settings, places, view, store_id, reader, fresh / FILE, indexer, copy)
    sync_tree(fresh)
    fault("copied")
    manifest = Manifest(
        release=view.entry.number,
        recorded=view.entry.recorded.isoformat(),
        digest=view.digest,
        chain=view.entry.chain,
        withdrawals=view.withdrawals,
        store=store_id,
        files=digests(fresh, proved),
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
