"""Workers and their spawner may end at any instant: nobody gets a part of an answer, nothing is left behind."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lane.waiting import came_true
from loops import run_through

from graph.formats import CSV_RESULTS, XML_RESULTS, Format
from graph.settings import Limits
from graph.store.lane import nursery, pool, wire
from graph.store.lane.errors import LaneBusy, QueryError, QueryLost
from graph.store.lane.files import SpoolRoom
from graph.store.lane.nursery import Nursery
from graph.store.lane.pool import Worker
from graph.store.workers import Ask, QueryLane, Snapshot


def asked(lane: QueryLane, query: str, format_: Format) -> bytes:
    return lane.ask(Ask(query, format_)).read()


def asked_soon(lane: QueryLane, query: str, format_: Format) -> bytes:
    return run_through(lane.ask_soon(Ask(query, format_))).read()


def kill_one(lane: QueryLane) -> bool:
    """Whether there was one to kill."""
    time.sleep(random.uniform(0.0, 0.05))
    with contextlib.suppress(ProcessLookupError, IndexError):
        os.kill(random.choice(lane.pids()), signal.SIGKILL)
        return True
    return False


@pytest.mark.parametrize("asked", [asked, asked_soon], ids=["threads", "loops"])
def test_workers_killed_at_random_never_cut_an_answer(
    snapshot: Snapshot, tmp_path: Path, asked: Callable[[QueryLane, str, Format], bytes]
) -> None:
    """KHRONIKA_KILLS says how many (default 20 each way); 1,000 take about a minute."""
    lane = QueryLane(lambda: snapshot, replace(Limits(), client_seconds=100_000), tmp_path)
    query = "SELECT * { ?s <https://example.org/id/value> ?o }"
    whole = asked(lane, query, XML_RESULTS)
    done = threading.Event()
    outcomes: Counter[str] = Counter()

    def keep_asking() -> None:
        while not done.is_set():
            try:
                outcomes["whole" if asked(lane, query, XML_RESULTS) == whole else "cut"] += 1
            except QueryError as error:
                outcomes[type(error).__name__] += 1

    threads = [threading.Thread(target=keep_asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    killed, wanted = 0, int(os.environ.get("KHRONIKA_KILLS", "20"))
    while killed < wanted:
        killed += kill_one(lane)
    done.set()
    for thread in threads:
        thread.join(30)
    print(f"{killed} workers killed: {dict(outcomes)}")
    assert set(outcomes) <= {"whole", "QueryLost"}
    assert outcomes["whole"] > 0
    assert asked(lane, query, XML_RESULTS) == whole
    lane.close()


def test_a_dead_spawner_is_replaced(snapshot: Snapshot, tmp_path: Path) -> None:
    lane = QueryLane(lambda: snapshot, Limits(), tmp_path)
    assert asked(lane, "ASK {}", CSV_RESULTS) == b"true"
    spawner = lane._pool._nursery._process
    spawner.kill()
    spawner.wait()
    time.sleep(0.2)
    for _ in range(5):
        try:
            assert asked(lane, "ASK {}", CSV_RESULTS) == b"true"
            break
        except QueryLost:
            time.sleep(0.1)
    else:
        pytest.fail("no answer after the spawner died")
    lane.close()


def test_nothing_is_left_of_a_closed_lane(snapshot: Snapshot, tmp_path: Path) -> None:
    lane = QueryLane(lambda: snapshot, Limits(), tmp_path)
    assert asked(lane, "ASK {}", CSV_RESULTS) == b"true"
    pids = [*lane.pids(), lane._pool._nursery._process.pid]
    lane.close()
    until = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < until:
        time.sleep(0.02)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(LaneBusy):
        asked(lane, "ASK {}", CSV_RESULTS)


NONSENSE = [
    (wire.FAILED, b"no JSON"),
    (wire.FAILED, b"[]"),
    (wire.FAILED, b'{"kind": "syntax", "line": "x"}'),
    (wire.SPOOLED, b"{}"),
    (wire.SPOOLED, b'{"length": 5}'),
    (b"Z", b"\xff"),
    (b"f", b"\xff"),
]


@pytest.mark.parametrize("asked", [asked, asked_soon], ids=["threads", "loops"])
def test_a_worker_that_talks_nonsense_is_ended_and_not_asked_again(
    own_lane: QueryLane,
    asked: Callable[[QueryLane, str, Format], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It has seen a stranger's query: what it says is read, and believed no further than it can be."""
    numbers = []
    saying = list(NONSENSE)

    def at_once(worker: Worker, _message: object, room: SpoolRoom, _deadline: float) -> tuple[bytes, bytes]:
        numbers.append(worker.number)
        worker.spare = room.file()
        return saying[0]

    async def soon(worker: Worker, message: object, room: SpoolRoom, deadline: float) -> tuple[bytes, bytes]:
        return at_once(worker, message, room, deadline)

    with monkeypatch.context() as patched:
        patched.setattr(Worker, "ask", at_once)
        patched.setattr(Worker, "ask_soon", soon)
        while saying:
            with pytest.raises(QueryLost):
                asked(own_lane, "ASK {}", CSV_RESULTS)
            del saying[0]
    assert len(set(numbers)) == 2 * len(NONSENSE)  # each is tried twice
    assert came_true(lambda: not own_lane._pool.pids().keys() & numbers)
    assert asked(own_lane, "ASK {}", CSV_RESULTS)
    assert own_lane.state().spooled == 1  # that of who answered


@pytest.mark.parametrize("asked", [asked, asked_soon], ids=["threads", "loops"])
def test_a_worker_that_says_more_than_it_may_is_ended(
    own_lane: QueryLane,
    asked: Callable[[QueryLane, str, Format], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is alive, and need not end because nobody listens any more."""
    killed = []
    kill = Nursery.kill
    monkeypatch.setattr(nursery, "END_SECONDS", 0.1)
    monkeypatch.setattr(Nursery, "kill", lambda self, number: (killed.append(number), kill(self, number)))
    assert asked(own_lane, "ASK {}", CSV_RESULTS)
    monkeypatch.setattr(pool, "MOST_HEARD", 1)
    with pytest.raises(QueryLost):
        asked(own_lane, "ASK {}", CSV_RESULTS)
    assert len(killed) == 2


def test_no_more_workers_stay_than_there_are_places(snapshot: Snapshot, tmp_path: Path) -> None:
    lane = QueryLane(lambda: snapshot, replace(Limits(), workers=1), tmp_path)
    try:
        taken = [lane._pool.take(snapshot) for _ in range(3)]
        for worker in taken:
            worker.get_ready(time.monotonic() + 20)
        for worker in taken:
            lane._pool.give_back(worker)
        assert came_true(lambda: len(lane.pids()) == 1)
    finally:
        lane.close()
