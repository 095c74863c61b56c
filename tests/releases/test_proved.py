"""What is believed of a file that was proved before: only while nothing about it differs."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from releases.harm import flip

from graph.releases import current_release
from graph.releases.errors import StateDamaged
from graph.releases.files import proved
from graph.releases.files.manifest import prove, read_manifest
from graph.releases.files.proved import Proved, read_digest
from graph.releases.places import Places
from graph.releases.recovering import recover
from graph.releases.verifying import doctor, verify
from graph.store.open import open_reader

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

    monkeypatch.setattr("graph.releases.files.proved.read_digest", refuse)
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


def in_place(path: Path) -> None:
    """Change a bit as a disk does: the file system knows nothing of it, not even when."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(before.st_size // 2)
        byte = file.read(1)[0]
        file.seek(before.st_size // 2)
        file.write(bytes([byte ^ 0x40]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_damage_behind_the_file_systems_back_is_never_signed(site) -> None:
    """Files known by inode and time are not read again, but they keep the digest they had when they were whole."""
    site.write("them", "Them once more")
    site.publish()  # the copy of a site has files of its own, which nobody knows yet
    table = max((site.places.snapshot(4) / "store").glob("*.sst"), key=lambda p: p.stat().st_size)
    in_place(table)
    site.write("new", "Newcomers")
    site.publish()
    found = verify(site.settings)
    assert any(table.name in fault for fault in found.faults)
    assert any(table.name in fault for fault in recover(site.settings).found)
    assert site.says() == site.recorded()
    doctor(site.settings)
    assert verify(site.settings).sound


def test_a_release_reads_only_the_large_files_that_are_new(site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.write("them", "Them once more")
    site.publish()
    site.write("new", "Newcomers")
    site.publish()
    read: list[Path] = []

    def watched(path: Path) -> str:
        read.append(path)
        return read_digest(path)

    monkeypatch.setattr(proved, "read_digest", watched)
    release = current_release(site.settings)
    with open_reader(site.settings):
        assert {path.name for path in read if path.suffix == ".sst"} == set(), "known since it was published"
        assert {path.name for path in read} >= {"search.sqlite", "CURRENT"}
    read.clear()
    prove(release.path, read_manifest(release.path))
    assert len([path for path in read if path.suffix == ".sst"]) > 5, "whoever proves everything reads everything"


@pytest.mark.parametrize("content", [None, b"", b"\x00" * 99, b"[[1, 2, 3]]", b'{"a": 1}', b'[["a", "b", "c", "d"]]'])
def test_without_a_note_of_what_was_proved_everything_is_read(site, content: bytes | None) -> None:
    site.write("them", "Them once more")
    site.publish()
    site.places.proved.unlink() if content is None else site.places.proved.write_bytes(content)
    flip(max((site.places.snapshot(4) / "store").glob("*.sst"), key=lambda p: p.stat().st_size))
    with pytest.raises(StateDamaged):
        open_reader(site.settings)
    site.write("new", "Newcomers")
    site.publish()
    assert site.says() == site.recorded()
    assert json.loads(site.places.proved.read_bytes())


def test_a_note_that_lies_is_no_proof(site) -> None:
    """A digest that is not that of the manifest, of a file that is right: the file is read."""
    site.write("them", "Them once more")
    site.publish()
    rows = json.loads(site.places.proved.read_bytes())
    site.places.proved.write_text(json.dumps([[*row[:3], "0" * 64] for row in rows]))
    assert "Latecomers" in site.words()
    site.write("new", "Newcomers")
    site.publish()
    assert site.says() == site.recorded()
    assert verify(site.settings).sound
