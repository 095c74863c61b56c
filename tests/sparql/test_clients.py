"""Programs other people wrote, unchanged, against a real server."""

import http.client
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

BASE = "https://rights.example/"
NAME = URIRef("https://schema.org/name")
ONE = URIRef(BASE + "id/org/one")
NAMES = f"SELECT ?name {{ <{ONE}> <{NAME}> ?name }}"
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # SPARQLWrapper makes one
BUILD = f"CONSTRUCT {{ ?s <{NAME}> ?o }} {{ ?s <{NAME}> ?o }}"
WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


def wrapper(server: str, query: str, wanted: str, way: tuple[str, str] = WAYS[0]) -> SPARQLWrapper:
    asking = SPARQLWrapper(server)
    asking.setQuery(query)
    asking.setReturnFormat(wanted)
    asking.setMethod(way[0])
    asking.setRequestMethod(way[1])
    return asking


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_sparqlwrapper_rows_as_json(server: str, way: tuple[str, str]) -> None:
    told = wrapper(server, NAMES, JSON, way).queryAndConvert()
    assert {row["name"]["value"] for row in told["results"]["bindings"]} == {"One <b>", "Один"}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_sparqlwrapper_rows_as_xml(server: str, way: tuple[str, str]) -> None:
    document = wrapper(server, NAMES, XML, way).queryAndConvert()
    assert {node.firstChild.data for node in document.getElementsByTagName("literal")} == {"One <b>", "Один"}


@pytest.mark.parametrize(("wanted", "name"), [(CSV, b"name\r\n"), (TSV, b"?name\n")])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_sparqlwrapper_rows_as_text(server: str, way: tuple[str, str], wanted: str, name: bytes) -> None:
    body = wrapper(server, NAMES, wanted, way).queryAndConvert()
    assert body.startswith(name)
    assert "Один".encode() in body


@pytest.mark.parametrize("wanted", [RDFXML, XML, JSONLD])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_sparqlwrapper_statements_as_a_graph(server: str, way: tuple[str, str], wanted: str) -> None:
    graph = wrapper(server, BUILD, wanted, way).queryAndConvert()
    assert set(graph.objects(ONE, NAME)) == {Literal("One <b>", lang="en"), Literal("Один", lang="ru")}


@pytest.mark.parametrize("wanted", [TURTLE, N3])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_sparqlwrapper_statements_as_turtle(server: str, way: tuple[str, str], wanted: str) -> None:
    body = wrapper(server, BUILD, wanted, way).queryAndConvert()
    assert len(Graph().parse(data=body, format="turtle")) == 2


def test_sparqlwrapper_asks(server: str) -> None:
    assert wrapper(server, "ASK {}", JSON).queryAndConvert()["boolean"] is True


def test_sparqlwrapper_names_a_graph(server: str) -> None:
    asking = wrapper(server, NAMES, JSON)
    asking.addDefaultGraph(BASE + "record/a")
    assert len(asking.queryAndConvert()["results"]["bindings"]) == 1


def test_sparqlwrapper_is_told_of_a_syntax_error(server: str) -> None:
    with pytest.raises(QueryBadFormed, match="line"):
        wrapper(server, "SELECT", JSON).query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_store(server: str, method: str) -> None:
    graph = Graph(SPARQLStore(server, method=method), bind_namespaces="none")
    assert set(graph.objects(ONE, NAME)) == {Literal("One <b>", lang="en"), Literal("Один", lang="ru")}
    assert {str(row.name) for row in graph.query(NAMES)} == {"One <b>", "Один"}
    assert (ONE, NAME, Literal("Один", lang="ru")) in graph
    assert (ONE, RDF.type, None) not in graph
    assert len(Graph(SPARQLStore(server, method=method), identifier=URIRef(BASE + "record/b"))) == 4
    assert bool(graph.query("ASK {}"))
    assert len(graph.query(BUILD).graph) == 2


def test_rdflib_named_graphs(server: str) -> None:
    graph = Graph(SPARQLStore(server), identifier=URIRef(BASE + "record/a"))
    assert list(graph.objects(ONE, NAME)) == [Literal("One <b>", lang="en")]
    assert not list(Graph(SPARQLStore(server), identifier=URIRef(BASE + "record/none")))
    names = {str(name) for name in SPARQLStore(server).contexts((ONE, NAME, None))}
    assert {BASE + "record/a", BASE + "record/b"} <= names


def raw(server: str, method: str, path: str, body: bytes | None = None, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=20)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


def test_a_long_answer_has_its_length_and_all_of_it(server: str) -> None:
    path = "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20.%20%3Fs%20%3Fq%20%3Fr%20%7D"
    for _ in range(2):
        answer = raw(server, "GET", path, Accept="application/sparql-results+xml")
        assert answer.status == 200
        assert int(answer.headers["Content-Length"]) == len(answer.body) > 1 << 20  # type: ignore[attr-defined]
        assert answer.body.endswith(b"</sparql>")  # type: ignore[attr-defined]
        assert "Transfer-Encoding" not in answer.headers


def test_a_chunked_query_is_read_whole_or_refused(server: str) -> None:
    chunks = iter([b"ASK {} #", *[b"x" * 8000] * 5])
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=20)
    connection.request("POST", "/sparql", chunks, {"Content-Type": "application/sparql-query"}, encode_chunked=True)
    assert connection.getresponse().status == 200
    connection.close()
    chunks = iter([b"ASK {} #", *[b"x" * 8000] * 20])
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=20)
    connection.request("POST", "/sparql", chunks, {"Content-Type": "application/sparql-query"}, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_a_plain_error_of_urllib(server: str) -> None:
    with pytest.raises(HTTPError) as caught:
        wrapper(server, "SELECT * { SERVICE <http://127.0.0.1:9/> {} }", JSON).query()
    assert caught.value.code == 403
    caught.value.close()
