"""Generations of page processes: ready before they are needed, replaced after a release, gone after a withdrawal."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from front.processes import SOON, came, children, descendants, environ, gone, page_processes, with_pages
from front.served import serving

from graph.publish.lens import Lens
from graph.releases import publish
from graph.releases.withdrawal.withdrawing import withdraw
from graph.settings import Settings
from graph.terms import KH, A
from graph.vocabulary import load_vocabulary
from server.app import create_app
from server.front import generation
from server.front.generation import Message, Terms, heard, tell
from server.front.keeper import Keeper
from server.front.pages import Pages
from server.front.serving import READY_SECONDS
from server.site import site_of, state_of

SECRET = "Zinaida Quillfeather"
LINKED = re.compile(r"[0-9a-f]+-[0-9a-f]+ rw-p .*")


async def until(there: Callable[[], bool], seconds: float = SOON) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


def stores_open(pids: list[int]) -> set[str]:
    """Files of stores that processes have open."""
    found = set()
    for pid in pids:
        with suppress(OSError):  # it has just ended
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    found.add(os.readlink(link))
    return {each for each in found if "/store/" in each}


def remembers(pid: int, words: bytes) -> bool:
    """Whether words are anywhere in the memory that a process may write to."""
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            if not LINKED.match(line):
                continue
            start, end = (int(each, 16) for each in line.split()[0].split("-"))
            try:
                memory.seek(start)
                if words in memory.read(end - start):
                    return True
            except OSError:
                continue
    return False


def any_remembers(pids: list[int]) -> bool | None:
    """Whether any of some processes has the secret in memory; None when one ends while it is looked at."""
    try:
        return any(remembers(pid, SECRET.encode()) for pid in pids)
    except OSError:
        return None


def write(settings: Settings, name: str, title: str) -> None:
    text = f"record:\n  modified: 2026-01-15\nthings:\n  - id: org/{name}\n    type: NGO\n    name: {title}\n"
    (settings.records / f"{name}.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("held_mb", "from_disk"), [(128, False), (0, True)])
def test_they_read_from_memory_what_is_not_too_large(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, held_mb: int, from_disk: bool
) -> None:
    limited = replace(settings, limits=replace(settings.limits, held_mb=held_mb))
    state = state_of(site_of(create_app(settings)))
    assert state is not None

    async def look(made: Pages) -> None:
        answer = await made.ask(environ("/doc/org/rfe-rl"), state)
        assert answer is not None
        assert answer.status == 200
        assert bool(stores_open(page_processes(made))) is from_disk

    with_pages(limited, look, monkeypatch)


def test_after_a_release_the_next_takes_their_place(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile those who are there answer from disk; in the end what is published is in memory again."""
    app = create_app(settings)

    async def publish_on(made: Pages) -> None:
        assert made._keeper is not None
        (before,) = children(made._keeper._process.pid)
        write(settings, "three", "The third")
        await asyncio.to_thread(publish, settings, author="ann", message="why")
        site_of(app).releases.look_again()
        state = state_of(site_of(app))
        assert state is not None
        process = made._keeper._process.pid
        while children(process) == [before]:
            answer = await made.ask(environ("/doc/org/three"), state)
            assert answer is None or answer.status == 200
            await asyncio.sleep(0.02)
        await until(lambda: len(children(process)) == 1 and children(process) != [before])
        assert gone([before])
        await came(made, settings)
        for _ in range(8):
            answer = await made.ask(environ("/doc/org/three"), state)
            assert answer is None or answer.status == 200
        await until(lambda: not stores_open(page_processes(made)))

    with_pages(settings, publish_on, monkeypatch)


@pytest.mark.parametrize("erase", [False, True])
def test_what_is_withdrawn_is_in_no_memory_of_theirs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, erase: bool
) -> None:
    """Not in what is free either: whoever had it has ended."""
    name = f"secret-{erase}"
    write(settings, name, SECRET)
    publish(settings, author="ann", message="why")

    async def take_back(made: Pages) -> None:
        assert made._keeper is not None
        process = made._keeper._process.pid
        before = descendants(process)
        assert sum(remembers(pid, SECRET.encode()) for pid in before) >= 3  # the generation and those who answer
        (settings.records / f"{name}.yaml").unlink()
        iri = f"{settings.base}record/{name}"
        await asyncio.to_thread(withdraw, settings, iri, reason="risk", author="ann", erase=erase)
        assert await asyncio.to_thread(gone, before)
        await until(lambda: any_remembers([process, *descendants(process)]) is False)
        await until(lambda: len(page_processes(made)) == 2 and not stores_open(page_processes(made)))
        assert not any_remembers([process, *descendants(process)])

    with_pages(settings, take_back, monkeypatch)


def test_a_generation_that_ends_is_replaced(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def kill(made: Pages) -> None:
        assert made._keeper is not None
        family = descendants(made._keeper._process.pid)
        os.kill(children(made._keeper._process.pid)[0], signal.SIGKILL)
        assert await asyncio.to_thread(gone, family)
        await until(lambda: len(page_processes(made)) == 2)
        await came(made, settings)

    with_pages(settings, kill, monkeypatch)


def test_where_one_cannot_be_forked_the_others_stay() -> None:
    """And it is tried again; in a process of its own, since it waits for all its children."""
    program = """
import os, pickle, signal, socket
from server.front import generation
begun = []
def forked(_terms, _app, _compiled, number, _others):
    begun.append(number)
    if len(begun) == 2:
        raise OSError("no processes")
    if len(begun) == 3:
        ours.shutdown(socket.SHUT_RDWR)
    pid = os.fork()
    if pid == 0:
        signal.alarm(60)
        signal.pause()
    return pid
ours, theirs = socket.socketpair()
generation._forked = forked
generation.keep(None, None, generation.Message(pickle.dumps({}), [8, 9]), theirs)
print(len(begun), begun[2] == begun[1] != begun[0])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=SOON)
    assert (done.stdout, done.stderr) == ("3 True\n", "")


@pytest.mark.parametrize(("is_ready", "patience"), [(True, 0.1), (False, 2 * SOON)])
def test_one_that_does_not_listen_is_ended_all_the_same(
    monkeypatch: pytest.MonkeyPatch, is_ready: bool, patience: float
) -> None:
    """It hangs, or still gets ready: at once, since it may hold what was withdrawn."""
    monkeypatch.setattr(generation, "STOP_SECONDS", patience)
    ours, theirs = socket.socketpair()
    begun = time.monotonic()
    with theirs, subprocess.Popen(["/bin/sleep", str(3 * SOON)]) as deaf:
        made = generation.Generation(deaf.pid, ours, ())
        made.is_ready = is_ready
        made.end()
        assert time.monotonic() - begun < SOON
        assert gone([deaf.pid])


def test_it_is_ready_before_anybody_asks(settings: Settings) -> None:
    """With templates compiled and pages made: then the first of many need not wait for that."""
    made = Keeper(Terms(settings, load_vocabulary(settings.folder / "concepts")))
    try:
        begun = time.monotonic()
        made.wait(SOON)
        assert time.monotonic() - begun < SOON
        assert len(children(made._process.pid)) == 1
        assert made.sockets == []
    finally:
        made.close()


def test_nobody_is_answered_before_it_is_ready(settings: Settings) -> None:
    waited, going_on = list[float](), threading.Event()

    class Late:
        sockets: Sequence[Path] = ()
        is_there = False

        def wait(self, seconds: float) -> None:
            waited.append(seconds)
            assert going_on.wait(SOON)

    with serving(create_app(settings), Late()) as port, ThreadPoolExecutor(1) as thread:  # type: ignore[arg-type]
        asked = thread.submit(urllib.request.urlopen, f"http://127.0.0.1:{port}/robots.txt")
        time.sleep(0.3)
        assert not asked.done()
        going_on.set()
        with asked.result(SOON) as answer:
            assert answer.status == 200
    assert waited == [READY_SECONDS]


def test_nobody_waits_for_a_keeper_that_has_ended(settings: Settings) -> None:
    made = Keeper(Terms(settings, load_vocabulary(settings.folder / "concepts")))
    made._process.kill()
    begun = time.monotonic()
    made.wait(SOON)
    assert time.monotonic() - begun < SOON
    made.close()


def test_pages_are_rehearsed_and_forgotten(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(settings)
    asked = list[str]()
    run = generation.run

    def noted(application, given):
        answer = run(application, given)
        assert answer.status == 200
        asked.append(f"{given['PATH_INFO']} {given['HTTP_ACCEPT_LANGUAGE']}")
        return answer

    monkeypatch.setattr(generation, "run", noted)
    generation.rehearse(app)
    assert {each.split()[1] for each in asked} == set(settings.languages)
    assert generation.REHEARSED <= len(set(asked)) <= 2 * generation.REHEARSED * len(settings.languages)
    assert not site_of(app).cache._answers
    with site_of(app).releases.reading() as reader:
        lens = Lens(reader, settings, site_of(app).vocabulary, settings.language)
        claims = {quad.subject for quad in reader.statements(None, A, KH("Claim"))}
        assert claims <= {node for _, node in lens.shared.views}


def test_one_that_has_opened_a_store_on_disk_does_not_fork(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another release was published while it got ready: it ends, and is not ready."""
    said = list[bytes]()

    class Line:
        def sendall(self, words: bytes) -> None:
            said.append(words)

    monkeypatch.setattr(generation, "prepared", lambda _terms: None)
    monkeypatch.setattr(generation, "is_alone", lambda: False)
    generation.live(Terms(settings, load_vocabulary(settings.folder / "concepts")), Line())  # type: ignore[arg-type]
    assert said == []


def test_where_it_cannot_be_read_just_now_each_process_tries_by_itself(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graph.releases.errors import Withdrawing

    def withdrawing(_settings: Settings) -> None:
        raise Withdrawing

    monkeypatch.setattr(generation, "take_in", withdrawing)
    assert generation.prepared(Terms(settings, load_vocabulary(settings.folder / "concepts"))) is None


def test_what_is_said_may_be_long_and_carry_files() -> None:
    ours, theirs = socket.socketpair()
    words = bytes(range(256)) * 4096
    with ours, theirs, Path("/dev/null").open("rb") as file:
        saying = threading.Thread(target=tell, args=(ours, Message(words, [file.fileno()])))
        saying.start()
        message = heard(theirs)
        saying.join()
        assert message is not None
        assert (message.words, len(message.files)) == (words, 1)
        assert os.path.samestat(os.fstat(message.files[0]), os.fstat(file.fileno()))
        os.close(message.files[0])
        ours.sendall(b"\0")
        ours.close()
        assert heard(theirs) is None
