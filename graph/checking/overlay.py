"""A release with some of its records exchanged, read no further than somebody asks, and remembering what was read."""

from collections.abc import Collection, Iterator, Sequence

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from graph.checking.facts import NOTHING, Said, Statements
from graph.checking.report import Node
from graph.settings import Settings
from graph.store.base import Reader


class Overlay:
    """Facts of a release without its `hidden` records, and with `added` statements.

    Of the release only records and their catalogue count: the derived graph, the vocabulary and what is said of the
    site as a whole are not what editors wrote. Its literals are as the store keeps them ("01" is "1" there).
    """

    def __init__(self, base: Reader, settings: Settings, hidden: Collection[str], added: Statements) -> None:
        self._base, self._added = base, added
        self._records = settings.record("").value
        self._hidden = {settings.record("derived").value, *hidden}
        self._about: dict[Node, Said] = {}
        self._pointing: dict[tuple[NamedNode, Node], Sequence[Node]] = {}
        self._read: dict[Triple, None] = {}

    def read(self) -> list[Triple]:
        """Every triple that was read so far."""
        return list(self._read)

    def about(self, node: Node) -> Said:
        """See `Facts`."""
        if isinstance(node, Literal):
            return NOTHING
        said = self._about.get(node)
        if said is None:
            found = {p: list(values) for p, values in self._added.about(node).items()}
            for quad in self._quads(subject=node) if isinstance(node, NamedNode) else ():
                values = found.setdefault(quad.predicate, [])
                if quad.object not in values:
                    values.append(_object(quad))
            self._read |= {Triple(node, p, value): None for p, values in found.items() for value in values}
            said = self._about[node] = found
        return said

    def pointing(self, predicate: NamedNode, node: Node) -> Sequence[Node]:
        """See `Facts`."""
        found = self._pointing.get((predicate, node))
        if found is None:
            subjects = dict.fromkeys(self._added.pointing(predicate, node))
            subjects |= dict.fromkeys(_subject(q) for q in self._quads(predicate=predicate, object=node))
            found = self._pointing[predicate, node] = tuple(subjects)
            self._read |= {Triple(subject, predicate, node): None for subject in found}  # type: ignore[arg-type]
        return found

    def pairs(self, predicate: NamedNode) -> Iterator[tuple[Node, Node]]:
        """See `Facts`."""
        pairs = dict.fromkeys(self._added.pairs(predicate))
        pairs |= dict.fromkeys((_subject(q), _object(q)) for q in self._quads(predicate=predicate))
        self._read |= {Triple(subject, predicate, value): None for subject, value in pairs}  # type: ignore[arg-type]
        return iter(pairs)

    def referring(self, node: Node) -> Iterator[tuple[Node, NamedNode]]:
        """See `Facts`."""
        found = dict.fromkeys(self._added.referring(node))
        found |= dict.fromkeys((_subject(q), q.predicate) for q in self._quads(object=node))
        self._read |= {Triple(subject, p, node): None for subject, p in found}  # type: ignore[arg-type]
        return iter(found)

    def subjects(self) -> Iterator[Node]:
        """See `Facts`. Those of the release come after the added ones."""
        yield from self._added.subjects()
        known = set(self._added.subjects())
        for quad in self._quads():
            subject = _subject(quad)
            if subject not in known:
                known.add(subject)
                yield subject

    def _quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Node | None = None,  # noqa: A002
    ) -> Iterator[Quad]:
        return filter(self._counts, self._base.quads(subject, predicate, object))

    def _counts(self, quad: Quad) -> bool:
        graph = quad.graph_name
        name = str(getattr(quad.subject if isinstance(graph, DefaultGraph) else graph, "value", ""))
        return name.startswith(self._records) and name not in self._hidden


# Quoted triples can stand in these places too, by the engine's types; nothing we read has them.
def _subject(quad: Quad) -> Node:
    return quad.subject  # type: ignore[return-value]


def _object(quad: Quad) -> Node:
    return quad.object  # type: ignore[return-value]
