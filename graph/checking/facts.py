"""What is said, in the order a rule asks: what a node says, who points at it, what is of a kind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.checking.report import Node
from graph.terms import RDFS, A

SUBCLASS = RDFS("subClassOf")

Said = Mapping[NamedNode, Sequence[Node]]
NOTHING: Said = {}


class Facts(Protocol):
    """A graph as rules read it. All answers are without repetition; an unknown node has an empty answer."""

    def about(self, node: Node) -> Said:
        """Everything said of a node: its predicates, each with its objects."""

    def pointing(self, predicate: NamedNode, node: Node) -> Sequence[Node]:
        """The subjects that have `node` as a value of `predicate`."""

    def pairs(self, predicate: NamedNode) -> Iterator[tuple[Node, Node]]:
        """Every subject and object of a predicate."""

    def referring(self, node: Node) -> Iterator[tuple[Node, NamedNode]]:
        """Every subject that points at a node, with the predicate by which it does."""

    def subjects(self) -> Iterator[Node]:
        """Every node of which something is said."""


class Statements:
    """Facts held in memory, each literal as it was written; built once, then only read."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._said: dict[Node, dict[NamedNode, list[Node]]] = {}
        self._inverse: dict[NamedNode, dict[Node, list[Node]]] = {}
        last: object = None
        said: dict[NamedNode, list[Node]] = {}
        for triple in triples:
            subject, predicate, value = triple.subject, triple.predicate, triple.object
            if subject != last:  # records are sorted: most triples follow one of the same subject
                last, said = subject, self._said.setdefault(subject, {})  # type: ignore[arg-type]
            values = said.get(predicate)
            if values is None:
                said[predicate] = [value]  # type: ignore[list-item]
            elif value not in values:
                values.append(value)  # type: ignore[arg-type]

    def about(self, node: Node) -> Said:
        """See `Facts`."""
        return self._said.get(node, NOTHING)

    def pointing(self, predicate: NamedNode, node: Node) -> Sequence[Node]:
        """See `Facts`. The first question about a predicate goes through all subjects, the others do not."""
        found = self._inverse.get(predicate)
        if found is None:
            found = self._inverse[predicate] = {}
            for subject, value in self.pairs(predicate):
                found.setdefault(value, []).append(subject)
        return found.get(node, ())

    def pairs(self, predicate: NamedNode) -> Iterator[tuple[Node, Node]]:
        """See `Facts`."""
        for subject, said in self._said.items():
            for value in said.get(predicate, ()):
                yield subject, value

    def referring(self, node: Node) -> Iterator[tuple[Node, NamedNode]]:
        """See `Facts`. Goes through everything that is said."""
        for subject, said in self._said.items():
            for predicate, values in said.items():
                if node in values:
                    yield subject, predicate

    def subjects(self) -> Iterator[Node]:
        """See `Facts`."""
        return iter(self._said)


def kinds_below(facts: Facts, kind: NamedNode) -> set[Node]:
    """A class and all its subclasses (SHACL 1.1, SHACL subclass)."""
    found: set[Node] = {kind}
    waiting: list[Node] = [kind]
    for one in waiting:
        for below in facts.pointing(SUBCLASS, one):
            if below not in found:
                found.add(below)
                waiting.append(below)
    return found


def instances(facts: Facts, kind: NamedNode) -> Iterator[Node]:
    """Every node that is of a class or of a subclass of it; a node of two of them comes twice."""
    for one in kinds_below(facts, kind):
        yield from facts.pointing(A, one)


class Kinds:
    """Whether a node is of a class, remembering what lies below each class that was asked for."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._below: dict[NamedNode, set[Node]] = {}

    def below(self, kind: NamedNode) -> set[Node]:
        """A class and all its subclasses."""
        found = self._below.get(kind)
        if found is None:
            found = self._below[kind] = kinds_below(self._facts, kind)
        return found

    def has(self, node: Node, kind: NamedNode) -> bool:
        """Whether a node is a SHACL instance of a class; a literal is of none."""
        if isinstance(node, Literal):
            return False
        below = self.below(kind)
        return any(k in below for k in self._facts.about(node).get(A, ()))


def items(facts: Facts, head: Node) -> list[Node] | None:
    """The members of an RDF list, None where it is not a well-formed one (RDF Schema 5.2)."""
    found: list[Node] = []
    seen = {head}
    while head != NIL:
        said = facts.about(head)
        first, rest = said.get(FIRST, ()), said.get(REST, ())
        if len(first) != 1 or len(rest) != 1 or rest[0] in seen:
            return None
        found.append(first[0])
        head = rest[0]
        seen.add(head)
    return found


def is_resource(node: Node) -> bool:
    """Whether a node can be a subject."""
    return isinstance(node, NamedNode | BlankNode)


FIRST = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")
REST = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#rest")
NIL = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil")
