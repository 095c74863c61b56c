"""SPARQL 1.1 Protocol by the letter: three ways of asking, every format, every refusal, caches, CORS."""

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, Store, parse, parse_query_results
from werkzeug.test import TestResponse

from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, Format
from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from graph.store.workers import QueryLane, Snapshot
from graph.terms import PREFIXES
from server.app import create_app

BASE = "https://rights.example/"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMES = "SELECT ?name { <https://rights.example/id/org/one> <https://schema.org/name> ?name }"
BUILD = "CONSTRUCT { ?s ?p ?o } { ?s <https://schema.org/about> ?x . ?s ?p ?o }"
ASK = "query=ASK%20%7B%7D"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
CSV = {"Accept": "text/csv"}


def get(client: FlaskClient, query: str, **more: object) -> TestResponse:
    headers = more.pop("headers", {})
    return client.get("/sparql", query_string={"query": query, **more}, headers=headers)  # type: ignore[arg-type]


def problem(answer: TestResponse) -> dict[str, object]:
    assert answer.mimetype == "application/problem+json"
    told = json.loads(answer.data)
    assert told["status"] == answer.status_code
    assert told["title"]
    return dict(told)


def rows(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200, answer.text
    assert answer.content_length == len(answer.data)
    return answer.text.splitlines()[1:]


def test_get(client: FlaskClient) -> None:
    assert int(rows(get(client, COUNT, headers=CSV))[0]) > 3000


def test_relative_iris_are_those_of_the_site(client: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) FROM <record/a> { <id/org/one> <https://schema.org/name> ?name }"
    assert rows(get(client, query, headers=CSV)) == ["1"]


def test_post_form(client: FlaskClient) -> None:
    answer = client.post("/sparql", data=urlencode({"query": NAMES}), content_type=FORM, headers=CSV)
    assert sorted(set(rows(answer))) == ["One <b>", "Один"]


def test_post_form_with_a_charset(client: FlaskClient) -> None:
    kind = FORM + "; charset=UTF-8"
    assert client.post("/sparql", data=urlencode({"query": NAMES}), content_type=kind).status_code == 200


def test_post_direct(client: FlaskClient) -> None:
    body = NAMES.replace("?name }", "?name FILTER(STR(?name) = 'Один') }").encode()
    assert rows(client.post("/sparql", data=body, content_type=DIRECT, headers=CSV)) == ["Один"]


def test_head_is_get_without_a_body(client: FlaskClient) -> None:
    whole = get(client, NAMES)
    head = client.head("/sparql", query_string={"query": NAMES})
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_head_of_a_long_answer(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 6000", "format": "xml"}
    head = client.head("/sparql", query_string=query)
    assert int(head.headers["Content-Length"]) > 1 << 20
    with client.get("/sparql", query_string=query) as whole:
        assert int(head.headers["Content-Length"]) == len(whole.data)


@pytest.mark.parametrize("format_", RESULT_FORMATS, ids=lambda f: f.name)
@pytest.mark.parametrize("how", ["accept", "name", "suffix"])
def test_rows_in_every_format(client: FlaskClient, format_: Format, how: str) -> None:
    more = {"accept": {}, "name": {"format": format_.name}, "suffix": {"format": format_.suffix[1:]}}[how]
    headers = {"Accept": format_.media_type} if how == "accept" else {"Accept": "text/html"}
    answer = get(client, NAMES, headers=headers, **more)
    assert answer.mimetype == format_.media_type
    assert format_.results is not None
    if format_.name == "csv":
        assert answer.data.startswith(b"name\r\n")
    else:
        solutions = parse_query_results(answer.data, format_.results)
        assert {solution["name"].value for solution in solutions} == {"One <b>", "Один"}


@pytest.mark.parametrize("format_", GRAPH_FORMATS, ids=lambda f: f.name)
def test_statements_in_every_format(client: FlaskClient, format_: Format) -> None:
    answer = get(client, BUILD, headers={"Accept": format_.media_type})
    assert answer.mimetype == format_.media_type
    assert format_.rdf is not None
    names = {str(quad.object) for quad in parse(answer.data, format_.rdf) if quad.predicate.value.endswith("name")}
    assert names == {'"One <b>"@en', '"Один"@ru'}


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (COUNT, None, "application/sparql-results+json"),
        (COUNT, "*/*", "application/sparql-results+json"),
        (COUNT, "application/json", "application/sparql-results+json"),
        (COUNT, "text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        (COUNT, "text/turtle, text/csv;q=0.1", "text/csv"),
        (COUNT, "application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("ASK {}", "text/tab-separated-values", "text/tab-separated-values"),
        (BUILD, None, "text/turtle"),
        (BUILD, "application/ld+json;profile=x", "application/ld+json"),
        (BUILD, "application/sparql-results+json, application/rdf+xml;q=0.3", "application/rdf+xml"),
        ("DESCRIBE <https://rights.example/id/org/one>", "application/n-triples", "application/n-triples"),
    ],
)
def test_the_best_format(client: FlaskClient, query: str, accept: str | None, media_type: str) -> None:
    answer = get(client, query, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("query", "wish", "media_type"),
    [
        (COUNT, "json", "application/sparql-results+json"),
        (BUILD, "json", "application/ld+json"),
        (BUILD, "xml", "application/rdf+xml"),
        (BUILD, "rdf+xml", "application/rdf+xml"),
        (BUILD, "n3", "text/turtle"),
        (COUNT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (COUNT, "html", "text/html"),
    ],
)
def test_a_format_by_name_goes_before_accept(client: FlaskClient, query: str, wish: str, media_type: str) -> None:
    assert get(client, query, format=wish, headers={"Accept": "image/png"}).mimetype == media_type


@pytest.mark.parametrize(
    ("query", "more"),
    [
        (COUNT, {"headers": {"Accept": "text/turtle"}}),
        (BUILD, {"headers": {"Accept": "text/csv"}}),
        (COUNT, {"format": "x"}),
    ],
)
def test_no_such_format(client: FlaskClient, query: str, more: dict[str, object]) -> None:
    told = problem(get(client, query, **more))
    assert told["status"] == 406
    assert ("text/csv" if query == COUNT else "text/turtle") in told["available"]


def test_datasets_of_the_request(client: FlaskClient) -> None:
    query = {"query": COUNT, "default-graph-uri": BASE + "record/a"}
    assert rows(client.get("/sparql", query_string=query, headers=CSV)) == ["2"]
    both = [("query", COUNT), ("default-graph-uri", BASE + "record/a"), ("default-graph-uri", BASE + "record/b")]
    for answer in (
        client.get("/sparql?" + urlencode(both), headers=CSV),
        client.post("/sparql", data=urlencode(both), content_type=FORM, headers=CSV),
        client.post("/sparql?" + urlencode(both[1:]), data=COUNT, content_type=DIRECT, headers=CSV),
        client.post("/sparql?" + urlencode(both[1:]), data=urlencode(both[:1]), content_type=FORM, headers=CSV),
    ):
        assert rows(answer) == ["5"]
    named = {"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "named-graph-uri": BASE + "record/b"}
    assert rows(client.get("/sparql", query_string=named, headers=CSV)) == ["4"]
    assert rows(client.get("/sparql", query_string=named | {"query": COUNT}, headers=CSV)) == ["0"]


REFUSED: list[tuple[str, str, dict[str, object], int]] = [
    ("two queries", "GET", {"query_string": "query=ASK%20%7B%7D&query=ASK%20%7B%7D"}, 400),
    ("two queries in a form", "POST", {"data": "query=ASK%20%7B%7D&query=ASK%20%7B%7D", "content_type": FORM}, 400),
    ("in address and form", "POST", {"query_string": ASK, "data": ASK, "content_type": FORM}, 400),
    ("in address and body", "POST", {"query_string": ASK, "data": "ASK {}", "content_type": DIRECT}, 400),
    ("an empty form", "POST", {"data": "", "content_type": FORM}, 400),
    ("no media type", "POST", {"data": "ASK {}"}, 415),
    ("another media type", "POST", {"data": "ASK {}", "content_type": "text/plain"}, 415),
    ("a form with files", "POST", {"data": {"query": "ASK {}"}, "content_type": "multipart/form-data"}, 415),
    ("another charset", "POST", {"data": "ASK {}".encode("utf-16"), "content_type": DIRECT + ";charset=UTF-16"}, 415),
    ("compressed", "POST", {"data": b"\x1f\x8b", "content_type": DIRECT, "headers": {"Content-Encoding": "gzip"}}, 415),
    ("not UTF-8 in a body", "POST", {"data": b"ASK { ?s ?p '\xff' }", "content_type": DIRECT}, 400),
    ("not UTF-8 in a form", "POST", {"data": b"query=%FF", "content_type": FORM}, 400),
    ("not UTF-8 in an address", "GET", {"query_string": "query=%FF"}, 400),
    ("raw bytes in an address", "GET", {"environ_overrides": {"QUERY_STRING": "query=\xff"}}, 400),
    ("no query language", "GET", {"query_string": "query=hello"}, 400),
    ("an empty query", "GET", {"query_string": "query="}, 400),
    ("an update as a query", "GET", {"query_string": "query=" + quote("INSERT DATA { <x:a> <x:b> <x:c> }")}, 403),
    ("an update", "GET", {"query_string": "update=CLEAR%20ALL"}, 403),
    ("an update in a form", "POST", {"data": "update=CLEAR%20ALL", "content_type": FORM}, 403),
    ("an update direct", "POST", {"data": "CLEAR ALL", "content_type": "application/sparql-update"}, 403),
    ("LOAD", "GET", {"query_string": "query=" + quote("LOAD <http://127.0.0.1:9/>")}, 403),
    ("SERVICE", "GET", {"query_string": "query=" + quote("ASK { SERVICE <http://127.0.0.1:9/> {} }")}, 403),
    ("FROM elsewhere", "GET", {"query_string": "query=" + quote("ASK FROM <http://127.0.0.1:9/> {}")}, 403),
    ("FROM a file", "GET", {"query_string": "query=" + quote("ASK FROM <file:///etc/passwd> {}")}, 403),
    ("a graph that is a file", "GET", {"query_string": "query=ASK%20%7B%7D&default-graph-uri=file:///etc/passwd"}, 403),
    ("a graph that is no IRI", "GET", {"query_string": "query=ASK%20%7B%7D&default-graph-uri=a%20b"}, 400),
    ("an unknown function", "GET", {"query_string": "query=" + quote("SELECT (<x:f>(1) AS ?x) {}")}, 400),
    ("a deadline in words", "GET", {"query_string": "query=ASK%20%7B%7D&timeout=soon"}, 400),
    ("a deadline below zero", "GET", {"query_string": "query=ASK%20%7B%7D&timeout=-1"}, 400),
    ("two deadlines", "GET", {"query_string": "query=ASK%20%7B%7D&timeout=1&timeout=2"}, 400),
    ("a page in words", "GET", {"query_string": "query=ASK%20%7B%7D&page=last"}, 400),
    ("too many parameters", "GET", {"query_string": "query=ASK%20%7B%7D" + "&a=1" * 2000}, 400),
    ("a long query", "POST", {"data": b"ASK {} #" + b"x" * 70_000, "content_type": DIRECT}, 413),
    ("a very long query", "POST", {"data": b"ASK {} #" + b"x" * 300_000, "content_type": DIRECT}, 413),
    ("a very long form", "POST", {"data": "query=" + "%20" * 100_000, "content_type": FORM}, 413),
    ("PUT", "PUT", {"data": "ASK {}"}, 405),
    ("DELETE", "DELETE", {}, 405),
]  # fmt: skip


@pytest.mark.parametrize(("method", "request_", "status"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refusals(client: FlaskClient, method: str, request_: dict[str, object], status: int) -> None:
    answer = client.open("/sparql", method=method, **request_)  # type: ignore[arg-type]
    told = problem(answer)
    assert told["status"] == status
    assert len(str(told["detail"])) > 10
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"
    if status == 405:
        assert {"GET", "POST"} <= {method.strip() for method in answer.headers["Allow"].split(",")}


def test_a_syntax_error_has_its_place(client: FlaskClient) -> None:
    told = problem(get(client, "SELECT *\n{ ?s ?p ?o . ?x }"))
    assert (told["status"], told["line"]) == (400, 2)
    assert told["column"] in (18, 19)


def test_time_that_is_up_is_an_error_that_names_it(client: FlaskClient) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }"
    told = problem(get(client, query, timeout="2"))
    assert told["status"] == 504
    assert "2 seconds" in str(told["detail"])
    assert told["advice"]


@pytest.fixture(scope="module")
def patient(settings: Settings, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Asks a site that gives a query a minute: however busy the machine is, its time is not what ends it."""
    limits = replace(settings.limits, query_seconds=60.0)
    lane = QueryLane(lambda: snapshot, limits, tmp_path_factory.mktemp("spool"), PREFIXES)
    reader = EmbeddedReader(Store.read_only(str(snapshot.path)), release=7, digest=snapshot.digest)
    yield create_app(replace(settings, limits=limits), reader=reader, lane=lane).test_client()
    lane.close()


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "8 MB"),
        (f"SELECT * {{ BIND('0123456789' AS ?x0) {DOUBLING} }}", "256 MB"),
    ],
    ids=["size", "memory"],
)
def test_a_limit_is_an_error_that_names_it(patient: FlaskClient, query: str, limit: str) -> None:
    told = problem(get(patient, query))
    assert told["status"] == 422
    assert limit in str(told["detail"])
    assert told["advice"]


def test_other_peoples_scripts_may_ask(client: FlaskClient) -> None:
    headers = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, accept",
    }
    flight = client.options("/sparql", headers=headers)
    assert (flight.status_code, flight.data) == (204, b"")
    assert flight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in flight.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in flight.headers["Access-Control-Allow-Headers"]
    answer = get(client, NAMES, headers=headers)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.fixture
def description(client: FlaskClient) -> dict[str, list[str]]:
    answer = client.get("/sparql", headers={"Accept": "application/n-triples"})
    assert answer.status_code == 200
    said: dict[str, list[str]] = {}
    for quad in parse(answer.data, RdfFormat.N_TRIPLES):
        said.setdefault(quad.predicate.value.rpartition("#")[2], []).append(getattr(quad.object, "value", ""))
    return said


def test_the_service_description(description: dict[str, list[str]]) -> None:
    assert description["endpoint"] == [BASE + "sparql"]
    assert description["supportedLanguage"] == ["http://www.w3.org/ns/sparql-service-description#SPARQL11Query"]
    assert len(description["resultFormat"]) == len(GRAPH_FORMATS) + len(RESULT_FORMATS)
    records = [BASE + f"record/{name}" for name in ("a", "b", "n")]
    assert description["name"] == [BASE + ".well-known/void", *records]


@pytest.mark.parametrize("format_", GRAPH_FORMATS, ids=lambda f: f.name)
def test_the_service_description_in_every_format(client: FlaskClient, format_: Format) -> None:
    answer = client.get("/sparql", headers={"Accept": format_.media_type})
    assert answer.mimetype == format_.media_type
    assert format_.rdf is not None
    assert list(parse(answer.data, format_.rdf))


def test_the_service_description_and_caches(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert answer.headers["Vary"]
    tag = answer.headers["ETag"]
    again = client.get("/sparql", headers={"Accept": "text/turtle", "If-None-Match": tag})
    assert again.status_code == 304
    assert client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406


def test_the_configured_base_and_not_the_host(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle", "Host": "evil.example"})
    assert b"evil" not in answer.data
    assert (BASE + "sparql").encode() in answer.data


def test_a_trailing_slash_is_the_same_address(client: FlaskClient) -> None:
    assert client.get("/sparql/", query_string={"query": "ASK {}"}).status_code == 200


def test_without_workers_the_endpoint_is_busy(settings: Settings) -> None:
    reader = EmbeddedReader(Store(), release=1, digest="x")
    answer = get(create_app(settings, reader=reader).test_client(), "ASK {}")
    assert problem(answer)["status"] == 503
    assert int(answer.headers["Retry-After"]) > 0
