"""Oxigraph, in this process: reading one snapshot, and writing the one store that snapshots are taken from.

The engine's own faults are met here. A store on disk is opened for writing only in a process of its own (a fork with
it open loses data silently), a snapshot only with `read_only`, and a backup needs a folder that is not there yet.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import product
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    Variable,
)

from graph.store.base import Bindable, Facts, Row, Term, Tombstone
from graph.store.layout import apart, is_laid_out, laid_out, once, told
from graph.terms import CATALOGUE_GRAPH, LABEL

REMEMBERED = 16_384  # things whose facts are kept in memory, about 25 MB: a page names what its neighbours name
PREDICATES = 1024  # predicates that all of these share; alone each would be a third of what is kept
LABELLED = 16_384  # things whose labels are, about 6 MB


class EmbeddedReader:
    """A `Reader` of one snapshot; see `graph.store.base`."""

    def __init__(
        self,
        store: Store,
        *,
        release: int = 1,
        released: datetime | None = None,
        digest: str = "",
        withdrawn: Callable[[str], Tombstone | None] | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        """Read `store`, which holds `release`; `on_close` gives back what keeps the snapshot on disk."""
        self._store, self._laid_out = store, is_laid_out(store)
        self._release, self._released = release, released or datetime(1970, 1, 1, tzinfo=UTC)
        self._digest, self._withdrawn, self._on_close = digest, withdrawn, on_close
        self._kept: dict[Hashable, object] = {}
        # Of the store, not of `self`: a reader that is let go takes its store with it at once.
        self._predicates: dict[NamedNode, NamedNode] = {}
        self._facts = lru_cache(maxsize=REMEMBERED)(partial(_facts, store, self._laid_out, self._predicates))
        self._labels = lru_cache(maxsize=LABELLED)(partial(_labels, store, self._laid_out))

    @classmethod
    def of(cls, quads: Iterable[Quad], *, release: int = 1, released: datetime | None = None) -> Self:
        """A reader of quads in memory: what is about to be published, or made for a test."""
        store = Store()
        store.bulk_extend(laid_out(quads))
        return cls(store, release=release, released=released)

    @classmethod
    def at(cls, path: Path, *, release: int, digest: str) -> Self:
        """A reader of the engine's files in a snapshot's folder; OSError or RuntimeError where they are damaged."""
        return cls(Store.read_only(str(path)), release=release, digest=digest)

    @property
    def release(self) -> int:
        """The number of the release."""
        return self._release

    @property
    def released(self) -> datetime:
        """When it was recorded, UTC."""
        return self._released

    @property
    def digest(self) -> str:
        """Names the content; empty for quads in memory."""
        return self._digest

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,  # noqa: A002 - the word of RDF
        graph: NamedNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """The quads that match, None matching everything."""
        if not self._laid_out:
            return self._store.quads_for_pattern(subject, predicate, object, graph)
        if isinstance(graph, DefaultGraph):
            graph = CATALOGUE_GRAPH
        return told(self._store.quads_for_pattern(subject, predicate, object, graph))

    def statements(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,  # noqa: A002 - the word of RDF
    ) -> Iterator[Quad]:
        """What matches, each statement once."""
        return once(self._store, self._laid_out, subject, predicate, object)

    def facts(self, subject: NamedNode) -> Facts:
        """What is said of a thing, by predicate."""
        return self._facts(subject)

    def labels(self, subject: NamedNode) -> tuple[Term, ...]:
        """The rdfs:labels of a thing."""
        return self._labels(subject)

    def whole(self, subject: NamedNode) -> tuple[Facts, Sequence[Quad]]:
        """What is said of a thing, by predicate and by statement."""
        if not self._laid_out:
            return self._facts(subject), list(self.quads(subject))
        union, named = apart(self._store.quads_for_pattern(subject, None, None, None))
        return _by_predicate(union, self._predicates), named

    @property
    def kept(self) -> dict[Hashable, object]:
        """What users of this release remember of it."""
        return self._kept

    def select(self, query: str, **terms: Bindable | Sequence[Bindable]) -> list[Row]:
        """The rows of a SELECT; `ValueError` for any other form."""
        solutions = self._asked(query, terms)
        if not isinstance(solutions, QuerySolutions):
            raise ValueError("not a SELECT")
        names = [variable.value for variable in solutions.variables]
        return [{name: term for name, term in zip(names, row, strict=True) if term is not None} for row in solutions]

    def construct(self, query: str, **terms: Bindable | Sequence[Bindable]) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE; `ValueError` for any other form."""
        triples = self._asked(query, terms)
        if not isinstance(triples, QueryTriples):
            raise ValueError("neither a CONSTRUCT nor a DESCRIBE")
        return list(triples)

    def named_graphs(self) -> list[NamedNode]:
        """Every named graph that holds something, sorted by IRI."""
        named = (graph for graph in self._store.named_graphs() if isinstance(graph, NamedNode))
        graphs = (graph for graph in named if graph != CATALOGUE_GRAPH)
        held = (g for g in graphs if next(self._store.quads_for_pattern(None, None, None, g), None) is not None)
        return sorted(held, key=lambda graph: graph.value)

    def withdrawn(self, iri: str) -> Tombstone | None:
        """The tombstone of an IRI that was withdrawn."""
        return self._withdrawn(iri) if self._withdrawn else None

    def close(self) -> None:
        """Give the snapshot back."""
        if self._on_close:
            self._on_close()
            self._on_close = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _asked(
        self, query: str, terms: dict[str, Bindable | Sequence[Bindable]]
    ) -> QuerySolutions | QueryTriples | QueryBoolean:
        return self._store.query(query + values(terms), use_default_graph_as_union=not self._laid_out)


def _facts(store: Store, is_laid_out: bool, predicates: dict[NamedNode, NamedNode], subject: NamedNode) -> Facts:
    return _by_predicate(once(store, is_laid_out, subject, None, None), predicates)


def _by_predicate(statements: Iterable[Quad], predicates: dict[NamedNode, NamedNode]) -> Facts:
    """What is said, by predicate; each of `predicates` is one object in all that is kept."""
    found: dict[NamedNode, list[Term]] = {}
    for quad in statements:
        predicate = quad.predicate
        known = found.get(predicate)
        if known is not None:
            known.append(quad.object)
            continue
        shared = predicates.get(predicate)
        if shared is None:
            shared = predicate
            if len(predicates) < PREDICATES:
                predicates[predicate] = predicate
        found[shared] = [quad.object]
    return {p: (objects[0],) if len(objects) == 1 else _sorted(objects) for p, objects in found.items()}


def _labels(store: Store, is_laid_out: bool, subject: NamedNode) -> tuple[Term, ...]:
    return _sorted([quad.object for quad in once(store, is_laid_out, subject, LABEL, None)])


def _sorted(objects: list[Term]) -> tuple[Term, ...]:
    return tuple(sorted(objects, key=str) if len(objects) > 1 else objects)


def values(terms: Mapping[str, Bindable | Sequence[Bindable]]) -> str:
    """The trailing VALUES that bind `terms`, one block for all; the product where several have alternatives.

    Plain SPARQL, and safe: the engine's own terms write themselves, and refuse what is no IRI.
    """
    if not terms:
        return ""
    columns = [[term] if isinstance(term, NamedNode | Literal) else list(term) for term in terms.values()]
    names = " ".join(str(Variable(name)) for name in terms)
    rows = " ".join("(" + " ".join(map(str, row)) + ")" for row in product(*columns))
    return f"\nVALUES ({names}) {{ {rows} }}"


def form_of(query: str) -> str:
    """`select`, `ask` or `construct` (also of a DESCRIBE); `SyntaxError` with the engine's words for any other text."""
    asked = Store().query(query)
    if isinstance(asked, QuerySolutions):
        return "select"
    return "ask" if isinstance(asked, QueryBoolean) else "construct"
