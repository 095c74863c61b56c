"""The rules as one graph, the vocabulary beside them, and rdflib made to parse each query only once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
import rdflib
from rdflib.plugins.sparql import processor

from graph.checking.rules import Rules, read_rules

ROOT = Path(__file__).parents[2]
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
Node = rdflib.term.Node

TARGETS = {
    SH.targetClass: "?this a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* <{}>",
    SH.targetSubjectsOf: "?this <{}> ?object",
    SH.targetObjectsOf: "?subject <{}> ?this",
}


@dataclass(frozen=True)
class Shapes:
    """All rules as one graph, which no test may change, and what is needed to ask their queries."""

    graph: rdflib.Graph

    @cached_property
    def rules(self) -> list[Node]:
        """Every rule: a shape that stands in a group."""
        return sorted(self.graph.subjects(SH.group))

    @cached_property
    def queries(self) -> dict[Node, Node]:
        """The SPARQL constraint of every rule that has one."""
        return {rule: query for rule in self.rules for query in self.graph.objects(rule, SH.sparql)}

    def select(self, rule: Node) -> str:
        """The query of a rule as it stands in the file."""
        return str(self.graph.value(self.queries[rule], SH.select))

    def prefixes(self, rule: Node) -> dict[str, str]:
        """The prefixes that a rule's query may use."""
        return {
            str(self.graph.value(declared, SH.prefix)): str(self.graph.value(declared, SH.namespace))
            for document in self.graph.objects(self.queries[rule], SH.prefixes)
            for declared in self.graph.objects(document, SH.declare)
        }

    def with_prefixes(self, rule: Node, query: str) -> str:
        return "".join(f"PREFIX {p}: <{n}>\n" for p, n in sorted(self.prefixes(rule).items())) + query

    def of_the_whole_graph(self, rule: Node) -> str:
        """The query of a rule asked once of all its targets, instead of once a node."""
        body = re.search(r"WHERE\s*\{(.*)\}\s*$", self.select(rule), re.DOTALL)
        assert body, f"{rule} is no SELECT … WHERE {{ … }}"
        targets = " UNION ".join(
            "{ " + pattern.format(node) + " }"
            for kind, pattern in TARGETS.items()
            for node in self.graph.objects(rule, kind)
        )
        where = f"{{ {targets} }} " + body[1].replace("$this", "?this")
        return self.with_prefixes(rule, f"SELECT DISTINCT ?this ?path ?value WHERE {{ {where} }}")


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path)
    return Shapes(graph)


@pytest.fixture(scope="session")
def house() -> Rules:
    """The rules as a check reads them."""
    return read_rules([(path, path.read_bytes()) for path in sorted((ROOT / "shapes").glob("*.ttl"))])


@pytest.fixture(scope="session")
def words() -> rdflib.Graph:
    """The ontology and all concept schemes."""
    graph = rdflib.Graph()
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        graph.parse(path)
    return graph


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Iterator[None]:
    """Parsing a query anew for every node is nine tenths of what pySHACL spends on these examples."""
    parsed: dict[str, object] = {}

    def query(self, text, initBindings=None, initNs=None, base=None, DEBUG=False):  # noqa: N803 (rdflib's names)
        if text not in parsed:
            parsed[text] = processor.translateQuery(processor.parseQuery(text), base, initNs)
        return processor.evalQuery(self.graph, parsed[text], initBindings, base)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processor.SPARQLProcessor, "query", query)
        yield
