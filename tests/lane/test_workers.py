"""Workers as processes: what they hold, and what ends them when nobody else does."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from graph.formats import CSV_RESULTS, XML_RESULTS
from graph.settings import Limits
from graph.store import workers
from graph.store.lane import nursery, wire
from graph.store.lane.errors import QueryError
from graph.store.lane.outcomes import message_of
from graph.store.lane.tokens import read
from graph.store.workers import Ask, QueryLane, Snapshot

NEVER = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }"


def came_true(what: Callable[[], bool], seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.01)
    return False


def held(pid: int) -> list[str]:
    """What a process has open."""
    found = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.append(os.readlink(each))
    return found


def test_a_worker_holds_one_socket_its_store_and_a_file_for_an_answer(snapshot: Snapshot, tmp_path: Path) -> None:
    """Nothing of the spawner's, whose word is obeyed, and nothing of another worker's."""
    lane = QueryLane(lambda: snapshot, Limits(), tmp_path)
    own = (str(snapshot.path), str(tmp_path), os.devnull)

    def hold_their_own() -> bool:
        rest = [[each for each in held(pid) if not each.startswith(own)] for pid in lane.pids()]
        return bool(rest) and all(len(each) == 1 and each[0].startswith("socket:") for each in rest)

    try:
        for _ in range(3):
            lane.ask(Ask("SELECT * { ?s ?p ?o . ?t ?q ?r } LIMIT 6000", XML_RESULTS)).close()
        assert came_true(hold_their_own)  # once each has begun
    finally:
        lane.close()


def test_a_worker_ends_itself_where_nobody_else_does(snapshot: Snapshot, tmp_path: Path) -> None:
    """Its front may have too much to do, or be gone."""
    lane = QueryLane(lambda: snapshot, Limits(), tmp_path)
    try:
        worker = lane._pool.take(snapshot)
        worker.get_ready(time.monotonic() + 20)
        message = message_of(Ask(NEVER, CSV_RESULTS), read(NEVER)) | {"seconds": 0.1}
        begun = time.monotonic()
        with pytest.raises(wire.Closed):
            worker.ask(message, lane._room, time.monotonic() + 10)
        assert time.monotonic() - begun < 5
        lane._pool.replace(worker)
    finally:
        lane.close()


def test_a_busy_worker_ends_with_the_spawner(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a front that is killed would leave behind whoever was thinking."""
    monkeypatch.setattr(workers, "TRIES", 1)
    monkeypatch.setattr(nursery, "END_SECONDS", 0.1)
    lane = QueryLane(lambda: snapshot, Limits(), tmp_path)

    def think() -> None:
        with suppress(QueryError):
            lane.ask(Ask(NEVER, CSV_RESULTS, seconds=8))

    thinking = threading.Thread(target=think)
    try:
        assert lane.ask(Ask("ASK {}", CSV_RESULTS)).body
        pids = lane.pids()
        thinking.start()
        assert came_true(lambda: lane.state().running == 1)
        time.sleep(0.1)
        lane._pool._nursery._process.kill()
        assert came_true(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 3)
    finally:
        thinking.join()
        lane.close()
