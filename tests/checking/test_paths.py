"""Paths lead where SPARQL says they lead, forwards and back, and are written as SPARQL and as SHACL read them."""

import random

import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store, Triple

from graph.checking.facts import Kinds, Statements, items
from graph.checking.paths import (
    Alternative,
    Inverse,
    Path,
    Repeated,
    Sequence,
    Step,
    path_text,
    read_path,
    sparql,
    walk,
)
from graph.checking.query_reading import read_path_text
from graph.terms import RDF, RDFS, SH, A

NODES = [NamedNode(f"https://x.example/{n}") for n in range(6)]
WORDS = [NamedNode(f"https://x.example/p{n}") for n in range(3)]


def path(chance: random.Random, depth: int = 0) -> Path:
    match chance.randrange(6) if depth < 3 else 0:
        case 2:
            return Inverse(path(chance, depth + 1))
        case 3:
            return Sequence((path(chance, depth + 1), path(chance, depth + 1)))
        case 4:
            return Alternative((path(chance, depth + 1), path(chance, depth + 1)))
        case 5:
            return Repeated(path(chance, depth + 1), *chance.choice(((0, False), (1, False), (0, True))))
    return Step(chance.choice(WORDS))


@pytest.mark.parametrize("number", range(40))
def test_a_walk_ends_where_oxigraph_ends(number: int) -> None:
    chance = random.Random(number)
    triples = {Triple(chance.choice(NODES), chance.choice(WORDS), chance.choice(NODES)) for _ in range(10)}
    facts, store = Statements(triples), Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    way = path(chance)
    for node in {n for t in triples for n in (t.subject, t.object)}:  # of others Oxigraph knows no path of no steps
        for back in (False, True):
            pattern = f"?x {sparql(way)} {node}" if back else f"{node} {sparql(way)} ?x"
            answer = store.query("SELECT ?x { " + pattern + " }")
            assert isinstance(answer, QuerySolutions)
            assert walk(facts, node, way, back=back) == {row["x"] for row in answer}, sparql(way)
    text = path_text(way)
    assert text is not None
    assert read_path_text(text) is not None
    assert path_text(read_path_text(text)) == text


def test_any_predicate_leads_everywhere_and_back() -> None:
    facts = Statements([Triple(NODES[0], WORDS[0], NODES[1]), Triple(NODES[0], WORDS[1], NODES[2])])
    assert walk(facts, NODES[0], Step(None)) == {NODES[1], NODES[2]}
    assert walk(facts, NODES[2], Step(None), back=True) == {NODES[0]}


def test_a_list_that_bites_its_tail_is_none() -> None:
    ring = [Triple(NODES[0], RDF("first"), NODES[1]), Triple(NODES[0], RDF("rest"), NODES[0])]
    assert items(Statements(ring), NODES[0]) is None
    assert items(Statements([]), RDF("nil")) == []


@pytest.mark.parametrize(
    "triples",
    [
        [],
        [Triple(NODES[0], SH("inversePath"), WORDS[0]), Triple(NODES[0], SH("zeroOrMorePath"), WORDS[0])],
        [Triple(NODES[0], SH("pathOfGlory"), WORDS[0])],
    ],
)
def test_what_is_no_path_is_none(triples: list[Triple]) -> None:
    from pyoxigraph import BlankNode

    blank = BlankNode("b")
    facts = Statements(Triple(blank, t.predicate, t.object) for t in triples)
    assert read_path(facts, blank) is None


def test_a_circle_of_classes_ends() -> None:
    a, b, c = NODES[:3]
    facts = Statements([Triple(a, RDFS("subClassOf"), b), Triple(b, RDFS("subClassOf"), a), Triple(c, A, a)])
    assert Kinds(facts).has(c, b)
    assert not Kinds(facts).has(b, a)
