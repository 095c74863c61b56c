"""What is believed of a file that was proved before: only while nothing about it differs."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.releases.places import Places
from graph.releases.proved import Proved, read_digest

WORDS, OTHERS = b"what was written", b"what was changed"


def later(path: Path) -> None:
    """Written over in place: the same inode and the same length."""
    found = path.stat()
    path.write_bytes(OTHERS)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 1))


def longer(path: Path) -> None:
    found = path.stat()
    path.write_bytes(OTHERS + b".")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def another(path: Path) -> None:
    """Another file put in its place, as long and as old as it says."""
    found, fresh = path.stat(), path.with_suffix(".new")
    fresh.write_bytes(OTHERS)
    os.utime(fresh, ns=(found.st_atime_ns, found.st_mtime_ns))
    fresh.replace(path)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "000012.sst"
    path.write_bytes(WORDS)
    return path


def noted(path: Path, places: Places) -> Proved:
    """What the next process knows once this one has proved a file."""
    first = Proved()
    first.digest(path)
    first.write(places)
    return Proved.read(places)


@pytest.mark.parametrize("change", [later, longer, another])
def test_a_file_of_which_anything_differs_is_read_again(
    table: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    before, proved = read_digest(table), noted(table, Places(tmp_path))
    assert proved.has(table, before)
    change(table)
    assert not proved.has(table, before)
    assert proved.digest(table) == read_digest(table) != before


def test_a_file_that_is_as_it_was_is_not_read_again(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, proved = read_digest(table), noted(table, Places(tmp_path))

    def refuse(path: Path) -> str:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr("graph.releases.proved.read_digest", refuse)
    assert proved.has(table, before)
    assert proved.digest(table) == before


def test_a_file_that_the_engine_writes_again_is_always_read(tmp_path: Path) -> None:
    path = tmp_path / "MANIFEST-000004"
    path.write_bytes(WORDS)
    before, proved = read_digest(path), noted(path, Places(tmp_path))
    found = path.stat()
    path.write_bytes(OTHERS)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert not proved.has(path, before)
    assert proved.digest(path) == read_digest(path)


def test_a_note_that_cannot_be_read_is_no_knowledge(table: Path, tmp_path: Path) -> None:
    places = Places(tmp_path)
    for rubbish in (b"", b"{", b"[[1]]", b"[[1,2,3]]", b"null", b"\xff"):
        places.proved.write_bytes(rubbish)
        assert Proved.read(places).digest(table) == read_digest(table)
