"""Long texts of one client take turns: whoever sends many has them read one after another, and others do not wait."""

import threading

import pytest

from graph.store.lane.errors import LaneBusy
from graph.store.lane.readings import AT_ONCE, LONG, MOST, Readings

LONG_TEXT = "x" * (LONG + 1)


def test_so_many_are_read_at_once_and_so_many_wait() -> None:
    readings, inside, go = Readings(), [], threading.Event()
    entered = threading.Semaphore(0)

    def read() -> None:
        with readings.of("one", LONG_TEXT):
            inside.append(1)
            entered.release()
            go.wait(5)

    threads = [threading.Thread(target=read) for _ in range(MOST)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(AT_ONCE):
            assert entered.acquire(timeout=5)
        while readings._clients["one"].there < MOST:
            pass
        assert not entered.acquire(timeout=0.05)
        with pytest.raises(LaneBusy) as caught, readings.of("one", LONG_TEXT):
            pass
        assert caught.value.own_doing
        with readings.of("one", "x" * LONG), readings.of("another", LONG_TEXT):
            pass
    finally:
        go.set()
        for thread in threads:
            thread.join()
    assert len(inside) == MOST
    assert not readings._clients, "nobody is remembered"


def test_a_text_that_cannot_be_read_gives_its_turn_back() -> None:
    readings = Readings()
    for _ in range(MOST + 1):
        with pytest.raises(ZeroDivisionError), readings.of("one", LONG_TEXT):
            raise ZeroDivisionError
