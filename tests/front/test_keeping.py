"""When the keeper has the next generation of page processes begin, and lets go of one; with stand-ins for them."""

import time

import pytest

from graph.settings import Settings
from graph.vocabulary import load_vocabulary
from server.front import keeper
from server.front.generation import Terms


class Begun:
    """Stands in for generations, each ready as soon as it has begun, unless `fails`: then none ever is there."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch, first: tuple[int, ...]) -> None:
        self.marks, self.held = list[tuple[int, ...]](), list[int]()
        self.fails = False
        self._patch = monkeypatch
        self._patch.setattr(keeper, "begun", self._begin)
        self._patch.setattr(keeper.Marking, "now", lambda _: first)
        terms = Terms(settings, load_vocabulary(settings.folder / "concepts"))
        self.keeping = keeper.Keeping(terms, Line())  # type: ignore[arg-type]
        self.keeping._is_ready = True

    def look(self, mark: tuple[int, ...], now: float) -> None:
        """Have the keeper look at what is shown."""
        self._patch.setattr(keeper.Marking, "now", lambda _: mark)
        self.keeping._follow(now)
        self.keeping._advance()

    def end(self) -> None:
        """Have the one that gets ready end by itself."""
        assert self.keeping._next is not None
        self.keeping._end(self.keeping._next)

    def _begin(self, terms: Terms, mark: tuple[int, ...], _others: object) -> "Made":
        self.marks.append(mark)
        self.held.append(terms.settings.limits.held_mb)
        if self.fails:
            raise OSError("no processes")
        return Made(mark)


class Line:
    def fileno(self) -> int:
        return 0


class Made:
    line = Line()
    is_ready = True

    def __init__(self, mark: tuple[int, ...]) -> None:
        self.mark = mark

    def end(self) -> None:
        pass


def test_releases_in_a_row_are_waited_for(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each generation takes a second of work: one of what is shown for a moment only would be for nothing."""
    marks = [(1, 1, 1, 1), *((1, number, 1, 1) for number in range(2, 12))]
    begun, now = Begun(settings, monkeypatch, marks[0]), time.monotonic()
    for number, mark in enumerate(marks):
        begun.look(mark, now + 20 + number * keeper.SETTLED_SECONDS / 2)
    assert begun.marks == marks[:1]
    for later in (1, 2, 3):
        begun.look(marks[-1], now + 40 + later)
    assert begun.marks == [marks[0], marks[-1]]
    begun.look((1, 11, 1, 2), now + 50)
    assert begun.keeping._generations() == []  # something was withdrawn: at once


def test_releases_a_while_apart_are_each_held(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """To be replaced is no failure: nobody waits longer from release to release."""
    marks = [(1, number, 1, number // 5) for number in range(20)]
    begun, now = Begun(settings, monkeypatch, marks[0]), time.monotonic()
    for number, mark in enumerate(marks):
        for later in (0.0, keeper.SETTLED_SECONDS):
            begun.look(mark, now + 3 * number + later)
    assert begun.marks == marks


def test_a_generation_that_cannot_begin_is_tried_less_and_less(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, now = Begun(settings, monkeypatch, (1, 1, 1, 1)), time.monotonic()
    begun.fails = True
    for quarter in range(4 * 120):
        begun.look((1, 1, 1, 1), now + quarter / 4)
    assert len(begun.marks) == 7  # after 0, 1, 3, 7, 15, 31 and 63 seconds


def test_where_one_ends_over_a_release_the_next_reads_it_from_disk(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There was no room for it; the next release may find some."""
    monkeypatch.setattr(Made, "is_ready", False)
    begun, now, most = Begun(settings, monkeypatch, (1, 1, 1, 1)), time.monotonic(), settings.limits.held_mb
    begun.look((1, 1, 1, 1), now)
    begun.end()
    begun.look((1, 1, 1, 1), now + 10)
    begun.end()
    begun.look((1, 2, 1, 1), now + 100)
    begun.look((1, 2, 1, 1), now + 110)
    assert begun.held == [most, 0, most]
    begun.look((1, 2, 1, 2), now + 120)  # something was withdrawn: it is ended, and was no failure
    begun.look((1, 2, 1, 2), now + 130)
    assert begun.held == [most, 0, most, most]
