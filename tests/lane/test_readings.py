"""Long texts take turns: whoever sends many, from however many addresses, has few read, and others do not wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lane.waiting import came_true

from graph.store.lane.errors import LaneBusy
from graph.store.lane.readings import AT_ONCE, LONG, MOST, OF_ONE, Readings

LONG_TEXT = "x" * (LONG + 1)


class Reading:
    """Threads that read until they are let."""

    def __init__(self, readings: Readings) -> None:
        self.readings, self.inside = readings, []
        self._go, self._threads = threading.Event(), []

    def begin(self, name: str, count: int = 1) -> None:
        for _ in range(count):
            thread = threading.Thread(target=self._read, args=(name,))
            thread.start()
            self._threads.append(thread)
        assert came_true(lambda: self.there() == len(self._threads))

    def there(self) -> int:
        return sum(each.there for each in self.readings._clients.copy().values())

    def end(self) -> None:
        self._go.set()
        for thread in self._threads:
            thread.join()

    def _read(self, name: str) -> None:
        with self.readings.of(name, LONG_TEXT):
            self.inside.append(name)
            self._go.wait(10)


@contextmanager
def reading() -> Iterator[Reading]:
    made = Reading(Readings())
    try:
        yield made
    finally:
        made.end()
    assert not made.readings._clients, "nobody is remembered"


def refused(readings: Readings, name: str) -> LaneBusy:
    with pytest.raises(LaneBusy) as caught, readings.of(name, LONG_TEXT):
        pass
    return caught.value


def test_one_of_each_client_is_read_and_some_wait() -> None:
    with reading() as made:
        made.begin("one", OF_ONE)
        assert came_true(lambda: made.inside == ["one"])
        assert refused(made.readings, "one").own_doing
        with made.readings.of("one", "x" * LONG), made.readings.of("another", LONG_TEXT):
            assert made.inside == ["one"]
    assert made.inside == ["one"] * OF_ONE


def test_not_more_are_read_than_python_can() -> None:
    with reading() as made:
        for number in range(AT_ONCE + 3):
            made.begin(str(number))
        assert came_true(lambda: len(made.inside) == AT_ONCE)
        assert not came_true(lambda: len(made.inside) > AT_ONCE, 0.05)


def test_the_more_clients_there_are_the_fewer_texts_each_may_have() -> None:
    """Threads are few: were all to wait for a turn here, no page would be answered."""
    with reading() as made:
        made.begin("first", OF_ONE)
        assert refused(made.readings, "first").own_doing
        made.begin("second", MOST // 2)
        assert refused(made.readings, "second").own_doing
        assert not refused(made.readings, "third").own_doing
    with reading() as made:
        for number in range(MOST // 2):
            made.begin(str(number))
        made.begin("0")
        assert refused(made.readings, "0").own_doing
    with reading() as made:
        for number in range(MOST):
            made.begin(str(number))
        assert not refused(made.readings, "new").own_doing


def test_a_text_that_cannot_be_read_gives_its_turn_back() -> None:
    readings = Readings()
    for _ in range(MOST + 1):
        with pytest.raises(ZeroDivisionError), readings.of("one", LONG_TEXT):
            raise ZeroDivisionError
    assert not readings._clients
