"""SERVICE asks whom the site allows and nobody else; what it brings is joined as the standard says, or not at all."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lane.elsewhere import Endpoint, endpoint
from lane.placed import SHAPES
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, parse_query_results

from graph.formats import CSV_RESULTS, JSON_RESULTS, N_TRIPLES
from graph.settings import Limits
from graph.store.federated import BLOCK, MOST_BLOCKS, FederatedLane
from graph.store.lane.elsewhere import Allowed
from graph.store.lane.errors import (
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    ServiceFailed,
)
from graph.store.lane.tokens import read
from graph.store.workers import Ask, QueryLane, Snapshot

EX = "https://example.org/id/"
PREFIX = f"PREFIX ex: <{EX}>\n"


def there() -> Store:
    """What the other endpoint knows: of the numbers under 500, of the things here, and of a node without a name."""
    store = Store()
    for n in range(500):
        store.add(Quad(NamedNode(f"{EX}n/{n}"), NamedNode(EX + "half"), Literal(n // 2)))
    for name in ("one", "two", "four"):
        store.add(Quad(NamedNode(EX + name), NamedNode(EX + "known"), Literal(name.upper(), language="en")))
    node = BlankNode()
    store.add(Quad(NamedNode(EX + "one"), NamedNode(EX + "place"), node))
    store.add(Quad(node, NamedNode(EX + "zip"), Literal("75001")))
    store.add(Quad(NamedNode(EX + "two"), NamedNode(EX + "place"), NamedNode(EX + "paris")))
    return store


@pytest.fixture(scope="module")
def other() -> Iterator[Endpoint]:
    with endpoint(there()) as made:
        yield made


@pytest.fixture
def well(other: Endpoint) -> Endpoint:
    other.manner = "well"
    other.asked.clear()
    other.heads.clear()
    return other


@pytest.fixture(scope="module")
def lane(snapshot: Snapshot, other: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryLane]:
    limits = replace(Limits(), query_seconds=3.0, service_seconds=3.0, client_seconds=100_000)
    spool = tmp_path_factory.mktemp("spool")
    allowed = Allowed(private=frozenset([other.url]))
    federated = FederatedLane(lambda: snapshot, limits, spool, {"ex": EX}, allowed)
    lane = QueryLane(lambda: snapshot, limits, spool, {"ex": EX}, federated)
    yield lane
    lane.close()


def ask(lane: QueryLane, other: Endpoint, query: str, **more: object) -> bytes:
    query = PREFIX + query.replace("OTHER", f"<{other.url}>")
    reading = read(query, EX, frozenset([other.url]))
    format_ = more.pop("format_", JSON_RESULTS)
    return lane.ask(Ask(query, format_, reading=reading, base=EX, **more)).read()  # type: ignore[arg-type]


def table(solutions: object) -> tuple[list[str], Counter[tuple[str, ...]]]:
    """Columns, and rows as a multiset; blank nodes are told apart by what else is in their row."""
    assert isinstance(solutions, QuerySolutions)
    names = sorted(variable.value for variable in solutions.variables)
    return names, Counter(
        tuple(
            f"{name}={'_' if isinstance(row[name], BlankNode) else row[name]}"
            for name in names
            if row[name] is not None
        )
        for row in solutions
    )


@pytest.mark.parametrize("name", SHAPES)
def test_every_place_of_service_means_what_the_engine_makes_of_it(
    lane: QueryLane, well: Endpoint, snapshot: Snapshot, name: str
) -> None:
    """The engine's own SERVICE, over the same data and the same endpoint, is the judge."""
    query = SHAPES[name]
    ours = table(parse_query_results(ask(lane, well, query), JSON_RESULTS.results))  # type: ignore[arg-type]
    store = Store.read_only(str(snapshot.path))
    theirs = table(store.query(PREFIX + query.replace("OTHER", f"<{well.url}>"), base_iri=EX))
    assert ours == theirs


def test_the_other_forms(lane: QueryLane, well: Endpoint) -> None:
    assert ask(lane, well, "ASK { ?x ex:label ?l SERVICE OTHER { ?x ex:known ?n } }", format_=CSV_RESULTS) == b"true"
    assert ask(lane, well, "ASK { SERVICE OTHER { ?x ex:none ?n } }", format_=CSV_RESULTS) == b"false"
    assert ask(lane, well, "ASK { FILTER(TRUE) SERVICE OTHER { FILTER(TRUE) } }", format_=CSV_RESULTS) == b"true"
    body = ask(
        lane, well, "CONSTRUCT { ?x ex:at ?z } { SERVICE OTHER { ?x ex:place ?z . ?z ex:zip ?c } }", format_=N_TRIPLES
    )
    assert body.startswith(f"<{EX}one> <{EX}at> _:".encode())
    body = ask(lane, well, "DESCRIBE ?x { SERVICE OTHER { ?x ex:place ex:paris } }", format_=N_TRIPLES)
    assert b"id/three" in body


def test_a_blank_node_is_one_thing_within_an_answer(lane: QueryLane, well: Endpoint) -> None:
    body = ask(lane, well, "SELECT (COUNT(DISTINCT ?z) AS ?n) (SAMPLE(isBlank(?z)) AS ?b) "
               "{ SERVICE OTHER { ex:one ex:place ?z } VALUES ?w { 1 2 } }", format_=CSV_RESULTS)  # fmt: skip
    assert body.split() == [b"n,b", b"1,true"]


def test_bindings_are_sent_along_in_blocks(lane: QueryLane, well: Endpoint) -> None:
    ask(lane, well, "SELECT * { ?x ex:label ?l SERVICE OTHER { ?x ex:known ?n } }")
    (query,) = well.asked
    assert f"VALUES (?x) {{ (<{EX}one>) (<https://example.org/record/a>) }} {{ ?x ex:known ?n }}" in query
    well.asked.clear()
    ask(lane, well, SHAPES["two hundred"])
    assert len(well.asked) == 3
    assert max(query.count(f"(<{EX}n/") for query in well.asked) == BLOCK
    well.asked.clear()
    ask(lane, well, "SELECT (COUNT(*) AS ?n) { ?x ex:value ?v SERVICE OTHER { ?x ex:half ?h } }")
    assert BLOCK * MOST_BLOCKS < 2000
    assert ["VALUES" in query for query in well.asked] == [False]
    well.asked.clear()
    ask(lane, well, SHAPES["nothing before"])
    assert well.asked == []


def test_a_group_that_may_answer_otherwise_each_time_is_asked_once(lane: QueryLane, well: Endpoint) -> None:
    """Three blocks would bring three chances where the query speaks of one."""
    query = (
        "SELECT (COUNT(DISTINCT ?r) AS ?n) { { SELECT ?x { ?x ex:value ?v FILTER(?v < 240) } } "
        "SERVICE OTHER { ?x ex:half ?h { SELECT (RAND() AS ?r) {} } } }"
    )
    assert ask(lane, well, query, format_=CSV_RESULTS).split() == [b"n", b"1"]
    assert len(well.asked) == 1


def test_nothing_of_the_reader_is_sent(lane: QueryLane, well: Endpoint) -> None:
    ask(lane, well, SHAPES["alone"], client="192.0.2.77")
    (head,) = well.heads
    assert set(head) == {"Host", "Accept", "Accept-Encoding", "User-Agent", "Content-Type", "Content-Length"}
    assert "192.0.2.77" not in str(head) + str(well.asked)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { SERVICE <https://example.com/sparql> { ?s ?p ?o } }", "asks only <http://127"),
        ("SELECT * { SERVICE SILENT <https://example.com/sparql> { ?s ?p ?o } }", "asks only"),
        ("SELECT * { VALUES ?e { OTHER } SERVICE ?e { ?s ?p ?o } }", "variable"),
        ("SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE OTHER { ?s ex:known ?n } } }", "inside EXISTS"),
        ("SELECT * { ?s ?p ?o FILTER NOT EXISTS { { SERVICE OTHER { ?s ex:known ?n } } } }", "inside EXISTS"),
        ("SELECT * { GRAPH ?g { ?s ?p ?o SERVICE OTHER { ?s ex:known ?n } } }", "inside GRAPH"),
        ("SELECT * { SERVICE OTHER { SERVICE OTHER { ?s ex:known ?n } } }", "inside SERVICE"),
        ("SELECT * { SERVICE SILENT OTHER { SERVICE OTHER { ?s ex:known ?n } } }", "inside SERVICE"),
        ("SELECT * { ?s ?p ?o LATERAL { SERVICE OTHER { ?s ex:known ?n } } }", "inside LATERAL"),
        ("SELECT * { SERVICE OTHER { ?s ex:known '\\u007D' } }", "Escapes"),
        ("SELECT * { \\u0053ERVICE OTHER { ?s ex:known ?n } }", "SERVICE is refused"),
        ("SELECT * { SERVICE OTHER { ?s ?p ?o } SERVICEex:one { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT * { " + "SERVICE OTHER {} " * 21 + "}", "20 SERVICE groups"),
        ("SELECT * { SERVICE { ?s ?p ?o } }", "needs the IRI"),
        ("SELECT * { SERVICE OTHER }", "needs the IRI"),
    ],
)
def test_what_is_refused(lane: QueryLane, well: Endpoint, query: str, said: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        ask(lane, well, query)
    assert said in str(caught.value)
    assert well.asked == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?x ex:label ?l SERVICE OTHER { ?x ex:known } }",
        "SELECT * { SERVICE OTHER { ?x ex:known ?n } ?x }",
        "SELECT * { SERVICE OTHER { ?x ex:known ?n } BIND(1 AS ?n) }",
        "SELECT * { SERVICE OTHER { ?x ex:known ?n }",
        "SELECT * { SERVICE OTHER { ?x ex:known ?n } } }",
        "SELECT * { FILTER SERVICE OTHER { ?x ex:known ?n } }",
    ],
)
def test_a_query_that_cannot_be_read_asks_nobody(lane: QueryLane, well: Endpoint, query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        ask(lane, well, query)
    assert well.asked == []


FAULTS = {
    "failing": "answered 500",
    "moving": "not followed",
    "partial": "answered 206",
    "capped": "only a part",
    "html": "text/html",
    "rubbish": "no answer",
    "unreadable": "not UTF-8",
    "truth": "true or false",
    "another": "not asked for",
    "injecting": "no answer",
    "huge": "more bytes",
    "cut": "no whole answer",
    "zipped": "was asked for",
    "dripping": "in the time there was",
    "silent": "in the time there was",
}


@pytest.mark.parametrize("manner", FAULTS)
def test_a_fault_of_the_other_is_said_or_with_silent_passed_over(lane: QueryLane, well: Endpoint, manner: str) -> None:
    """Silent means one solution that binds nothing (Federated Query §2.3.1), never some of the rows."""
    well.manner = manner
    seconds = 1.5 if manner in ("dripping", "silent") else None
    begun = time.monotonic()
    with pytest.raises(ServiceFailed) as caught:
        ask(lane, well, "SELECT * { ?x ex:label ?l SERVICE OTHER { ?x ex:known ?o } }", seconds=seconds)
    assert FAULTS[manner] in caught.value.reason
    assert caught.value.reason.startswith(f"<{well.url}> ")
    silent = "SELECT ?l ?o { ?x ex:label ?l SERVICE SILENT OTHER { ?x ex:known ?o } } ORDER BY ?l"
    assert ask(lane, well, silent, seconds=seconds, format_=CSV_RESULTS) == b"l,o\r\nOne,\r\nRecord A,\r\n"
    assert time.monotonic() - begun < 7


def test_an_https_endpoint_is_asked_by_us_and_never_by_the_engine(snapshot: Snapshot, tmp_path: Path) -> None:
    """The engine's own client aborts in a sandbox, where it cannot load certificates."""
    asked = f"{PREFIX}SELECT * {{ SERVICE <https://stub.example/sparql> {{ ?s ?p ?o }} ?s ?p }}"
    allowed = frozenset(["https://stub.example/sparql"])
    federated = FederatedLane(lambda: snapshot, Limits(), tmp_path, {}, Allowed(lookup=lambda host, port: ["10.0.0.1"]))
    try:
        with pytest.raises(SyntaxError) as engine:
            Store().query(asked)
        with pytest.raises(QuerySyntaxError) as caught:
            federated.ask(Ask(asked, JSON_RESULTS, reading=read(asked, EX, allowed), base=EX))
        assert f"error at {caught.value.line}:{caught.value.column}: " in str(engine.value)
        asked = asked.replace(" ?s ?p }", "}")
        with pytest.raises(ServiceFailed, match="not public"):
            federated.ask(Ask(asked, JSON_RESULTS, reading=read(asked, EX, allowed), base=EX))
    finally:
        federated.close()


def test_an_endpoint_that_is_down(lane: QueryLane, snapshot: Snapshot, tmp_path: Path) -> None:
    with endpoint(Store()) as gone:
        pass
    federated = FederatedLane(lambda: snapshot, Limits(), tmp_path, {}, Allowed(private=frozenset([gone.url])))
    with pytest.raises(ServiceFailed, match="cannot be reached"):
        ask(federated, gone, "SELECT * { SERVICE OTHER { ?s ?p ?o } }")
    assert b'"bindings":[{}]' in ask(federated, gone, "SELECT * { SERVICE SILENT OTHER { ?s ?p ?o } }")
    assert federated.state().requests == {"failed": 2}
    federated.close()


def test_rows_and_requests_have_an_end(lane: QueryLane, well: Endpoint, snapshot: Snapshot, tmp_path: Path) -> None:
    well.manner = "many"
    with pytest.raises(QueryTooLarge, match="10,000 rows"):
        ask(lane, well, "SELECT * { SERVICE OTHER { ?x ex:known ?o } }")
    with pytest.raises(QueryTooLarge, match="10,000 rows"):
        ask(lane, well, "SELECT * { SERVICE SILENT OTHER { ?x ex:known ?o } }")
    well.manner = "controls"
    with pytest.raises(QueryError):
        ask(lane, well, "SELECT * { SERVICE OTHER { ?x ex:known ?o } }")
    well.manner = "well"
    few = replace(Limits(), service_requests=2)
    federated = FederatedLane(lambda: snapshot, few, tmp_path, {}, Allowed(private=frozenset([well.url])))
    with pytest.raises(ServiceFailed, match="as often as it may"):
        ask(federated, well, "SELECT * { " + "SERVICE OTHER { ?x ex:known ?o } " * 3 + "}")
    federated.close()


def test_the_whole_has_a_deadline(lane: QueryLane, well: Endpoint) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryTimeout):
        ask(lane, well, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i SERVICE OTHER { ?x ex:known ?o } "
            "FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }", seconds=1.0)  # fmt: skip
    assert time.monotonic() - begun < 2


def test_local_queries_have_their_own_places(lane: QueryLane, well: Endpoint) -> None:
    assert lane.threads > Limits().workers + Limits().waiting
    before = lane.state()
    assert before.elsewhere is not None
    ask(lane, well, SHAPES["alone"])
    after = lane.state()
    assert after.elsewhere is not None
    assert after.outcomes.get("Answer") == before.outcomes.get("Answer")
    assert after.elsewhere.outcomes["Answer"] == before.elsewhere.outcomes.get("Answer", 0) + 1
    assert after.elsewhere.requests["answered"] >= 1


def test_without_a_list_everything_is_refused(snapshot: Snapshot, well: Endpoint, tmp_path: Path) -> None:
    lane = QueryLane(lambda: snapshot, Limits(), tmp_path)
    with pytest.raises(QueryRefused):
        ask(lane, well, "SELECT * { SERVICE OTHER { ?x ex:known ?o } }")
    lane.close()
