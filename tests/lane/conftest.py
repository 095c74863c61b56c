"""A small release made here: three records that share statements, so that a union that counts twice is seen."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lane.release import write_snapshot
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graph.settings import Limits
from graph.store.workers import QueryLane, Snapshot

EX = "https://example.org/id/"
RECORD = "https://example.org/record/"


def thing(name: str) -> NamedNode:
    return NamedNode(EX + name)


def record(name: str) -> NamedNode:
    return NamedNode(RECORD + name)


def quads() -> Iterator[Quad]:
    label, name, member = thing("label"), thing("name"), thing("member")
    for graph in ("a", "b"):
        yield Quad(thing("one"), label, Literal("One", language="en"), record(graph))
        yield Quad(thing("one"), member, thing("two"), record(graph))
    yield Quad(thing("two"), member, thing("three"), record("b"))
    yield Quad(thing("one"), name, Literal("Один", language="ru"), record("b"))
    yield Quad(record("a"), label, Literal("Record A", language="en"), DefaultGraph())
    for n in range(2000):
        yield Quad(thing(f"n/{n}"), thing("value"), Literal(n), record("numbers"))


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return write_snapshot(tmp_path_factory.mktemp("release"), quads())


@pytest.fixture(scope="session")
def limits() -> Limits:
    return replace(Limits(), query_seconds=3.0, query_memory_mb=256, result_mb=8, client_seconds=100_000)


@pytest.fixture(scope="session")
def lane(snapshot: Snapshot, limits: Limits, tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryLane]:
    lane = QueryLane(lambda: snapshot, limits, tmp_path_factory.mktemp("spool"), {"ex": EX})
    yield lane
    lane.close()


@pytest.fixture
def own_lane(snapshot: Snapshot, tmp_path: Path) -> Iterator[QueryLane]:
    """One that a test may do harm to."""
    lane = QueryLane(lambda: snapshot, Limits(), tmp_path)
    yield lane
    lane.close()
