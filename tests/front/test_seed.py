"""The process that page processes grow from: forked early, empty-handed, and gone when the server is."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.front.pages import BUSY_PAGES
from server.front.seed import planted

SOON = 20.0  # seconds; on a busy machine a process takes a while
PROGRAM = """
import os, socket, sys
from server.front.seed import planted

def grow(line: socket.socket) -> None:
    {grow}

before = socket.socket()
seed = planted(grow)
assert seed is not None
{then}
"""


def tried(grow: str, then: str) -> str:
    """What a program prints that plants a seed; in a process of its own, since pytest has threads."""
    text = PROGRAM.format(grow=grow.replace("\n", "\n    "), then=then)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_it_holds_nothing_of_the_front_but_the_streams_and_the_line() -> None:
    said = tried(
        'line.sendall(repr((sorted(map(int, os.listdir("/proc/self/fd"))), os.readlink("/proc/self/fd/0"))).encode())',
        "print('once', end=' ')\nprint(seed.line.recv(1000).decode()); print(seed.wait(5))",
    )
    assert said == "once ([0, 1, 2, 3, 4], '/dev/null')\n0\n"  # 4 is the folder that is being listed


def test_it_ends_when_the_front_hangs_up() -> None:
    assert tried("assert line.recv(1) == b''", "seed.line.close(); print(seed.wait(5), seed.poll())") == "0 0\n"


def test_one_that_was_never_needed_is_put_away() -> None:
    told = tried(
        "import time; time.sleep(60)", "assert seed.poll() is None; seed.kill(); print(seed.wait(5), seed.poll())"
    )
    assert told == f"-{int(signal.SIGKILL)} -{int(signal.SIGKILL)}\n"


def test_whoever_waits_is_told_that_it_has_not_ended() -> None:
    then = "from subprocess import TimeoutExpired\ntry:\n    seed.wait(0.05)\nexcept TimeoutExpired:\n    print('no')"
    assert tried("line.recv(1)", then + "\nseed.kill()") == "no\n"


def test_an_interrupt_is_for_the_front() -> None:
    then = (
        "import signal, time; seed.line.recv(1); os.kill(seed.pid, signal.SIGINT); time.sleep(0.1); print(seed.poll())"
    )
    assert tried("line.sendall(b'!'); line.recv(1)", then + "; seed.kill()") == "None\n"


def test_what_goes_wrong_in_it_is_printed_and_goes_no_further() -> None:
    said = tried("raise ValueError('withered')", "print(seed.wait(5))")
    assert said.startswith("0\n")
    assert "ValueError: withered" in said


def test_where_there_are_threads_nothing_is_forked() -> None:
    """A lock that one of them holds would be held in the fork for ever."""
    waiting = threading.Event()
    other = threading.Thread(target=waiting.wait)
    other.start()
    try:
        assert planted(lambda _: None) is None
    finally:
        waiting.set()
        other.join()


def test_where_nobody_can_say_how_many_threads_there_are_nothing_is_forked() -> None:
    text = PROGRAM.replace(
        "seed = planted", "import server.front.seed as s, pathlib; s.TASKS = pathlib.Path('/none')\nseed = planted"
    )
    text = text.replace("assert seed is not None", "print(seed)").format(grow="pass", then="")
    assert subprocess.run([sys.executable, "-c", text], capture_output=True, text=True).stdout == "None\n"


def test_where_no_process_can_be_made_there_is_none() -> None:
    grow = "line.recv(1)"
    text = PROGRAM.replace("seed = planted", "os.fork = lambda: os.open('/dev/null/x', 0)\nseed = planted")
    text = text.replace("assert seed is not None", "print(seed)").format(grow=grow, then="")
    assert subprocess.run([sys.executable, "-c", text], capture_output=True, text=True).stdout == "None\n"


@contextmanager
def served(site: Path, *, processes: int = 2) -> Iterator[tuple[int, str]]:
    """A site served as by `khronika serve`: the server's process, and where it answers."""
    settings = (site / "site.toml").read_text(encoding="utf-8")
    if processes != 2:
        (site / "site.toml").write_text(settings + f"\n[limits]\npage_processes = {processes}\n", encoding="utf-8")
    command = [sys.executable, "-m", "khronika", "serve", str(site), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.pid, next(m.group() for line in server.stdout if (m := re.search(r"http://[\d.:]+", line)))
        finally:
            server.terminate()
            (site / "site.toml").write_text(settings, encoding="utf-8")


def family(pid: int, word: str) -> list[int]:
    """Children of a process, of any thread of its, whose command has a word in it."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            if word in Path(f"/proc/{child}/cmdline").read_text():
                found.append(int(child))
    return found


def until(there: Callable[[], bool], meanwhile: Callable[[], object]) -> None:
    end = time.monotonic() + SOON
    while not there():
        assert time.monotonic() < end
        meanwhile()
        time.sleep(0.02)


@pytest.fixture
def own_site(published_example: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published_example, tmp_path / "site"))


def test_page_processes_grow_from_it_and_from_a_new_keeper_when_it_is_gone(own_site: Path) -> None:
    with served(own_site) as (server, url):
        asked = iter(range(10_000))

        def ask() -> None:
            for _ in range(BUSY_PAGES):
                with urllib.request.urlopen(f"{url}/search?q=w{next(asked)}") as answer:
                    assert answer.status == 200

        (seed,) = family(server, "serve")
        (generation,) = family(seed, "serve")
        until(lambda: family(generation, "") == [], lambda: None)  # of its own that pour out the release
        until(lambda: len(family(generation, "serve")) == 2, ask)
        assert family(server, "server.front.keeper") == []
        os.kill(seed, signal.SIGKILL)
        until(lambda: len(family(server, "server.front.keeper")) == 1, ask)
        (keeper,) = family(server, "server.front.keeper")
        until(lambda: [len(family(each, "keeper")) for each in family(keeper, "keeper")] == [2], ask)


def test_a_site_that_wants_no_page_processes_has_no_seed(own_site: Path) -> None:
    with served(own_site, processes=1) as (server, _):
        assert family(server, "serve") == []
        assert family(server, "graph.store.lane.spawner")
