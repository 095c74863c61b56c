"""A site with a release made here, its lane, and a real server on a free port."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from front.served import serving
from lane.release import write_snapshot
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.releases.derived.statistics import statistics
from graph.settings import Settings, read_settings
from graph.store.embedded import EmbeddedReader
from graph.store.workers import QueryLane, Snapshot
from graph.store.working import in_memory
from graph.terms import PREFIXES
from server.app import create_app

BASE = "https://rights.example/"
SITE = f"""
title = {{en = "A test", ru = "Проба"}}
base = "{BASE}"
publisher = "Nobody"
[limits]
query_seconds = 3
query_memory_mb = 256
result_mb = 8
client_seconds = 100000
"""
QUESTION = """# title: Who is called what?
# title@ru: Кого как зовут?
# explanation: Every name, with its language.
PREFIX schema: <https://schema.org/>
SELECT ?who ?name { ?who schema:name ?name } ORDER BY ?name
"""


def quads() -> Iterator[Quad]:
    name, about = NamedNode("https://schema.org/name"), NamedNode("https://schema.org/about")
    for graph in ("a", "b"):
        record = NamedNode(f"{BASE}record/{graph}")
        yield Quad(NamedNode(f"{BASE}id/org/one"), name, Literal("One <b>", language="en"), record)
        yield Quad(NamedNode(f"{BASE}id/org/{graph}"), about, NamedNode(f"{BASE}id/org/one"), record)
    yield Quad(NamedNode(f"{BASE}id/org/one"), name, Literal("Один", language="ru"), NamedNode(f"{BASE}record/b"))
    yield Quad(NamedNode(f"{BASE}id/org/one"), about, NamedNode("javascript:alert(1)"), NamedNode(f"{BASE}record/b"))
    yield Quad(NamedNode(BASE), NamedNode("http://www.w3.org/ns/dcat#version"), Literal("7"))
    for n in range(3000):
        yield Quad(
            NamedNode(f"{BASE}id/n/{n}"),
            NamedNode("https://schema.org/value"),
            Literal(n),
            NamedNode(f"{BASE}record/n"),
        )


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("site")
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    (folder / "queries").mkdir()
    (folder / "queries" / "names.rq").write_text(QUESTION, encoding="utf-8")
    return read_settings(folder)


@pytest.fixture(scope="session")
def snapshot(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    held = list(quads())
    return write_snapshot(tmp_path_factory.mktemp("release"), [*held, *statistics(in_memory(held), settings)])


@pytest.fixture(scope="session")
def lane(settings: Settings, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryLane]:
    lane = QueryLane(lambda: snapshot, settings.limits, tmp_path_factory.mktemp("spool"), PREFIXES)
    yield lane
    lane.close()


@pytest.fixture(scope="session")
def app(settings: Settings, snapshot: Snapshot, lane: QueryLane) -> Flask:
    reader = EmbeddedReader(Store.read_only(str(snapshot.path)), release=7, digest=snapshot.digest)
    return create_app(settings, reader=reader, lane=lane)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def server(app: Flask) -> Iterator[str]:
    """The address of `/sparql` on a real server."""
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}/sparql"
