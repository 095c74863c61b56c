"""The files long answers are spooled to: without a name from the start, counted while anybody still reads them."""

import io
import math
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from graph.store.lane.errors import LaneBusy

SETTLED_SECONDS = 1.0  # who has fetched for less is not compared with others yet


class SpoolFile(io.FileIO):
    """A nameless file, read and written; `fetched` is told once when it is closed, where there is one."""

    def __init__(self, descriptor: int, room: "SpoolRoom") -> None:
        super().__init__(descriptor, "r+b")
        self._room = room
        self._since = 0.0
        self.fetched: Callable[[], None] | None = None
        self.hang_up: Callable[[], object] | None = None

    def lend(self, hang_up: Callable[[], object]) -> None:
        """Have it fetched by somebody from now on, who is not waited for where others need the room.

        `hang_up` ends that, and must have the file closed soon; it is called by any thread.
        """
        self._since, self.hang_up = monotonic(), hang_up
        self._room.note_lent(self)

    def pace(self, now: float) -> float:
        """Bytes a second in which it is fetched; infinitely many where that cannot be told yet, or is over."""
        seconds = now - self._since
        try:
            return self.tell() / seconds if seconds >= SETTLED_SECONDS else math.inf
        except ValueError:  # closed by whoever fetched it
            return math.inf

    def close(self) -> None:
        """Close, and give the room back."""
        if not self.closed:
            super().close()
            self._room.take_back(self)
            if self.fetched is not None:
                self.fetched()


class SpoolRoom:
    """The folder of the files, and how many may be open at a time; a full room is a busy lane, not a full disk."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most, self._open = folder, most, 0
        self._lent: set[SpoolFile] = set()
        self._given_up: set[SpoolFile] = set()  # those that are about to be closed, and count no more
        self._lock = threading.RLock()  # taken again where a file is closed because nobody has it any more
        folder.mkdir(parents=True, exist_ok=True)

    def file(self) -> SpoolFile:
        """A new file. Where all are taken, whoever fetches one slowest loses it; `LaneBusy` where nobody can be told.

        So a few who take a little now and then, each from an address of its own, do not keep everybody else waiting.
        """
        with self._lock:
            if self._open >= self._most:
                self._make_room()
            self._open += 1
        try:
            return SpoolFile(self._nameless(), self)
        except OSError:
            with self._lock:
                self._open -= 1
            raise

    @property
    def open(self) -> int:
        """How many files are open at this moment."""
        return self._open

    def note_lent(self, file: SpoolFile) -> None:
        """Note that a file is being fetched."""
        with self._lock:
            self._lent.add(file)

    def take_back(self, file: SpoolFile) -> None:
        """Note that a file was closed."""
        with self._lock:
            self._lent.discard(file)
            if file in self._given_up:
                self._given_up.remove(file)
            else:
                self._open -= 1

    def _make_room(self) -> None:
        """Lock held."""
        now = monotonic()
        slowest = min(self._lent, key=lambda each: each.pace(now), default=None)
        if slowest is None or slowest.pace(now) == math.inf:
            raise LaneBusy("Too many long answers are still being fetched.", 10.0)
        self._lent.remove(slowest)
        self._given_up.add(slowest)
        self._open -= 1
        assert slowest.hang_up is not None
        slowest.hang_up()

    def _nameless(self) -> int:
        if hasattr(os, "O_TMPFILE"):
            try:
                return os.open(self._folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
            except OSError:
                pass  # a file system without O_TMPFILE: make one and take its name away
        descriptor, name = tempfile.mkstemp(dir=self._folder)
        os.unlink(name)
        return descriptor
