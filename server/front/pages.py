"""The front's side of the page processes: who is free is asked, and who does not answer is asked no more.

They start when pages are asked for so often that one process could fall behind; a small site never pays for them.
"""

import asyncio
import logging
import marshal
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, cast

from server.front.keeper import Keeper
from server.front.page_process import HEAD
from server.front.requests import Environ, Reply
from server.http.shortcut import is_of_past

BUSY_PAGES, BUSY_SECONDS = 40, 5.0  # pages within so many seconds: then one process is not enough
AT_ONCE = 4  # requests that one process has at a time: a slow one must not hold up the others
AGAIN_SECONDS = 0.2  # between two looks whether a process has come back
PATIENCE = 60.0  # seconds for one page; a process that needs longer is not asked again on that connection
ANSWERED_HERE = ("/sparql", "/health", "/metrics", "/reply", "/timegate", "/timemap",  # needs what only the front has
                 "/ns")  # its examples come in the order of the disk: from memory they would be others  # fmt: skip
LOG = logging.getLogger(__name__)
SENT = ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "REQUEST_URI", "SERVER_PROTOCOL",
        "SERVER_NAME", "SERVER_PORT", "REMOTE_ADDR", "wsgi.url_scheme")  # fmt: skip


class Pages:
    """Asks page processes, at most `count` of them; `start` makes their keeper for sockets in a folder."""

    def __init__(self, count: int, start: Callable[[int, Path], Keeper]) -> None:
        self._count, self._start = count, start
        self._keeper: Keeper | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._processes: list[_Process] = []
        self._places = asyncio.Semaphore(count * AT_ONCE)
        self._asked, self._since = 0, monotonic()

    async def ask(self, environ: Environ, state: str) -> Reply | None:
        """A page from one of them, made in `state` or a later one; None where the application has to answer."""
        if not is_page(environ) or not await self._are_there():
            return None
        async with self._places:
            free = [process for process in self._processes if process.is_there and process.busy < AT_ONCE]
            if not free:
                if self._keeper is not None and not self._keeper.is_there:  # gone with all of them: begin anew
                    self.close()
                return None
            return await min(free, key=lambda process: process.busy).ask(environ, state)

    def close(self) -> None:
        """End them."""
        for process in self._processes:
            process.close()
        if self._keeper is not None:
            self._keeper.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._processes, self._keeper, self._folder = [], None, None

    async def _are_there(self) -> bool:
        if self._keeper is not None:
            return True
        now = monotonic()
        if now - self._since > BUSY_SECONDS:
            self._asked, self._since = 0, now
        self._asked += 1
        if self._asked >= BUSY_PAGES and self._folder is None:
            await self._begin()
        return self._keeper is not None

    async def _begin(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="khronika-pages-", ignore_cleanup_errors=True)
        try:
            self._keeper = await asyncio.to_thread(self._start, self._count, Path(self._folder.name))
        except OSError:  # no memory, no processes, a name too long for a socket: threads of the front go on answering
            LOG.exception("No page processes could be started.")
            return
        self._processes = [_Process(path) for path in self._keeper.sockets]


class _Line(asyncio.Protocol):
    """One connection to a page process: a request at a time, and its answer."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._heard = bytearray()
        self._answer: asyncio.Future[tuple[bytes, bytes]] | None = None
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """A part of the answer."""
        heard = self._heard
        if heard:
            heard += data
        whole = heard or data  # most come in one part, which need not be gathered
        if len(whole) >= HEAD.size:
            said, length = HEAD.unpack_from(whole)
            body = HEAD.size + said
            if len(whole) >= body + length:
                if self._answer is not None and not self._answer.done():
                    self._answer.set_result((bytes(whole[HEAD.size : body]), bytes(whole[body:])))
                return
        if not heard:
            heard += data

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        """The process has ended, or we hung up."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(EOFError())
        if not self.ended.done():
            self.ended.set_result(None)

    async def ask(self, message: bytes, seconds: float) -> tuple[bytes, bytes]:
        """What is said to `message`; `EOFError` when the process ends, `TimeoutError` after so many seconds."""
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[bytes, bytes]] = loop.create_future()
        self._answer = answer
        if self.ended.done():
            raise EOFError
        self._heard.clear()
        self._transport.write(message)
        timer = loop.call_later(seconds, _late, answer)
        try:
            return await answer
        except BaseException:  # whatever else it may say belongs to nobody
            self.close()
            raise
        finally:
            timer.cancel()

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


def _late(answer: "asyncio.Future[tuple[bytes, bytes]]") -> None:
    if not answer.done():
        answer.set_exception(TimeoutError())


class _Process:
    """One page process, as the front sees it: where it listens and the connections to it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[_Line] = []
        self._asked: set[_Line] = set()
        self._watch = asyncio.get_running_loop().create_task(self._watched())
        self.is_there = False
        self.busy = 0

    async def ask(self, environ: Environ, state: str) -> Reply | None:
        """Its answer; None where it gives none."""
        self.busy += 1
        try:
            line = self._idle.pop() if self._idle else await self._connected()
            if not self.is_there:  # it has ended meanwhile
                line.close()
                return None
            self._asked.add(line)
            try:
                said, body = await line.ask(_packed(environ, state), PATIENCE)
            finally:
                self._asked.remove(line)
        except (OSError, EOFError, TimeoutError):
            return None
        finally:
            self.busy -= 1
        self._idle.append(line)
        status, headers, route, made_in, written = marshal.loads(said)  # noqa: S302 - from a process of ours
        return Reply(status, headers, body, route=route, state=made_in, written=written)

    def close(self) -> None:
        """Let go of it."""
        self._watch.cancel()
        self._hang_up()

    async def _watched(self) -> None:
        """Keep a connection on which nothing is asked: it says when the process is ready, and when it has ended."""
        while True:
            with suppress(OSError, EOFError, TimeoutError):
                line = await self._connected()
                try:
                    await line.ask(HEAD.pack(0, 0), PATIENCE)
                    self.is_there = True
                    await line.ended
                finally:
                    self.is_there = False
                    self._hang_up()
                    line.close()
            await asyncio.sleep(AGAIN_SECONDS)

    def _hang_up(self) -> None:
        """Where nobody has taken a connection yet, the next process would, which may be long in coming."""
        for line in (*self._idle, *self._asked):
            line.close()
        self._idle.clear()

    async def _connected(self) -> _Line:
        return (await asyncio.get_running_loop().create_unix_connection(_Line, str(self._path)))[1]


def is_page(environ: Mapping[str, Any]) -> bool:
    """Whether a page process can answer: what the current release shows, and nothing that the front alone knows."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ["PATH_INFO"].startswith(ANSWERED_HERE):
        return False
    return not is_of_past(environ)


def _packed(environ: Environ, state: str) -> bytes:
    told = {key: value for key, value in environ.items() if key in SENT or key.startswith("HTTP_")}
    said = marshal.dumps((told, state))
    return HEAD.pack(len(said), 0) + said
