"""Where strangers' queries cannot be held, strangers cannot reach them."""

import pytest
from flask import Flask

from graph.settings import Settings
from graph.store import workers
from graph.store.workers import QueryLane
from server import running
from server.front.serving import THREADS, threads_for
from server.running import NoSandbox

MISSING = ("seccomp (network and new processes are not closed)",)


@pytest.fixture
def started(settings: Settings, lane: QueryLane, app: object, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """`run` up to the point where it would answer; what it would have answered on."""
    served: list[object] = []
    monkeypatch.setattr(running, "open_lane", lambda settings: lane)
    monkeypatch.setattr(lane, "close", lambda: None)
    monkeypatch.setattr(running, "create_app", lambda settings, lane, vocabulary: app)
    monkeypatch.setattr(running, "serve", lambda app, sockets, keeper: served.append(sockets))
    return served


def unheld(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.QueryLane, "missing", MISSING)


def test_loopback_is_served_and_told_what_is_missing(
    settings: Settings, started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    unheld(monkeypatch)
    said: list[str] = []
    running.run(settings, "127.0.0.1", 0, announce=said.append)
    assert len(started) == 1
    assert "seccomp" in said[-1]


def test_any_other_address_is_refused(
    settings: Settings, started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    unheld(monkeypatch)
    with pytest.raises(NoSandbox, match="--without-sandbox") as caught:
        running.run(settings, "0.0.0.0", 0)
    assert "seccomp" in str(caught.value)
    assert not started


def test_unless_told(settings: Settings, started: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    unheld(monkeypatch)
    running.run(settings, "0.0.0.0", 0, without_sandbox=True)
    assert len(started) == 1


def test_a_whole_sandbox_may_face_everybody(settings: Settings, started: list[object], lane: QueryLane) -> None:
    if lane.missing:
        pytest.skip("this machine lacks " + ", ".join(lane.missing))
    running.run(settings, "0.0.0.0", 0)
    assert len(started) == 1


def test_pages_have_threads_of_their_own(app: Flask, lane: QueryLane) -> None:
    """Were all threads to wait with queries for a turn, no page would be answered."""
    assert threads_for(app) == THREADS + lane.limits.workers + lane.limits.waiting
