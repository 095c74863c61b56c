"""A release in memory is the release on disk, or it is not read from."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.releases.current import current_release
from graph.releases.files.locks import unleased
from graph.settings import Settings, read_settings
from graph.store import held
from graph.store.held import Held, Snapshot, megabytes, snapshot_of, taken_in
from graph.store.open import open_reader, take_in

IRI = NamedNode("https://example.org/x")


@pytest.fixture
def settings(published_example: Path, tmp_path: Path) -> Settings:
    return read_settings(Path(shutil.copytree(published_example, tmp_path / "site")))


def stand_in() -> Store:
    """What is on no disk."""
    store = Store()
    store.add(Quad(IRI, IRI, IRI))
    return store


def shown(settings: Settings) -> Path:
    release = current_release(settings)
    assert release is not None
    return release.store


def test_it_is_what_is_on_disk(settings: Settings) -> None:
    store = taken_in(shown(settings))
    assert store is not None
    on_disk = set(Store.read_only(str(shown(settings))))
    assert set(store) == on_disk
    assert {quad.graph_name for quad in on_disk} > {DefaultGraph()}


def test_words_come_through_as_they_are(tmp_path: Path) -> None:
    """Line ends, quotes, directions and what looks like the end of a statement; a graph in any script."""
    words = ["a .\nb .\n", '"\\', "\x85\u2028 .", "", "<x> <y> <z> .", "«Кочетков»"]
    graphs = [DefaultGraph(), NamedNode("https://example.org/запись"), NamedNode("https://example.org/g")]
    store = Store(str(tmp_path / "store"))
    store.extend([Quad(IRI, IRI, Literal(text, language="ru"), graph) for text in words for graph in graphs])
    store.flush()
    wanted = set(store)
    del store
    taken = taken_in(tmp_path / "store")
    assert taken is not None
    assert set(taken) == wanted


def test_who_takes_it_in_has_neither_threads_nor_files_of_the_engine_afterwards(settings: Settings) -> None:
    """In a program of its own, since pytest has threads; only so may it fork."""
    program = f"""
import os
from pathlib import Path
from graph.store.held import taken_in
before = set(os.listdir("/proc/self/fd"))
assert taken_in(Path({str(shown(settings))!r})) is not None
print(len(os.listdir("/proc/self/task")), set(os.listdir("/proc/self/fd")) - before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("1 set()\n", "")


def test_a_release_that_is_held_is_read_from_memory(settings: Settings) -> None:
    found = take_in(settings)
    assert found is not None
    only = stand_in()
    with open_reader(settings, held=Held(found.snapshot, only)) as reader:
        assert [quad.object for quad in reader.quads(IRI)] == [IRI]
        assert reader.digest == found.snapshot.digest


def test_files_are_kept_no_longer_than_it_takes(settings: Settings) -> None:
    assert take_in(settings) is not None
    with unleased(shown(settings).parent / "manifest.json") as is_free:
        assert is_free


@pytest.mark.parametrize("other", [{"digest": "0"}, {"inode": 1}, {"changed": 1}])
def test_any_other_is_read_from_disk(settings: Settings, other: dict[str, object]) -> None:
    """Also one of the same content: it may have been made anew because of what lies in the first."""
    found = take_in(settings)
    assert found is not None
    held_ = Held(found.snapshot._replace(**other), stand_in())
    with open_reader(settings, held=held_) as reader:
        assert not list(reader.quads(IRI))
        assert reader.named_graphs()


def test_two_snapshots_of_one_content_are_two(tmp_path: Path) -> None:
    names = set[Snapshot]()
    for name in "ab":
        (tmp_path / name).write_text("")
        with (tmp_path / name).open() as file:
            names.add(snapshot_of("same", file.fileno()))
            assert snapshot_of("same", file.fileno()) in names
            os.utime(tmp_path / name, ns=(0, 1))
            names.add(snapshot_of("same", file.fileno()))
    assert len(names) == 4  # and what is written anew is another


def test_what_takes_too_much_is_not_held(settings: Settings) -> None:
    assert take_in(replace(settings, limits=replace(settings.limits, held_mb=0))) is None
    room = int(megabytes(shown(settings))) + 1
    assert take_in(replace(settings, limits=replace(settings.limits, held_mb=room))) is not None


def test_damage_is_for_who_reads_from_disk(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    store = shown(settings)
    assert taken_in(store / "none") is None
    for file in store.glob("*.sst"):
        os.truncate(file, 10)
    assert taken_in(store) is None
    assert capfd.readouterr().err == ""


def test_where_files_cannot_be_in_memory_only_nothing_is_held(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "memfd_create")
    assert taken_in(shown(settings)) is None


def test_what_got_lost_on_the_way_is_noticed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = held._texts
    monkeypatch.setattr(held, "_texts", lambda file: list(whole(file))[:-1])
    assert taken_in(shown(settings)) is None


@pytest.mark.parametrize("which", ["_union", "_named"])
def test_a_fork_that_fails_is_noticed(settings: Settings, monkeypatch: pytest.MonkeyPatch, which: str) -> None:
    def fail(_store: Store, _file: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(held, which, fail)
    assert taken_in(shown(settings)) is None
