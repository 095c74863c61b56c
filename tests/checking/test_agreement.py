"""Our way and pySHACL's agree on every example of every rule: core constraints screened, queries asked at once."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
import rdflib
from rdflib import RDFS, SKOS
from rdflib.plugins.sparql import processor

from graph.checking.examining import examine
from graph.checking.facts import Statements
from graph.checking.queries import read_queries
from graph.checking.rules import Rules, read_rules
from graph.terms import SH

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests" / "shapes" / "examples"
BASE = EXAMPLES / "base.ttl"


@pytest.fixture(scope="module")
def house() -> Rules:
    return read_rules([(path, path.read_bytes()) for path in sorted((ROOT / "shapes").glob("*.ttl"))])


@cache
def shapes_for_pyshacl() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


@cache
def words() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        graph.parse(path)
    return graph


@pytest.fixture(scope="module", autouse=True)
def queries_parsed_once() -> Iterator[None]:
    """pySHACL has rdflib parse a query anew for every node, which is nine tenths of what these tests would take."""
    parsed: dict[str, object] = {}

    def query(self, text, initBindings=None, initNs=None, base=None, DEBUG=False):  # noqa: N803 - rdflib's names
        if text not in parsed:
            parsed[text] = processor.translateQuery(processor.parseQuery(text), base, initNs)
        return processor.evalQuery(self.graph, parsed[text], initBindings, base)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processor.SPARQLProcessor, "query", query)
        yield


def text_of(path: Path) -> str:
    """An example, merged with the base it is a change of; TODAY stands for the day it is read."""
    parts = [p.read_text(encoding="utf-8") for p in dict.fromkeys((BASE, path))]
    graph = rdflib.Graph()
    for part in parts:
        graph.parse(data=part.replace("TODAY", date.today().isoformat()), format="turtle")
    for word in set(graph.objects()):  # what rules ask of the vocabulary, and no more: pySHACL is slow
        for relation in (SKOS.inScheme, RDFS.subClassOf):
            for other in words().objects(word, relation):
                graph.add((word, relation, other))
    return graph.serialize(format="turtle")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ttl")), ids=lambda p: p.name)
def test_the_two_ways_agree(path: Path, house: Rules, shacl: SimpleNamespace) -> None:
    text = text_of(path)
    expected = shacl.by_pyshacl(rdflib.Graph().parse(data=text), shapes_for_pyshacl())
    graph = shacl.triples(text.encode())
    found = examine(house, graph, Statements(graph))
    assert shacl.verdicts(found) == expected
    rule = "https://w3id.org/khronika/shapes#" + path.name.split(".")[0]
    assert {f.rule for f in found} == ({rule} if ".fail." in path.name else set())


def test_no_query_of_the_house_is_left_to_pyshacl(house: Rules) -> None:
    """Each is asked once of the whole graph; one that could not be would cost seconds without a word."""
    asked = {q.constraint for q in read_queries(house)}
    assert asked == {constraint for _, constraint in house.facts.pairs(SH("sparql"))}
