"""The only place that chooses an engine, and opens a release with it."""

import os
from functools import lru_cache
from pathlib import Path

from pyoxigraph import Store

from graph.releases.current import Release, current_release
from graph.releases.errors import NothingPublished, StateDamaged
from graph.releases.locks import lease
from graph.releases.manifest import prove, read_manifest
from graph.settings import Settings
from graph.store.base import Reader
from graph.store.embedded import EmbeddedReader

ATTEMPTS = 5  # a release may be replaced between reading its name and opening it, but hardly five times running


def open_reader(settings: Settings) -> Reader:
    """A reader of the current release, held on disk until it is closed.

    Raises `NothingPublished`, or `StateDamaged` when a file is not what was written: damage is never served.
    """
    for _ in range(ATTEMPTS):
        release = current_release(settings)
        if release is None:
            raise NothingPublished(settings.folder)
        reader = open_release(release)
        if reader:
            return reader
    raise StateDamaged(settings.var, "releases vanish faster than they can be opened.")


def open_release(release: Release) -> Reader | None:
    """A reader of one snapshot, its files proved; None when the snapshot was removed meanwhile."""
    descriptor = lease(release.manifest)
    if descriptor is None:
        return None
    try:
        found = os.fstat(descriptor)
        _prove(release.path, found.st_ino, found.st_mtime_ns)
        store = Store.read_only(str(release.store))
    except BaseException:
        os.close(descriptor)
        raise
    return EmbeddedReader(
        store,
        release=release.number,
        released=release.published_at,
        digest=release.digest,
        on_close=lambda: os.close(descriptor),
    )


@lru_cache(maxsize=64)
def _prove(folder: Path, inode: int, changed: int) -> None:  # noqa: ARG001 - the last two name the very snapshot
    """Compare a snapshot's files with its manifest, once a process."""
    prove(folder, read_manifest(folder))
