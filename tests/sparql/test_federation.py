"""SERVICE through HTTP: what is allowed is asked and not kept, what is not is refused, what fails is said."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from front.served import Fronted
from lane.elsewhere import Endpoint, endpoint
from pyoxigraph import Literal, NamedNode, Quad, Store
from werkzeug.test import Client, TestResponse

from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from graph.store.federated import FederatedLane
from graph.store.lane.elsewhere import Allowed
from graph.store.workers import QueryLane, Snapshot
from graph.terms import PREFIXES
from server import running
from server.app import create_app

ONE = NamedNode("https://rights.example/id/org/one")


@pytest.fixture(scope="module")
def other() -> Iterator[Endpoint]:
    store = Store()
    store.add(Quad(ONE, NamedNode("https://schema.org/foundingDate"), Literal("1999")))
    with endpoint(store) as made:
        yield made


@pytest.fixture(scope="module")
def client(
    settings: Settings, snapshot: Snapshot, other: Endpoint, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    spool = tmp_path_factory.mktemp("spool")
    allowing = replace(settings, private_services=(other.url,))
    allowed = Allowed(private=frozenset([other.url]))
    federated = FederatedLane(lambda: snapshot, settings.limits, spool, PREFIXES, allowed)
    lane = QueryLane(lambda: snapshot, settings.limits, spool, PREFIXES, federated)
    reader = EmbeddedReader(Store.read_only(str(snapshot.path)), release=7, digest=snapshot.digest)
    yield Client(Fronted(create_app(allowing, reader=reader, lane=lane)))
    lane.close()


def ask(client: Client, other: Endpoint, path: str = "/sparql", silent: str = "", **headers: str) -> TestResponse:
    other.asked.clear()
    query = (
        "PREFIX schema: <https://schema.org/> SELECT DISTINCT ?name ?since { ?x schema:name ?name "
        f"SERVICE {silent} <{other.url}> {{ ?x schema:foundingDate ?since }} }} ORDER BY ?name"
    )
    return client.get(path, query_string={"query": query}, headers=headers)


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"], ids=["the short way", "the long way"])
def test_what_others_answered_is_not_kept_and_promises_nothing(client: Client, other: Endpoint, path: str) -> None:
    other.manner = "well"
    for _ in range(2):
        answer = ask(client, other, path, Accept="text/csv", **{"If-None-Match": "*"})
        assert (answer.status_code, answer.text) == (200, "name,since\r\nOne <b>,1999\r\nОдин,1999\r\n")
        assert len(other.asked) == 1
        assert answer.headers["Cache-Control"] == "no-store"
        assert not {"ETag", "Link", "Last-Modified"} & set(answer.headers.keys())
        assert answer.headers["Khronika-Release"] == "7"


def test_its_head_has_no_link_either(client: Client, other: Endpoint) -> None:
    other.manner = "well"
    assert json.loads(ask(client, other).data)["head"] == {"vars": ["name", "since"]}


def test_a_page_of_it_is_not_kept_either(client: Client, other: Endpoint) -> None:
    other.manner = "well"
    answer = ask(client, other, Accept="text/html")
    assert (answer.status_code, answer.headers["Cache-Control"], "ETag" in answer.headers) == (200, "no-store", False)
    assert "1999" in answer.text
    assert "Lasting link" not in answer.text
    assert "Link that names release 7" in answer.text
    assert "what other endpoints say may." in answer.text


def test_a_failure_of_theirs_is_502_and_names_them(client: Client, other: Endpoint) -> None:
    other.manner = "failing"
    answer = ask(client, other, Accept="application/sparql-results+json")
    told = json.loads(answer.data)
    assert (answer.status_code, answer.mimetype) == (502, "application/problem+json")
    assert other.url in told["detail"]
    assert "SILENT" in told["advice"]
    page = ask(client, other, Accept="text/html")
    assert (page.status_code, other.url in page.text) == (502, True)
    silent = ask(client, other, silent="SILENT", Accept="text/csv")
    assert (silent.status_code, silent.text) == (200, "name,since\r\nOne <b>,\r\nОдин,\r\n")


def test_who_is_not_on_the_list_is_refused_with_the_list(client: Client, other: Endpoint) -> None:
    for silent in ("", "SILENT"):
        query = f"ASK {{ SERVICE {silent} <https://query.example/sparql> {{}} }}"
        told = json.loads(client.get("/sparql", query_string={"query": query}).data)
        assert told["status"] == 403
        assert f"asks only <{other.url}>" in told["detail"]


def test_metrics_tell_the_two_lanes_apart(client: Client, other: Endpoint) -> None:
    other.manner = "well"
    ask(client, other)
    told = client.get("/metrics").text
    for line in (
        'khronika_queries_running{lane="service"} 0',
        'khronika_queries_total{lane="service",outcome="Answer"}',
        'khronika_service_requests_total{outcome="answered"}',
    ):
        assert line in told
    assert other.url not in told


def test_the_description_says_that_it_federates(client: Client, settings: Settings) -> None:
    assert "BasicFederatedQuery" in client.get("/sparql", headers={"Accept": "text/turtle"}).text


def test_the_server_says_whom_it_may_ask(settings: Settings) -> None:
    allowing = replace(settings, services=("https://query.example/sparql",))
    (said,) = [line for line in running._announcement(allowing, [], []) if "SERVICE" in line]
    assert said == (
        "SERVICE may ask https://query.example/sparql: 30 s, 20 requests, 4 MB and 10000 rows a query, 1 at once."
    )
    (said,) = [line for line in running._announcement(settings, [], []) if "SERVICE" in line]
    assert said == "SERVICE is refused: no other endpoint is asked."
