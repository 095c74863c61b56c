"""Facts as an rdflib graph, so that pySHACL reads ours where they lie instead of getting a copy of everything."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.store import Store
from rdflib.term import Node as RdflibNode

from graph.checking.facts import Facts
from graph.checking.report import Node
from graph.terms import XSD

_STRING = XSD("string")
Pattern = tuple[RdflibNode | None, RdflibNode | None, RdflibNode | None]


def to_rdflib(node: Node) -> RdflibNode:
    """A term of ours as one of rdflib's; `"a"` and `"a"^^xsd:string`, one term in RDF 1.1, are one there too."""
    if isinstance(node, NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, BlankNode):
        return rdflib.BNode(node.value)
    if node.language:
        return rdflib.Literal(node.value, lang=node.language)
    if node.datatype == _STRING:
        return rdflib.Literal(node.value)
    return rdflib.Literal(node.value, datatype=rdflib.URIRef(node.datatype.value))


def from_rdflib(node: RdflibNode) -> Node:
    """A term of rdflib's as one of ours."""
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    if not isinstance(node, rdflib.Literal):
        raise TypeError(f"neither IRI, blank node nor literal: {node!r}")
    if node.language:
        return Literal(str(node), language=node.language)
    return Literal(str(node), datatype=NamedNode(str(node.datatype))) if node.datatype else Literal(str(node))


def graph_of(triples: Iterable[Triple]) -> rdflib.Graph:
    """A copy of some triples in memory: for shapes, which are few."""
    made = rdflib.Graph(bind_namespaces="none")
    for triple in triples:
        made.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))  # type: ignore[arg-type]
    return made


def view_of(facts: Facts) -> "FactsStore":
    """A store that reads through to some facts, whose `graph` pySHACL can be given. It cannot be written to."""
    store = FactsStore(facts)
    store.graph = rdflib.Graph(store=store, bind_namespaces="none")
    return store


class FactsStore(Store):
    """rdflib's idea of a store, over ours.

    Terms are translated one by one as they are asked for. rdflib may rewrite a literal as it reads it, so what was
    handed out is remembered: asked for it again, we know which of our terms is meant.
    """

    context_aware = graph_aware = True  # it is neither, but pySHACL wraps every graph in a Dataset, which insists
    transaction_aware = False
    graph: rdflib.Graph  # the one that reads from it, in which pySHACL wants to find each triple

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self._facts = facts
        self._there: dict[Node, RdflibNode] = {}
        self._back: dict[RdflibNode, list[Node]] = {}
        self._length: int | None = None

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[tuple[Any, Any]]:  # noqa: ARG002 - rdflib's
        """The triples that match, each with the graphs it is in."""
        subject, predicate, value = triple_pattern
        kept: Callable[[Node], bool] = (lambda _node: True) if value is None else set(self._ours(value)).__contains__
        if subject is not None:
            found = self._of_subject(subject, predicate)
        elif predicate is not None:
            found = self._of_predicate(predicate, value)
        elif value is not None:
            found = ((s, p, v) for v in self._ours(value) for s, p in self._facts.referring(v))
        else:
            found = (
                (s, p, o) for s in self._facts.subjects() for p, said in self._facts.about(s).items() for o in said
            )
        for one, word, other in found:
            if kept(other):
                yield (self.theirs(one), self.theirs(word), self.theirs(other)), iter((self.graph,))

    def _of_subject(self, subject: RdflibNode, predicate: RdflibNode | None) -> Iterator[tuple[Node, Node, Node]]:
        for one in self._ours(subject):
            said = self._facts.about(one)
            for word in said if predicate is None else self._predicates(predicate):
                for value in said.get(word, ()):
                    yield one, word, value

    def _of_predicate(self, predicate: RdflibNode, value: RdflibNode | None) -> Iterator[tuple[Node, Node, Node]]:
        for word in self._predicates(predicate):
            if value is None:
                yield from ((s, word, o) for s, o in self._facts.pairs(word))
            else:
                yield from ((s, word, o) for o in self._ours(value) for s in self._facts.pointing(word, o))

    def _predicates(self, predicate: RdflibNode) -> Iterator[NamedNode]:
        return (node for node in self._ours(predicate) if isinstance(node, NamedNode))

    def _ours(self, node: RdflibNode) -> list[Node]:
        return self._back.get(node) or [from_rdflib(node)]

    def theirs(self, node: Node) -> RdflibNode:
        """A term of ours as rdflib's, remembered, so that pySHACL may ask about it."""
        made = self._there.get(node)
        if made is None:
            made = self._there[node] = to_rdflib(node)
            self._back.setdefault(made, []).append(node)
        return made

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Nothing to do: there is one graph, and it cannot be written to."""

    def __len__(self, context: Any = None) -> int:
        """1 where there is anything, else 0: pySHACL asks no more than that, but at every finding."""
        if self._length is None:
            self._length = sum(1 for _ in islice(self._facts.subjects(), 1))
        return self._length
