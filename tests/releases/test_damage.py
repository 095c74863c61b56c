"""Damage is noticed, never served, and mended from the journal; what cannot be written to goes on being read."""

import json
import os
import resource
import shutil
from pathlib import Path

import pytest
from releases.harm import flip

from graph.history.errors import JournalDamaged, JournalError, JournalTooNew
from graph.history.journal import Journal
from graph.releases.errors import NothingPublished, NotShownYet, StateDamaged, StoreAhead
from graph.releases.places import Places
from graph.releases.recovering import rebuild, recover
from graph.releases.verifying import doctor, verify
from graph.search.building import FILE
from graph.settings import read_settings
from graph.store.open import open_reader

RECOVERY_SECONDS = 5.0  # until the example is shown again, whatever happened to it


def parts_of_a_snapshot(site) -> list[Path]:
    folder = site.places.snapshot(3)
    table = max((folder / "store").glob("*.sst"), key=lambda p: p.stat().st_size)
    engine = [table, *(folder / "store").glob("MANIFEST-*"), folder / "store" / "CURRENT"]
    return [folder / "manifest.json", *engine, folder / FILE]


@pytest.mark.parametrize(
    ("which", "how"),
    [
        (0, "flipped"),
        (0, "missing"),
        (1, "flipped"),
        (1, "emptied"),
        (2, "missing"),
        (3, "flipped"),
        (4, "flipped"),
        (4, "missing"),
    ],
)
def test_a_damaged_snapshot_is_noticed_and_made_again(site, which: int, how: str) -> None:
    path = parts_of_a_snapshot(site)[which]
    {"flipped": flip, "emptied": lambda p: os.truncate(p, 0), "missing": Path.unlink}[how](path)
    with pytest.raises(StateDamaged, match="khronika doctor"):
        open_reader(site.settings)
    assert any(str(path) in fault or "manifest" in fault for fault in verify(site.settings).faults)
    done = recover(site.settings)
    assert done.found
    assert done.done[-1] == "Release 3 is shown, made from the journal."
    assert site.says() == site.recorded()
    assert verify(site.settings).sound


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b'{"release": 99, "manifest": ""}', b"[]"])
def test_a_damaged_pointer_is_made_again(site, content: bytes) -> None:
    site.places.current.write_bytes(content)
    with pytest.raises(StateDamaged):
        open_reader(site.settings)
    recover(site.settings)
    assert site.says() == site.recorded()


@pytest.mark.parametrize("gone", ["current", "releases", "store", "store.json", "lock"])
def test_whatever_is_deleted_but_the_journal_comes_back(site, gone: str) -> None:
    path = site.places.var / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    recover(site.settings)
    assert site.says() == site.recorded()
    site.write("new", "Newcomers")
    assert site.publish().release == 4
    assert site.says() == site.recorded()
    assert verify(site.settings).sound


def test_the_example_is_back_within_seconds_from_its_journal_alone(published_example: Path, tmp_path: Path) -> None:
    """The worst that can be recovered from. In seconds of the processor, which may be busy with others."""
    folder = tmp_path / "site"
    shutil.copytree(published_example, folder)
    settings = read_settings(folder)
    places = Places(settings.var)
    with open_reader(settings) as reader:
        before = set(reader.quads())
    for path in places.var.iterdir():
        if path != places.journal:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    started = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    assert recover(settings).release
    ended = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    took = sum(b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip(started, ended, strict=True))
    assert took < RECOVERY_SECONDS
    with open_reader(settings) as reader:
        assert set(reader.quads()) == before


def test_the_journal_alone_is_enough(site) -> None:
    before = site.says()
    for path in site.places.var.iterdir():
        if path != site.places.journal:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert recover(site.settings).release.number == 3
    assert site.says() == before


def test_a_damaged_working_store_is_not_signed_with_the_next_snapshot(site) -> None:
    """Snapshots share files with it, so the damage would otherwise become the truth."""
    table = max(site.places.store.glob("*.sst"), key=lambda p: p.stat().st_size)
    flip(table)
    site.write("new", "Newcomers")
    site.publish()
    assert site.says() == site.recorded()
    assert verify(site.settings).sound


@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST-*", "*.log", "OPTIONS-*"])
def test_a_working_store_that_lost_a_file_is_built_anew_or_caught_up(site, name: str) -> None:
    for path in site.places.store.glob(name):
        path.unlink()
    site.write("new", "Newcomers")
    site.publish()
    assert site.says() == site.recorded()


def test_a_working_store_that_says_something_else_is_built_anew(site) -> None:
    from pyoxigraph import Literal, NamedNode, Quad

    from graph.store.working import WorkingStore

    store = WorkingStore(site.places.store)
    graph = NamedNode(site.record("them"))
    store.apply([], [Quad(graph, NamedNode("http://x/p"), Literal("smuggled in"), graph)])
    store.close()
    site.write("them", "Them changed")
    site.publish()
    assert "smuggled in" not in site.words()
    assert site.says() == site.recorded()


def test_an_older_journal_than_what_is_shown_is_refused(site) -> None:
    kept = site.places.journal.read_bytes()
    site.write("new", "Newcomers")
    site.publish()
    site.places.journal.write_bytes(kept)
    with pytest.raises(StoreAhead, match="khronika restore"):
        recover(site.settings)
    with pytest.raises(StoreAhead):
        site.publish()
    assert "Newcomers" in site.words(), "reading goes on"


def test_another_journal_with_the_same_numbers_is_noticed(site) -> None:
    kept = site.places.journal.read_bytes()
    site.write("new", "Newcomers")
    site.publish()
    other = site.places.var / "other.sqlite"
    other.write_bytes(kept)
    with Journal(other) as journal:
        journal.commit(author="x", message="y", software="0", puts={site.record("new"): b""})
    other.replace(site.places.journal)
    recover(site.settings)
    assert "Newcomers" not in site.words()
    assert site.says() == site.recorded()


@pytest.mark.parametrize("damage", [lambda p: os.truncate(p, 5000), lambda p: p.write_bytes(b"not a database" * 999)])
def test_a_damaged_journal_is_said_and_reading_goes_on(site, damage) -> None:
    damage(site.places.journal)
    with pytest.raises(JournalDamaged, match="khronika restore"):
        site.publish()
    done = recover(site.settings)
    assert done.release.number == 3
    assert "journal is damaged" in done.done[0]
    with open_reader(site.settings) as reader:
        assert reader.release == 3
    site.places.current.unlink()
    with pytest.raises(JournalDamaged):
        recover(site.settings)


def test_one_flipped_bit_of_the_journal_is_found(site) -> None:
    """Anywhere in it: SQLite's own check, a seal or the chain says so, or the words are the same."""
    sound = site.places.journal.read_bytes()
    before = site.recorded()
    missed = 0
    for place in range(100, len(sound), len(sound) // 40):
        content = bytearray(sound)
        content[place] ^= 0x10
        site.places.journal.write_bytes(content)
        try:
            if verify(site.settings, deep=False).sound:
                missed += 1
                assert site.recorded() == before, f"byte {place}"
        except JournalError:
            continue
    assert missed < 20, "only bits in unused room may go unseen"


def test_an_empty_or_a_newer_journal_is_refused(site) -> None:
    import sqlite3

    with sqlite3.connect(site.places.journal) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(JournalTooNew, match="999"):
        site.publish()
    os.truncate(site.places.journal, 0)
    with pytest.raises(JournalDamaged):
        site.publish()
    assert recover(site.settings).release.number == 3


def test_a_missing_journal_leaves_reading_alone(site) -> None:
    site.places.journal.unlink()
    done = recover(site.settings)
    assert done.release.number == 3
    assert "khronika restore" in done.found[0]


def test_leftovers_are_removed(site) -> None:
    for name in (".new-store", "releases/.new-9", "releases/.new-gone-2"):
        (site.places.var / name).mkdir()
        (site.places.var / name / "file").write_text("half")
    (site.places.store / "bulk-1234.sst").write_text("half")
    done = recover(site.settings)
    assert len(done.found) == 4
    assert recover(site.settings).found == ()
    assert "Latecomers" in site.words()


def test_doctor_removes_a_damaged_older_snapshot(site) -> None:
    flip(max((site.places.snapshot(1) / "store").glob("*.sst")))
    found = doctor(site.settings)
    assert any("releases/1: removed" in line for line in found.recovery.done)
    assert found.verification.sound
    assert "Them at first" in site.words(1), "built again when asked for"


def test_a_process_apart_that_fails_says_why(site) -> None:
    """A real fault in the other process, not a simulated one: a file where a folder has to be."""
    shutil.rmtree(site.places.releases)
    site.places.releases.write_text("in the way")
    site.write("new", "Newcomers")
    with pytest.raises(NotShownYet) as told:
        site.publish()
    assert "releases" in str(told.value)
    site.places.releases.unlink()
    assert recover(site.settings).release.number == 4


def test_a_manifest_of_another_version_is_not_trusted(site) -> None:
    path = site.places.snapshot(3) / "manifest.json"
    table = json.loads(path.read_bytes())
    path.write_text(json.dumps({**table, "format": 99}))
    with pytest.raises(StateDamaged):
        open_reader(site.settings)


def test_everything_is_made_again_from_the_journal(site) -> None:
    table = max(site.places.store.glob("*.sst"), key=lambda p: p.stat().st_size)
    before, store = site.says(), json.loads(site.places.lineage.read_bytes())["store"]
    flip(table)
    flip(site.places.snapshot(3) / "store" / table.name)
    assert rebuild(site.settings).number == 3
    assert site.says() == before
    assert json.loads(site.places.lineage.read_bytes())["store"] != store
    assert [p.name for p in site.places.releases.iterdir()] == ["3"]
    assert verify(site.settings).sound


def test_nothing_is_made_again_out_of_nothing(fresh) -> None:
    Journal((fresh.places.var.mkdir(), fresh.places.journal)[1], create=True).close()
    with pytest.raises(NothingPublished):
        rebuild(fresh.settings)
    assert recover(fresh.settings).release is None
