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
from loops import run_through

from graph.formats import CSV_RESULTS, XML_RESULTS, Format
from graph.settings import Limits
from graph.store.lane.errors import LaneBusy, QueryError, QueryLost
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
