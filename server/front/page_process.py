"""A page process: answers what the front hands on with the application, for as long as it lives."""

import gc
import marshal
import selectors
import socket
import struct
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from time import monotonic, sleep

from flask import Flask

from server.front.requests import Environ, lines, run
from server.http.shortcut import KEPT_BY_304
from server.releases.watching import watching
from server.site import site_of, state_of

GARBAGE = (20_000, 20, 50)  # objects of a page or so, before anybody looks which of them are still needed
LOOKED_AT = KEPT_BY_304 | {"connection", "content-length"}  # fields that mean something to the front
HEAD = struct.Struct("=II")  # bytes of what is said about a request or an answer, and of the body that follows
PIECE = 64 << 10  # bytes received at a time; hardly a request is longer
LONG_SECONDS = 0.05  # for one answer, before others are begun beside it


@lru_cache(maxsize=256)
def _is_looked_at(name: str) -> bool:
    return name.lower() in LOOKED_AT


def answer_pages(app: Flask, listening: socket.socket) -> None:
    """Answer on every connection for as long as the process lives; done where it cannot go on, and had better end."""
    gc.freeze()  # what is there by now stays: to look through it again and again would be a part of each page's time
    gc.set_threshold(*GARBAGE)
    with watching(site_of(app), site_of(app).cache):
        Turns(partial(_answered, app), listening).take()


class Turns:
    """One thread answers what is asked on all connections: several would take the interpreter from each other.

    Where an answer takes long, another goes on with the rest; the first ends when it has answered.
    """

    def __init__(self, answer: Callable[[Environ, str], bytes], listening: socket.socket) -> None:
        self._answer, self._listening = answer, listening
        listening.setblocking(False)  # others accept from it too, and may be first
        self._asking = selectors.DefaultSelector()
        self._asking.register(listening, selectors.EVENT_READ)
        self._lock = threading.Lock()  # held by whoever says whose turn it is
        self._turn = 0
        self._begun: float | None = None  # since when the thread whose turn it is has been at one answer

    def take(self) -> None:
        """Have a thread answer, and another in its place whenever it takes long; done where one fails in its turn."""
        answering: threading.Thread | None = None
        while answering is None or answering.is_alive():
            with self._lock:
                is_long = self._begun is not None and monotonic() - self._begun > LONG_SECONDS
                if is_long or answering is None:
                    self._turn, self._begun = self._turn + 1, None
                    answering = threading.Thread(target=self._serve, args=(self._turn,), daemon=True, name="answering")
                    answering.start()
            sleep(LONG_SECONDS)

    def _serve(self, turn: int) -> None:
        while True:
            for key, _ in self._asking.select():
                asked = key.fileobj
                assert isinstance(asked, socket.socket)
                if asked is self._listening:
                    with suppress(BlockingIOError, ConnectionError):  # another process was first, or they left
                        self._asking.register(asked.accept()[0], selectors.EVENT_READ)
                    continue
                self._begun = monotonic()
                if not self._is_answered(asked):
                    with suppress(KeyError, ValueError):  # the front has hung up meanwhile, and another thread saw it
                        self._asking.unregister(asked)
                    asked.close()
                with self._lock:
                    if self._turn != turn:
                        return
                    self._begun = None

    def _is_answered(self, connection: socket.socket) -> bool:
        """Answer one request; False where the front has hung up, or is to ask somebody else."""
        try:
            request = _received(connection)
            if request:
                connection.sendall(self._answer(*marshal.loads(request)))  # noqa: S302 - from the front, which started us
            else:  # is anybody there?
                connection.sendall(HEAD.pack(0, 0))
        except (OSError, EOFError):
            return False
        except Exception:  # a fault of ours; the front answers instead
            traceback.print_exc()
            return False
        return True


def _received(connection: socket.socket) -> bytes:
    """What is said after the head of a request, which nothing follows before it is answered."""
    received = b""
    while len(received) < HEAD.size or len(received) < HEAD.size + HEAD.unpack_from(received)[0]:
        if not (piece := connection.recv(PIECE)):
            raise EOFError
        received += piece
    return received[HEAD.size :]


def _answered(app: Flask, environ: Environ, state: str) -> bytes:
    """One page, with the state of the site that it was made in: the front's, or a later one."""
    site = site_of(app)
    before = state_of(site)
    if before != state:
        site.releases.look_again()
        before = state_of(site)
    reply = run(app.wsgi_app, environ)
    made_in = before if state_of(site) == before else None
    looked_at: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for field in reply.headers:
        (looked_at if _is_looked_at(field[0]) else others).append(field)
    written = lines(others)
    told = marshal.dumps((reply.status, looked_at, reply.route, made_in, written))
    return HEAD.pack(len(told), len(reply.body)) + told + reply.body
