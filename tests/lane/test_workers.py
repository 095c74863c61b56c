"""Workers as processes: what they hold, and what ends them when nobody else does."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from lane.waiting import came_true

from graph.formats import CSV_RESULTS, XML_RESULTS
from graph.releases.errors import Withdrawing
from graph.settings import Limits
from graph.store import workers
from graph.store.lane import nursery, wire
from graph.store.lane.errors import QueryError
from graph.store.lane.outcomes import message_of
from graph.store.lane.tokens import read
from graph.store.workers import Ask, QueryLane, Snapshot

NEVER = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }"


def held(pid: int) -> list[str]:
    """What a process has open."""
    found = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.append(os.readlink(each))
    return found


def test_a_worker_holds_one_socket_its_store_and_a_file_for_an_answer(
    own_lane: QueryLane, snapshot: Snapshot, tmp_path: Path
) -> None:
    """Nothing of the spawner's, whose word is obeyed, and nothing of another worker's."""
    own = (str(snapshot.path), str(tmp_path), os.devnull)

    def hold_their_own() -> bool:
        rest = [[each for each in held(pid) if not each.startswith(own)] for pid in own_lane.pids()]
        return bool(rest) and all(len(each) == 1 and each[0].startswith("socket:") for each in rest)

    for _ in range(3):
        own_lane.ask(Ask("SELECT * { ?s ?p ?o . ?t ?q ?r } LIMIT 6000", XML_RESULTS)).close()
    assert came_true(hold_their_own)  # once each has begun


def test_a_worker_ends_itself_where_nobody_else_does(own_lane: QueryLane, snapshot: Snapshot) -> None:
    """Its front may have too much to do, or be gone."""
    worker = own_lane._pool.take(snapshot)
    worker.get_ready(time.monotonic() + 20)
    message = message_of(Ask(NEVER, CSV_RESULTS), read(NEVER)) | {"seconds": 0.1}
    begun = time.monotonic()
    with pytest.raises(wire.Closed):
        worker.ask(message, own_lane._room, time.monotonic() + 10)
    assert time.monotonic() - begun < 5
    own_lane._pool.replace(worker)


def test_a_busy_worker_ends_with_the_spawner(own_lane: QueryLane, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a front that is killed would leave behind whoever was thinking."""
    monkeypatch.setattr(workers, "TRIES", 1)
    monkeypatch.setattr(nursery, "END_SECONDS", 0.1)

    def think() -> None:
        with suppress(QueryError):
            own_lane.ask(Ask(NEVER, CSV_RESULTS, seconds=8))

    thinking = threading.Thread(target=think)
    try:
        assert own_lane.ask(Ask("ASK {}", CSV_RESULTS)).body
        pids = own_lane.pids()
        thinking.start()
        assert came_true(lambda: own_lane.state().running == 1)
        time.sleep(0.1)
        own_lane._pool._nursery._process.kill()
        assert came_true(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 3)
    finally:
        thinking.join()


INSIDE = """
import json, os, socket, sys
from graph.store.lane import wire, worker

def attempt(what):
    try:
        what()
    except OSError as error:
        return error.strerror
    return "done"

def answer(front, store, terms, asked, file):
    said = {
        "read outside": attempt(lambda: open(asked["outside"])),
        "read the store": attempt(lambda: os.listdir(terms["path"])),
        "speak": attempt(socket.socket),
        "fork": attempt(os.fork),
    }
    wire.send(front, wire.BODY, json.dumps(said).encode())
    return False

worker._answer = answer
terms = {"path": sys.argv[2], "memory": 1 << 28, "result": 1 << 20, "prefixes": {}}
worker.live(socket.socket(fileno=int(sys.argv[1])), terms)
"""


def test_by_the_time_it_is_asked_a_worker_can_only_think(snapshot: Snapshot, tmp_path: Path) -> None:
    """What the sandbox gives is tried in `test_sandbox`; this is whether a worker enters it."""
    (tmp_path / "outside").touch()
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-c", INSIDE, str(theirs.fileno()), str(snapshot.path)]
    with ours, subprocess.Popen(command, pass_fds=[theirs.fileno()]) as process:
        theirs.close()
        ours.settimeout(20)
        kind, content = wire.receive(ours, 1 << 20)
        assert kind == wire.READY
        if missing := wire.unpack(content)["missing"]:
            process.kill()
            pytest.skip("this machine lacks " + ", ".join(missing))
        wire.send(ours, wire.ASK, wire.question({"outside": str(tmp_path / "outside")}))
        said = json.loads(wire.receive(ours, 1 << 20)[1])
        ours.close()
    refused = {"Operation not permitted", "Permission denied"}
    assert said.pop("read the store") == "done"
    assert set(said.values()) <= refused


def test_while_something_is_withdrawn_no_process_holds_what_was_shown(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.05)
    withdrawing = threading.Event()

    def newest() -> Snapshot:
        if withdrawing.is_set():
            raise Withdrawing
        return snapshot

    lane = QueryLane(newest, Limits(), tmp_path)
    try:
        assert lane.ask(Ask("ASK {}", CSV_RESULTS)).body
        assert lane.pids()
        withdrawing.set()
        assert came_true(lambda: not lane.pids())
    finally:
        lane.close()
