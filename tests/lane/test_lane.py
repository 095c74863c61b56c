"""The lane answers whole or says why not: datasets, limits, hostile queries, workers that die."""

import os
import random
import runpy
import time
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store, parse_query_results

from graph.formats import (
    CSV_RESULTS,
    GRAPH_FORMATS,
    JSON_RESULTS,
    N_TRIPLES,
    RESULT_FORMATS,
    TSV_RESULTS,
    TURTLE,
    XML_RESULTS,
    Format,
)
from graph.settings import Limits
from graph.store.lane import wire
from graph.store.lane.errors import (
    QueryError,
    QueryLost,
    QueryMemory,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    QueryTooLong,
)
from graph.store.lane.files import SpoolRoom
from graph.store.workers import Ask, QueryLane, Snapshot, etag

SHAPES: dict[str, str] = runpy.run_path(str(Path(__file__).with_name("hostile.py")))["SHAPES"]
LABEL = "<https://example.org/id/label>"
ONE = "<https://example.org/id/one>"
A, B, NUMBERS = (f"https://example.org/record/{name}" for name in ("a", "b", "numbers"))


def asked(lane: QueryLane, query: str, format_: Format = JSON_RESULTS, **more: object) -> bytes:
    return lane.ask(Ask(query, format_, **more)).read()  # type: ignore[arg-type]


def number(lane: QueryLane, pattern: str, dataset: str = "", **more: object) -> int:
    answer = asked(lane, f"SELECT (COUNT(*) AS ?n) {dataset} {{ {pattern} }}", CSV_RESULTS, **more)
    return int(answer.split()[1])


def test_the_sandbox_is_whole_or_says_what_is_missing(lane: QueryLane) -> None:
    assert all("(" in part for part in lane.missing)
    if os.uname().sysname == "Linux" and os.uname().machine in ("x86_64", "aarch64"):
        assert lane.missing == ()


@pytest.mark.parametrize("format_", RESULT_FORMATS, ids=lambda f: f.name)
def test_rows_in_every_format(lane: QueryLane, format_: Format) -> None:
    answer = lane.ask(Ask(f"SELECT ?o {{ {ONE} <https://example.org/id/name> ?o }}", format_))
    body = answer.read()
    assert (answer.media_type, answer.length) == (format_.media_type, len(body))
    if format_ is CSV_RESULTS:
        assert body.decode() == "o\r\nОдин\r\n"
    else:
        assert format_.results is not None
        (row,) = parse_query_results(body, format_.results)
        assert (row["o"].value, row["o"].language) == ("Один", "ru")


@pytest.mark.parametrize("format_", GRAPH_FORMATS, ids=lambda f: f.name)
def test_statements_in_every_format(lane: QueryLane, format_: Format) -> None:
    body = asked(lane, "CONSTRUCT { ?s ?p ?o } { ?s <https://example.org/id/name> ?o . ?s ?p ?o }", format_)
    assert "Один".encode() in body
    if format_ is TURTLE:
        assert b"@prefix ex: <https://example.org/id/>" in body


@pytest.mark.parametrize(
    ("format_", "told"), [(CSV_RESULTS, b"true"), (TSV_RESULTS, b"true"), (XML_RESULTS, b"<boolean>true<")]
)
def test_a_truth_value(lane: QueryLane, format_: Format, told: bytes) -> None:
    assert told in asked(lane, "ASK {}", format_)


def test_the_default_graph_is_the_union(lane: QueryLane) -> None:
    assert asked(lane, f"ASK {{ <{A}> {LABEL} ?catalogue . {ONE} {LABEL} ?one }}", CSV_RESULTS) == b"true"


def test_the_default_graph_holds_a_statement_once(lane: QueryLane) -> None:
    assert number(lane, f"{ONE} ?p ?o") == 3
    assert number(lane, f"{ONE} ?p ?o", f"FROM <{A}> FROM <{B}>") == 3
    assert number(lane, f"GRAPH ?g {{ {ONE} ?p ?o }}") == 5


def test_from_takes_the_place_of_the_union(lane: QueryLane) -> None:
    assert number(lane, f"{ONE} ?p ?o", f"FROM <{A}>") == 2
    assert number(lane, f"{ONE} ?p ?o", f"FROM <{A}> FROM <{B}>") == 3
    assert number(lane, "?s ?p ?o", f"FROM NAMED <{A}>") == 0
    assert number(lane, "GRAPH ?g { ?s ?p ?o }", f"FROM NAMED <{A}>") == 2
    assert number(lane, "GRAPH ?g { ?s ?p ?o }", f"FROM <{A}>") == 0
    assert number(lane, f"GRAPH <{B}> {{ ?s ?p ?o }}", f"FROM <{A}> FROM NAMED <{A}>") == 0
    assert number(lane, "?s ?p ?o . GRAPH ?g { ?s ?p ?o }", f"FROM <{A}> FROM <{B}> FROM NAMED <{B}>") == 4


def test_the_dataset_of_the_request_goes_before_that_of_the_query(lane: QueryLane) -> None:
    assert number(lane, f"{ONE} ?p ?o", f"FROM <{A}>", default_graphs=(B,), named_graphs=()) == 3
    assert number(lane, "GRAPH ?g { ?s ?p ?o }", f"FROM NAMED <{A}>", default_graphs=(), named_graphs=(B,)) == 4
    assert number(lane, "?s ?p ?o", default_graphs=(A, B), named_graphs=()) == 4


def test_scope_holds_in_paths_exists_and_describe(lane: QueryLane) -> None:
    member = "<https://example.org/id/member>"
    assert number(lane, f"{ONE} {member}+ ?x", f"FROM <{A}>") == 1
    assert number(lane, f"{ONE} {member}+ ?x", f"FROM <{B}>") == 2
    assert number(lane, f"?s ?p ?o FILTER EXISTS {{ ?o {member} ?x }}", f"FROM <{A}>") == 0
    assert number(lane, f"?s ?p ?o FILTER EXISTS {{ ?o {member} ?x }}", f"FROM <{B}>") == 1
    assert number(lane, f"GRAPH <{A}> {{ {ONE} {member}+ ?x }}") == 1
    for graph, lines in ((A, 2), (B, 3)):
        body = asked(lane, f"DESCRIBE {ONE} FROM <{graph}>", N_TRIPLES)
        assert len(body.splitlines()) == lines


def test_a_graph_that_is_not_here(lane: QueryLane) -> None:
    for name in ("http://127.0.0.1:9/x", "file:///etc/passwd", "https://example.org/record/none"):
        with pytest.raises(QueryRefused, match="fetched"):
            asked(lane, f"SELECT * FROM <{name}> {{ ?s ?p ?o }}")
        with pytest.raises(QueryRefused, match="fetched"):
            asked(lane, f"SELECT * FROM NAMED <{name}> {{ ?s ?p ?o }}")
    assert number(lane, "?s ?p ?o", default_graphs=("http://127.0.0.1:9/x",), named_graphs=()) == 0
    for name in ("file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/turtle,"):
        with pytest.raises(QueryRefused, match="fetched"):
            number(lane, "?s ?p ?o", default_graphs=(name,), named_graphs=())
    with pytest.raises(QuerySyntaxError, match="not an IRI"):
        number(lane, "?s ?p ?o", default_graphs=("no iri",), named_graphs=())


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT * {\n  ?s ?p }", 2, 10),
        ("", 1, 1),
        ("SELECT ?x { } GROUP BY ?y", 1, 26),
        ("SELECT * {\n  ?s ?p 'открыто }", 2, 9),
    ],
)
def test_a_syntax_error_has_its_place(lane: QueryLane, query: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        asked(lane, query + (" # from" if "'" in query else ""))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert len(caught.value.reason) < 400


def test_an_unknown_function_is_the_querys_fault(lane: QueryLane) -> None:
    with pytest.raises(QuerySyntaxError, match=r"http://example\.org/f"):
        asked(lane, "SELECT (<http://example.org/f>(1) AS ?x) {}")


def test_words_that_run_together_are_not_guessed_at(lane: QueryLane) -> None:
    with pytest.raises(QuerySyntaxError, match="spaces"):
        asked(lane, "PREFIXex: <http://x/> CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")


def test_service_never_reaches_out(lane: QueryLane) -> None:
    with pytest.raises(QueryRefused):
        asked(lane, "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> {} }")


def test_a_text_that_is_too_long(lane: QueryLane, limits: Limits) -> None:
    with pytest.raises(QueryTooLong, match="64 kB"):
        asked(lane, "ASK {} #" + "я" * (limits.query_kb << 9))


def test_an_answer_that_is_too_large_is_not_cut(lane: QueryLane) -> None:
    for format_ in RESULT_FORMATS:
        with pytest.raises(QueryTooLarge, match="8 MB"):
            asked(lane, "SELECT * { ?a ?b ?c . ?d ?e ?f }", format_)
    for format_ in GRAPH_FORMATS:
        with pytest.raises(QueryError):
            asked(lane, "CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f }", format_)
    assert number(lane, f"{ONE} ?p ?o", f"FROM <{A}>") == 2


def test_a_long_answer_is_whole_and_leaves_no_file(lane: QueryLane) -> None:
    before = lane.state().spooled
    answer = lane.ask(Ask("SELECT * { ?s <https://example.org/id/value> ?o }", XML_RESULTS))
    assert answer.file is not None
    body = b"".join(answer.chunks())
    assert (len(body), body.count(b"<result>"), body[-10:]) == (answer.length, 2000, b"></sparql>")
    assert lane.state().spooled <= before + 1


def test_a_disk_without_room_spoils_one_answer_and_not_the_next(
    snapshot: Snapshot, limits: Limits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = QueryLane(lambda: snapshot, replace(limits, workers=1), tmp_path / "spool")
    long = "SELECT * { ?s <https://example.org/id/value> ?o }"
    full = tmp_path / "full"
    full.touch()
    with monkeypatch.context() as patch:
        patch.setattr(SpoolRoom, "_nameless", lambda _room: os.open(full, os.O_RDONLY))
        with pytest.raises(QueryLost, match="no room on disk"):
            asked(lane, long, XML_RESULTS)
    pids = lane.pids()
    assert len(asked(lane, long, XML_RESULTS)) > wire.INLINE_BYTES
    assert lane.pids() == pids
    lane.close()


def test_a_deadline_ends_a_query_and_its_process(lane: QueryLane, limits: Limits) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"0\.5 seconds"):
        asked(lane, SHAPES["product filtered to nothing"], seconds=0.5)
    assert time.monotonic() - begun < 1.5
    assert asked(lane, "ASK {}", CSV_RESULTS) == b"true"
    with pytest.raises(QueryTimeout, match="3 seconds"):
        asked(lane, SHAPES["product filtered to nothing"], seconds=3600)


def test_memory_has_an_end(lane: QueryLane) -> None:
    with pytest.raises(QueryMemory, match="256 MB"):
        asked(lane, SHAPES["concat doubling"])
    assert asked(lane, "ASK {}", CSV_RESULTS) == b"true"


@pytest.mark.parametrize("name", SHAPES)
def test_no_hostile_query_outlives_its_deadline_or_is_cut(lane: QueryLane, name: str) -> None:
    """An error is right, and so is a whole answer where the engine finds a way; a late or a cut one never is."""
    query = SHAPES[name]
    form = "CONSTRUCT" if query.startswith(("CONSTRUCT", "DESCRIBE")) else "SELECT"
    format_ = random.choice(GRAPH_FORMATS if form == "CONSTRUCT" else RESULT_FORMATS)
    begun = time.monotonic()
    try:
        answer = lane.ask(Ask(query, format_, seconds=0.4))
    except QueryLost:
        raise
    except QueryError:
        pass
    else:
        assert len(answer.read()) == answer.length
    assert time.monotonic() - begun < 1.4
    assert asked(lane, "ASK {}", CSV_RESULTS) == b"true"


def test_the_same_question_has_the_same_bytes_from_every_worker(snapshot: Snapshot, tmp_path: Path) -> None:
    """What a strong entity tag promises."""
    query = "SELECT ?p (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    bodies = set()
    for n in range(3):
        lane = QueryLane(lambda: snapshot, Limits(), tmp_path / str(n))
        bodies.add(asked(lane, query))
        bodies.add(asked(lane, query))
        lane.close()
    assert len(bodies) == 1


def test_an_entity_tag_names_everything_that_matters(snapshot: Snapshot) -> None:
    ask = Ask("ASK {}", JSON_RESULTS)
    others = [
        ask._replace(query="ASK { }"),
        ask._replace(format=XML_RESULTS),
        ask._replace(default_graphs=(), named_graphs=()),
        ask._replace(default_graphs=("x:a",), named_graphs=()),
        ask._replace(default_graphs=("x:a", "x:b"), named_graphs=()),
        ask._replace(default_graphs=("x:a",), named_graphs=("x:b",)),
    ]
    tags = [etag(ask, snapshot), etag(ask, replace(snapshot, release=8)), etag(ask, replace(snapshot, digest="other"))]
    tags += [etag(other, snapshot) for other in others]
    assert len(set(tags)) == len(tags)
    assert etag(ask._replace(seconds=1.0, client="x"), snapshot) == tags[0]


def test_a_snapshot_that_is_gone(tmp_path: Path) -> None:
    lane = QueryLane(lambda: Snapshot(1, "x", tmp_path / "none"), Limits(), tmp_path / "spool")
    with pytest.raises(QueryLost, match="opened"):
        asked(lane, "ASK {}")
    lane.close()


def test_a_new_release_is_followed(snapshot: Snapshot, tmp_path: Path) -> None:
    current = [snapshot]
    lane = QueryLane(lambda: current[0], Limits(), tmp_path / "spool")
    assert number(lane, "?s ?p ?o") > 2000
    store = Store(str(tmp_path / "writing"))
    store.add(Quad(NamedNode("x:s"), NamedNode("x:p"), Literal("only")))
    store.flush()
    store.backup(str(tmp_path / "next"))
    current[0] = Snapshot(8, "digest-of-eight", tmp_path / "next")
    assert number(lane, "?s ?p ?o") == 1
    assert lane.ask(Ask("ASK {}", CSV_RESULTS), snapshot).read() == b"true"
    answer = lane.ask(Ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", CSV_RESULTS), snapshot).read()
    assert int(answer.split()[1]) > 2000
    assert number(lane, "?s ?p ?o") == 1
    lane.close()
