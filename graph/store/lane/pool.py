"""The workers that are alive: taken for one query, given back, replaced when they are done for."""

import asyncio
import os
import socket
import threading
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from time import monotonic
from typing import Any

from graph.store.lane import wire
from graph.store.lane.errors import LaneBusy, QueryLost, QueryTooLarge
from graph.store.lane.files import SpoolFile, SpoolRoom
from graph.store.lane.nursery import Nursery
from graph.store.lane.question import Snapshot

MOST_SAID = 1 << 20  # bytes of a message that is not an answer
MOST_HEARD = max(MOST_SAID, wire.INLINE_BYTES)
UNREAD_BYTES = 64 << 10  # bytes that a socket nobody has written to takes without a wait


@dataclass(slots=True, eq=False)
class Worker:
    """A worker as the front sees it. `spare` is the file its next long answer goes to."""

    number: int
    socket: socket.socket
    snapshot: Snapshot
    missing: tuple[str, ...] | None = None  # None until it has said that it is ready
    spare: SpoolFile | None = None
    done: bool = False  # not to be used again

    def get_ready(self, deadline: float) -> None:
        """Wait until its store is open; `QueryLost` when that fails, `TimeoutError` at the deadline."""
        if self.missing is None:
            self._note_ready(*self._hear(deadline))

    async def get_ready_soon(self, deadline: float) -> None:
        """As `get_ready`, for a loop."""
        if self.missing is None:
            self._note_ready(*await self._hear_soon(deadline))

    def ask(self, message: dict[str, Any], room: SpoolRoom, deadline: float) -> tuple[bytes, bytes]:
        """One query: the kind and content of what it says. `TimeoutError` at the deadline, `Closed` when it died."""
        said, files = self._said(message, room)
        self.socket.settimeout(max(0.001, deadline - monotonic()))
        wire.send(self.socket, wire.ASK, said, files)
        return self._hear(deadline)

    async def ask_soon(self, message: dict[str, Any], room: SpoolRoom, deadline: float) -> tuple[bytes, bytes]:
        """As `ask`, for a loop."""
        said, files = self._said(message, room)
        async with asyncio.timeout(max(0.001, deadline - monotonic())) if len(said) > UNREAD_BYTES else nullcontext():
            await wire.send_soon(self.socket, wire.ASK, said, files)
        return await self._hear_soon(deadline)

    def _said(self, message: dict[str, Any], room: SpoolRoom) -> tuple[bytes, list[int]]:
        """What to send, and the file for a long answer where the worker has none."""
        said = wire.question(message)
        if len(said) > wire.MOST_ASKED:  # only what other endpoints sent can be so much
            raise QueryTooLarge("The endpoints asked sent more than a query may hold.", "Say more inside SERVICE.")
        if self.spare is not None:
            return said, []
        self.spare = room.file()
        return said, [self.spare.fileno()]

    def _note_ready(self, kind: bytes, content: bytes) -> None:
        said = wire.unpack(content)
        if kind != wire.READY:
            raise QueryLost(str(said.get("reason", "A worker did not start.")))
        self.missing = tuple(map(str, said["missing"]))

    def take_spare(self, length: int) -> SpoolFile:
        """The file with the answer, at its start; `Closed` where it has not the length the worker said."""
        file, self.spare = self.spare, None
        if file is None:
            raise wire.Closed
        if os.fstat(file.fileno()).st_size != length:
            file.close()
            raise wire.Closed
        file.seek(0)
        return file

    def drop_spare(self) -> None:
        """After a failure in the middle of a long answer: the file is of no use, and the worker has let go of it."""
        if self.spare is not None:
            self.spare.close()
            self.spare = None

    def close(self) -> None:
        """Let go of it; its process ends when it reads the end of its socket."""
        self.done = True
        self.socket.close()
        if self.spare is not None:
            self.spare.close()
            self.spare = None

    def _hear(self, deadline: float) -> tuple[bytes, bytes]:
        self.socket.settimeout(max(0.001, deadline - monotonic()))
        return wire.receive(self.socket, MOST_HEARD)

    async def _hear_soon(self, deadline: float) -> tuple[bytes, bytes]:
        return await wire.receive_soon(self.socket, MOST_HEARD, deadline - monotonic())


class Pool:
    """Workers on the same terms (memory, result and prefixes; see `worker.live`)."""

    def __init__(self, size: int, terms: Mapping[str, Any]) -> None:
        self._size, self._terms = size, terms
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._nursery = Nursery()
        self._closed = False

    def warm(self, snapshot: Snapshot) -> None:
        """Start as many workers as may be idle, without waiting for them."""
        with self._lock:
            missing = self._size - len(self._idle)
        for _ in range(missing):
            self._keep(self._fork(snapshot))

    def take(self, snapshot: Snapshot) -> Worker:
        """An idle worker over `snapshot`, or a new one."""
        with self._lock:
            for place in range(len(self._idle) - 1, -1, -1):  # the last one back has the warmest caches
                if self._idle[place].snapshot == snapshot:  # a past release is built anew in its old place
                    return self._idle.pop(place)
        return self._fork(snapshot)

    def give_back(self, worker: Worker) -> None:
        """It may be asked again, unless it is done."""
        if worker.done:
            worker.close()
        else:
            self._keep(worker)

    def kill(self, worker: Worker) -> None:
        """End it now, whatever it does, and have another ready in its place."""
        self._nursery.kill(worker.number)
        self.replace(worker)

    def replace(self, worker: Worker) -> None:
        """It is gone or worn: let go of it and have another ready in its place, unless it was the last of its kind."""
        last = worker.done
        worker.close()
        if not self._closed and not last:
            self._keep(self._fork(worker.snapshot))

    def end_of(self, worker: Worker) -> int | None:
        """The signal that ended it; see `Nursery.end_of`."""
        return self._nursery.end_of(worker.number)

    def pids(self) -> dict[int, int]:
        """Processes of the workers alive."""
        return self._nursery.pids()

    def retire(self, current: Snapshot | None) -> None:
        """Let go of idle workers over any other snapshot."""
        with self._lock:
            kept = [w for w in self._idle if current is not None and w.snapshot == current]
            old = [w for w in self._idle if w not in kept]
            self._idle = kept
        for worker in old:
            worker.close()

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()
        self._nursery.close()

    def _keep(self, worker: Worker) -> None:
        """Put it among the idle; the one that waited longest goes when there are too many."""
        with self._lock:
            self._idle.append(worker)
            extra = self._idle.pop(0) if len(self._idle) > self._size or self._closed else None
        if extra is not None:
            extra.close()

    def _fork(self, snapshot: Snapshot) -> Worker:
        with self._lock:
            if self._closed:
                raise LaneBusy("The server is stopping.", 5.0)
            if not self._nursery.alive:
                self._nursery.close()
                self._nursery = Nursery()
            number, ours = self._nursery.fork({**self._terms, "path": str(snapshot.path)})
        return Worker(number, ours, snapshot)
