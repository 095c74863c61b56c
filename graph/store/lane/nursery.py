"""The front's side of the spawner: start it, ask it for workers, have them killed, learn how they ended."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from graph.store.lane.errors import QueryLost

END_SECONDS = 2.0  # how long the word of a worker's end may take to arrive
# The engine asks for very many small pieces of memory: 200 of a size at hand, where glibc has 7, is 6 % less of its
# time, and at worst 6 MB a worker. Other libraries of C do not read it.
MEMORY = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=200"}


class Nursery:
    """One spawner process. Its methods may be called from any thread."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._control = ours
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves, with a number
                [sys.executable, "-P", "-m", "graph.store.lane.spawner", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                env={**MEMORY, **os.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._lock = threading.Lock()
        self._changed = threading.Condition()
        self._ended: dict[int, int] = {}  # number -> signal, until asked for
        self._pids: dict[int, int] = {}
        self._last = 0
        self.alive = True
        self._listener = threading.Thread(target=self._listen, daemon=True, name="lane-nursery")
        self._listener.start()

    def fork(self, terms: Mapping[str, Any]) -> tuple[int, socket.socket]:
        """Ask for a worker on these terms (see `worker.live`): its number and our end of its socket, at once."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            self._last += 1
            number = self._last
            line = json.dumps({"do": "fork", "number": number, **terms}).encode() + b"\n"
            try:
                sent = socket.send_fds(self._control, [line], [theirs.fileno()])
                self._control.sendall(line[sent:])
            except OSError as error:
                ours.close()
                self.alive = False
                raise QueryLost("The process that starts workers is gone.") from error
        return number, ours

    def kill(self, number: int) -> None:
        """End a worker now. Nothing happens if it is gone already."""
        with self._lock:
            try:
                self._control.sendall(json.dumps({"do": "kill", "number": number}).encode() + b"\n")
            except OSError:
                self.alive = False

    def end_of(self, number: int) -> int | None:
        """The signal that ended a worker, 0 for an exit of its own, None where no word came within two seconds."""
        with self._changed:
            self._changed.wait_for(lambda: number in self._ended or not self.alive, END_SECONDS)
            return self._ended.pop(number, None)

    def pids(self) -> dict[int, int]:
        """The processes of the workers alive, by number."""
        with self._changed:
            return dict(self._pids)

    def close(self) -> None:
        """End the spawner, and with it every worker."""
        self.alive = False
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(END_SECONDS)
        self._control.close()

    def _listen(self) -> None:
        try:
            with self._control.makefile("rb") as lines:
                for line in lines:
                    self._note(json.loads(line))
        except (OSError, ValueError):
            pass
        with self._changed:
            self.alive = False
            self._changed.notify_all()

    def _note(self, fact: Mapping[str, int]) -> None:
        with self._changed:
            number = fact["number"]
            if "pid" in fact:
                self._pids[number] = fact["pid"]
            else:
                self._pids.pop(number, None)
                self._ended[number] = fact["signal"]
                while len(self._ended) > 1000:  # workers retired between queries: nobody asks for their end
                    self._ended.pop(next(iter(self._ended)))
            self._changed.notify_all()
