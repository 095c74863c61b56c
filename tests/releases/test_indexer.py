"""The index of a large store made anew comes from a process apart; whatever becomes of that, there is one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.history.faults import VARIABLE
from graph.releases import past, steps, storing
from graph.releases.derived import indexer, indexing
from graph.releases.files.durable import remove_path
from graph.releases.recovering import recover
from graph.releases.verifying import verify
from graph.search.building import FILE
from graph.search.index import Index
from graph.search.query import read_query
from graph.store import apart
from graph.store.apart import silent
from graph.store.open import open_reader


@pytest.fixture
def alone(site):  # type: ignore[no-untyped-def]
    """The site with nothing but its journal."""
    for path in site.places.var.iterdir():
        if path != site.places.journal:
            remove_path(path)
    return site


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every store is large; the indexes that were made in this process."""
    made: list[Path] = []
    real = indexing.write_index
    monkeypatch.setattr(indexer, "MANY", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(indexing, "write_index", lambda reader, path: (made.append(path), real(reader, path)))
    return made


def show(site) -> None:  # type: ignore[no-untyped-def]
    """From the journal to what is shown, in this process."""
    steps.work([str(site.folder)], silent)


def index_of(site) -> bytes:  # type: ignore[no-untyped-def]
    return bytes((site.places.snapshot(3) / FILE).read_bytes())


def sound(site) -> None:  # type: ignore[no-untyped-def]
    """What is shown is what was recorded, is found by its words, and nothing lies around."""
    assert site.says() == site.recorded()
    with open_reader(site.settings) as reader:
        index = Index.open(site.places.snapshot(reader.release) / FILE, reader.digest)
    found = index.find(read_query("latecomers"), {}).results
    index.close()
    assert [entry.iri for entry in found] == [site.thing("late")]
    assert list(site.places.releases.glob(".*")) == []


def test_it_is_the_index_that_would_be_made_here(alone, here: list[Path]) -> None:
    show(alone)
    assert here == []
    sound(alone)
    assert verify(alone.settings).sound
    there = index_of(alone)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexer, "MANY", 1_000)
        steps.work([str(alone.folder), "anew"], silent)
    assert len(here) == 1
    assert index_of(alone) == there


def test_one_core_makes_it_here(alone, here: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    show(alone)
    assert len(here) == 1


def no_room(command: list[str], **how: object) -> object:
    """Where the index is to lie, there is a folder."""
    script = (
        "import pathlib, sys; from graph.search import building; real = building.write_index\n"
        "def write(reader, path): path.mkdir(); real(reader, path)\n"
        "building.write_index = write; from graph.store import apart; apart.answer(sys.argv[1])"
    )
    return _popen([sys.executable, "-c", script, command[5]], **how)  # type: ignore[call-overload]


def refused(_command: list[str], **_how: object) -> object:
    raise OSError(11, "Resource temporarily unavailable")


def killed(command: list[str], **how: object) -> object:
    process = _popen(command, **how)  # type: ignore[call-overload]
    process.send_signal(signal.SIGKILL)
    return process


def torn(_command: list[str], **how: object) -> object:
    return _popen([sys.executable, "-c", "input(); print('{\"outc', end='')"], **how)  # type: ignore[call-overload]


_popen = subprocess.Popen


@pytest.mark.parametrize("start", [refused, no_room, killed, torn])
def test_where_none_comes_of_it_it_is_made_here(
    alone, here: list[Path], monkeypatch: pytest.MonkeyPatch, start: Callable[..., object]
) -> None:
    monkeypatch.setattr(apart.subprocess, "Popen", start)
    show(alone)
    monkeypatch.undo()
    assert len(here) == 1
    sound(alone)


def test_no_copy_of_the_store_no_other_process(alone, here: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    real = storing.WorkingStore.snapshot

    def full(self: storing.WorkingStore, target: Path) -> None:
        if ".new-index-" in str(target):
            raise OSError(28, "No space left on device")
        real(self, target)

    monkeypatch.setattr(storing.WorkingStore, "snapshot", full)
    show(alone)
    assert len(here) == 1
    sound(alone)


def test_it_ends_where_the_store_comes_to_nothing(alone, here: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def noted(*given: object, **how: object) -> object:
        started.append(_popen(*given, **how))  # type: ignore[call-overload]
        os.kill(started[-1].pid, signal.SIGSTOP)  # else it may have made its index by then
        return started[-1]

    monkeypatch.setattr(apart.subprocess, "Popen", noted)
    monkeypatch.setattr(storing, "statistics", lambda *_: alone.settings.folder.joinpath("none").read_text())
    with pytest.raises(FileNotFoundError):
        show(alone)
    monkeypatch.undo()
    assert [process.returncode for process in started] == [-signal.SIGKILL]
    assert list(alone.places.releases.glob(".*")) == []


def test_a_past_release_too(alone, here: list[Path]) -> None:
    past.work([str(alone.folder), "2"], silent)
    assert here == []
    assert alone.says(2) == alone.recorded(2)
    assert list(alone.places.releases.glob(".*")) == []
    lost = alone.places.releases / ".past-index-0"
    lost.mkdir()
    assert past.sweep_past(alone.places) == [lost]


SHOW = """
import sys
from graph.releases.derived import indexer
from graph.releases import steps
indexer.MANY = 1
indexer.os.cpu_count = lambda: 2
steps.work([sys.argv[1]], lambda *_: None)
"""


def test_killed_while_it_is_being_made(alone) -> None:  # type: ignore[no-untyped-def]
    """Nothing is left but its folder, which the next start removes, and nobody who writes there."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW, str(alone.folder)], env={**os.environ, VARIABLE: "filled"}, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert len(list(alone.places.releases.glob(".new-index-*"))) == 1
    until = time.monotonic() + 10
    while working(alone.folder) and time.monotonic() < until:
        time.sleep(0.01)
    assert working(alone.folder) == []
    assert any("left over from a process that was stopped" in said for said in recover(alone.settings).found)
    sound(alone)


def working(folder: Path) -> list[str]:
    """The processes that have a file below a folder open."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            held = [os.readlink(file) for file in (process / "fd").iterdir()]
        except OSError:  # it has ended
            continue
        if any(file.startswith(str(folder)) for file in held):
            found.append(process.name)
    return found
