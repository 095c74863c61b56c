"""How much there is of what: classes, properties, and which of them go together, counted in the union of all graphs.

A count belongs to the subject of the statements counted, so after a change only the subjects it touches are counted
again. That is what lets the numbers be kept true at a million statements.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from graph.store.layout import gone_from_union, in_its_graph, in_union
from graph.terms import A

UNION = DefaultGraph()

_Node = NamedNode | BlankNode | Triple  # a release has IRIs alone; the engine's types allow more
_Said = set[tuple[NamedNode, object]]


class Share(NamedTuple):
    """A part of the data: statements by instances of `class_`, with `property`, whose values are of `target`.

    "" stands for any, of all three for all statements. A share that names a class alone counts its instances, one
    that names `subjects` alone the subjects there are; every other counts statements. The target is a class, or a
    datatype where `literal`.
    """

    class_: str = ""
    property: str = ""
    target: str = ""
    literal: bool = False
    subjects: bool = False


Tally = Counter[Share]
ALL = Share()
SUBJECTS = Share(subjects=True)


def counted(store: Store, apart: str) -> Tally:
    """Everything in the union of a laid-out `store`, but for subjects whose IRI begins with `apart`."""
    facts, groups, subjects = _Facts(store), _Groups(), set[_Node]()
    facts.learn(store.quads_for_pattern(None, A, None, UNION))
    for quad in store.quads_for_pattern(None, None, None, UNION):
        subject = quad.subject
        if not _iri(subject).startswith(apart):
            subjects.add(subject)
            groups[facts.group(subject, quad.predicate, quad.object)] += 1
    tally = _tally(groups)
    tally[SUBJECTS] = len(subjects)
    return tally


def difference(store: Store, removed: Iterable[Quad], added: Iterable[Quad], apart: str) -> Tally:
    """How `counted` will differ when `removed` is taken out of `store` and `added` put in; without zeros."""
    out, into = {in_its_graph(quad) for quad in removed}, {in_its_graph(quad) for quad in added}
    gone, come = set(gone_from_union(store, out, into)), {in_union(quad) for quad in into}
    touched = {quad.subject for quad in gone | come}
    for quad in gone | come:
        if quad.predicate == A:  # who points at it points at something else now
            touched |= {q.subject for q in store.quads_for_pattern(None, None, quad.subject, UNION)}
    groups, subjects = _Groups(), 0
    for facts, by in ((_Facts(store), -1), (_Facts(store, gone, come), 1)):
        for subject in touched:
            if not _iri(subject).startswith(apart):
                said = facts.of(subject)
                subjects += by * bool(said)
                for property_, value in said:
                    groups[facts.group(subject, property_, value)] += by
    tally = _tally(groups)
    tally[SUBJECTS] = subjects
    return Tally({share: n for share, n in tally.items() if n})


class _Group(NamedTuple):
    """What statements have in common that count for the same shares."""

    classes: tuple[str, ...]
    property: str
    targets: tuple[str, ...]
    literal: bool
    typed: str  # the class, where the statement gives one


_Groups = Counter[_Group]  # a statement adds to one of few groups: shares are worked out once a group, not a statement


def _tally(groups: _Groups) -> Tally:
    tally = Tally()
    for group, number in groups.items():
        tally[ALL] += number
        tally[Share(property=group.property)] += number
        if group.typed:
            tally[Share(group.typed)] += number
        for class_ in group.classes:
            tally[Share(class_, group.property)] += number
            for target in group.targets:
                tally[Share(class_, group.property, target, group.literal)] += number
    return tally


class _Facts:
    """What the union says of each subject, as it is or as it will be without `gone` and with `come`."""

    def __init__(self, store: Store, gone: Iterable[Quad] = (), come: Iterable[Quad] = ()) -> None:
        self._store = store
        self._gone, self._come = _by_subject(gone), _by_subject(come)
        self._types: dict[_Node, tuple[str, ...]] = {}
        self._whole = False

    def learn(self, typed: Iterable[Quad]) -> None:
        """Take the types of everything, instead of looking up those of each."""
        self._whole = True
        for quad in typed:
            if isinstance(quad.object, NamedNode):
                self._types[quad.subject] = (*self._types.get(quad.subject, ()), quad.object.value)

    def of(self, subject: _Node) -> _Said:
        """All that is said of `subject`."""
        held: _Said = {(q.predicate, q.object) for q in self._store.quads_for_pattern(subject, None, None, UNION)}
        return (held - self._gone.get(subject, set())) | self._come.get(subject, set())

    def group(self, subject: _Node, property_: NamedNode, value: object) -> _Group:
        """The group that a statement belongs to."""
        if isinstance(value, Literal):
            return _Group(self._types_of(subject), property_.value, (value.datatype.value,), True, "")
        assert isinstance(value, NamedNode), "a release has IRIs and literals alone"
        typed = value.value if property_ == A else ""
        return _Group(self._types_of(subject), property_.value, self._types_of(value), False, typed)

    def _types_of(self, node: _Node) -> tuple[str, ...]:
        found = self._types.get(node)
        if found is None:
            found = ()
            if not self._whole:
                held: _Said = {(A, q.object) for q in self._store.quads_for_pattern(node, A, None, UNION)}
                held = (held - self._gone.get(node, set())) | self._come.get(node, set())
                found = tuple(o.value for p, o in held if p == A and isinstance(o, NamedNode))
                self._types[node] = found
        return found


def _by_subject(quads: Iterable[Quad]) -> dict[_Node, _Said]:
    found: dict[_Node, _Said] = {}
    for quad in quads:
        found.setdefault(quad.subject, set()).add((quad.predicate, quad.object))
    return found


def _iri(node: _Node) -> str:
    return str(getattr(node, "value", ""))
