"""Page processes: what they answer is what the application answers, and none of them is needed."""

import asyncio
import marshal
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import count, pairwise
from pathlib import Path

import pytest
from front.served import fields
from loops import run_through

from graph.releases import publish
from graph.settings import Settings, read_settings
from graph.vocabulary import load_vocabulary
from server.app import create_app
from server.front import keeper, pages
from server.front.keeper import HEAD, Keeper, Place, Terms
from server.front.pages import Pages, is_page
from server.front.requests import Environ, run
from server.site import site_of, state_of

SOON = 20.0  # seconds for a process to come up on a busy machine
LEFT_OUT = {"date"}


@pytest.fixture(scope="module")
def settings(published_example: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The example, published; this module's own."""
    site = tmp_path_factory.mktemp("pages") / "site"
    shutil.copytree(published_example, site)
    return read_settings(site)


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
        made = Pages(2, lambda count, folder: Keeper(terms, count, folder))
        try:
            await came(made, settings)
            await work(made)
        finally:
            await asyncio.to_thread(made.close)

    run_through(do())


async def came(made: Pages, settings: Settings) -> None:
    """Wait until every process can be asked."""
    until = time.monotonic() + SOON
    await made.ask(environ("/robots.txt"), "")
    while not all(process.is_there for process in made._processes):
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


def test_they_say_what_the_application_says(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(settings)
    state = state_of(site_of(app))
    assert state is not None
    asked = [
        environ("/"), environ("/", "lang=ru"), environ("/browse"), environ("/search", "q=x"), environ("/nothing"),
        environ("/doc/org/rfe-rl"), environ("/doc/org/rfe-rl", HTTP_ACCEPT="text/turtle"), environ("/id/org/rfe-rl"),
        environ("/doc/org/rfe-rl", HTTP_ACCEPT_ENCODING="gzip"), environ("/doc/org/rfe-rl", method="HEAD"),
        environ("/doc/%zz"), environ("/sitemap.xml"),
    ]  # fmt: skip

    async def compare(made: Pages) -> None:
        for each in asked:
            said, own = await made.ask(each, state), run(app.wsgi_app, dict(each))
            assert said is not None
            assert (said.status, said.body, said.route, said.state) == (own.status, own.body, own.route, state)
            assert sorted([*said.headers, *fields(said.written)]) == sorted(own.headers)
            assert not {name.lower() for name, _ in fields(said.written)} & keeper.LOOKED_AT

    with_pages(settings, compare, monkeypatch)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (environ("/doc/x"), True),
        (environ("/search", "q=x"), True),
        (environ("/doc/x", method="HEAD"), True),
        (environ("/doc/x", method="POST"), False),
        (environ("/sparql", "query=ASK{}"), False),
        (environ("/sparql/terms.json"), False),
        (environ("/metrics"), False),
        (environ("/health"), False),
        (environ("/reply", "about=x"), False),
        (environ("/timegate/x"), False),
        (environ("/doc/x", "release=1"), False),
        (environ("/doc/x", "asOf=2026-01-01"), False),
        (environ("/doc/x", "rele%61se=1"), False),
        (environ("/doc/x", HTTP_ACCEPT_DATETIME="Thu, 01 Jan 2026 00:00:00 GMT"), False),
    ],
)
def test_what_only_the_front_can_answer_stays_there(asked: Environ, answer: bool) -> None:
    assert is_page(asked) is answer


def test_a_small_site_never_starts_them(settings: Settings) -> None:
    def start(_count: int, _folder: Path) -> Keeper:
        raise AssertionError

    async def ask_now_and_then() -> None:
        made = Pages(2, start)
        for _ in range(pages.BUSY_PAGES - 1):
            assert await made.ask(environ("/"), "") is None
        made._since -= pages.BUSY_SECONDS + 1
        for _ in range(pages.BUSY_PAGES - 1):
            assert await made.ask(environ("/"), "") is None

    run_through(ask_now_and_then())


def test_what_was_published_in_between_is_shown(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process is told which release the front knows; it never answers from an older one."""
    app = create_app(settings)
    before = state_of(site_of(app))
    assert before is not None

    async def change(made: Pages) -> None:
        path = settings.records / "note.yaml"
        path.write_text("record:\n  modified: 2026-01-15\nthings:\n  - id: org/new\n    type: NGO\n    name: New one\n")
        first = await made.ask(environ("/doc/org/new"), before)
        assert first is not None
        assert (first.status, first.state) == (404, before)
        await asyncio.to_thread(publish, settings, author="ann", message="why")
        site_of(app).releases.look_again()
        after = state_of(site_of(app))
        assert after not in (None, before)
        for _ in range(4):
            then = await made.ask(environ("/doc/org/new"), str(after))
            assert then is not None
            assert (then.status, then.state) == (200, after)

    with_pages(settings, change, monkeypatch)


def test_nothing_of_an_older_release_stays_open_in_them(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while nobody asks: whoever erases waits for all who have the files open."""

    async def publish_on(made: Pages) -> None:
        assert made._keeper is not None
        pids = children(made._keeper._process.pid)
        before = opened(pids, settings.var)
        assert before
        path = settings.records / "another.yaml"
        path.write_text("record:\n  modified: 2026-01-15\nthings:\n  - id: org/two\n    type: NGO\n    name: Two\n")
        await asyncio.to_thread(publish, settings, author="ann", message="why")
        until = time.monotonic() + 5
        while opened(pids, settings.var) & before:
            assert time.monotonic() < until
            await asyncio.sleep(0.05)

    with_pages(settings, publish_on, monkeypatch)


def opened(pids: list[int], folder: Path) -> set[str]:
    """Files of releases that processes have open."""
    found = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(os.readlink(link))
    return {each for each in found if each.startswith(str(folder / "releases"))}


def test_one_that_ends_is_replaced_and_missed_by_nobody(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    state = state_of(site_of(create_app(settings)))
    assert state is not None

    async def kill(made: Pages) -> None:
        assert made._keeper is not None
        for pid in children(made._keeper._process.pid):
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
        family = children(made._keeper._process.pid)
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


def test_what_the_files_of_a_site_say_by_now_is_not_served(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and words are those the front began with, also in processes that begin later."""
    app = create_app(settings)
    state = state_of(site_of(app))
    assert state is not None
    own = run(app.wsgi_app, environ("/"))
    terms = Terms(settings, load_vocabulary(settings.folder / "concepts"))
    text = (settings.folder / "site.toml").read_text(encoding="utf-8")
    (settings.folder / "site.toml").write_text("broken", encoding="utf-8")
    (settings.folder / "concepts").mkdir(exist_ok=True)
    (settings.folder / "concepts" / "broken.ttl").write_text("broken", encoding="utf-8")
    monkeypatch.setattr(pages, "BUSY_PAGES", 1)

    async def ask() -> None:
        made = Pages(2, lambda count, folder: Keeper(terms, count, folder))
        try:
            await came(made, settings)
            said = await made.ask(environ("/"), state)
            assert said is not None
            assert said.body == own.body
        finally:
            await asyncio.to_thread(made.close)

    try:
        run_through(ask())
    finally:
        (settings.folder / "site.toml").write_text(text, encoding="utf-8")
        (settings.folder / "concepts" / "broken.ttl").unlink()


def test_one_that_hangs_holds_nobody_up_for_ever(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PATIENCE", 0.3)
    state = state_of(site_of(create_app(settings)))
    assert state is not None

    async def stop(made: Pages) -> None:
        assert made._keeper is not None
        stopped = children(made._keeper._process.pid)
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


def test_what_a_process_made_while_its_state_changed_is_of_no_state(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(settings)
    for states, made_in in ((["a", "a"], "a"), (["a", "b"], None), (["b", "a", "a"], "a"), (["b", "b", "b"], "b")):
        monkeypatch.setattr(keeper, "state_of", lambda _site, left=list(states): left.pop(0))
        answer = keeper._answered(app, environ("/"), "a")
        said, _ = HEAD.unpack_from(answer)
        assert marshal.loads(answer[HEAD.size : HEAD.size + said])[3] == made_in


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


def test_their_folder_and_processes_go_with_the_front(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Path, list[int]]] = []

    async def look(made: Pages) -> None:
        assert made._keeper is not None
        seen.append((made._keeper.sockets[0].parent, children(made._keeper._process.pid)))

    with_pages(settings, look, monkeypatch)
    folder, pids = seen[0]
    assert len(pids) == 2
    assert not folder.exists()
    assert gone(pids)


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
            while len(family := descendants(server.pid)) < 6:  # spawner and two workers, keeper and two processes
                assert time.monotonic() < until
                for _ in range(pages.BUSY_PAGES // 2):  # again and again: on a busy machine these take a while
                    with urllib.request.urlopen(f"{found.group()}/search?q=w{next(numbers)}") as answer:
                        assert answer.status == 200
            assert len(list(folder.iterdir())) == 1
        finally:
            server.kill()
    assert gone(family)
    folder.rmdir()


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
