"""What the words of a query tell before it runs: SERVICE in every spelling, updates, FROM, the form."""

import contextlib
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.store.lane.errors import QueryRefused, QuerySyntaxError
from graph.store.lane.tokens import read, spelled

REFUSED = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { service <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<http://127.0.0.1:9/>{} }",
    "SELECT * { SERVICE# why not\n<http://127.0.0.1:9/> {} }",
    "SELECT * { VALUES ?e { <http://127.0.0.1:9/> } SERVICE ?e { ?s ?p ?o } }",
    "SELECT * { VALUES ?e { <http://127.0.0.1:9/> } SERVICE?e{} }",
    "PREFIX x: <http://127.0.0.1:9/> SELECT * { SERVICEx:y{} }",
    "PREFIX x: <http://127.0.0.1:9/> SELECT * { SERVICESILENTx:y{} }",
    "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:y{} }",
    "PREFIX : <http://127.0.0.1:9/> PREFIX service: <http://x/> SELECT * { SERVICE:y{} }",
    "SELECT * { ?s ?p trueSERVICE<http://127.0.0.1:9/>{} }",
    "SELECT * { ?s ?p 1.SERVICE<http://127.0.0.1:9/>{} }",
    "SELECT * { ?s ?p 'it''s'SERVICE<http://127.0.0.1:9/>{} }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <http://127.0.0.1:9/> {} } }",
    "SELECT * { OPTIONAL { { SELECT * { SERVICE <http://127.0.0.1:9/> {} } } } }",
    "ASK { ?s ?p ?o MINUS { GRAPH ?g { SERVICE <http://127.0.0.1:9/> {} } } }",
    "DESCRIBE ?x { SERVICE <http://127.0.0.1:9/> { ?x ?p ?o } }",
    r"SELECT * { \u0053ERVICE <http://127.0.0.1:9/> {} }",
    r"SELECT * { S\U00000045RVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p ?o FILTER(?a<?b) SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p <http://x/#a> . SERVICE <http://127.0.0.1:9/> {} }",
    "PREFIX e: <http://x/> SELECT * { ?s ?p e:a\\#b . SERVICE <http://127.0.0.1:9/> {} }",
    'SELECT * { ?s ?p """a " b""" . SERVICE <http://127.0.0.1:9/> {} }',
    "SELECT * { ?s ?p true.SERVICE<http://127.0.0.1:9/>{} }",
    "PREFIX a: <http://x/> SELECT * { a:b ?p ?o.SERVICE<http://127.0.0.1:9/>{} }",
]

UPDATES = [
    "LOAD <http://127.0.0.1:9/>",
    "load silent <http://127.0.0.1:9/>",
    "LOADSILENT<http://127.0.0.1:9/>",
    "BASE <http://x/> PREFIX a: <b> LOAD <http://127.0.0.1:9/> INTO GRAPH <http://x/g>",
    "INSERT DATA { <http://a> <http://b> <http://c> }",
    "# a question\nDELETE WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP GRAPH <http://x>",
    "WITH <http://g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "COPY <http://a> TO <http://b>",
]

HARMLESS = [
    "SELECT ?service { ?service ?p 'SERVICE <http://x> {}' }",
    'SELECT * { ?s ?p "SERVICE"@service }',
    'SELECT * { ?s ?p """SERVICE " \' <http://x> {}""" }',
    "SELECT * { ?s ?p '''a ' SERVICE <x> {} ''' }",
    'SELECT * { ?s ?p "a \\" SERVICE <x> {}" }',
    "# SERVICE <http://x> {}\nASK {}",
    "SELECT * { ?s <http://x/SERVICE> ?o }",
    "SELECT * { ?s <http://x/#SERVICE> ?o }",
    r"SELECT * { ?s <http://x/\u0053ERVICE> ?o }",
    "PREFIX service: <http://x/> SELECT * { service:a ?p service:SERVICE }",
    "PREFIX my-service: <http://x/> SELECT * { ?s my-service:LOAD ?o }",
    "PREFIX e: <http://x/> SELECT * { e:SERVICE e:load _:SERVICE }",
    "SELECT $SERVICE { ?LOAD ?DELETE $SERVICE }",
]


@pytest.mark.parametrize("query", REFUSED)
def test_service_is_refused_in_every_spelling(query: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE"):
        read(query)


@pytest.mark.parametrize("query", UPDATES)
def test_updates_are_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="changes nothing"):
        read(query)


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_elsewhere_is_harmless(query: str) -> None:
    assert read(query).form in ("SELECT", "ASK")


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("select*{}", "SELECT"),
        ("SELECTDISTINCT ?x {}", "SELECT"),
        ("PREFIX select: <http://x/> BASE <http://y/> ASK{}", "ASK"),
        ("#ASK\nCONSTRUCT WHERE {}", "CONSTRUCT"),
        ("DESCRIBE<http://x>", "DESCRIBE"),
        ("", ""),
        ("explain SELECT", ""),
        ("PREFIX", ""),
        ("{}", ""),
    ],
)
def test_the_form(query: str, form: str) -> None:
    assert read(query).form == form


@pytest.mark.parametrize(
    ("query", "graphs"),
    [
        ("SELECT * { ?from ?p 'FROM <http://x>' }", None),
        ("SELECT * FROM <http://x/a> { }", (("http://x/a",), ())),
        ("SELECT * FROM<http://x/a>FROM NAMED<http://x/b>{ }", (("http://x/a",), ("http://x/b",))),
        ("PREFIX e: <http://x/> BASE <http://y/z> ASK FROM e:a FROM named <r> {}", (("http://x/a",), ("http://y/r",))),
        ("CONSTRUCT { ?s ?p ?o } FROM <http://x/a> WHERE { ?s ?p ?o }", (("http://x/a",), ())),
        ("SELECT (EXISTS { ?s ?p ?o } AS ?x) FROM <http://x/a> {}", (("http://x/a",), ())),
        ("DESCRIBE <http://x/s> FROM <http://x/a>", (("http://x/a",), ())),
        ("PREFIX from: <http://x/> DESCRIBE from:s", None),
        (r"SELECT * FROM <http://x/\u0061> {}", (("http://x/a",), ())),
        ("SELECT * FROM <file:///etc/passwd> {}", (("file:///etc/passwd",), ())),
    ],
)
def test_the_dataset(query: str, graphs: object) -> None:
    assert read(query).graphs == graphs


def test_a_relative_graph_is_relative_to_the_base() -> None:
    assert read("SELECT * FROM <record/a> {}", "https://x.example/sparql").graphs == (
        ("https://x.example/record/a",),
        (),
    )


@pytest.mark.parametrize(
    "query",
    ["SELECT * FROM <a> {}", "SELECT * FROM {}", "SELECT * FROM", "SELECT * FROM e:a {}", "SELECT * FROMx:a {}"],
)
def test_a_dataset_that_cannot_be_read(query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        read(query)


@pytest.mark.parametrize(
    ("query", "changing", "renaming"),
    [
        ("SELECT (NOW() AS ?t) {}", True, False),
        ("SELECT (rand() AS ?t) {}", True, False),
        ("SELECT * { BIND(STRUUID() AS ?u) }", True, False),
        ("ASK { FILTER(true-RAND() > 0) }", True, False),
        ("SELECT * { ?now ?p 'NOW()' }", False, False),
        ("SELECT (BNODE() AS ?b) {}", False, True),
        ("CONSTRUCT { [] ?p ?o } { ?s ?p ?o }", False, True),
        ("CONSTRUCT { _:b ?p ?o } { ?s ?p ?o }", False, True),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", False, False),
        ("SELECT * { [] ?p ?o }", False, False),
    ],
)
def test_what_may_differ_between_two_answers(query: str, changing: bool, renaming: bool) -> None:
    reading = read(query)
    assert (reading.changing, reading.renaming) == (changing, renaming)


@given(st.text(alphabet="SERVICEservice<>\"'#\\\n {}?:.u0053", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(QueryRefused, QuerySyntaxError):
        read(text)


HOSTILE = [
    "\\'",
    "'",
    '"',
    '"""',
    "'''",
    "<",
    "<a",
    "a.",
    "a-",
    "a:b.",
    "_:a..",
    "#",
    "\\",
    "1.",
    "é.",
    "?a.",
    "@a-",
    "{",
    " ",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("before", ["SELECT * { ?s ?p ", "SELECT * { ?s ?p '", "#service\nSELECT * FROM <x> { "])
def test_the_longest_text_is_read_in_good_time(before: str, piece: str) -> None:
    text = "#service\n" + before + piece * (65_000 // len(piece))
    started = perf_counter()
    with contextlib.suppress(QueryRefused, QuerySyntaxError):
        read(text)
    assert perf_counter() - started < 1.0


def test_a_string_left_open_is_shown_where_it_begins() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        read("SELECT * { # from\n  ?s ?p 'открыто . SERVICE <x> {} }")
    assert (caught.value.line, caught.value.column) == (2, 9)


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("ASK { FILTER(TRUE && !False) }", "ASK { FILTER(true && !false) }"),
        ("SELECT * { ?s ?p TRUE.?s ?q FALSE }", "SELECT * { ?s ?p true.?s ?q false }"),
        ("SELECT * { ?TRUE <http://x.example/TRUE> 'TRUE' # TRUE\n}", None),
        ("PREFIX TRUE: <http://x.example/> SELECT * { TRUE:FALSE ?p true, TRUE }", "PREFIX TRUE: <http://x.example/> "
         "SELECT * { TRUE:FALSE ?p true, true }"),
        ("ASK { FILTER(TRUELY) }", None),
        ("ASK { _:TRUE ?p 'a'@TRUE }", None),
        ("ASK { FILTER('", None),
    ],
)  # fmt: skip
def test_truth_values_are_words_in_any_case(query: str, read: str | None) -> None:
    assert spelled(query) == (read or query)
