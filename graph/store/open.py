"""The only place that chooses an engine, and opens a release with it."""

import os
import tempfile
import threading
import weakref
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Store

from graph.releases.current import Release, current_mark, current_release
from graph.releases.errors import NothingPublished, StateDamaged
from graph.releases.locks import lease
from graph.releases.manifest import prove, read_manifest
from graph.settings import Settings
from graph.store.base import Reader
from graph.store.embedded import EmbeddedReader
from graph.terms import PREFIXES

if TYPE_CHECKING:
    from graph.store.workers import QueryLane, Snapshot

ATTEMPTS = 5  # a release may be replaced between reading its name and opening it, but hardly five times running


def open_reader(settings: Settings) -> Reader:
    """A reader of the current release, held on disk until it is closed.

    Raises `NothingPublished`, or `StateDamaged` when a file is not what was written: damage is never served.
    """
    release, descriptor = _held(settings)
    try:
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


def open_lane(settings: Settings) -> "QueryLane":
    """The lane of strangers' queries over whatever release is current; it follows publishes and withdrawals.

    Raises as `open_reader`. Long answers are spooled in the machine's temporary folder, in files without a name.
    """
    from graph.store.workers import QueryLane  # here: who only reads starts no workers

    following = _Following(settings)
    try:
        lane = QueryLane(following.newest, settings.limits, Path(tempfile.gettempdir()), PREFIXES)
    except BaseException:
        following.close()
        raise
    weakref.finalize(lane, following.close)
    return lane


class _Following:
    """Names the current snapshot for a lane, cheaply, and keeps it on disk while it is current."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._lock = settings, threading.Lock()
        self._mark = current_mark(settings)
        self._release, self._lease = _held(settings)

    def newest(self) -> "Snapshot":
        from graph.store.workers import Snapshot

        with self._lock:
            mark = current_mark(self._settings)
            if mark != self._mark:
                release, descriptor = _held(self._settings)
                os.close(self._lease)
                self._mark, self._release, self._lease = mark, release, descriptor
            return Snapshot(self._release.number, self._release.digest, self._release.store)

    def close(self) -> None:
        with self._lock:
            os.close(self._lease)


def _held(settings: Settings) -> tuple[Release, int]:
    """The current release, its files proved, and the descriptor that keeps it on disk."""
    for _ in range(ATTEMPTS):
        release = current_release(settings)
        if release is None:
            raise NothingPublished(settings.folder)
        descriptor = lease(release.manifest)
        if descriptor is None:
            continue  # replaced and removed meanwhile
        try:
            found = os.fstat(descriptor)
            _prove(release.path, found.st_ino, found.st_mtime_ns)
        except BaseException:
            os.close(descriptor)
            raise
        return release, descriptor
    raise StateDamaged(settings.var, "releases vanish faster than they can be opened.")


@lru_cache(maxsize=64)
def _prove(folder: Path, inode: int, changed: int) -> None:  # noqa: ARG001 - the last two name the very snapshot
    """Compare a snapshot's files with its manifest, once a process."""
    prove(folder, read_manifest(folder))
