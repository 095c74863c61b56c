"""Page processes, their keeper and the front may end or hang at any instant: nobody misses them, nothing is left."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from itertools import count, pairwise
from pathlib import Path

import pytest
from front.processes import SOON, came, descendants, environ, gone, page_processes, with_pages
from loops import run_through

from graph.settings import Settings
from server.app import create_app
from server.front import keeper, pages
from server.front.generation import Place
from server.front.keeper import Keeper
from server.front.pages import Pages
from server.site import site_of, state_of


def test_one_that_ends_is_replaced_and_missed_by_nobody(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    state = state_of(site_of(create_app(settings)))
    assert state is not None

    async def kill(made: Pages) -> None:
        for pid in page_processes(made):
            os.kill(pid, signal.SIGKILL)
        answers = [await made.ask(environ("/"), state) for _ in range(20)]
        assert {answer.status for answer in answers if answer is not None} <= {200}
        await asyncio.sleep(0.1)
        await came(made, settings)
        again = await made.ask(environ("/"), state)
        assert again is not None
        assert again.status == 200

    with_pages(settings, kill, monkeypatch)


def test_a_keeper_that_ends_is_replaced(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    state = state_of(site_of(create_app(settings)))
    assert state is not None

    async def kill(made: Pages) -> None:
        assert made._keeper is not None
        family = descendants(made._keeper._process.pid)
        os.kill(made._keeper._process.pid, signal.SIGKILL)
        first, until = made._keeper, time.monotonic() + SOON
        while made._keeper in (first, None):
            assert time.monotonic() < until
            await made.ask(environ("/"), state)
            await asyncio.sleep(0.02)
        await came(made, settings)
        assert await made.ask(environ("/"), state) is not None
        assert gone(family)

    with_pages(settings, kill, monkeypatch)


def test_one_that_fails_again_and_again_is_tried_less_and_less() -> None:
    place, now, begun = Place(), 1000.0, []
    while now < 1400:
        if place.may_begin(now):
            begun.append(now)
        now += 0.25
    pauses = [after - before for before, after in pairwise(begun)]
    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert pauses[-1] == 60.0
    assert place.may_begin(begun[-1] + 500)
    assert not place.may_begin(begun[-1] + 500.5)
    assert place.may_begin(begun[-1] + 501)


def test_where_none_can_be_started_the_application_answers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "BUSY_PAGES", 1)
    tried = []

    def start(_count: int, _folder: Path) -> Keeper:
        tried.append(1)
        raise OSError("no more processes")

    async def ask() -> None:
        made = Pages(2, start)
        assert [await made.ask(environ("/"), "") for _ in range(5)] == [None] * 5
        made.close()

    run_through(ask())
    assert tried == [1]


def test_one_that_hangs_holds_nobody_up_for_ever(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PATIENCE", 0.3)
    state = state_of(site_of(create_app(settings)))
    assert state is not None

    async def stop(made: Pages) -> None:
        assert made._keeper is not None
        stopped = page_processes(made)
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            assert await made.ask(environ("/"), state) is None
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)
        until = time.monotonic() + SOON
        while await made.ask(environ("/"), state) is None:
            assert time.monotonic() < until

    with_pages(settings, stop, monkeypatch)


def test_a_line_that_was_not_answered_in_time_is_hung_up(tmp_path: Path) -> None:
    """What comes late on it would be taken for the answer to the next question."""

    async def ask() -> None:
        with socket.socket(socket.AF_UNIX) as silent:
            silent.bind(str(tmp_path / "silent"))
            silent.listen()
            loop = asyncio.get_running_loop()
            line = (await loop.create_unix_connection(pages._Line, str(tmp_path / "silent")))[1]
            with pytest.raises(TimeoutError):
                await line.ask(b"question", 0.05)
            await asyncio.wait_for(asyncio.shield(line.ended), 1)
            with pytest.raises(EOFError):
                await line.ask(b"question", 0.05)

    run_through(ask())


def test_nobody_waits_where_one_ends_before_it_takes_a_connection(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keeper listens on: the connection stays until the next process takes it, which may be long in coming."""
    state = state_of(site_of(create_app(settings)))
    assert state is not None

    async def end(made: Pages) -> None:
        assert made._keeper is not None
        held, ended = made._keeper._process.pid, descendants(made._keeper._process.pid)
        os.kill(held, signal.SIGSTOP)  # so that no other comes
        for pid in ended:
            os.kill(pid, signal.SIGSTOP)
        try:
            asking = [asyncio.ensure_future(made.ask(environ("/"), state)) for _ in range(4)]
            await asyncio.sleep(0.1)
            for pid in ended:
                os.kill(pid, signal.SIGKILL)
            late = [asyncio.ensure_future(made.ask(environ("/"), state)) for _ in range(4)]
            answers = await asyncio.wait_for(asyncio.gather(*asking, *late), SOON)
            assert answers == [None] * 8
            assert not any(process.is_there or process.busy for process in made._processes)
        finally:
            os.kill(held, signal.SIGCONT)
        await came(made, settings)

    with_pages(settings, end, monkeypatch)


def test_nor_where_it_ends_before_the_connection_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connected = pages._Process._connected

    async def late(process: pages._Process) -> pages._Line:
        line = await connected(process)
        process.is_there = False
        return line

    async def ask() -> None:
        with socket.socket(socket.AF_UNIX) as silent:
            silent.bind(str(tmp_path / "silent"))
            silent.listen()
            process = pages._Process(tmp_path / "silent")
            process.is_there = True
            try:
                assert await asyncio.wait_for(process.ask(environ("/"), ""), SOON) is None
                assert not process.busy
            finally:
                process.close()

    monkeypatch.setattr(pages._Process, "_connected", late)
    run_through(ask())


def test_their_folder_and_processes_go_with_the_front(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Path, list[int]]] = []

    async def look(made: Pages) -> None:
        assert made._keeper is not None
        seen.append((made._keeper.sockets[0].parent, page_processes(made)))

    with_pages(settings, look, monkeypatch)
    folder, pids = seen[0]
    assert len(pids) == 2
    assert not folder.exists()
    assert gone(pids)


def test_a_keeper_that_hangs_ends_with_the_front(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "STOP_SECONDS", 0.2)
    seen: list[int] = []

    async def stop(made: Pages) -> None:
        assert made._keeper is not None
        seen.extend([made._keeper._process.pid, *descendants(made._keeper._process.pid)])
        os.kill(seen[0], signal.SIGSTOP)

    try:
        with_pages(settings, stop, monkeypatch)
        assert gone(seen)
    finally:
        with suppress(ProcessLookupError):
            os.kill(seen[0], signal.SIGCONT)


def test_a_front_that_is_killed_leaves_nobody_behind(settings: Settings) -> None:
    """Nor a folder; a path of its own, since that of a test may be too long for a socket."""
    command = [sys.executable, "-m", "khronika", "serve", str(settings.folder), "--port", "0"]
    folder = Path(tempfile.mkdtemp())
    own = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=own) as server:
        try:
            assert server.stdout is not None
            found = next(found for line in server.stdout if (found := re.search(r"http://[\d.:]+", line)))
            numbers, until = count(), time.monotonic() + SOON
            # spawner, two workers; keeper, generation, two processes: forks that pour out a release have no folder yet
            while len(family := descendants(server.pid)) < 7 or not list(folder.iterdir()):
                assert time.monotonic() < until
                for _ in range(pages.BUSY_PAGES // 2):  # again and again: on a busy machine these take a while
                    with urllib.request.urlopen(f"{found.group()}/search?q=w{next(numbers)}") as answer:
                        assert answer.status == 200
            assert len(list(folder.iterdir())) == 1
        finally:
            server.kill()
    assert gone(family)
    folder.rmdir()
