"""What every engine gives to who reads: one release, immutable, from any thread. The walls of the store room."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import NamedTuple, Protocol, Self, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Bindable: TypeAlias = NamedNode | Literal
Row: TypeAlias = dict[str, Term]
Facts: TypeAlias = Mapping[NamedNode, tuple[Term, ...]]


class Tombstone(NamedTuple):
    """What may be said of something withdrawn: that it is, since which day, and why in one word of a list."""

    iri: str
    day: date
    reason: str
    erased: bool


class Reader(Protocol):
    """One release, read-only, safe to use from many threads at once.

    Questions see the union of all graphs as their default graph. What is withdrawn is not in a release at all;
    `withdrawn` tells a page to answer 410 where it would have answered 404.
    """

    @property
    def release(self) -> int:
        """The number of the release, from 1."""

    @property
    def released(self) -> datetime:
        """When it was recorded, UTC."""

    @property
    def digest(self) -> str:
        """Names the content, 64 hex digits: equal content has an equal digest. What an ETag is made from."""

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,  # noqa: A002 - the word of RDF
        graph: NamedNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """The quads that match; None matches everything, so `graph=None` is every graph, the default one included."""

    def statements(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,  # noqa: A002 - the word of RDF
    ) -> Iterator[Quad]:
        """What matches, each statement once in however many graphs it stands; the graph of these quads says nothing."""

    def facts(self, subject: NamedNode) -> Facts:
        """What is said of a thing, by predicate: objects once each, sorted as they are written. Not to be changed."""

    def labels(self, subject: NamedNode) -> tuple[Term, ...]:
        """Its rdfs:labels, as `facts` has them: what most need to know of what they only name."""

    def whole(self, subject: NamedNode) -> tuple[Facts, Sequence[Quad]]:
        """The `facts` of a thing and its `quads`, for the price of the quads. Not remembered."""

    @property
    def kept(self) -> dict[Hashable, object]:
        """What its users want to remember of a release, gone with it; each under a key of its own, within bounds."""

    def select(self, query: str, **terms: Bindable | Sequence[Bindable]) -> list[Row]:
        """The rows of a SELECT, each only with the variables that are bound.

        `terms` bind variables of the query through a trailing VALUES (SPARQL 1.1, 18.2.4.3), several terms for one
        variable as alternatives. VALUES joins after grouping: a query that counts has to GROUP BY the bound variable.
        """

    def construct(self, query: str, **terms: Bindable | Sequence[Bindable]) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE, `terms` bound as in `select`."""

    def named_graphs(self) -> list[NamedNode]:
        """Every named graph that holds something, sorted by IRI."""

    def withdrawn(self, iri: str) -> Tombstone | None:
        """The tombstone of an IRI that was withdrawn, None for any other."""

    def close(self) -> None:
        """Give the release back; reading from it afterwards is a fault of the caller."""

    def __enter__(self) -> Self:
        """The reader itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
