"""The plain facts of the next release from those of the last: derived anew only for what a change can touch.

A fact is about one subject, and hangs on the claims about it and on who disputes those (`plain_facts.rq`). So only the
subjects of claims that changed, or whose dispute did, are looked at; the facts about all others stay.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph.history.payloads import canonical, in_graph, quads_of
from graph.settings import Settings
from graph.store.base import Reader
from graph.store.embedded import EmbeddedReader
from graph.terms import DCTERMS, KH, RDF

MOST = 5_000  # claims; past these, deriving everything costs little more
# All that the question looks at: statements with other predicates change no fact.
_ABOUT, _ANSWERS = RDF("subject"), KH("respondsTo")
_LOOKED_AT = frozenset({_ABOUT, _ANSWERS, RDF("predicate"), RDF("object"), DCTERMS("type"), KH("assertionStatus")})


@dataclass(frozen=True, slots=True)
class Difference:
    """What the changed parts of a release say of claims: by name of part, before and after."""

    before: Mapping[str, frozenset[Quad]]
    after: Mapping[str, frozenset[Quad]]

    @classmethod
    def of(cls, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> "Difference":
        """From the canonical N-Quads of each part that is other than it was; absent where there is none."""
        return cls({n: _looked_at(t) for n, t in before.items()}, {n: _looked_at(t) for n, t in after.items()})

    @property
    def parts(self) -> frozenset[str]:
        """The names of the parts that changed."""
        return frozenset(self.before) | frozenset(self.after)

    def quads(self) -> set[Quad]:
        """What only one of the releases says in these parts."""
        return set().union(*self.before.values()) ^ set().union(*self.after.values())


def changes_facts(difference: Difference) -> bool:
    """Whether any fact can be another because of this."""
    return bool(difference.quads())


def facts_after(settings: Settings, last: Reader, facts: bytes, difference: Difference) -> bytes | None:
    """The plain facts after a change, as canonical N-Quads; None where they have to be derived from everything.

    `last` reads the release before it, whose plain facts are `facts`.
    """
    claims = _Claims(settings.record("derived"), last, difference)
    subjects = claims.subjects()
    held = claims.about(subjects)
    if held is None:
        return None
    from graph.checking.derived import derive  # here, so that a reader's process need not load it

    store = Store()
    store.extend(held)
    with EmbeddedReader(store) as reader:
        fresh = [t for t in derive(reader) if t.subject in subjects]
    staying = (quad for quad in quads_of(facts) if quad.subject not in subjects)
    return canonical([*staying, *in_graph(fresh, settings.record("derived"))])


class _Claims:
    """What the next release says of claims: of unchanged parts through the last release, of changed ones by theirs."""

    def __init__(self, derived: NamedNode, last: Reader, difference: Difference) -> None:
        self._last, self._difference = last, difference
        self._gone = {NamedNode(name) for name in difference.parts} | {derived}
        self._new = set[Quad]().union(*difference.after.values())
        self._old = set[Quad]().union(*difference.before.values())

    def subjects(self) -> set[NamedNode]:
        """Those whose facts may be others: of claims that changed, or that something changed answers."""
        changed = {quad.subject for quad in self._difference.quads()}
        either = self._new | self._old
        claims = {*changed, *(q.object for q in either if q.predicate == _ANSWERS and q.subject in changed)}
        claims |= {q.object for node in changed for q in self._last.quads(_node(node), _ANSWERS)}
        found = {q.object for q in either if q.predicate == _ABOUT and q.subject in claims}
        found |= {q.object for claim in claims for q in self._held(claim, _ABOUT)}
        return {node for node in found if isinstance(node, NamedNode)}

    def about(self, subjects: set[NamedNode]) -> set[Quad] | None:
        """All that the next release says of the claims about `subjects`, and of what answers them."""
        claims = self._pointing(_ABOUT, subjects)
        nodes = claims | self._pointing(_ANSWERS, claims)
        told = any(isinstance(q.graph_name, DefaultGraph) and q.subject in nodes for q in self._old | self._new)
        if told or len(nodes) > MOST:  # in the catalogue nobody knows which part a quad is of
            return None
        kept = {q for node in nodes for q in self._last.quads(node) if q.graph_name not in self._gone}
        return kept | {quad for quad in self._new if quad.subject in nodes}

    def _pointing(self, predicate: NamedNode, objects: Iterable[NamedNode]) -> set[NamedNode]:
        """The nodes that point at any of `objects`, in either release."""
        wanted = set(objects)
        found = {q.subject for q in self._new if q.predicate == predicate and q.object in wanted}
        found |= {q.subject for node in wanted for q in self._last.quads(None, predicate, node)}
        return {node for node in found if isinstance(node, NamedNode)}

    def _held(self, node: object, predicate: NamedNode) -> Iterable[Quad]:
        return self._last.quads(node, predicate) if isinstance(node, NamedNode) else ()


def _node(node: object) -> NamedNode:
    assert isinstance(node, NamedNode), "records have no blank nodes"
    return node


def _looked_at(text: bytes) -> frozenset[Quad]:
    return frozenset(quad for quad in quads_of(text) if quad.predicate in _LOOKED_AT)
