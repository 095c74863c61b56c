"""The lane for a loop: the same answers, turns and limits, and no thread that waits."""

import asyncio
import os
import runpy
import shutil
import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from lane.waiting import came_true
from loops import run_through
from pyoxigraph import parse_query_results

from graph.formats import CSV_RESULTS, GRAPH_FORMATS, RESULT_FORMATS, TSV_RESULTS, XML_RESULTS, Format
from graph.settings import Limits
from graph.store import workers
from graph.store.lane import wire
from graph.store.lane.errors import (
    LaneBusy,
    QueryError,
    QueryLost,
    QueryMemory,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    QueryTooLong,
)
from graph.store.lane.pool import Worker
from graph.store.lane.tokens import read
from graph.store.workers import Answer, Ask, QueryLane, Snapshot

SHAPES: dict[str, str] = runpy.run_path(str(Path(__file__).with_name("hostile.py")))["SHAPES"]
NEVER = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }"
ALL = "SELECT * { ?s <https://example.org/id/value> ?o }"
HUNGRY = "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a"


def soon(lane: QueryLane, query: str, format_: Format = CSV_RESULTS, **more: object) -> bytes:
    return run_through(lane.ask_soon(Ask(query, format_, **more))).read()  # type: ignore[arg-type]


@pytest.mark.parametrize("format_", [*RESULT_FORMATS, *GRAPH_FORMATS], ids=lambda f: f.name)
def test_it_says_what_a_thread_is_told(lane: QueryLane, format_: Format) -> None:
    query = "DESCRIBE <https://example.org/id/one>" if format_ in GRAPH_FORMATS else ALL
    assert soon(lane, query, format_) == lane.ask(Ask(query, format_)).read()


def test_a_long_answer_is_whole_and_leaves_no_file(lane: QueryLane) -> None:
    answer = soon(lane, "SELECT * { ?s ?p ?o . ?t ?q ?r } LIMIT 6000", XML_RESULTS)
    assert len(list(parse_query_results(answer, format=XML_RESULTS.results))) == 6000  # type: ignore[arg-type]
    assert len(answer) > wire.INLINE_BYTES
    assert lane.state().spooled <= lane.limits.workers


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT * {", QuerySyntaxError),
        ("ASK { SERVICE <http://127.0.0.1:9/> {} }", QueryRefused),
        ("ASK { FILTER('" + "x" * (65 << 10) + "') }", QueryTooLong),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", QueryTooLarge),
        (HUNGRY, QueryMemory),
    ],
)
def test_its_errors_are_the_same(lane: QueryLane, query: str, error: type[QueryError]) -> None:
    with pytest.raises(error):
        soon(lane, query)
    assert soon(lane, "ASK {}") == b"true"


def test_a_deadline_ends_a_query_and_its_process(lane: QueryLane) -> None:
    before, begun = set(lane.pids()), time.monotonic()
    with pytest.raises(QueryTimeout):
        soon(lane, NEVER, seconds=0.3)
    assert time.monotonic() - begun < 1.3
    until = time.monotonic() + 5
    while before <= set(lane.pids()) and time.monotonic() < until:
        time.sleep(0.02)
    assert not before <= set(lane.pids())
    assert soon(lane, "ASK {}") == b"true"


def test_a_query_longer_than_a_socket_holds(snapshot: Snapshot, tmp_path: Path) -> None:
    lane = QueryLane(lambda: snapshot, replace(Limits(), query_kb=4096), tmp_path)
    text = "SELECT ('" + "x" * 3_000_000 + "' AS ?x) {}"
    assert len(soon(lane, text)) > 3_000_000
    lane.close()


def test_they_take_turns(snapshot: Snapshot, tmp_path: Path) -> None:
    """Ten at once for two workers: all are answered, no two by one worker at a time."""
    lane = QueryLane(lambda: snapshot, replace(Limits(), client_seconds=100_000), tmp_path)

    async def ask(number: int) -> bytes:
        answer = await lane.ask_soon(Ask(f"SELECT ({number} AS ?n) {{}}", CSV_RESULTS, client=f"c{number}"))
        assert lane.state().running <= lane.limits.workers
        return answer.read()

    async def all_of_them() -> list[bytes]:
        return await asyncio.gather(*map(ask, range(10)))

    assert run_through(all_of_them()) == [f"n\r\n{number}\r\n".encode() for number in range(10)]
    assert (lane.state().running, lane.state().waiting) == (0, 0)
    lane.close()


def test_who_waits_too_long_is_told_so(snapshot: Snapshot, tmp_path: Path) -> None:
    lane = QueryLane(lambda: snapshot, replace(Limits(), workers=1, query_seconds=1.0), tmp_path)

    async def three() -> Counter[str]:
        asked = [lane.ask_soon(Ask(NEVER, CSV_RESULTS, client=f"c{number}")) for number in range(3)]
        return Counter(type(each).__name__ for each in await asyncio.gather(*asked, return_exceptions=True))

    outcomes = run_through(three())
    assert outcomes["LaneBusy"] >= 1
    assert set(outcomes) == {"LaneBusy", "QueryTimeout"}
    assert (lane.state().running, lane.state().waiting) == (0, 0)
    lane.close()


def test_threads_and_the_loop_share_the_turns(snapshot: Snapshot, tmp_path: Path) -> None:
    lane = QueryLane(lambda: snapshot, replace(Limits(), workers=1, client_seconds=100_000), tmp_path)

    async def both() -> list[bytes]:
        of_threads = [asyncio.to_thread(lane.ask, Ask("ASK {}", CSV_RESULTS, client=f"t{n}")) for n in range(5)]
        of_loop = [lane.ask_soon(Ask("ASK {}", CSV_RESULTS, client=f"l{n}")) for n in range(5)]
        return [answer.read() for answer in await asyncio.gather(*of_threads, *of_loop)]

    assert run_through(both()) == [b"true"] * 10
    assert (lane.state().running, lane.state().waiting) == (0, 0)
    lane.close()


def test_who_is_no_longer_waited_for_gives_back_turn_and_worker(snapshot: Snapshot, tmp_path: Path) -> None:
    lane = QueryLane(lambda: snapshot, replace(Limits(), workers=1), tmp_path)

    async def give_up() -> bytes:
        running = asyncio.ensure_future(lane.ask_soon(Ask(NEVER, CSV_RESULTS, client="a")))
        waiting = asyncio.ensure_future(lane.ask_soon(Ask(NEVER, CSV_RESULTS, client="b")))
        await asyncio.sleep(0.2)
        assert (lane.state().running, lane.state().waiting) == (1, 1)
        waiting.cancel()
        running.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
        assert (lane.state().running, lane.state().waiting) == (0, 0)
        return (await lane.ask_soon(Ask("ASK {}", CSV_RESULTS))).read()

    assert run_through(give_up()) == b"true"
    lane.close()


def test_a_worker_that_ended_between_two_queries_is_replaced_unseen(lane: QueryLane) -> None:
    for pid in lane.pids():
        os.kill(pid, signal.SIGKILL)
    assert soon(lane, "ASK {}") == b"true"


def test_a_snapshot_that_is_gone(tmp_path: Path) -> None:
    lane = QueryLane(lambda: Snapshot(1, "", tmp_path / "nowhere"), Limits(), tmp_path)
    with pytest.raises(QueryLost):
        soon(lane, "ASK {}")
    lane.close()


@pytest.mark.parametrize("name", list(SHAPES)[::4])
def test_no_hostile_query_outlives_its_deadline_or_is_cut(lane: QueryLane, name: str) -> None:
    begun = time.monotonic()
    try:
        answer = soon(lane, SHAPES[name], TSV_RESULTS, seconds=0.7)
    except (QueryError, LaneBusy):
        pass
    else:
        assert answer == lane.ask(Ask(SHAPES[name], TSV_RESULTS)).read()
    assert time.monotonic() - begun < 1.7 + lane.limits.query_seconds


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ([wire.HEAD.pack(b"B", 3) + b"abc"], (b"B", b"abc")),
        ([wire.HEAD.pack(b"B", 3)[:2], wire.HEAD.pack(b"B", 3)[2:], b"a", b"bc"], (b"B", b"abc")),
        ([wire.HEAD.pack(b"B", 0)], (b"B", b"")),
        ([wire.HEAD.pack(b"B", 3) + b"ab"], None),
    ],
)
def test_a_message_in_pieces(pieces: list[bytes], message: tuple[bytes, bytes] | None) -> None:
    hearing = wire.Hearing(100)
    assert [hearing.take(piece) for piece in pieces][-1] == message


@pytest.mark.parametrize("piece", [b"", wire.HEAD.pack(b"B", 101), wire.HEAD.pack(b"B", 1) + b"ab"])
def test_nonsense_of_a_worker_is_its_end(piece: bytes) -> None:
    with pytest.raises(wire.Closed):
        wire.Hearing(100).take(piece)


@pytest.mark.parametrize("soon", [True, False], ids=["loop", "thread"])
def test_who_does_not_fetch_long_answers_gets_no_more_of_them(
    snapshot: Snapshot, tmp_path: Path, soon: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their files are few, and every worker needs one: whoever kept them all would be the only one to be answered."""
    monkeypatch.setattr(workers, "CLIENT_AT_ONCE", 2)
    lane = QueryLane(lambda: snapshot, Limits(), tmp_path)

    def ask(client: str, query: str = "SELECT * { ?s ?p ?o . ?t ?q ?r } LIMIT 6000") -> Answer:
        asked = Ask(query, XML_RESULTS, client=client)
        return run_through(lane.ask_soon(asked)) if soon else lane.ask(asked)

    try:
        held = [ask("one") for _ in range(2)]
        with pytest.raises(LaneBusy) as caught:
            ask("one", "ASK {}")
        assert caught.value.own_doing
        assert ask("another", "ASK {}").body
        held[0].close()
        held[0].close()
        assert ask("one", "ASK {}").body
        held[1].close()
        for _ in range(3):
            ask("one").close()
    finally:
        lane.close()


def test_no_process_keeps_an_older_release_also_while_nobody_asks(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An erase waits until nobody has the old files open."""
    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.05)
    newest = [snapshot]
    lane = QueryLane(lambda: newest[0], Limits(), tmp_path / "spool")
    try:
        assert soon(lane, "ASK {}")
        before = set(lane.pids())
        shutil.copytree(snapshot.path, tmp_path / "store")
        newest[0] = replace(snapshot, release=snapshot.release + 1, path=tmp_path / "store")
        assert came_true(lambda: not before & set(lane.pids()) and len(lane.pids()) == lane.limits.workers)
        after = set(lane.pids())
        assert soon(lane, "ASK {}")
        assert set(lane.pids()) == after  # one of those that were made ready has answered
    finally:
        lane.close()


@pytest.mark.parametrize("by_loop", [True, False], ids=["loop", "thread"])
def test_a_worker_that_has_grown_is_replaced_with_its_answer_taken(
    lane: QueryLane, by_loop: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so by a small letter."""
    numbers = []

    def grown(worker: Worker, *_: object) -> tuple[bytes, bytes]:
        numbers.append(worker.number)
        return b"b", b"answer"

    async def grown_soon(worker: Worker, *_: object) -> tuple[bytes, bytes]:
        return grown(worker)

    with monkeypatch.context() as patched:
        patched.setattr(Worker, "ask", grown)
        patched.setattr(Worker, "ask_soon", grown_soon)
        asked = Ask("ASK {}", CSV_RESULTS)
        assert (run_through(lane.ask_soon(asked)) if by_loop else lane.ask(asked)).body == b"answer"
    assert came_true(lambda: numbers[0] not in lane._pool.pids())


def test_a_worker_that_answers_while_the_release_changes_goes_with_the_old_one(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would keep the files of what may have been withdrawn, until the release after the next."""
    newest, numbers = [snapshot], []
    lane = QueryLane(lambda: newest[0], Limits(), tmp_path / "spool")
    shutil.copytree(snapshot.path, tmp_path / "store")
    ask = Worker.ask

    def changed_meanwhile(worker: Worker, *given: object) -> tuple[bytes, bytes]:
        numbers.append(worker.number)
        said = ask(worker, *given)  # type: ignore[arg-type]
        newest[0] = replace(snapshot, release=snapshot.release + 1, path=tmp_path / "store")
        lane.follow()
        return said

    try:
        monkeypatch.setattr(Worker, "ask", changed_meanwhile)
        assert lane.ask(Ask("ASK {}", CSV_RESULTS)).body == b"true"
        assert came_true(lambda: numbers[0] not in lane._pool.pids())
    finally:
        lane.close()


def test_a_lane_that_asks_nobody_refuses_what_another_would_ask(lane: QueryLane) -> None:
    query, other = "ASK { SERVICE <https://other.example/sparql> {} }", "https://other.example/sparql"
    asked = Ask(query, CSV_RESULTS, reading=read(query, None, frozenset([other])))
    with pytest.raises(QueryRefused):
        run_through(lane.ask_soon(asked))
    with pytest.raises(QueryRefused):
        lane.ask(asked)
