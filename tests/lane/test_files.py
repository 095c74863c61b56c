"""Files of long answers: so many there are, and who fetches one slowest loses it where others need the room."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from lane.waiting import Clock

from graph.store.lane import files
from graph.store.lane.errors import LaneBusy
from graph.store.lane.files import SpoolFile, SpoolRoom


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(files, "monotonic", made)
    return made


@pytest.fixture
def hung_up() -> list[SpoolFile]:
    return []


@pytest.fixture
def room(tmp_path: Path, clock: Clock) -> Iterator[SpoolRoom]:
    made = SpoolRoom(tmp_path, 3)
    yield made
    assert (list(tmp_path.iterdir()), made._lent, made._given_up) == ([], set(), set())


def lent(room: SpoolRoom, hung_up: list[SpoolFile]) -> SpoolFile:
    """One that somebody begins to fetch."""
    file = room.file()
    file.write(b"x" * 10_000)
    file.seek(0)
    file.lend(lambda: hung_up.append(file))
    return file


def test_there_is_room_for_so_many_answers(tmp_path: Path) -> None:
    room = SpoolRoom(tmp_path, 2)
    first, second = room.file(), room.file()
    with pytest.raises(LaneBusy, match="still being fetched"):
        room.file()
    first.close()
    room.file().close()
    second.close()
    assert room.open == 0


def test_the_slowest_makes_room(room: SpoolRoom, clock: Clock, hung_up: list[SpoolFile]) -> None:
    """By what it takes a second, and not by what it has taken."""
    slow, quick = lent(room, hung_up), lent(room, hung_up)
    clock.now += 10
    late = lent(room, hung_up)
    clock.now += 2
    slow.read(3000)
    quick.read(9000)
    late.read(1000)
    given = room.file()
    assert hung_up == [slow]
    assert room.open == 3
    slow.close()
    assert room.open == 3  # it counts no more since it was told
    for each in (quick, late, given):
        each.close()
    assert room.open == 0


def test_each_is_told_once(room: SpoolRoom, clock: Clock, hung_up: list[SpoolFile]) -> None:
    slow = [lent(room, hung_up) for _ in range(3)]
    clock.now += 2
    given = [room.file() for _ in range(3)]
    assert set(hung_up) == set(slow)
    with pytest.raises(LaneBusy):
        room.file()
    for each in (*slow, *given):
        each.close()
    assert room.open == 0


def test_who_has_just_begun_or_is_done_makes_no_room(room: SpoolRoom, clock: Clock, hung_up: list[SpoolFile]) -> None:
    waiting = [lent(room, hung_up), lent(room, hung_up), room.file()]  # the last is one that a worker writes to
    clock.now += files.SETTLED_SECONDS / 2
    with pytest.raises(LaneBusy):
        room.file()
    assert not hung_up
    clock.now += files.SETTLED_SECONDS
    waiting[1].read(100)
    files.io.FileIO.close(waiting[0])  # as in the moment before it is given back
    given = room.file()
    assert hung_up == [waiting[1]]
    room.take_back(waiting[0])
    for each in (*waiting[1:], given):
        each.close()


def test_a_file_that_nobody_has_any_more_gives_its_room_back(room: SpoolRoom) -> None:
    """Python may find it at any moment, also while somebody holds the door."""

    def find() -> None:
        with room._lock:
            room.file().close()

    finding = threading.Thread(target=find, daemon=True)
    finding.start()
    finding.join(5)
    assert not finding.is_alive()
    assert room.open == 0


def test_a_file_that_cannot_be_made_takes_no_room(room: SpoolRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_room: SpoolRoom) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(SpoolRoom, "_nameless", full)
        with pytest.raises(OSError, match="No space"):
            room.file()
    assert room.open == 0
