"""The front's side of the page processes: who is free is asked, and who does not answer is asked no more.

They start when pages are asked for so often that one process could fall behind; a small site never pays for them.
"""

import asyncio
import json
import logging
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from server.front.keeper import HEAD, Keeper
from server.front.requests import Environ, Reply

BUSY_PAGES, BUSY_SECONDS = 40, 5.0  # pages within so many seconds: then one process is not enough
AT_ONCE = 4  # requests that one process has at a time: a slow one must not hold up the others
AGAIN_SECONDS = 0.2  # between two looks whether a process has come back
PATIENCE = 60.0  # seconds for one page; a process that needs longer is not asked again on that connection
ANSWERED_HERE = ("/sparql", "/health", "/metrics", "/reply", "/timegate", "/timemap")  # needs what only the front has
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


class _Process:
    """One page process, as the front sees it: where it listens and the connections nobody uses just now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._watch = asyncio.get_running_loop().create_task(self._watched())
        self.is_there = False
        self.busy = 0

    async def ask(self, environ: Environ, state: str) -> Reply | None:
        """Its answer; None where it gives none."""
        self.busy += 1
        try:
            return await asyncio.wait_for(self._asked(_packed(environ, state)), PATIENCE)
        except (OSError, EOFError, TimeoutError):
            return None
        finally:
            self.busy -= 1

    def close(self) -> None:
        """Let go of it."""
        self._watch.cancel()
        self._hang_up()

    async def _watched(self) -> None:
        """Keep a connection on which nothing is asked: it says when the process is ready, and when it has ended."""
        while True:
            with suppress(OSError, EOFError):
                reader, writer = await self._connected()
                try:
                    writer.write(HEAD.pack(0, 0))
                    await reader.readexactly(HEAD.size)
                    self.is_there = True
                    await reader.read(1)
                finally:
                    self.is_there = False
                    self._hang_up()
                    writer.close()
            await asyncio.sleep(AGAIN_SECONDS)

    def _hang_up(self) -> None:
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(str(self._path))

    async def _asked(self, message: bytes) -> Reply:
        line = self._idle.pop() if self._idle else await self._connected()
        return await self._exchanged(*line, message)

    async def _exchanged(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes) -> Reply:
        whole = False
        try:
            writer.write(message)
            said, length = HEAD.unpack(await reader.readexactly(HEAD.size))
            status, headers, route, state = json.loads(await reader.readexactly(said))
            body = await reader.readexactly(length)
            whole = True
        finally:
            if whole:
                self._idle.append((reader, writer))
            else:
                writer.close()
        return Reply(status, [(name, value) for name, value in headers], body, route=route, state=state)


def is_page(environ: Mapping[str, Any]) -> bool:
    """Whether a page process can answer: what the current release shows, and nothing that the front alone knows."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ["PATH_INFO"].startswith(ANSWERED_HERE):
        return False
    query = environ["QUERY_STRING"]
    return "HTTP_ACCEPT_DATETIME" not in environ and "release" not in query and "asOf" not in query


def _packed(environ: Environ, state: str) -> bytes:
    told = {key: value for key, value in environ.items() if key in SENT or key.startswith("HTTP_")}
    said = json.dumps([told, state]).encode("ascii")
    return HEAD.pack(len(said), 0) + said
