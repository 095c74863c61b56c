"""A disk that is full, or that became read-only: what is published is read on, and nothing acknowledged is lost.

With faults made up, and with real file systems where root may mount them.
"""

import errno
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from graph.history.errors import JournalNotWritable
from graph.history.journal import Journal
from graph.releases.errors import NotShownYet, NotWritable
from graph.releases.recovering import recover
from graph.releases.verifying import verify

ROOM = 48  # MB; the small site takes a quarter of it, a store made anew and compacted as much again


@pytest.fixture
def small(site, tmp_path: Path) -> Iterator[object]:
    """The site on a disk of its own."""
    if os.geteuid():
        pytest.skip("only root may mount")
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}m", "tmpfs", str(place)], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        shutil.copytree(site.folder, place / "site")
        yield type(site)(place / "site")
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


class Ballast:
    """A file that takes all the room on its disk from `take` until `leave`, whatever is let go there meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._enough = threading.Event()
        self._filling = threading.Thread(target=self._keep_full)

    def take(self) -> None:
        self._fill()
        self._filling.start()

    def leave(self) -> None:
        self._enough.set()
        self._filling.join()
        self._path.unlink()

    def _keep_full(self) -> None:
        while not self._enough.wait(0.002):
            self._fill()

    def _fill(self) -> None:
        free = os.statvfs(self._path.parent)
        with suppress(OSError), self._path.open("ab") as file:
            file.write(bytes(free.f_bavail * free.f_frsize))


@pytest.mark.parametrize("step", ["read", "checked", "committed"])
def test_a_full_disk_is_read_on_and_publishes_when_there_is_room_again(small, step: str) -> None:
    """However far a publish gets: not recorded, or recorded and not shown.

    Before the commit it may be either: the engine, which opens its store meanwhile in another process, lets files go.
    """
    before, newest, ballast = small.says(), small.newest(), Ballast(small.folder / "ballast")
    small.write("new", "Newcomers")
    refused = NotShownYet if step == "committed" else (JournalNotWritable, NotShownYet)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graph.releases.publishing.fault", lambda name: ballast.take() if name == step else None)
        with pytest.raises(refused) as told:
            small.publish()
    assert small.newest() == newest + (told.type is NotShownYet)
    assert small.says() == before
    ballast.leave()
    recover(small.settings)
    assert small.says() == small.recorded()
    assert small.publish().release == newest + 1
    assert "Newcomers" in small.words()
    assert verify(small.settings).sound


def test_a_disk_that_became_read_only_is_read_on(small) -> None:
    disk = str(small.folder.parent)
    before = small.says()
    small.write("new", "Newcomers")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert small.says() == before
    assert recover(small.settings).release.number == 3
    with pytest.raises((NotWritable, JournalNotWritable), match=r"(?i)read-?only"):
        small.publish()
    assert verify(small.settings).sound
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert small.publish().release == 4
    assert small.says() == small.recorded()


def test_a_full_disk_before_the_commit_changes_nothing(site) -> None:
    site.write("new", "Newcomers " + os.urandom(100_000).hex())
    with sqlite3.connect(site.places.journal) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    original = Journal.__init__

    def small(self: Journal, path: Path, **how: bool) -> None:
        original(self, path, **how)
        self.rows(f"PRAGMA max_page_count = {pages}")  # SQLite says 'database or disk is full'

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "__init__", small)
        with pytest.raises(JournalNotWritable, match="full"):
            site.publish()
    assert site.newest() == 3
    assert site.publish().release == 4


def test_a_full_disk_after_the_commit_loses_nothing(site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    site.write("new", "Newcomers")
    with monkeypatch.context() as patch:
        patch.setattr("graph.releases.showing.run_apart", full)
        with pytest.raises(NotShownYet, match="No space left"):
            site.publish()
    assert "Newcomers" not in site.words(), "readers keep the release before it"
    assert recover(site.settings).release.number == 4
    assert "Newcomers" in site.words()


def test_a_read_only_disk_goes_on_serving(site, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def read_only(path: object, flags: int, *more: object, **how: object) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return real(path, flags, *more, **how)

    monkeypatch.setattr(os, "open", read_only)
    (site.places.releases / ".new-9").mkdir()  # something to mend
    site.write("new", "Newcomers")
    with pytest.raises(NotWritable, match="Read-only"):
        site.publish()
    done = recover(site.settings)
    assert done.release.number == 3
    assert "Nothing could be done" in done.done[0]
    assert "Latecomers" in site.words()


def test_a_read_only_disk_with_nothing_to_show_says_so(site, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(site.places.releases)

    def refuse(*_: object, **__: object) -> None:
        raise NotWritable(site.places.lock, "Read-only file system")

    monkeypatch.setattr("graph.releases.recovering.only_one", refuse)
    with pytest.raises(NotWritable):
        recover(site.settings)
