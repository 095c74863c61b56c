"""The only place that chooses an engine, and opens a release with it."""

import os
import tempfile
import threading
import time
import weakref
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Store

from graph.releases.current import Marking, Release, current_mark, current_release, read_pointer
from graph.releases.errors import NothingPublished, StateDamaged, Withdrawing
from graph.releases.files.locks import lease
from graph.releases.files.manifest import prove, read_manifest
from graph.releases.files.proved import Proved
from graph.releases.files.pruning import drop
from graph.releases.past import past_release
from graph.releases.places import Places
from graph.releases.withdrawal.blocklist import LiveBlocklist, read_blocklist
from graph.settings import Settings
from graph.store.base import Reader
from graph.store.embedded import EmbeddedReader
from graph.store.held import Held, megabytes, snapshot_of, taken_in
from graph.terms import PREFIXES

if TYPE_CHECKING:
    from graph.store.workers import QueryLane, Snapshot

REMOVED_SECONDS = 0.05  # until a snapshot that is being removed has lost its name
ATTEMPTS = 5  # a release may be replaced between reading its name and opening it, but hardly five times running


def open_reader(
    settings: Settings, at: int | datetime | None = None, *, unsearched: bool = False, held: Held | None = None
) -> Reader:
    """A reader of the current release, or of the one with that number or newest at that moment; held until closed.

    With `unsearched` nobody will search in it: its index, a third of what there is to read, is not proved. Where the
    release is what is `held` in memory, it is read from there.

    Raises `NothingPublished`, `Withdrawing` for a moment after a withdrawal, `StateDamaged` when a file is not what
    was written (damage is never served); for the past also what `graph.releases.past.past_release` raises.
    """
    release, descriptor = hold(settings, at, unsearched=unsearched)
    try:
        if held is not None and held.snapshot == snapshot_of(release.digest, descriptor):
            store = held.store
        else:
            store = Store.read_only(str(release.store))
    except (OSError, RuntimeError) as error:  # the engine says "Corruption: ..." with either
        os.close(descriptor)
        raise StateDamaged(release.store, f"cannot be opened: {error}.") from error
    return EmbeddedReader(
        store,
        release=release.number,
        released=release.published_at,
        digest=release.digest,
        withdrawn=LiveBlocklist(Places(settings.var).blocklist).tombstone,
        on_close=lambda: os.close(descriptor),
    )


def take_in(settings: Settings) -> Held | None:
    """The current release in memory; None where its files take more than the settings allow, or that failed.

    For a process that has neither threads nor a store open: it forks. Raises as `open_reader`.
    """
    release, descriptor = hold(settings)
    try:
        if megabytes(release.store) > settings.limits.held_mb:
            return None
        store = taken_in(release.store)
        return None if store is None else Held(snapshot_of(release.digest, descriptor), store)
    finally:
        os.close(descriptor)


def open_lane(settings: Settings) -> "QueryLane":
    """The lane of strangers' queries over whatever release is current; it follows publishes and withdrawals.

    Raises as `open_reader`. Long answers are spooled in the machine's temporary folder, in files without a name.
    """
    from graph.store.federated import FederatedLane
    from graph.store.lane.elsewhere import Allowed
    from graph.store.workers import QueryLane  # here: who only reads starts no workers

    following = _Following(settings)
    spool, elsewhere = Path(tempfile.gettempdir()), None
    try:
        if settings.endpoints:
            allowed = Allowed(frozenset(settings.private_services))
            elsewhere = FederatedLane(following.newest, settings.limits, spool, PREFIXES, allowed)
        lane = QueryLane(following.newest, settings.limits, spool, PREFIXES, elsewhere)
    except BaseException:
        if elsewhere is not None:
            elsewhere.close()
        following.close()
        raise
    weakref.finalize(lane, following.close)
    return lane


class _Following:
    """Names the current snapshot for a lane, cheaply, and keeps it on disk while it is current."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._lock = settings, threading.Lock()
        self._marking = Marking(settings)
        self._mark = self._marking.now()
        release, self._lease = hold(settings)
        self._snapshot = _snapshot(release)

    def newest(self) -> "Snapshot":
        with self._lock:
            mark = self._marking.now()
            if mark != self._mark:
                release, descriptor = self._hold()
                os.close(self._lease)
                self._mark, self._snapshot, self._lease = mark, _snapshot(release), descriptor
            return self._snapshot

    def _hold(self) -> tuple[Release, int]:
        from graph.store.lane.errors import LaneBusy

        try:
            return hold(self._settings)
        except Withdrawing as error:
            raise LaneBusy("A withdrawal is being carried out.", error.seconds) from error

    def close(self) -> None:
        with self._lock:
            os.close(self._lease)


def _snapshot(release: Release) -> "Snapshot":
    from graph.store.workers import Snapshot

    return Snapshot(release.number, release.digest, release.store)


def hold(settings: Settings, at: int | datetime | None = None, *, unsearched: bool = False) -> tuple[Release, int]:
    """A release, its files proved, and the descriptor that keeps them on disk until it is closed.

    Arguments and errors are those of `open_reader`.
    """
    for _ in range(ATTEMPTS):
        release = _shown(settings) if at is None else past_release(settings, at)
        if release is None:
            raise NothingPublished(settings.folder)
        if read_blocklist(Places(settings.var).blocklist).events > release.withdrawals:
            raise Withdrawing
        descriptor = lease(release.manifest)
        if descriptor is None:  # replaced, or being removed at this moment, which takes one
            time.sleep(REMOVED_SECONDS)
            continue
        try:
            found = os.fstat(descriptor)
            _prove(release.path, Places(settings.var), found.st_ino, found.st_mtime_ns, unsearched)
        except BaseException as error:
            os.close(descriptor)
            if isinstance(error, StateDamaged) and _dropped(settings, release):
                continue  # and built again from the journal
            raise
        if at is not None:
            with suppress(OSError):
                os.utime(release.path)  # who was asked for last is kept longest
        return release, descriptor
    raise StateDamaged(settings.var, "releases vanish faster than they can be opened.")


def _shown(settings: Settings) -> Release | None:
    """The current release. What reads as damage while another takes its place is looked at again."""
    mark = current_mark(settings)
    try:
        return current_release(settings)
    except StateDamaged:
        if current_mark(settings) == mark:
            raise
        return current_release(settings)


def _dropped(settings: Settings, damaged: Release) -> bool:
    """Whether a damaged release could be removed, to be built anew; never the one shown, which the next start mends."""
    pointer = read_pointer(Places(settings.var))
    return pointer is not None and pointer[0] != damaged.number and drop(damaged.path)


@lru_cache(maxsize=64)
def _prove(folder: Path, places: Places, inode: int, changed: int, unsearched: bool) -> None:  # noqa: ARG001 - which it is
    """Compare a snapshot's files with its manifest, once a process."""
    prove(folder, read_manifest(folder), Proved.read(places), below="store/" if unsearched else "")
