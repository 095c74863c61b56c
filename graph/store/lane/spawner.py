"""The parent of all workers: one thread, no store, started before the server has threads. `python -m` with a socket.

Forking a process that has threads or an open store loses locks, sockets and data without a word; this one has neither.
It forks a worker for each socket it is handed, kills on request, reports how a worker ended, and ends with its front.
"""

import json
import os
import selectors
import signal
import socket
import sys
from typing import Any, NoReturn

from graph.store.lane import sandbox, worker

LONGEST_LINE = 1 << 16
NICER = 5  # pages come first when there are more who want a core than cores


class Spawner:
    """Workers by the number the front gave them. Talks JSON lines over `front`, sockets ride along."""

    def __init__(self, front: socket.socket) -> None:
        self._front = front
        self._pids: dict[int, int] = {}  # number of the worker -> process
        self._woken, wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._rest = b""
        self._sockets: list[int] = []

    def run(self) -> None:
        """Serve until the front is gone, then end every worker."""
        waiting = selectors.DefaultSelector()
        waiting.register(self._front, selectors.EVENT_READ)
        waiting.register(self._woken, selectors.EVENT_READ)
        try:
            while True:
                for key, _ in waiting.select():
                    if key.fileobj is self._front:
                        self._hear()
                    else:
                        self._reap()
        except (EOFError, ConnectionError):
            pass
        finally:
            for pid in self._pids.values():
                os.kill(pid, signal.SIGKILL)

    def _hear(self) -> None:
        data, sockets, _, _ = socket.recv_fds(self._front, LONGEST_LINE, 16)
        if not data:
            raise EOFError
        self._sockets += sockets
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if order["do"] == "fork":
                self._fork(order)
            elif order["number"] in self._pids:
                os.kill(self._pids[order["number"]], signal.SIGKILL)

    def _fork(self, order: dict[str, Any]) -> None:
        theirs = self._sockets.pop(0)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become_worker(theirs, parent, order)
        os.close(theirs)
        self._pids[order["number"]] = pid
        self._say({"number": order["number"], "pid": pid})

    def _reap(self) -> None:
        os.read(self._woken, 4096)
        numbers = {pid: number for number, pid in self._pids.items()}
        while numbers:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            number = numbers.pop(pid)
            del self._pids[number]
            self._say({"number": number, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0})

    def _say(self, fact: dict[str, int]) -> None:
        self._front.sendall(json.dumps(fact).encode() + b"\n")


def _become_worker(theirs: int, parent: int, order: dict[str, Any]) -> NoReturn:
    """Turn a fresh fork into a worker that holds one socket and nothing else of its parent's."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        os.nice(NICER)
        _yield_to_others()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):  # an aborting engine writes to 2, which would end up in the server's log
            os.dup2(nowhere, standard)
        os.dup2(theirs, 3)
        os.closerange(4, 1 << 16 if sys.platform != "linux" else 1 << 20)
        if sandbox.lives_with(parent):
            worker.live(socket.socket(fileno=3), order)
    finally:
        os._exit(1)


def _yield_to_others() -> None:
    """Have the kernel not stop whoever asks as soon as there is something to answer: it may be about to ask more."""
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def main() -> None:
    """Serve the front on the socket whose number is the one argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front, whose end ends this
    Spawner(socket.socket(fileno=int(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
