"""Mistakes people make are told as such, at their place; what is not certain is left in the engine's words."""

import pytest
from pyoxigraph import Store

from graph.store.lane.errors import QuerySyntaxError
from graph.store.lane.mistakes import LONGEST, diagnosed

MISTAKES = [
    ("SELECT * {\n  ?s a kh:Claim }", "The prefix 'kh:' is not declared. Write PREFIX kh: <…> before the query.", 2, 8),
    ("PREFIX a: <x:>\nSELECT * { ?s A:b ?o }", "The prefix 'A:' is not declared", 2, 15),
    ("ASK { ?s :p ?o }", "The prefix ':' is not declared", 1, 10),
    ("SELECT * {\n  ?s ?p ?o\n", "This '{' is not closed.", 1, 10),
    ("SELECT * { ?s ?p ?o FILTER(STRLEN(?o > 3) }", "This '(' is not closed.", 1, 27),
    ("SELECT * { ?s ?p ?o }}", "There is nothing here that this '}' could close.", 1, 22),
    ("SELECT * { ?s ?p [ ?q ?o }", "This '[' is not closed.", 1, 18),
    ("SELECT * {\n ?s ?p 'open }", "This string is not closed.", 2, 8),
    ("hello", "A query begins with SELECT", 1, 1),
    ("PREFIX a: <x:>\n{ ?s ?p ?o }", "A query begins with SELECT", 2, 1),
    ("", "A query begins with SELECT", 1, 1),
    ("SELECT (TRUE AS ?x) {}", "Write 'true' in small letters.", 1, 9),
    ("SELECT * {\n  ?s ?p ?o\n  FILTER(?o = )\n}", "Something is missing after this '='.", 3, 13),
    ("SELECT * { ?s ?p ?o, }", "Something is missing after this ','.", 1, 20),
    ("SELECT ?x (COUNT(?y) AS ?n) { ?x ?z ?y }", "neither in GROUP BY nor within an aggregate", 1, 41),
    ("SELECT ?s ?s { ?s ?p ?o }", "names a variable twice", 1, 26),
    ("SELECT * { ?s ?p ?o } GROUP BY ?s", "does not go with GROUP BY", 1, 34),
    ("SELECT (?x AS ?y) { ?x ?z ?y }", "AS names a variable that is in the pattern already", 1, 31),
    ("SELECT (<x:f>(1) AS ?x) {}", "The function <x:f> is not known here.", 0, 0),
    ("SELECT * { ?x ?y ?z . BIND(2 AS ?x) }", "Something before this place cannot be read.", 1, 38),
]
# Nothing certain: the words of the engine.
OTHERS = [
    "SELECT * { ?s ?p }",
    "SELECT ?s WHERE ?s ?p ?o",
    "SELECT * { ?s ?p ?o } LIMIT many",
    "SELECT * { \\u003Fs c:p }",
]
# Read by everybody, so nothing may be found in them. Strings, IRIs and comments hold what looks like mistakes.
RIGHT = [
    "PREFIX : <x:>\nPREFIX a.b: <y:>\nSELECT * { ?s :p/a.b:q '}' ; :r \"TRUE (\" } # { c:d '",
    "BASE <http://x.example/>\nASK { <a(b> <#{c> ?o FILTER(?o < 3 && ?o > 1 || true) }".replace("{c", "c"),
    "PREFIX : <x:>\nSELECT (COUNT(*) AS ?n) { ?s (:p/:q+|:r*) <<( ?a ?b ?c )>> . ?x :y ?z {| :s :t |} }",
    "SELECT * { ?s ?p ?o . [ ?q (1 2) ] ?r _:b . FILTER(?o IN (1, '(')) }",
    "prefix a: <x:> select (count(*) as ?n) { ?s a a:b; a:c '''it's [ {''' }",
]


def read_by_engine(query: str) -> QuerySyntaxError:
    """What the engine says of a query, as the lane tells it."""
    try:
        Store().query(query)
    except SyntaxError as error:
        place, _, reason = str(error).removeprefix("error at ").partition(": ")
        line, column = map(int, place.split(":"))
        return QuerySyntaxError(reason, line, column)
    except RuntimeError as error:
        return QuerySyntaxError(str(error))
    raise AssertionError("the engine reads it")


@pytest.mark.parametrize(("query", "reason", "line", "column"), MISTAKES, ids=[case[0] for case in MISTAKES])
def test_a_mistake_is_named_at_its_place(query: str, reason: str, line: int, column: int) -> None:
    told = diagnosed(query, read_by_engine(query))
    assert reason in told.reason
    assert (told.line, told.column) == (line, column)


@pytest.mark.parametrize("query", OTHERS)
def test_where_nothing_is_certain_the_engine_has_the_word(query: str) -> None:
    error = read_by_engine(query)
    told = diagnosed(query, error)
    assert (told.reason, told.line, told.column) == (error.reason, error.line, error.column)


@pytest.mark.parametrize("query", RIGHT)
def test_nothing_is_found_in_what_can_be_read(query: str) -> None:
    Store().query(query)
    made = QuerySyntaxError("expected FILTER", 1, 1)
    assert diagnosed(query, made).reason == "expected FILTER"


def test_our_own_words_are_left_alone() -> None:
    error = QuerySyntaxError("Put a space after FROM.")
    assert diagnosed("SELECT * FROM<x:y> { c:d", error) is error


def test_what_no_person_wrote_is_not_looked_through() -> None:
    error = QuerySyntaxError("expected FILTER", 1, 1)
    assert diagnosed("{" * LONGEST, error).reason != error.reason
    assert diagnosed("{" * (LONGEST + 1), error) is error
