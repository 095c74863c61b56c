"""What is said of one IRI: every statement with the record it stands in, its inner nodes, and what points at it."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from graph.publish.lens import Lens, Ref, Term
from graph.publish.literals import Text
from graph.store.base import Facts
from graph.terms import LABEL, XSD, A

INCOMING = 50  # links a page: as many as a reader will look through before narrowing the question
INNER_DEPTH = 4  # claim -> count and the like; deeper nests are things of their own


class Value(NamedTuple):
    """An object: a thing (`ref`), or words with their language or datatype; `inner` is what an inner node says."""

    ref: Ref | None = None
    text: Text | None = None
    datatype: str = ""
    inner: Sequence["Property"] = ()


class Property(NamedTuple):
    """A predicate with its name and its values."""

    predicate: Ref
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Incoming:
    """What points at a thing by one predicate: how many do, and one page of them."""

    predicate: Ref
    count: int
    subjects: Sequence[Ref]


@dataclass(frozen=True, slots=True)
class Description:
    """All that is said of `ref`: its types, its properties, what points at it (one page), the records that say it."""

    ref: Ref
    types: Sequence[Ref]
    properties: Sequence[Property]
    incoming: Sequence[Incoming]
    incoming_count: int
    page: int
    pages: int
    records: Sequence[Ref]


def is_described(lens: Lens, node: NamedNode) -> bool:
    """True when the release says anything of a node, or holds a graph of that name."""
    return bool(lens.quads(node)) or any(True for _ in lens.reader.quads(graph=node))


def describe(lens: Lens, node: NamedNode, page: int = 1) -> Description:
    """The description of a node; `page` (from 1) is of the incoming links, one past the end is empty."""
    links = _links(lens, node)
    shown = links[(page - 1) * INCOMING : page * INCOMING]
    counts: dict[NamedNode, int] = {}
    for predicate, _ in links:
        counts[predicate] = counts.get(predicate, 0) + 1
    return Description(
        ref=lens.ref(node),
        types=lens.refs(lens.nodes(node, A)),
        properties=_properties(lens, node, INNER_DEPTH),
        incoming=[
            Incoming(lens.ref(predicate), count, [lens.ref(s) for p, s in shown if p == predicate])
            for predicate, count in counts.items()
            if any(p == predicate for p, _ in shown)
        ],
        incoming_count=len(links),
        page=page,
        pages=max(1, -(-len(links) // INCOMING)),
        records=lens.refs(lens.graphs(node)),
    )


def inner_nodes(lens: Lens, node: NamedNode) -> Iterator[NamedNode]:
    """The nodes that belong to a node alone: objects whose IRI lies below its own, and their like."""
    seen = {node}
    waiting = [node]
    for owner in waiting:
        for objects in lens.facts(owner).values():
            for each in objects:
                if each not in seen and _is_inner(owner, each):
                    assert isinstance(each, NamedNode)
                    seen.add(each)
                    waiting.append(each)
                    yield each


def _is_inner(owner: NamedNode, node: Term) -> bool:
    if not isinstance(node, NamedNode):
        return False
    return node.value.startswith((owner.value + "/", owner.value + "#"))


def _properties(lens: Lens, node: NamedNode, depth: int) -> list[Property]:
    facts = lens.facts(node)
    found = [
        Property(lens.ref(predicate), [_value(lens, node, o, depth) for o in objects])
        for predicate, objects in facts.items()
        if predicate != A
    ]
    return sorted(found, key=lambda p: (p.predicate.iri != LABEL.value, p.predicate.iri))


def _value(lens: Lens, owner: NamedNode, node: Term, depth: int) -> Value:
    if isinstance(node, Literal):
        datatype = "" if node.language or node.datatype == XSD("string") else node.datatype.value
        return Value(text=Text(node.value, node.language or ""), datatype=datatype)
    if not isinstance(node, NamedNode):
        return Value(text=Text(str(node)))
    inner = _properties(lens, node, depth - 1) if depth and _is_inner(owner, node) else ()
    return Value(ref=lens.ref(node), inner=inner)


def _links(lens: Lens, node: NamedNode) -> list[tuple[NamedNode, NamedNode]]:
    """(predicate, subject) of what points at a node from outside of it, by predicate and subject."""
    inner = (node.value + "/", node.value + "#")
    around = sorted(lens.around(node).items(), key=lambda each: each[0].value)
    return [(predicate, s) for predicate, subjects in around for s in subjects if not s.value.startswith(inner)]


def statements(lens: Lens, node: NamedNode) -> Iterator[Quad]:
    """The quads of a node and of its inner nodes, then the quads that point at it, in a stable order."""
    own = set()
    for subject in with_inner_nodes(lens, node):
        own.add(subject.value)
        yield from sorted(lens.quads(subject), key=_order)
    pointing = (q for q in lens.reader.quads(object=node) if str(getattr(q.subject, "value", "")) not in own)
    yield from sorted(pointing, key=_order)


def with_inner_nodes(lens: Lens, node: NamedNode) -> Iterator[NamedNode]:
    """A node, then its inner nodes; each is read whole, once, before it is given."""
    lens.quads(node)
    yield node
    for inner in inner_nodes(lens, node):
        lens.quads(inner)
        yield inner


def belongs_to(subject: object, node: NamedNode) -> bool:
    """Whether a subject is a node, or has an IRI below its."""
    return subject == node or (isinstance(subject, NamedNode) and _is_inner(node, subject))


def in_order(subject: NamedNode, facts: Facts) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
    """The statements of a subject, its types first."""
    found = [(p != A, p.value + str(o), p, o) for p, objects in facts.items() for o in objects]
    found.sort(key=_first_two)
    return ((subject, p, o) for _, _, p, o in found)


def links_to(lens: Lens, node: NamedNode, own: Container[str]) -> list[tuple[NamedNode | BlankNode, NamedNode]]:
    """(subject, predicate) of what points at a node but for the subjects whose IRIs are `own`, in a stable order."""
    found = []
    for quad in lens.reader.statements(object=node):
        subject, predicate = quad.subject, quad.predicate
        if isinstance(subject, NamedNode | BlankNode) and subject.value not in own:
            found.append(((str(subject), predicate != A, predicate.value), subject, predicate))
    found.sort(key=_first)
    return [(subject, predicate) for _, subject, predicate in found]


def _order(quad: Quad) -> tuple[str, bool, str, str]:
    graph = "" if isinstance(quad.graph_name, DefaultGraph | BlankNode) else quad.graph_name.value
    return (str(quad.subject), quad.predicate != A, quad.predicate.value + str(quad.object), graph)


_first, _first_two = itemgetter(0), itemgetter(0, 1)
