"""One publisher at a time, and no snapshot taken away from who reads it: advisory locks that die with their holder."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.releases.errors import NotWritable, SiteBusy

WAIT_SECONDS = 20.0  # an ordinary publish of a large site is done by then; who waits longer is told so
_POLL_SECONDS = 0.02


@contextmanager
def only_one(lock: Path, *, seconds: float = WAIT_SECONDS, doing: str = "publishing") -> Iterator[int]:
    """Hold `lock` for this process alone; gives its descriptor, which a child may inherit and so hold on to.

    Waits at most `seconds`, then `SiteBusy` with the process that holds it. `NotWritable` where no lock can be made.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise NotWritable(lock, error.strerror or str(error)) from error
    try:
        if not _taken(descriptor, seconds):
            raise SiteBusy(lock.parent.parent, seconds, _holder(descriptor), doing)
        _sign(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _taken(descriptor: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_POLL_SECONDS)
        else:
            return True


def _sign(descriptor: int) -> None:
    """Leave our number in the lock, for the message to who has to wait; on a full disk it stays unsigned."""
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}".encode(), 0)
    except OSError:
        return


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 64, 0).decode("ascii", "replace")


def lease(path: Path) -> int | None:
    """Share-lock the file `path` until the descriptor is closed; None where it is gone or about to be removed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_nlink and path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


@contextmanager
def unleased(path: Path) -> Iterator[bool]:
    """Whether nobody has leased the file `path`; nobody can while this is held."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield True
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)
