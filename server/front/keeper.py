"""Page processes and who keeps them: each answers with the application, one process a core, replaced when it ends.

The keeper has no threads and no store, so it may fork: it grows from a `Seed` of the front, or is a program of its own.
"""

import gc
import marshal
import os
import pickle
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from graph.errors import KhronikaError
from graph.settings import Settings
from graph.store.lane.sandbox import die_with_parent
from graph.vocabulary import Vocabulary
from server.app import create_app
from server.front.requests import Environ, lines, run
from server.front.seed import Seed
from server.http.shortcut import KEPT_BY_304
from server.releases.watching import watching
from server.site import site_of, state_of
from server.templating import Compilations

AGAIN_SECONDS, LONGEST_SECONDS = 1.0, 60.0  # between the starts of two processes in one place; twice as long each time
STEADY_SECONDS = 10.0  # a process that lived so long was no failure
BACKLOG = 64
GARBAGE = (20_000, 20, 50)  # objects of a page or so, before anybody looks which of them are still needed
PAGES_MB = 8  # of answers kept by each; the front keeps more
STOP_SECONDS = 3.0
LOOKED_AT = KEPT_BY_304 | {"connection", "content-length"}  # fields that mean something to the front
MOST = 250  # sockets that one message can carry (SCM_MAX_FD of Linux is 253)
COUNT = struct.Struct("=I")  # bytes of what the keeper is told at the start
HEAD = struct.Struct("=II")  # bytes of what is said about a request or an answer, and of the body that follows


@dataclass(frozen=True)
class Terms:
    """What a front serves, read once, when it started; and what it has compiled so far."""

    settings: Settings
    vocabulary: Vocabulary
    compiled: Compilations = field(default_factory=dict)  # templates; two processes would compile each anew


class Keeper:
    """The front's handle of the processes; `sockets` are where each of them listens."""

    def __init__(self, terms: Terms, count: int, folder: Path, seed: Seed | None = None) -> None:
        """`terms` are what all of them serve; whatever the site's files say by now, the front serves these.

        It grows from `seed` where that is there, else it is started anew.
        """
        self.sockets = [folder / str(number) for number in range(count)]
        listening = [_listening(path) for path in self.sockets]
        self._process: Seed | subprocess.Popen[bytes]
        if seed is not None and seed.poll() is None:
            self._process, self._line = seed, seed.line
        else:
            self._process, self._line = _started()
        told = pickle.dumps(terms)
        with suppress(ConnectionError):  # it has ended already, which the front will see
            socket.send_fds(self._line, [COUNT.pack(len(told))], [each.fileno() for each in listening])
            self._line.sendall(told)
        for each in listening:
            each.close()

    @property
    def is_there(self) -> bool:
        """Whether the keeper itself still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End all of them."""
        self._line.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)


def _started() -> tuple["subprocess.Popen[bytes]", socket.socket]:
    """A keeper in a program of its own, and the line to it, whose end is the end of all of them."""
    ours, theirs = socket.socketpair()
    with theirs:
        number = theirs.fileno()
        return subprocess.Popen(  # noqa: S603 - ourselves, with a number
            [sys.executable, "-P", "-m", "server.front.keeper", str(number)],
            pass_fds=[number],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        ), ours


def _listening(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.bind(str(path))
    made.listen(BACKLOG)
    return made


def grow(line: socket.socket) -> None:
    """Be the keeper of the processes that the front asks for over `line`; done when it hangs up."""
    head, numbers, _, _ = socket.recv_fds(line, COUNT.size, MOST)
    if len(head) == COUNT.size:  # else the front ended before it needed any
        (length,) = COUNT.unpack(head)
        with line.makefile("rb") as told:
            keep(pickle.loads(told.read(length)), numbers, line)  # noqa: S301 - from the front


def keep(terms: Terms, numbers: Sequence[int], line: socket.socket) -> None:
    """Have a process for each of the listening sockets, until the front hangs up."""
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    running: dict[int, int] = {}
    places = {number: Place() for number in numbers}
    try:
        while True:
            now = time.monotonic()
            for number in set(numbers) - set(running.values()):
                if places[number].may_begin(now):
                    running[_forked(terms, number, numbers)] = number
            pause = None if len(running) == len(numbers) else AGAIN_SECONDS
            ready, _, _ = select.select([line.fileno(), woken], [], [], pause)
            if line.fileno() in ready:
                return
            _reap(running, woken)
    finally:
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with suppress(OSError):  # where the front was killed, nobody else puts them away
            shutil.rmtree(Path(_address(numbers[0])).parent)


class Place:
    """When the next process may begin in the place of one that ended: at once, then after pauses that grow."""

    def __init__(self) -> None:
        self._begun, self._pause = -LONGEST_SECONDS, 0.0

    def may_begin(self, now: float) -> bool:
        """Whether one may begin at `now` (monotonic seconds); then it is taken to have begun."""
        lived = now - self._begun
        if lived < self._pause:
            return False
        steady = lived >= max(STEADY_SECONDS, 2 * self._pause)
        self._pause = AGAIN_SECONDS if steady else min(LONGEST_SECONDS, 2 * self._pause)
        self._begun = now
        return True


def _address(number: int) -> str:
    with socket.socket(fileno=os.dup(number)) as listening:
        return str(listening.getsockname())


def _reap(running: dict[int, int], woken: int) -> None:
    with suppress(BlockingIOError):
        os.read(woken, 4096)
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            running.pop(pid, None)


def _forked(terms: Terms, number: int, numbers: Sequence[int]) -> int:
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
            answer_pages(terms, socket.socket(fileno=number))
    except KhronikaError:  # something is being withdrawn, or cannot be read just now: the next one may have more luck
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def answer_pages(terms: Terms, listening: socket.socket) -> None:
    """Answer on every connection, a thread each, for as long as the process lives."""
    app = create_app(terms.settings, vocabulary=terms.vocabulary, pages_mb=PAGES_MB, compiled=terms.compiled)
    gc.freeze()  # what is there by now stays: to look through it again and again would be a part of each page's time
    gc.set_threshold(*GARBAGE)
    with watching(site_of(app), site_of(app).cache):
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
            environ, state = marshal.loads(requests.read(said))  # noqa: S302 - from the front, which started us
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
    looked_at = [field for field in reply.headers if field[0].lower() in LOOKED_AT]
    written = lines(field for field in reply.headers if field[0].lower() not in LOOKED_AT)
    told = marshal.dumps((reply.status, looked_at, reply.route, made_in, written))
    return HEAD.pack(len(told), len(reply.body)) + told + reply.body


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front, whose end ends this
    grow(socket.socket(fileno=int(sys.argv[1])))
