"""Who may ask next: first come, first served, bounded, fair, and nobody remembered."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic

import pytest
from lane.waiting import Clock
from loops import run_through

from graph.store.lane import admission
from graph.store.lane.admission import DAY_SECONDS, MOST_CLIENTS, Admission, Shares, Turn
from graph.store.lane.errors import LaneBusy

SHARES = Shares(workers=2, waiting=3, patience=5.0, at_once=4, budget=60.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(clock: Clock) -> Admission:
    return Admission(SHARES, clock)


def spend(door: Admission, clock: Clock, name: str, seconds: float) -> None:
    with door.admitted(name):
        clock.now += seconds


class Asking(threading.Thread):
    """A client in a thread of its own, that holds its turn until told to leave."""

    def __init__(self, door: Admission, name: str, order: list[str]) -> None:
        super().__init__(daemon=True)
        self.door, self.client, self.order = door, name, order
        self.inside, self.leave, self.error = threading.Event(), threading.Event(), None

    def run(self) -> None:
        try:
            with self.door.admitted(self.client):
                self.order.append(self.client)
                self.inside.set()
                self.leave.wait(10)
        except LaneBusy as error:
            self.error = error
            self.inside.set()


def ask(door: Admission, name: str, order: list[str]) -> Asking:
    """Start a client, and wait until it is inside or waits."""
    before = door.waiting
    asking = Asking(door, name, order)
    asking.start()
    for _ in range(500):
        if asking.inside.wait(0.01) or door.waiting > before:
            break
    return asking


def end(clients: Iterator[Asking] | list[Asking]) -> None:
    for client in clients:
        client.leave.set()
        client.join(10)


def test_first_come_first_served(door: Admission) -> None:
    order: list[str] = []
    clients = [ask(door, f"client {n}", order) for n in range(5)]
    assert (door.running, door.waiting) == (2, 3)
    assert order == ["client 0", "client 1"]
    for client, following in zip(clients, [*clients[2:], clients[0], clients[0]], strict=True):
        client.leave.set()
        client.join(10)
        following.inside.wait(10)
    assert order == [f"client {n}" for n in range(5)]
    assert (door.running, door.waiting) == (0, 0)


def test_a_full_queue_refuses_at_once(door: Admission) -> None:
    order: list[str] = []
    clients = [ask(door, f"client {n}", order) for n in range(5)]
    with pytest.raises(LaneBusy) as caught, door.admitted("one too many"):
        pass
    assert caught.value.retry_after >= 1
    assert not caught.value.own_doing
    assert "waiting" in caught.value.reason  # and not that it has waited
    end(clients)


def test_a_wait_is_bounded() -> None:
    door = Admission(Shares(workers=1, waiting=3, patience=0.05, at_once=4, budget=60.0))
    order: list[str] = []
    first = ask(door, "a", order)
    with pytest.raises(LaneBusy), door.admitted("b"):
        pass
    assert door.waiting == 0
    end([first])
    with door.admitted("b"):
        assert door.running == 1


def test_who_would_wait_too_long_is_told_at_once(door: Admission, clock: Clock) -> None:
    for _ in range(40):
        spend(door, clock, "slow", 15.0)
        clock.now += 100
    order: list[str] = []
    clients = [ask(door, f"client {n}", order) for n in range(2)]
    clients += [ask(door, "third", order)]
    with pytest.raises(LaneBusy, match="waiting"), door.admitted("fourth"):
        pass
    end(clients)


def test_one_client_has_a_number_of_queries_at_once() -> None:
    door = Admission(Shares(workers=8, waiting=8, patience=1.0, at_once=4, budget=60.0))
    with ExitStack() as held:
        for _ in range(4):
            held.enter_context(door.admitted("greedy"))
        with pytest.raises(LaneBusy) as caught, door.admitted("greedy"):
            pass
        assert caught.value.own_doing
        held.enter_context(door.admitted("modest"))


def test_a_budget_is_spent_and_comes_back(door: Admission, clock: Clock) -> None:
    for _ in range(12):
        spend(door, clock, "greedy", 10.0)
    with pytest.raises(LaneBusy) as caught, door.admitted("greedy"):
        pass
    assert caught.value.own_doing
    exact = caught.value.retry_after
    clock.now += exact - 0.01
    with pytest.raises(LaneBusy), door.admitted("greedy"):
        pass
    clock.now += 0.02
    spend(door, clock, "greedy", 0.0)
    spend(door, clock, "modest", 0.0)


def test_heavy_clients_leave_one_worker_free(door: Admission, clock: Clock) -> None:
    with door.admitted("heavy 1"), door.admitted("heavy 2"):
        clock.now += 45.0
    order: list[str] = []
    first, second = ask(door, "heavy 1", order), ask(door, "heavy 2", order)
    assert order == ["heavy 1"]
    assert door.waiting == 1
    light = ask(door, "light", order)
    assert order == ["heavy 1", "light"]
    end([light])
    assert order == ["heavy 1", "light"]
    end([first, second])
    assert order == ["heavy 1", "light", "heavy 2"]


def test_with_one_worker_the_heavy_are_served_too(clock: Clock) -> None:
    door = Admission(Shares(workers=1, waiting=3, patience=1.0, at_once=4, budget=60.0), clock)
    spend(door, clock, "heavy", 50.0)
    spend(door, clock, "heavy", 1.0)


def test_a_failing_query_gives_its_turn_back(door: Admission) -> None:
    for _ in range(10):
        with pytest.raises(ZeroDivisionError), door.admitted("a"):
            raise ZeroDivisionError
    assert (door.running, door.waiting) == (0, 0)


def test_no_name_is_kept_and_the_key_lives_a_day(door: Admission, clock: Clock) -> None:
    spend(door, clock, "192.0.2.7", 50.0)
    kept = list(door._clients)
    assert b"192.0.2.7" not in b"".join(kept)
    assert len(kept[0]) == 16
    clock.now += DAY_SECONDS + 1
    spend(door, clock, "192.0.2.7", 0.0)
    assert not set(kept) & set(door._clients)


def test_whoever_still_fetches_something_keeps_its_account(door: Admission, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else its files would count for nobody."""
    monkeypatch.setattr(admission, "MOST_CLIENTS", 4)
    with door.admitted("first") as waiter:
        fetched = door.fetching(waiter)
    for number in range(20):
        with door.admitted(str(number)):
            pass
    assert any(each is waiter.client for each in door._clients.values())
    fetched()
    for number in range(20, 40):
        with door.admitted(str(number)):
            pass
    assert not any(each is waiter.client for each in door._clients.values())


def test_accounts_are_bounded(door: Admission, clock: Clock) -> None:
    spend(door, clock, "greedy", 59.0)
    for n in range(MOST_CLIENTS + 10):
        spend(door, clock, f"client {n}", 0.0)
    assert len(door._clients) <= MOST_CLIENTS
    assert max(client.spent for client in door._clients.values()) > 50


def test_one_slow_client_never_has_every_worker(door: Admission) -> None:
    order: list[str] = []
    clients = [ask(door, "slow", order) for _ in range(3)]
    assert order == ["slow"]
    clients.append(ask(door, "another", order))
    assert order == ["slow", "another"]
    end(clients)


def test_a_client_of_quick_questions_may_use_every_worker(door: Admission, clock: Clock) -> None:
    for _ in range(30):
        spend(door, clock, "quick", 0.001)
    with door.admitted("quick"), door.admitted("quick"):
        assert door.running == 2


def test_a_turn_that_comes_before_anybody_waits_for_it_is_not_lost() -> None:
    async def wait() -> float:
        turn, begun = Turn(), monotonic()
        turn.come()
        await turn.wait(5)
        return monotonic() - begun

    assert run_through(wait()) < 1
