"""The files long answers are spooled to: without a name from the start, counted while anybody still reads them."""

import io
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from graph.store.lane.errors import LaneBusy


class SpoolFile(io.FileIO):
    """A nameless file, read and written; `let_go` is told once when it is closed, and `fetched` where there is one."""

    def __init__(self, descriptor: int, let_go: Callable[[], None]) -> None:
        super().__init__(descriptor, "r+b")
        self._let_go = let_go
        self.fetched: Callable[[], None] | None = None

    def close(self) -> None:
        """Close, and give the room back."""
        if not self.closed:
            super().close()
            self._let_go()
            if self.fetched is not None:
                self.fetched()


class SpoolRoom:
    """The folder of the files, and how many may be open at a time; a full room is a busy lane, not a full disk."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most, self._open = folder, most, 0
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def file(self) -> SpoolFile:
        """A new file; `LaneBusy` where too many answers are still being read."""
        with self._lock:
            if self._open >= self._most:
                raise LaneBusy("Too many long answers are still being fetched.", 10.0)
            self._open += 1
        try:
            return SpoolFile(self._nameless(), self._let_go)
        except OSError:
            self._let_go()
            raise

    @property
    def open(self) -> int:
        """How many files are open at this moment."""
        return self._open

    def _let_go(self) -> None:
        with self._lock:
            self._open -= 1

    def _nameless(self) -> int:
        if hasattr(os, "O_TMPFILE"):
            try:
                return os.open(self._folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
            except OSError:
                pass  # a file system without O_TMPFILE: make one and take its name away
        descriptor, name = tempfile.mkstemp(dir=self._folder)
        os.unlink(name)
        return descriptor
