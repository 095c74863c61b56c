"""Connections that nobody can hold: heads, bodies, silence and numbers have limits (RFC 9112 §9, RFC 6585 §5)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import IO, Any

from httptools import HttpParserError, HttpParserUpgrade
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from graph.store.lane.files import SpoolFile
from server.front.heads import HEAD_BYTES, fault_of, rooted, spelled
from server.front.requests import REFUSAL, Note, Receive, Reply, refusal
from server.front.written import BODILESS, head_of

CONNECTIONS = 512  # open at once; each costs a file descriptor and a few kB
AROUND_BYTES = 128 << 10  # that a body brings besides itself: sizes of its chunks, and fields after the last
AT_ONCE = 4 << 10  # bytes that are read before anybody looks whether a request waits for another
AHEAD_BYTES = 1 << 20  # sent ahead of what is answered; who sends on does not listen
IDLE_SECONDS = 30  # a connection on which nothing moves holds no place longer
SLOWEST = 1000  # bytes a second that a reader takes, or nothing is said to move: every line is faster than that
REQUEST_SECONDS = 60  # a request has been sent whole by then, however slow the line
SWEEP_SECONDS = 5
LINGER_SECONDS = 5  # for who is still sending what was refused, to come to read why
PIECE = 256 << 10  # bytes written at a time; the next piece waits until most of this one is taken
LOG = logging.getLogger(__name__)
logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # strangers' nonsense is answered, not written down
REFUSED = "khronika.refused"  # in the scope of a request: the status it is refused with

Answering = Callable[[Any, Receive], Awaitable[Reply | None]]


class Connection(HttpToolsProtocol):
    """One connection of uvicorn's, which by itself waits for heads, bodies and readers as long as they like.

    `note` is told what is answered here, since `app` never comes to see it.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        note: Note = lambda *_: None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._note = note
        self._moved = monotonic()  # when a byte last went either way
        self._begun: float | None = None  # since when a request is being sent
        self._in_head = False  # whether the head of a request is being read
        self._unread = 0  # bytes received of it that are no body, but for those it began with
        self._body = 0  # bytes of bodies, so far
        self._ahead = bytearray()  # received, and not read as long as a request waits for another
        self._ended = False  # whether the other side has said that it sends no more
        self._refused = False  # whether what it still sends is not read
        self._written = 0  # bytes of answers, so far
        self._taken, self._looked = 0, self._moved  # how many of them the other side had taken at the last look

    # what happens on the line

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody new: where all places are taken, whoever has been silent longest makes room."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            idle = [each for each in self.connections if isinstance(each, Connection) and not each.is_ours]
            min(idle, key=lambda each: each._moved, default=self).transport.abort()

    def data_received(self, data: bytes) -> None:
        """More of a request, or several. One that waits for another is read, those behind it are not."""
        self._moved = monotonic()
        if self._refused:
            return
        if len(data) <= AT_ONCE and not self._ahead and not self.pipeline:
            self._read(data)
            return
        self._ahead += data
        self._read_ahead()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The other side sends no more. It may still read: what it has asked whole is answered (RFC 9112 §9.6)."""
        self._ended = True
        cycle = self.cycle
        whole = cycle is not None and not cycle.response_complete and not cycle.more_body
        return whole and not self._refused

    def _read_ahead(self) -> None:
        while self._ahead and not (self.pipeline or self._refused or self.transport.is_closing()):
            piece = bytes(self._ahead[:AT_ONCE])
            del self._ahead[:AT_ONCE]
            self._read(piece)
        if self._refused:
            self._ahead.clear()
        elif len(self._ahead) > AHEAD_BYTES:
            self.transport.abort()
        elif self._ahead:
            self.flow.pause_reading()

    def _read(self, data: bytes) -> None:
        """Some bytes. A head that is too long is refused before it has ended, and so is what surrounds a body."""
        begun, body = self._begun, self._body
        if begun is None and not data.isascii():
            data = spelled(data)
        self._parse(data)
        if self._begun is None or self._begun is not begun or self._refused or self.transport.is_closing():
            return  # nothing is under way, or it began with these bytes, which are never many
        self._unread += len(data) - (self._body - body)
        if self._in_head and self._unread > HEAD_BYTES:
            self._refuse(431, "The head of this request is longer than is read here.")
        elif self._unread > AROUND_BYTES:
            self._refuse(413, "There is more around the body of this request than is read here.")

    def _parse(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except HttpParserUpgrade as wish:  # not granted: what follows is HTTP as before (RFC 9110 §7.8)
                data = data[wish.args[0] :]
            except HttpParserError:
                self._refuse(400, "This is no request of HTTP.")
                return
            else:
                return

    # what the parser tells

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._begun, self._in_head, self._unread = monotonic(), True, 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field. Those after a body say nothing here: whoever looked at the head has not seen them (§7.1.2)."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole: where something is wrong with it, or with the body it promises, it is told so."""
        self._in_head = False
        version = self.parser.get_http_version()
        fault = fault_of(version, self.url, self.headers)
        if fault:
            self.scope[REFUSED] = fault  # type: ignore[literal-required]
        if version == "1.0":
            self.expect_100_continue = False  # RFC 9110 §10.1.1: such a client does not know what a 100 is
        self.url = rooted(self.url)
        self.scope["target"] = self.url  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of a body."""
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        self._begun = None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is written: the next request begins. How long one may be silent is for `look`, not for a timer."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    # what time does

    @property
    def is_ours(self) -> bool:
        """Whether the other side can do nothing but wait for us."""
        cycle = self.cycle
        return (
            cycle is not None
            and not cycle.response_complete
            and not cycle.more_body
            and not self.transport.get_write_buffer_size()
        )

    def look(self, now: float) -> None:
        """End the connection if nothing moves on it; called every few seconds."""
        taken = self._written - self.transport.get_write_buffer_size()
        if self.is_ours or taken - self._taken >= max(1, SLOWEST * (now - self._looked)):
            self._moved = now
        self._taken, self._looked = taken, now
        slow = self._begun is not None and now - self._begun > REQUEST_SECONDS
        if slow or now - self._moved > IDLE_SECONDS:
            self.transport.abort()

    # how answers are written

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Have `app`, a `Front`, answer, and write that at once: uvicorn would look at each field and write twice."""
        task = self.loop.create_task(self._answer(cycle, app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    async def _answer(self, cycle: RequestResponseCycle, app: "Answering") -> None:
        try:
            reply = await app(cycle.scope, cycle.receive)
            if reply is None:  # who asked has left, or was refused
                if not self._refused:
                    self.transport.close()
            else:
                await self._write(cycle, reply)
        except Exception:
            LOG.exception("An answer broke off.")
            if cycle.response_started or self.transport.is_closing():
                self.transport.abort()
            else:
                self._note(REFUSAL, cycle.scope["method"], 500, 0.0)
                await self._write(cycle, refusal(500))

    async def _write(self, cycle: RequestResponseCycle, reply: Reply) -> None:
        """The answer on the line, its file closed, and on to the next request."""
        file = reply.file
        if self._ended and not self.pipeline:
            cycle.keep_alive = False
        try:
            if isinstance(file, SpoolFile):
                file.lend(partial(self.loop.call_soon_threadsafe, self.transport.abort))
            if self._refused:
                return
            await self._send(cycle, reply)
        finally:
            if file is not None:
                file.close()
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self._leave()
        cycle.on_response()
        if self._ahead:
            self._read_ahead()
        if self._ended and self.cycle.response_complete:
            self.transport.close()

    def _leave(self) -> None:
        """Close, once the other side has sent the rest of what is not read: else it might never read the answer.

        Who is sending when a connection is closed learns only that it was (RFC 9112 §9.6).
        """
        if self._begun is None or self._ended or self.transport.is_closing():
            self.transport.close()
            return
        self._refused = True
        self.flow.resume_reading()
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    async def _send(self, cycle: RequestResponseCycle, reply: Reply) -> None:
        """A piece at a time as the other side takes it."""
        if self.flow.write_paused:  # an answer before this one has not been taken yet
            await self.flow.drain()
        body = b"" if cycle.scope["method"] == "HEAD" or reply.status in BODILESS else reply.body
        standing = tuple(self.server_state.default_headers)
        head, cycle.keep_alive = head_of(reply, cycle.scope["method"], standing, stays=cycle.keep_alive)
        cycle.response_started, cycle.waiting_for_100_continue = True, False
        self._put(head + body[:PIECE])
        for start in range(PIECE, len(body), PIECE):
            await self.flow.drain()
            self._put(body[start : start + PIECE])
        if reply.file is not None and cycle.scope["method"] != "HEAD":
            await self._send_file(reply.file, reply)

    def _put(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self._written += len(data)
            self.transport.write(data)

    async def _send_file(self, file: IO[bytes], reply: Reply) -> None:
        left = int(dict(reply.headers)["Content-Length"])
        while left > 0:
            await self.flow.drain()
            if self.transport.is_closing():
                return
            piece = file.read(min(left, PIECE))
            if not piece:
                raise EOFError
            self._put(piece)
            left -= len(piece)

    def _refuse(self, status: int, words: str) -> None:
        """Answer without reading on. Where an answer to another request is under way, only end the connection."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if self._begun is None or self._in_head or cycle.response_started or self.pipeline:
                self.transport.abort()
                return
            cycle.disconnected = True  # it is the one that is refused
            cycle.message_event.set()
        self._refused = True
        self._note(REFUSAL, "none", status, 0.0)
        content = words.encode("ascii")
        head = f"HTTP/1.1 {status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
        self.transport.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode("ascii") + content)
        self._leave()


async def sweep(state: ServerState) -> None:
    """Look at every connection, again and again."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        for each in list(state.connections):
            if isinstance(each, Connection):
                each.look(monotonic())
