"""How the front and a worker talk over a stream socket: a head of five bytes (kind, length), then what is said.

A worker has seen a stranger's query, so it speaks JSON or says an answer, kinds are a fixed few and lengths are
checked. The front, which a worker trusts, asks in the interpreter's own form: both are the same program.
"""

import asyncio
import json
import marshal
import socket
import struct
from collections.abc import Mapping, Sequence
from typing import Any

HEAD = struct.Struct("=cI")
READY, ASK, BODY, SPOOLED, FAILED = b"R", b"A", b"B", b"S", b"F"

MOST_ASKED = 16 << 20  # bytes of one question, with what other endpoints sent for it
AT_ONCE = 32 << 10  # bytes asked of a socket: for more than 128 kB the allocator asks the kernel, each time
INLINE_BYTES = 128 << 10  # a larger answer goes through a file; one this size fits into a socket's buffer


class Closed(Exception):
    """The other end is gone."""


def send(to: socket.socket, kind: bytes, content: bytes, files: Sequence[int] = ()) -> None:
    """One message, with open files when there are any. `Closed` when nobody reads any more."""
    try:
        message = HEAD.pack(kind, len(content)) + content
        if files:
            sent = socket.send_fds(to, [message], list(files))
            message = message[sent:]
        if message:
            to.sendall(message)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Closed from error


def receive(source: socket.socket, most: int) -> tuple[bytes, bytes]:
    """One message of at most `most` bytes: its kind and content. `Closed` at the end or at nonsense."""
    kind, content, _ = receive_with_files(source, most, 0)
    return kind, content


def receive_with_files(source: socket.socket, most: int, files: int) -> tuple[bytes, bytes, list[int]]:
    """One message and the files that came with its first bytes; `TimeoutError` when the socket's time is up."""
    try:
        got: list[int] = []
        if files:
            data, got, _, _ = socket.recv_fds(source, AT_ONCE, files)
        else:
            data = source.recv(AT_ONCE)
        while data and len(data) < HEAD.size:
            data += _more(source, HEAD.size - len(data))
        if not data:
            raise Closed
        kind, length = HEAD.unpack_from(data)
        if length > most or len(data) > HEAD.size + length:
            raise Closed
        parts, missing = [data[HEAD.size :]], HEAD.size + length - len(data)
        while missing:
            piece = _more(source, missing)
            parts.append(piece)
            missing -= len(piece)
    except ConnectionResetError as error:
        raise Closed from error
    return kind, b"".join(parts) if len(parts) > 1 else parts[0], got


def _more(source: socket.socket, size: int) -> bytes:
    piece = source.recv(min(size, AT_ONCE))
    if not piece:
        raise Closed
    return piece


class Hearing:
    """One message of at most `most` bytes, put together from pieces as they come."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: list[bytes] = []
        self._have = 0

    def take(self, data: bytes) -> tuple[bytes, bytes] | None:
        """The message once it is whole, None before; `Closed` at the end (no bytes) or at nonsense."""
        if not data:
            raise Closed
        self._parts.append(data)
        self._have += len(data)
        if self._have < HEAD.size:
            return None
        if len(self._parts) > 1 and len(self._parts[0]) < HEAD.size:
            self._parts = [b"".join(self._parts)]
        kind, length = HEAD.unpack_from(self._parts[0])
        if length > self._most or self._have > HEAD.size + length:
            raise Closed
        if self._have < HEAD.size + length:
            return None
        return kind, b"".join(self._parts)[HEAD.size :]


async def send_soon(to: socket.socket, kind: bytes, content: bytes, files: Sequence[int] = ()) -> None:
    """As `send`, for a loop: nothing waits here but the loop itself."""
    _never_block(to)
    message = HEAD.pack(kind, len(content)) + content
    try:
        try:
            sent = socket.send_fds(to, [message], list(files)) if files else to.send(message)
        except BlockingIOError:
            if files:
                raise Closed from None  # an idle worker has read all it was sent: this one has not
            sent = 0
        if sent < len(message):
            await asyncio.get_running_loop().sock_sendall(to, message[sent:])
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Closed from error


async def receive_soon(source: socket.socket, most: int, seconds: float) -> tuple[bytes, bytes]:
    """As `receive`, for a loop; `TimeoutError` when the message is not whole after `seconds`."""
    _never_block(source)
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[tuple[bytes, bytes]] = loop.create_future()
    hearing = Hearing(most)

    def read() -> None:
        try:
            message = hearing.take(source.recv(AT_ONCE))
        except BlockingIOError:
            return
        except (Closed, ConnectionResetError):
            _settle(heard, Closed())
            return
        if message is not None and not heard.done():
            heard.set_result(message)

    loop.add_reader(source, read)
    timer = loop.call_later(max(0.001, seconds), _settle, heard, TimeoutError())
    try:
        return await heard
    finally:
        timer.cancel()
        loop.remove_reader(source)


def _never_block(each: socket.socket) -> None:
    if each.gettimeout() != 0.0:  # to say it again would cost a call each time
        each.setblocking(False)


def _settle(heard: "asyncio.Future[tuple[bytes, bytes]]", error: Exception) -> None:
    if not heard.done():
        heard.set_exception(error)


def question(value: dict[str, Any]) -> bytes:
    """What the front asks, as it is sent: strings, numbers, None, and dicts, lists and tuples of these."""
    return marshal.dumps(value)


def read_question(content: bytes) -> dict[str, Any]:
    """What the front asks, as it came. Only for its own word: of a stranger's bytes this would read anything."""
    value: dict[str, Any] = marshal.loads(content)  # noqa: S302 - the front's
    return value


def pack(value: Mapping[str, Any]) -> bytes:
    """JSON as it is sent."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def unpack(content: bytes) -> dict[str, Any]:
    """JSON as it came; `Closed` for anything but an object."""
    try:
        value = json.loads(content.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise Closed from error
    if not isinstance(value, dict):
        raise Closed
    return value
