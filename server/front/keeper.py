"""Who keeps the page processes: a process that has a generation of them for what is shown, and replaces it in time.

The keeper has no threads and no store, so it may fork: it grows from a `Seed` of the front, or is a program of its own.
"""

import os
import pickle
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from graph.releases.current import WITHDRAWALS, Marking
from server.front.generation import READY, Generation, Message, Place, Terms, begun, heard, tell
from server.front.seed import Seed, planted
from server.templating import Compilations

BACKLOG = 64
STOP_SECONDS = 4.0
LOOK_SECONDS = 0.25  # between two looks at what is shown
SETTLED_SECONDS = 1.0  # without another release, before the next generation gets ready: it takes a second of its own


class Keeper:
    """The front's handle of them, begun with it; `start` has page processes come up."""

    def __init__(self, terms: Terms) -> None:
        """`terms` are what all of them serve; whatever the site's files say by now, the front serves these.

        It is forked from this process where that is safe, else started anew.
        """
        self.sockets: list[Path] = []
        seed = planted(lambda line: Keeping(terms, line).keep())
        self._process: Seed | subprocess.Popen[bytes]
        if seed is not None:
            self._process, self._line = seed, seed.line
            return
        self._process, self._line = _started()
        with suppress(ConnectionError):  # it has ended already, which the front will see
            tell(self._line, Message(pickle.dumps(terms)))

    def wait(self, seconds: float) -> None:
        """Wait until page processes can come up at once, `seconds` at most."""
        if select.select([self._line], [], [], seconds)[0]:
            with suppress(ConnectionError):
                self._line.recv(1)

    def start(self, count: int, folder: Path, compiled: Compilations) -> None:
        """Have `count` page processes, each listening at one of `sockets` in a folder; `OSError` where it cannot be.

        `compiled` are templates that the front has compiled: those who do not share its memory would do it again.
        """
        self.sockets = [folder / str(number) for number in range(count)]
        listening = [_listening(path) for path in self.sockets]
        with suppress(ConnectionError):
            tell(self._line, Message(pickle.dumps(compiled), [each.fileno() for each in listening]))
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


class Keeping:
    """The keeper at work: one generation for what is shown, and for a moment the one that takes its place."""

    def __init__(self, terms: Terms, line: socket.socket) -> None:
        self._terms, self._line = terms, line
        self._marking, self._place = Marking(terms.settings), Place()
        self._mark, self._since = self._marking.now(), time.monotonic() - SETTLED_SECONDS
        self._now: Generation | None = None
        self._next: Generation | None = None  # gets ready
        self._is_ready = False  # the first of them, which the front waits for
        self._is_held = True  # what is shown, in their memory: not where one ended over it, for want of room
        self._posts: Message | None = None  # where page processes are to listen

    def keep(self) -> None:
        """Follow what the front says and what is shown, until the front hangs up."""
        try:
            while True:
                self._follow(time.monotonic())
                lines = [each.line for each in self._generations()]
                ready, _, _ = select.select([self._line, *lines], [], [], LOOK_SECONDS)
                if self._line in ready and not self._told():
                    return
                for each in self._generations():
                    if each.line in ready and not each.listen():
                        self._end(each)
                self._advance()
        finally:
            for each in self._generations():
                each.end()
            if self._posts is not None:  # where the front was killed, nobody else puts them away
                with suppress(OSError):
                    shutil.rmtree(Path(_address(self._posts.files[0])).parent)

    def _follow(self, now: float) -> None:
        """Let go of what was withdrawn; have the next generation begin when another release is shown."""
        mark = self._marking.now()
        if mark != self._mark:
            self._mark, self._since = mark, now
            self._place, self._is_held = Place(), True  # one that is replaced was no failure
        for each in self._generations():
            if each.mark[WITHDRAWALS] != mark[WITHDRAWALS]:  # it has the words in memory: no longer than this
                self._end(each)
        is_current = self._now is not None and self._now.mark == mark
        is_settled = now - self._since >= SETTLED_SECONDS
        if self._next is None and not is_current and is_settled and self._place.may_begin(now):
            lines = [self._line, *(each.line for each in self._generations())]
            files = [*(line.fileno() for line in lines), *(self._posts.files if self._posts else ())]
            with suppress(OSError):  # no memory, no processes: tried again
                self._next = begun(self._terms if self._is_held else _unheld(self._terms), mark, files)

    def _advance(self) -> None:
        """Have the next generation take the place of this one as soon as it is ready."""
        if self._next is None or not self._next.is_ready:
            return
        before, self._now, self._next = self._now, self._next, None
        if not self._is_ready:
            self._is_ready = True
            with suppress(ConnectionError):
                self._line.sendall(READY)
        if self._posts is not None:
            self._now.post(self._posts)
        if before is not None:
            before.end()

    def _told(self) -> bool:
        """Take in what the front says; False when it has hung up."""
        with suppress(ConnectionError):
            message = heard(self._line)
            if message is not None:
                self._posts = message
                if self._now is not None:
                    self._now.post(message)
                return True
        return False

    def _end(self, ended: Generation) -> None:
        ended.end()
        if ended is self._next and ended.mark == self._mark:
            self._is_held = False
        self._now = None if self._now is ended else self._now
        self._next = None if self._next is ended else self._next

    def _generations(self) -> list[Generation]:
        return [each for each in (self._now, self._next) if each is not None]


def _unheld(terms: Terms) -> Terms:
    limits = replace(terms.settings.limits, held_mb=0)
    return replace(terms, settings=replace(terms.settings, limits=limits))


def _address(number: int) -> str:
    with socket.socket(fileno=os.dup(number)) as listening:
        return str(listening.getsockname())


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front, whose end ends this
    front = socket.socket(fileno=int(sys.argv[1]))
    told = heard(front)
    if told is not None:  # else the front has ended
        Keeping(pickle.loads(told.words), front).keep()  # noqa: S301 - from the front
