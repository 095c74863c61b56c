"""Which entries can differ between two releases: those of what changed, and of what is described by what changed.

An entry is made of the statements of some nodes (`entries.READS`, `entries.LIES`). Walked backwards over the newer
release these paths lead from a changed node to every entry that read it. That is enough: where a path existed only in
the older one, a node on it lost a statement, so that node changed too, and the rest of the path leads there.
"""

from collections.abc import Collection, Iterable

from pyoxigraph import NamedNode, Quad

from graph.search.entries import LIES, READS, STEPS, WITHIN
from graph.store.base import Reader


class TooMany(Exception):
    """More is touched than is worth looking for."""


def touched(newer: Reader, changed: Iterable[Quad], most: int) -> set[NamedNode]:
    """The nodes whose entries may be others once the quads `changed` were added or removed, giving `newer`.

    `TooMany` where on the way more than `most` nodes were met.
    """
    quads = list(changed)
    nodes = {q.subject for q in quads if isinstance(q.subject, NamedNode)}
    moved = {q.subject for q in quads if q.predicate == WITHIN and isinstance(q.subject, NamedNode)}
    back = _Back(newer, most)
    found = back.seen(nodes)
    for path in READS:
        found |= back.along(path, nodes)
    for _ in range(STEPS if moved else 0):
        moved |= back.along((WITHIN,), moved)
    for path in LIES if moved else ():
        found |= back.along(path, moved)
    return back.seen(found)


class _Back:
    """Walks paths backwards."""

    def __init__(self, reader: Reader, most: int) -> None:
        self._reader, self._most = reader, most

    def along(self, path: Collection[NamedNode], nodes: set[NamedNode]) -> set[NamedNode]:
        """The nodes from which `path` leads to any of `nodes`."""
        for predicate in reversed(tuple(path)):
            before = set[NamedNode]()
            for node in nodes:
                for quad in self._reader.statements(None, predicate, node):
                    if isinstance(quad.subject, NamedNode):
                        before.add(quad.subject)
                        if len(before) > self._most:
                            raise TooMany
            nodes = before
        return nodes

    def seen(self, nodes: set[NamedNode]) -> set[NamedNode]:
        """The nodes themselves, unless they are too many."""
        if len(nodes) > self._most:
            raise TooMany
        return nodes
