"""What docs/endpoint.md says the engine does otherwise than the standard, it does: a false list helps nobody.

W3C's suites say it with their own data (test_w3c_query.py), but are not on every machine.
"""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

PAGE = Path(__file__).resolve().parents[2] / "docs" / "endpoint.md"
# What the page says, a query that shows it, and its answer as TSV without the head; None where it cannot be asked.
SAID: dict[str, tuple[str, list[str] | None]] = {
    "(`01` is `1`)": ("SELECT (STR(01) AS ?v) {}", ['"1"']),
    "leaves `?g` unbound": ("SELECT ?g { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }", [""]),
    "binds `?g` within the group": ("SELECT (COUNT(?g) > 2 AS ?x) { GRAPH ?g { FILTER(BOUND(?g)) } }", ["true"]),
    "give nothing instead of that term": ("SELECT ?o { <x:not-here> <x:p>* ?o }", []),
    "A function nobody knows is an error (400)": ("SELECT (<x:f>(1) AS ?x) {}", None),
    '`BNODE("x")` is the same node': ("SELECT (COUNT(DISTINCT ?b) AS ?n) { VALUES ?v { 1 2 } BIND(BNODE('x') AS ?b) }",
                                      ["1"]),
    "keeps the language that all its words have": ('SELECT (GROUP_CONCAT(?v) AS ?x) { VALUES ?v { "1"@en "2"@en } }',
                                                   ['"1 2"@en']),
    "what is not a string": ('SELECT (GROUP_CONCAT(?v) AS ?x) { VALUES ?v { "1" 2 } }', [""]),
    "A date and a time of day are unequal": (
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
        "SELECT ('2006-08-23T09:00:00'^^xsd:dateTime != '2006-08-23'^^xsd:date AS ?x) {}", ["true"]),
    "is read as comparisons": ("SELECT ?x { VALUES (?x ?a ?b ?y) { (1 2 4 3) } FILTER(?x<?a&&?b>?y) }", ["1"]),
}  # fmt: skip


@pytest.mark.parametrize(("words", "query", "rows"), [(w, *told) for w, told in SAID.items()], ids=SAID)
def test_it_is_so(client: FlaskClient, words: str, query: str, rows: list[str] | None) -> None:
    assert words in " ".join(PAGE.read_text(encoding="utf-8").split())
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/tab-separated-values"})
    if rows is None:
        assert answer.status_code == 400
    else:
        assert answer.text.splitlines()[1:] == rows


def test_what_the_engine_alone_would_refuse_is_as_the_standard_has_it(client: FlaskClient) -> None:
    query = {"query": "SELECT (TRUE AS ?x) (False AS ?y) {}"}
    answer = client.get("/sparql", query_string=query, headers={"Accept": "text/tab-separated-values"})
    assert answer.text.splitlines()[1:] == ["true\tfalse"]
