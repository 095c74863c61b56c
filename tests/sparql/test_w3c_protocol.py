"""W3C's SPARQL 1.1 protocol and service description suites, request by request as their manifests describe them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad, QueryBoolean, QueryResultsFormat, RdfFormat, Store, parse, parse_query_results
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node
from werkzeug.test import TestResponse

from graph.settings import read_settings
from graph.store.embedded import EmbeddedReader
from graph.store.workers import QueryLane, Snapshot
from server.app import create_app

ROOT = Path(__file__).resolve().parents[2]
SUITES = Path(os.environ.get("KHRONIKA_CONFORMANCE", ROOT.parent / "shared" / "conformance")) / "sparql" / "sparql11"
MANIFEST = SUITES / "protocol" / "manifest.ttl"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = "http://www.w3.org/ns/sparql-service-description#"
BASE = "https://conformance.example/"
GRAPHS = {f"http://kasei.us/2009/09/sparql/data/data{n}.rdf": f"data{n}.nt" for n in (1, 2, 3)}
pytestmark = pytest.mark.skipif(
    not MANIFEST.is_file(), reason=f"W3C's suites are not at {SUITES}; see KHRONIKA_CONFORMANCE"
)


def manifest() -> Graph:
    return Graph().parse(MANIFEST, format="turtle", publicID=BASE) if MANIFEST.is_file() else Graph()


TESTS = manifest()
NAMES = [
    str(entry).rpartition("#")[2]
    for head in TESTS.objects(None, MF.entries)
    for entry in Collection(TESTS, head)
    if not (str(entry).rpartition("#")[2].startswith("update_") or TESTS.value(entry, MF.action) is None)
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("protocol")
    store = Store(str(folder / "writing"))
    for name, file in GRAPHS.items():
        quads = parse(path=SUITES / "protocol" / file, format=RdfFormat.N_TRIPLES)
        store.extend(Quad(q.subject, q.predicate, q.object, NamedNode(name)) for q in quads)
    store.flush()
    store.backup(str(folder / "store"))
    (folder / "site.toml").write_text(f'title = "Conformance"\nbase = "{BASE}"\npublisher = "Nobody"\n')
    settings, snapshot = read_settings(folder), Snapshot(1, "conformance", folder / "store")
    lane = QueryLane(lambda: snapshot, settings.limits, folder / "spool")
    reader = EmbeddedReader(Store.read_only(str(snapshot.path)), release=1, digest="conformance")
    yield create_app(settings, reader=reader, lane=lane).test_client()
    lane.close()


def send(client: FlaskClient, request: Node) -> TestResponse:
    """One ht:Request as it stands."""
    path = str(TESTS.value(request, HT.absolutePath))
    body, head = TESTS.value(request, HT.body), TESTS.value(request, HT.headers)
    headers = {
        str(TESTS.value(h, HT.fieldName)): str(TESTS.value(h, HT.fieldValue))
        for h in (Collection(TESTS, head) if head else ())
    }
    data = None
    if body is not None:
        encoding = str(TESTS.value(body, CNT.characterEncoding) or "UTF-8")
        data = str(TESTS.value(body, CNT.chars)).encode(encoding)
    return client.open(path, method=str(TESTS.value(request, HT.methodName)), headers=headers, data=data)


def check(answer: TestResponse, wanted: Node) -> None:
    """The answer against its ht:Response."""
    classes = {str(status).rpartition("#")[2] for status in TESTS.objects(wanted, MF.expectedStatus)}
    assert f"StatusCode{answer.status_code // 100}xx" in classes, answer.text
    if answer.status_code != 200:
        return
    format_, truth = TESTS.value(wanted, MF.expectedFormat), TESTS.value(wanted, MF.expectedBoolean)
    if str(format_) in ("boolean", "tabular"):
        results = parse_query_results(answer.data, QueryResultsFormat.from_media_type(answer.mimetype))
        assert isinstance(results, QueryBoolean) == (str(format_) == "boolean")
        if truth is not None:
            assert bool(results) == (str(truth) == "true")
    elif str(format_) == "RDF":
        assert list(parse(answer.data, RdfFormat.from_media_type(answer.mimetype))) is not None


@pytest.mark.parametrize("name", NAMES)
def test_protocol(client: FlaskClient, name: str) -> None:
    entry = next(s for s in TESTS.subjects(MF.action, None) if str(s).endswith("#" + name))
    requests = next(TESTS.objects(TESTS.value(entry, MF.action), HT.requests))
    for request in Collection(TESTS, requests):
        check(send(client, request), TESTS.value(request, HT.resp))


def description(client: FlaskClient) -> Graph:
    answer = client.get("/sparql", headers={"Accept": "application/rdf+xml"})
    assert (answer.status_code, answer.mimetype) == (200, "application/rdf+xml")
    return Graph().parse(data=answer.data, format="xml")


def test_service_description_returns_rdf(client: FlaskClient) -> None:
    assert len(description(client)) > 10


def test_service_description_has_endpoint_triple(client: FlaskClient) -> None:
    assert list(description(client).objects(None, URIRef(SD + "endpoint"))) == [URIRef(BASE + "sparql")]


def test_service_description_conforms_to_schema(client: FlaskClient) -> None:
    """Every sd: property between the classes its schema says; the schema itself is not in the suite."""
    graph = description(client)
    a = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    domains = {
        "endpoint": "Service", "supportedLanguage": "Service", "resultFormat": "Service", "feature": "Service",
        "defaultDataset": "Service", "defaultGraph": "Dataset", "namedGraph": "Dataset", "name": "NamedGraph",
    }  # fmt: skip
    for subject, predicate in set(graph.subject_predicates()):
        if str(predicate).startswith(SD):
            assert (subject, a, URIRef(SD + domains[str(predicate).removeprefix(SD)])) in graph
    assert len(set(graph.objects(None, URIRef(SD + "name")))) == 3
    assert len(list(graph.objects(None, URIRef(SD + "defaultGraph")))) == 1
