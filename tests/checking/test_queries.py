"""Queries asked at once of all focus nodes find what pySHACL finds asking once a node; those that cannot be are its."""

from types import SimpleNamespace

import pytest

from graph.checking.queries import read_queries
from graph.checking.query_reading import read_path_text, read_select
from graph.checking.query_text import NotUnderstood
from graph.terms import PREFIXES

DATA = """
ex:Sub rdfs:subClassOf ex:Thing .
ex:a a ex:Thing ; rdfs:label "A"@en , "A"@ru ; ex:next ex:b ; ex:size 3 , 4 .
ex:b a ex:Sub ; rdfs:label "B"@en ; ex:next ex:c ; ex:size 3 .
ex:c a ex:Other ; rdfs:label "C # not a comment"@en ; ex:next ex:a .
ex:d a ex:Thing , ex:Sub ; ex:size 9 ; ex:near [ ex:size 1 ] .
"""
HEAD = """
ex:names sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ] ,
  [ sh:prefix "rdfs" ; sh:namespace "http://www.w3.org/2000/01/rdf-schema#"^^xsd:anyURI ] .
"""


def shape(body: str, *, target: str = "sh:targetClass ex:Thing", more: str = "", kind: str = "NodeShape") -> str:
    query = body.replace("\\", "\\\\")
    return (
        f"{HEAD} ex:shape a sh:{kind} ; {target} ; {more} sh:sparql ex:query .\n"
        f'ex:query sh:prefixes ex:names ; sh:message "No."@en , "Нет."@ru ; sh:select """{query}""" .'
    )


AT_ONCE = {
    "a pattern": "SELECT $this WHERE { $this ex:next ?x }",
    "no WHERE, a question mark": "SELECT ?this { ?this ex:next ?x }",
    "a value and a path": "SELECT $this ?value ?path WHERE { $this ?path ?value . FILTER(isLiteral(?value)) }",
    "something missing": "SELECT $this WHERE { FILTER NOT EXISTS { $this rdfs:label ?label } }",
    "something missing further off": "SELECT $this WHERE { $this ex:next ?n . FILTER NOT EXISTS { ?n a ex:Thing } }",
    "a filter alone": 'SELECT $this WHERE { FILTER(CONTAINS(STR($this), "/a")) }',
    "a name bound from it": "SELECT $this ?value WHERE { BIND(STR($this) AS ?value) }",
    "branches that match it": "SELECT $this WHERE { { $this ex:size 3 } UNION { ?x ex:next $this } }",
    "an option": "SELECT $this ?value WHERE { $this ex:size ?s OPTIONAL { $this ex:next ?value } FILTER(?s > 2) }",
    "exists in a disjunction": "SELECT $this { FILTER(EXISTS { $this ex:next ex:b } || EXISTS { $this ex:size 9 }) }",
    "nested exists": "SELECT $this { FILTER NOT EXISTS { $this ex:next ?n FILTER NOT EXISTS { ?n ex:next $this } } }",
    "a count by it": "SELECT $this (COUNT(?s) AS ?value) { $this ex:size ?s } GROUP BY $this HAVING(COUNT(?s) > 1)",
    "a subselect": "SELECT $this ?value { { SELECT $this (MAX(?s) AS ?value) { $this ex:size ?s } GROUP BY $this } }",
    "paths": "SELECT $this ?value WHERE { $this (ex:next|^ex:next)+/rdfs:label ?value }",
    "a blank node of the text": "SELECT $this WHERE { $this ex:near [ ex:size 1 ] }",
    "lists of objects": "SELECT $this WHERE { $this ex:size 3 , ?s ; ex:next ?n ; . FILTER(?s != 3) }",
    "strings with braces": "SELECT $this { $this rdfs:label ?l . FILTER(?l != '}{ $this' && ?l != \"#\"@en) } # }",
    "less than": "SELECT $this WHERE { $this ex:size ?s . FILTER(?s<4&&?s>2) }",
    "its own prefix": "PREFIX own: <https://example.org/> SELECT $this WHERE { $this own:size 9 }",
    "all variables": "SELECT * WHERE { $this ex:next ?value }",
    "datatypes and languages": 'SELECT $this { $this ex:size "3"^^<http://www.w3.org/2001/XMLSchema#integer> ; '
    'rdfs:label "A"@en , ?l }',
    "numbers": "SELECT $this { $this ex:size ?s . FILTER(?s IN (1, 2.5, 9)) }",
}  # fmt: skip
ONE_BY_ONE = {
    "a branch that only looks at it": "SELECT $this WHERE { { $this ex:size 9 } UNION { FILTER(isIRI($this)) } }",
    "a name bound in a group": "SELECT $this ?value WHERE { { BIND(STR($this) AS ?value) } }",
    "an option that looks at it": "SELECT $this ?x { $this ex:size ?s OPTIONAL { ?x ex:size 9 FILTER(?x != $this) } }",
    "a slice": "SELECT $this ?value WHERE { $this ex:size ?value } ORDER BY ?value LIMIT 1",
    "its shape": "SELECT $this WHERE { $this ex:size ?s . FILTER(isIRI($currentShape)) }",
}  # fmt: skip
TARGETS = (
    "sh:targetClass ex:Thing", "sh:targetClass ex:Sub , ex:Other", "sh:targetNode ex:a , ex:nowhere",
    "sh:targetSubjectsOf ex:next", "sh:targetObjectsOf ex:next", "sh:targetObjectsOf ex:size",
    "sh:targetClass ex:Nothing",
)  # fmt: skip


@pytest.mark.parametrize("body", AT_ONCE.values(), ids=AT_ONCE)
def test_asked_at_once_it_finds_what_pyshacl_finds(body: str, shacl: SimpleNamespace) -> None:
    text = shape(body)
    assert len(read_queries(shacl.rules(text))) == 1
    assert shacl.verdicts(shacl.findings(DATA, text)) == shacl.alone(DATA, text)


@pytest.mark.parametrize("body", ONE_BY_ONE.values(), ids=ONE_BY_ONE)
def test_what_cannot_be_asked_at_once_is_left_to_pyshacl(body: str, shacl: SimpleNamespace) -> None:
    text = shape(body)
    assert read_queries(shacl.rules(text)) == ()
    assert shacl.verdicts(shacl.findings(DATA, text)) == shacl.alone(DATA, text)


@pytest.mark.parametrize("target", TARGETS)
def test_targets_of_every_kind(target: str, shacl: SimpleNamespace) -> None:
    text = shape("SELECT $this WHERE { FILTER NOT EXISTS { $this ex:size 9 } }", target=target)
    assert shacl.verdicts(shacl.findings(DATA, text)) == shacl.alone(DATA, text)


def test_a_class_that_is_a_shape_is_about_its_instances(shacl: SimpleNamespace) -> None:
    text = shape("SELECT $this WHERE { $this ex:next ?x }", target="a rdfs:Class").replace("ex:shape", "ex:Thing")
    assert len(read_queries(shacl.rules(text))) == 1
    assert shacl.verdicts(shacl.findings(DATA, text)) == shacl.alone(DATA, text) != set()


@pytest.mark.parametrize("path", ["ex:next", "[ sh:inversePath ex:next ]", "( ex:next [ sh:zeroOrMorePath ex:next ] )"])
def test_a_query_of_a_property_shape_knows_its_path(path: str, shacl: SimpleNamespace) -> None:
    body = "SELECT $this ?value WHERE { $this $PATH ?value . FILTER NOT EXISTS { ?value a ex:Thing } }"
    text = shape(body, more=f"sh:path {path} ;", kind="PropertyShape")
    assert len(read_queries(shacl.rules(text))) == 1
    assert shacl.verdicts(shacl.findings(DATA, text)) == shacl.alone(DATA, text) != set()


def test_a_query_of_a_part_is_about_the_focus_nodes_of_the_whole(shacl: SimpleNamespace) -> None:
    text = (
        HEAD
        + """
    ex:whole a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:next ; sh:sparql [
        sh:prefixes ex:names ; sh:message "No."@en ; sh:select "SELECT $this ?value WHERE { $this $PATH ?value }" ] ] .
    """
    )
    found = shacl.findings(DATA, text)
    assert len(read_queries(shacl.rules(text))) == 1
    assert shacl.verdicts(found) == shacl.alone(DATA, text) != set()
    assert {f.rule for f in found} == {"https://example.org/whole/next"}, (
        "a part without a name is named after the whole"
    )


@pytest.mark.parametrize(
    "other",
    [
        "sh:node ex:shape",
        "sh:not ex:shape",
        "sh:or ( ex:shape [ sh:nodeKind sh:Literal ] )",
        "sh:property [ sh:path ex:next ; sh:node ex:shape ]",
    ],
)
def test_a_query_whose_verdict_another_shape_asks_for_stays_where_it_is(other: str, shacl: SimpleNamespace) -> None:
    text = (
        shape("SELECT $this WHERE { $this ex:next ?x }")
        + f"ex:other a sh:NodeShape ; sh:targetClass ex:Thing ; {other} ."
    )
    assert read_queries(shacl.rules(text)) == ()
    assert shacl.verdicts(shacl.findings(DATA, text)) == shacl.alone(DATA, text)


@pytest.mark.parametrize("where", ["ex:query", "ex:shape"])
def test_what_is_switched_off_finds_nothing(where: str, shacl: SimpleNamespace) -> None:
    text = shape("SELECT $this WHERE { $this ex:next ?x }") + f"{where} sh:deactivated true ."
    assert shacl.findings(DATA, text) == []


def test_messages_keep_their_languages_and_their_blanks_are_filled(shacl: SimpleNamespace) -> None:
    text = shape("SELECT $this ?value ?far { $this ex:next ?value . ?value ex:next ?far }").replace(
        '"No."@en , "Нет."@ru', '"{$this} goes to {?value}, then {?far} {?unbound}."@en , "{?value} после {$this}."@ru'
    )
    found = {f.focus: f for f in shacl.findings(DATA, text)}
    messages = found["https://example.org/a"].messages
    a, b, c = (f"https://example.org/{n}" for n in "abc")
    assert messages == {"en": f"{a} goes to {b}, then {c} {{?unbound}}.", "ru": f"{b} после {a}."}


def test_messages_of_the_shape_and_of_the_answer_stand_in(shacl: SimpleNamespace) -> None:
    bare = shape("SELECT $this { $this ex:next ?x }").replace('sh:message "No."@en , "Нет."@ru ;', "")
    said = bare.replace("sh:sparql ex:query .", 'sh:sparql ex:query ; sh:message "Of the shape."@en .', 1)
    assert shacl.findings(DATA, said)[0].messages == {"en": "Of the shape."}
    answered = shape('SELECT $this ?message { $this ex:next ?x BIND("Ответ"@ru AS ?message) }')
    assert shacl.findings(DATA, answered)[0].messages == {"ru": "Ответ"}


def test_an_answer_given_twice_is_one_finding(shacl: SimpleNamespace) -> None:
    assert len(shacl.findings(DATA, shape("SELECT $this { $this rdfs:label ?x FILTER($this = ex:a) }"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this { $this ex:p ( 1 2 ) }",
        "SELECT $this { $this ex:p '\\n' }",
        "SELECT $this { $this unknown:p ?x }",
        "SELECT $this { $this !ex:p ?x }",
        "BASE <https://example.org/> SELECT $this { $this <p> ?x }",
        "SELECT $this { $this ex:p ?x",
        "SELECT (COUNT(*)",
    ],
)
def test_what_is_not_understood_is_said_to_be(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_select(text, PREFIXES)


def test_a_path_is_read_back_from_a_finding() -> None:
    assert read_path_text("https://example.org/p") is not None
    assert read_path_text("^<https://example.org/p>/(<https://example.org/q>|<https://example.org/r>)*") is not None
    assert read_path_text("?!") is None
    assert read_path_text("not an iri") is None
