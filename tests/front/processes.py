"""Page processes as tests see them: asked once they have come up, and looked for when they should be gone."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from loops import run_through

from graph.settings import Settings
from graph.vocabulary import load_vocabulary
from server.front import pages
from server.front.generation import Terms
from server.front.keeper import Keeper
from server.front.pages import Pages
from server.front.requests import Environ

SOON = 20.0  # seconds for a process to come up on a busy machine


def environ(path: str, query: str = "", method: str = "GET", **more: str) -> Environ:
    return {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "REQUEST_URI": path + (f"?{query}" if query else ""), "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_NAME": "x",
        "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "HTTP_HOST": "x", **more,
    }  # fmt: skip


def with_pages(settings: Settings, work: Callable[[Pages], Awaitable[None]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Do `work` with page processes that have come up."""
    monkeypatch.setattr(pages, "BUSY_PAGES", 1)
    terms = Terms(settings, load_vocabulary(settings.folder / "concepts"))

    async def do() -> None:
        made = Pages(2, starting(terms))
        try:
            await came(made, settings)
            await work(made)
        finally:
            await asyncio.to_thread(made.close)

    run_through(do())


def starting(terms: Terms) -> Callable[[int, Path], Keeper]:
    """What makes a keeper that has page processes come up."""

    def start(count: int, folder: Path) -> Keeper:
        keeper = Keeper(terms)
        keeper.start(count, folder, {})
        return keeper

    return start


def page_processes(made: Pages) -> list[int]:
    """Those of the generation that is there."""
    assert made._keeper is not None
    return [each for generation in children(made._keeper._process.pid) for each in children(generation)]


async def came(made: Pages, settings: Settings) -> None:
    """Wait until every process can be asked."""
    until = time.monotonic() + SOON
    await made.ask(environ("/robots.txt"), "")
    while not all(process.is_there for process in made._processes):
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


def children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def descendants(pid: int) -> list[int]:
    return [each for child in _of_any_thread(pid) for each in (child, *descendants(child))]


def _of_any_thread(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has just ended
            yield from map(int, task.read_text().split())


def gone(pids: list[int]) -> bool:
    until = time.monotonic() + SOON
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
