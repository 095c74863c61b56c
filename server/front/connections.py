"""Connections that nobody can hold: heads, bodies, silence and numbers have limits (RFC 9112 §9, RFC 6585 §5)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from time import monotonic
from typing import IO, Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from server.front.requests import Receive, Reply, line, refusal

CONNECTIONS = 512  # open at once; each costs a file descriptor and a few kB
HEAD_BYTES = 32 << 10  # a long query in a GET and no more
BODY_BYTES = 2 << 20  # a query text and its parameters
IDLE_SECONDS = 30  # a connection on which nothing moves holds no place longer
SLOWEST = 1000  # bytes a second that a reader takes, or nothing is said to move: every line is faster than that
REQUEST_SECONDS = 60  # a request has been sent whole by then, however slow the line
SWEEP_SECONDS = 5
PIECE = 256 << 10  # bytes written at a time; the next piece waits until most of this one is taken
STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}
LOG = logging.getLogger(__name__)
logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # strangers' nonsense is answered, not written down
REFUSED = "khronika.refused"  # in the scope of a request: the status it is refused with

Answering = Callable[[Any, Receive], Awaitable[Reply | None]]


class Connection(HttpToolsProtocol):
    """One connection of uvicorn's, which by itself waits for heads, bodies and readers as long as they like."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._moved = monotonic()  # when a byte last went either way
        self._begun: float | None = None  # since when a request is being sent
        self._in_head = False  # whether the head of a request is being read
        self._unread = 0  # bytes received of it
        self._read = 0  # bytes of it that have been understood
        self._answering = 0  # answers that are being made or written
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
        """More of a request, or several. A head that is too long is refused before it has ended."""
        self._moved = monotonic()
        begun = self._begun
        if begun is None and not data.isascii():
            data = _spelled(data)
        super().data_received(data)
        if not self._in_head or self._begun is not begun or self.transport.is_closing():
            return  # there is no head, or it began with these bytes, which are never many
        self._unread += len(data)
        if self._unread > HEAD_BYTES:
            self._refuse(431, "The head of this request is longer than is read here.")

    # what uvicorn's parser tells

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._begun, self._in_head, self._unread, self._read = monotonic(), True, 0, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the target."""
        self._read += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field."""
        self._read += len(name) + len(value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole: what is too much of it or promised for the body is refused by the application."""
        self._in_head = False
        lengths = [value for name, value in self.headers if name == b"content-length"]
        if self._read > HEAD_BYTES:
            self.scope[REFUSED] = 431  # type: ignore[literal-required]
        elif any(int(value) > BODY_BYTES for value in lengths):
            self.scope[REFUSED] = 413  # type: ignore[literal-required]
        self.scope["target"] = self.url  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        self._begun = None
        super().on_message_complete()

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
        self._answering += 1
        try:
            reply = await app(cycle.scope, cycle.receive)
            if reply is None:  # who asked has left
                self.transport.close()
            else:
                await self._write(cycle, reply)
        except Exception:
            LOG.exception("An answer broke off.")
            if cycle.response_started or self.transport.is_closing():
                self.transport.abort()
            else:
                await self._write(cycle, refusal(500))
        finally:
            self._answering -= 1

    async def _write(self, cycle: RequestResponseCycle, reply: Reply) -> None:
        """The answer on the line, a piece at a time as the other side takes it."""
        file = reply.file
        try:
            body = b"" if cycle.scope["method"] == "HEAD" or reply.status in (204, 304) else reply.body
            head = self._head_of(cycle, reply)
            cycle.response_started, cycle.waiting_for_100_continue = True, False
            self._put(head + body[:PIECE])
            for start in range(PIECE, len(body), PIECE):
                await self.flow.drain()
                self._put(body[start : start + PIECE])
            if file is not None and cycle.scope["method"] != "HEAD":
                await self._write_file(file, reply)
        finally:
            if file is not None:
                file.close()
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    def _put(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self._written += len(data)
            self.transport.write(data)

    async def _write_file(self, file: IO[bytes], reply: Reply) -> None:
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

    def _head_of(self, cycle: RequestResponseCycle, reply: Reply) -> bytes:
        lines = [STATUS_LINES[reply.status]]
        length = False
        for name, value in reply.headers:
            lines.append(line(name, value))
            key = name.lower()
            length = length or key == "content-length"
            if key == "connection" and value.lower() == "close":
                cycle.keep_alive = False
        if not length and reply.file is None and reply.status not in (204, 304) and cycle.scope["method"] != "HEAD":
            lines.append(f"Content-Length: {len(reply.body)}\r\n")
        if not cycle.keep_alive and not any(name.lower() == "connection" for name, _ in reply.headers):
            lines.append("Connection: close\r\n")
        lines += [f"{name.decode().title()}: {value.decode()}\r\n" for name, value in self.server_state.default_headers]
        lines += [reply.written.text, "\r\n"]
        return "".join(lines).encode("latin-1")

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, as uvicorn does; where another answer is on its way, only end the connection."""
        if self._answering:
            self.transport.abort()
        else:
            super().send_400_response(msg)

    def _refuse(self, status: int, words: str) -> None:
        """Answer without reading on."""
        if self._answering:  # it would stand in the middle of another answer
            self.transport.abort()
            return
        content = words.encode("ascii")
        head = f"HTTP/1.1 {status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
        self.transport.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode("ascii") + content)
        self.transport.close()


def _spelled(data: bytes) -> bytes:
    """A request with its target percent-encoded: curl sends an IRI as it was typed, which the parser does not take."""
    line, end, rest = data.partition(b"\n")
    return b"".join(b"%%%02X" % byte if byte > 0x7F else bytes((byte,)) for byte in line) + end + rest


async def sweep(state: ServerState) -> None:
    """Look at every connection, again and again."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        for each in list(state.connections):
            if isinstance(each, Connection):
                each.look(monotonic())
