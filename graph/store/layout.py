"""How quads lie in a store: the default graph is the union of all, each statement once; the catalogue has a name.

An engine can be asked to see all graphs as one, but then counts a statement once for each graph that holds it (15
organizations were 26), and SPARQL says that the default graph is a graph: a set. So the union is kept, not computed.
Outside this room nothing of that is seen: there, a quad without a graph is one of the catalogue.
"""

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from graph.terms import CATALOGUE_GRAPH


def laid_out(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Quads as they are stored: each in its graph, and in the union."""
    for quad in quads:
        yield in_its_graph(quad)
        yield in_union(quad)


def in_its_graph(quad: Quad) -> Quad:
    """A quad under the name it is stored by."""
    if isinstance(quad.graph_name, DefaultGraph):
        return Quad(quad.subject, quad.predicate, quad.object, CATALOGUE_GRAPH)
    return quad


def in_union(quad: Quad) -> Quad:
    """The same statement in the union of all graphs."""
    return Quad(quad.subject, quad.predicate, quad.object)


def told(stored: Iterable[Quad]) -> Iterator[Quad]:
    """Quads as they were before they were laid out; the union's copies are left out."""
    for quad in stored:
        if quad.graph_name == CATALOGUE_GRAPH:
            yield in_union(quad)
        elif not isinstance(quad.graph_name, DefaultGraph):
            yield quad


def apart(stored: Iterable[Quad]) -> tuple[list[Quad], list[Quad]]:
    """The union's copies of some quads as they are stored, and the quads as they were before they were laid out."""
    union: list[Quad] = []
    others: list[Quad] = []
    for quad in stored:
        graph = quad.graph_name
        if isinstance(graph, DefaultGraph):
            union.append(quad)
        else:
            others.append(in_union(quad) if graph == CATALOGUE_GRAPH else quad)
    return union, others


def once(
    store: Store,
    is_laid_out: bool,
    subject: NamedNode | None,
    predicate: NamedNode | None,
    object_: NamedNode | BlankNode | Literal | Triple | None,
) -> Iterator[Quad]:
    """What matches in any graph, each statement once: the union alone, where a store has one."""
    if is_laid_out:
        return store.quads_for_pattern(subject, predicate, object_, DefaultGraph())
    found = store.quads_for_pattern(subject, predicate, object_, None)
    return iter({quad.triple: quad for quad in found}.values())


def is_laid_out(store: Store) -> bool:
    """Whether a store has this layout, as every release has; quads in memory may be as they came."""
    return store.contains_named_graph(CATALOGUE_GRAPH)


def gone_from_union(store: Store, removed: set[Quad], added: set[Quad]) -> Iterator[Quad]:
    """What leaves the union of a laid-out `store` when `removed` and `added`, in their graphs, are carried out."""
    staying = {in_union(quad) for quad in added}
    for quad in {in_union(quad) for quad in removed} - staying:
        held = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        if not any(isinstance(q.graph_name, NamedNode) and q not in removed for q in held):
            yield quad
