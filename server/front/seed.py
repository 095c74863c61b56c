"""A process forked while the front has neither threads nor a store, so that page processes can come up at once.

A program that is started anew reads itself in for half a second, just when more is asked than one process can answer.
This one has read everything already, shares most of its memory with the front, and waits until it is needed.
"""

import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from subprocess import TimeoutExpired
from typing import NoReturn

POLL_SECONDS = 0.01  # between two looks whether it has ended; nobody waits for it but who ends the front
TASKS = Path("/proc/self/task")  # one entry a thread, those of libraries included


class Seed:
    """A forked process and the line to it; `pid`, `poll`, `wait` and `kill` are those of `subprocess.Popen`."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid, self.line = pid, line
        self._status: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """How it ended, None while it has not. For any thread: it can be waited for but once."""
        with self._lock:
            if self._status is None:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self._status = os.waitstatus_to_exitcode(status)
            return self._status

    def wait(self, timeout: float) -> int:
        """How it ended; `TimeoutExpired` when it has not within so many seconds."""
        until = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > until:
                raise TimeoutExpired("seed", timeout)
            time.sleep(POLL_SECONDS)
        return status

    def kill(self) -> None:
        """End it at once."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


def planted(grow: Callable[[socket.socket], object]) -> Seed | None:
    """A fork that runs `grow` with its end of a line and ends with it; None where forking is not safe by now."""
    if not is_alone():
        return None
    ours, theirs = socket.socketpair()
    gc.collect()
    gc.freeze()  # the collector writes into whatever it looks at, and what is written to is shared no more
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # else what waits in it would be written twice
    try:
        pid = os.fork()
    except OSError:  # no memory, no processes: then it is started anew when it is needed
        ours.close()
        theirs.close()
        return None
    if pid == 0:
        _live(theirs, grow)
    theirs.close()
    return Seed(pid, ours)


def is_alone() -> bool:
    """Whether this thread is the only one, which a fork must be sure of: locks of others would be held for ever."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    try:
        return len(list(TASKS.iterdir())) == 1
    except OSError:  # no /proc: nobody can say
        return False


def _live(line: socket.socket, grow: Callable[[socket.socket], object]) -> NoReturn:
    """Be the process: nothing of its parent's but the standard streams and the line."""
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front, whose end ends this
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(line.detach(), 3)
        os.closerange(4, os.sysconf("SC_OPEN_MAX"))
        grow(socket.socket(fileno=3))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)
