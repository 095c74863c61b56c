"""One generation of page processes: forks of a process that has got everything ready, the release in memory included.

It has no threads and no store on disk open, so it may fork. Where the release is too large to be held in memory, each
page process opens it by itself. What is published or withdrawn later the page processes follow by themselves as well;
it is for the keeper to have the next generation take their place.
"""

import gc
import os
import pickle
import select
import signal
import socket
import struct
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, NoReturn

from flask import Flask
from pyoxigraph import NamedNode

from graph.errors import KhronikaError
from graph.formats import HTML
from graph.publish.claims import claim
from graph.publish.lens import VIEWS, Lens
from graph.settings import Settings
from graph.store.lane.sandbox import lives_with
from graph.store.open import take_in
from graph.terms import KH, LABEL, A
from graph.vocabulary import Vocabulary
from server.app import create_app
from server.front.page_process import answer_pages
from server.front.requests import Environ, run
from server.front.seed import is_alone
from server.http.urls import escaped
from server.site import site_of, state_of
from server.templating import Compilations

AGAIN_SECONDS, LONGEST_SECONDS = 1.0, 60.0  # between the starts of two processes in one place; twice as long each time
STEADY_SECONDS = 10.0  # a process that lived so long was no failure
STOP_SECONDS, POLL_SECONDS = 3.0, 0.01  # for one to end by itself; between two looks whether it has
PAGES_MB = 0  # of answers kept by each: the front keeps them
MOST = 250  # sockets that one message can carry (SCM_MAX_FD of Linux is 253)
COUNT = struct.Struct("=I")  # bytes of a message that follow
READY = b"!"
REHEARSED, AMONG = 40, 2_000  # pages made in advance, of things that lie evenly among so many


@dataclass(frozen=True)
class Terms:
    """What a front serves, read once, when it started."""

    settings: Settings
    vocabulary: Vocabulary


class Message(NamedTuple):
    """Words, and the numbers of the files that came with them."""

    words: bytes
    files: Sequence[int] = ()


def tell(line: socket.socket, message: Message) -> None:
    """Say something to a process at the other end of a line; `OSError` when there is none."""
    socket.send_fds(line, [COUNT.pack(len(message.words))], list(message.files))
    line.sendall(message.words)


def heard(line: socket.socket) -> Message | None:
    """What is said next; None when the other end has hung up."""
    head, files, _, _ = socket.recv_fds(line, COUNT.size, MOST)
    if len(head) < COUNT.size:
        return None
    (length,) = COUNT.unpack(head)
    words = bytearray()
    while len(words) < length:
        if not (piece := line.recv(length - len(words))):
            return None
        words += piece
    return Message(bytes(words), files)


class Generation:
    """The keeper's handle of one, begun when the site had a `mark`: `line` says when it is ready, and that it ended."""

    def __init__(self, pid: int, line: socket.socket, mark: tuple[int, ...]) -> None:
        self._pid, self.line, self.mark = pid, line, mark
        self.is_ready = False

    def listen(self) -> bool:
        """Take in what it says; False when it has ended."""
        with suppress(ConnectionError):
            self.is_ready = self.line.recv(1) == READY
            return self.is_ready
        return False

    def post(self, message: Message) -> None:
        """Have page processes listen at the sockets of a message, whose words are what their front has compiled."""
        with suppress(ConnectionError):  # it has ended, which its line says next
            tell(self.line, message)

    def end(self) -> None:
        """End it and its page processes; what it holds in memory is gone then."""
        self.line.close()
        if not self.is_ready:  # it does not listen yet
            os.kill(self._pid, signal.SIGKILL)
        until = time.monotonic() + STOP_SECONDS
        while not os.waitpid(self._pid, os.WNOHANG)[0]:
            if time.monotonic() > until:
                os.kill(self._pid, signal.SIGKILL)
            time.sleep(POLL_SECONDS)


def begun(terms: Terms, mark: tuple[int, ...], others: Sequence[int]) -> Generation:
    """A fork that gets ready, without those `others` of its parent's files. `OSError` where there can be none."""
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    with theirs:
        try:
            pid = os.fork()
        except OSError:
            ours.close()
            raise
        if pid == 0:
            for each in (ours.detach(), *others):
                os.close(each)
            _live(terms, theirs, parent)
    return Generation(pid, ours, mark)


def _live(terms: Terms, line: socket.socket, parent: int) -> NoReturn:
    try:
        if lives_with(parent):
            live(terms, line)
    except ConnectionError:  # the keeper has ended
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def live(terms: Terms, line: socket.socket) -> None:
    """Get ready, say so, and have the page processes that are asked for, until the keeper hangs up."""
    app = prepared(terms)
    if not is_alone():  # another release was published just now, and opened on disk: the next generation has more luck
        return
    gc.collect()
    gc.freeze()  # the collector writes into whatever it looks at, and what is written to is shared no more
    line.sendall(READY)
    message = heard(line)
    if message is not None:
        keep(terms, app, message, line)


def prepared(terms: Terms) -> Flask | None:
    """The application over the release in memory, with all that first pages wait for; None where it is not held."""
    try:
        held = take_in(terms.settings)
        if held is None:
            return None
        app = create_app(terms.settings, vocabulary=terms.vocabulary, pages_mb=PAGES_MB, held=held)
        rehearse(app)
    except (KhronikaError, OSError):  # something is being withdrawn, or damaged: each page process tries by itself
        return None
    return app


def rehearse(app: Flask) -> None:
    """Look up what pages have in common, and make some, so that all forks have that, and templates and words.

    The pages themselves are not kept.
    """
    site = site_of(app)
    below = site.settings.base + "id/"
    with site.releases.reading() as reader:
        lens = Lens(reader, site.settings, site.vocabulary, site.languages[0])
        for quad in islice(reader.statements(None, A, KH("Claim")), VIEWS // 2):
            if isinstance(quad.subject, NamedNode):
                claim(lens, quad.subject)
        named = [q.subject for q in islice(reader.statements(None, LABEL), AMONG) if isinstance(q.subject, NamedNode)]
    names = [node.value.removeprefix(below) for node in named if node.value.startswith(below)]
    for name in names[:: max(1, len(names) // REHEARSED)]:
        for language in site.languages:
            run(app.wsgi_app, _asked(name, language))
    site.cache.follow(state_of(site))


def _asked(name: str, language: str) -> Environ:
    return {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/doc/" + name.encode().decode("latin-1"),
        "QUERY_STRING": "", "REQUEST_URI": "/doc/" + escaped(name), "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "server.invalid", "SERVER_PORT": "80", "REMOTE_ADDR": "", "wsgi.url_scheme": "http",
        "HTTP_ACCEPT": HTML.media_type, "HTTP_ACCEPT_LANGUAGE": language,
    }  # fmt: skip


def keep(terms: Terms, app: Flask | None, message: Message, line: socket.socket) -> None:
    """Have a process for each of the listening sockets of a message, until the keeper hangs up.

    Each is a fork with `app`, or with one of its own where that is None.
    """
    numbers, compiled = message.files, pickle.loads(message.words)  # noqa: S301 - from the front
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
                    others = [line.fileno(), *(other for other in numbers if other != number)]
                    with suppress(OSError):  # no memory, no processes: tried again
                        running[_forked(terms, app, compiled, number, others)] = number
            pause = None if len(running) == len(numbers) else AGAIN_SECONDS
            ready, _, _ = select.select([line.fileno(), woken], [], [], pause)
            if line.fileno() in ready:
                return
            _reap(running, woken)
    finally:
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in running:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


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


def _reap(running: dict[int, int], woken: int) -> None:
    with suppress(BlockingIOError):
        os.read(woken, 4096)
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            running.pop(pid, None)


def _forked(terms: Terms, app: Flask | None, compiled: Compilations, number: int, others: Sequence[int]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        if lives_with(parent):
            for other in others:
                os.close(other)
            own = app or create_app(terms.settings, vocabulary=terms.vocabulary, pages_mb=PAGES_MB, compiled=compiled)
            answer_pages(own, socket.socket(fileno=number))
    except KhronikaError:  # something is being withdrawn, or cannot be read just now: the next one may have more luck
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)
