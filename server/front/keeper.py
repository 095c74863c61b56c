"""Page processes and who keeps them: each answers with the application, one process a core, replaced when it ends.

The keeper is a program of its own (`python -m`): it has no threads and no store, so it may fork.
"""

import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from flask import Flask

from graph.settings import Settings, read_settings
from graph.store.lane.sandbox import die_with_parent
from server.app import create_app
from server.front.requests import Environ, run
from server.releases.watching import watching
from server.site import site_of, state_of

AGAIN_SECONDS = 1.0  # between the end of a process and the next in its place
BACKLOG = 64
PAGES_MB = 8  # of answers kept by each; the front keeps more
STOP_SECONDS = 3.0
HEAD = struct.Struct("=II")  # bytes of what is said about a request or an answer, and of the body that follows


class Keeper:
    """The front's handle of the processes; `sockets` are where each of them listens."""

    def __init__(self, settings: Settings, count: int, folder: Path) -> None:
        self.sockets = [folder / str(number) for number in range(count)]
        listening = [_listening(path) for path in self.sockets]
        numbers = [each.fileno() for each in listening]
        command = [sys.executable, "-P", "-m", "server.front.keeper", str(settings.folder.resolve())]
        self._process = subprocess.Popen(  # noqa: S603 - ourselves, with numbers
            [*command, *map(str, numbers)],
            pass_fds=numbers,
            stdin=subprocess.PIPE,  # its end is the end of all of them
            start_new_session=True,
        )
        for each in listening:
            each.close()

    def close(self) -> None:
        """End all of them."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _listening(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.bind(str(path))
    made.listen(BACKLOG)
    return made


def keep(folder: Path, numbers: Sequence[int]) -> None:
    """Have a process for each of the listening sockets, until standard input ends."""
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    running: dict[int, int] = {}
    started: dict[int, float] = {}
    try:
        while True:
            now = time.monotonic()
            for number in set(numbers) - set(running.values()):
                if now - started.get(number, -AGAIN_SECONDS) >= AGAIN_SECONDS:
                    started[number] = now
                    running[_forked(folder, number, numbers)] = number
            pause = None if len(running) == len(numbers) else AGAIN_SECONDS
            ready, _, _ = select.select([0, woken], [], [], pause)
            if 0 in ready:
                return
            _reap(running, woken)
    finally:
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with suppress(OSError):  # where the front was killed, nobody else puts them away
            shutil.rmtree(Path(_address(numbers[0])).parent)


def _address(number: int) -> str:
    with socket.socket(fileno=os.dup(number)) as listening:
        return str(listening.getsockname())


def _reap(running: dict[int, int], woken: int) -> None:
    with suppress(BlockingIOError):
        os.read(woken, 4096)
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            running.pop(pid, None)


def _forked(folder: Path, number: int, numbers: Sequence[int]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        die_with_parent(signal.SIGKILL)
        if os.getppid() == parent:
            for other in numbers:
                if other != number:
                    os.close(other)
            answer_pages(read_settings(folder), socket.socket(fileno=number))
    finally:
        os._exit(1)


def answer_pages(settings: Settings, listening: socket.socket) -> None:
    """Answer on every connection, a thread each, for as long as the process lives."""
    app = create_app(settings, pages_mb=PAGES_MB)
    with watching(site_of(app)):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_serve, args=(app, connection), daemon=True).start()


def _serve(app: Flask, connection: socket.socket) -> None:
    with connection, connection.makefile("rb") as requests, suppress(OSError):
        while len(head := requests.read(HEAD.size)) == HEAD.size:
            said, _ = HEAD.unpack(head)
            if not said:  # is anybody there?
                connection.sendall(head)
                continue
            environ, state = json.loads(requests.read(said))
            connection.sendall(_answered(app, environ, state))


def _answered(app: Flask, environ: Environ, state: str) -> bytes:
    """One page, with the state of the site that it was made in: the front's, or a later one."""
    site = site_of(app)
    before = state_of(site)
    if before != state:
        site.releases.look_again()
        before = state_of(site)
    reply = run(app.wsgi_app, environ)
    made_in = before if state_of(site) == before else None
    told = json.dumps([reply.status, reply.headers, reply.route, made_in]).encode("ascii")
    return HEAD.pack(len(told), len(reply.body)) + told + reply.body


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front, whose end ends this
    keep(Path(sys.argv[1]), [int(number) for number in sys.argv[2:]])
