"""A record: what one file of an editor says, as the triples of one named graph, each knowing its line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from pyoxigraph import NamedNode, Quad, Triple

from graph.authoring.names import subject_of
from graph.history.payloads import canonical, in_graph, quads_of

# Where a subject is first described (predicate None) and where a property of it is given, counted from 1
Lines: TypeAlias = Mapping[tuple[str, str | None], int]


@dataclass(frozen=True, slots=True)
class Content:
    """What a record says: `triples` of its graph, `catalogue` what the default graph says of the record itself.

    Both are sorted and unique.
    """

    triples: tuple[Triple, ...]
    catalogue: tuple[Triple, ...]
    lines: Lines

    def text(self, iri: NamedNode) -> bytes:
        """The record as its part of a release, canonical N-Quads."""
        about = (Quad(t.subject, t.predicate, t.object) for t in self.catalogue)
        return canonical([*in_graph(self.triples, iri), *about])

    def content(self, _iri: NamedNode) -> "Content":
        """Itself."""
        return self


class Source(Protocol):
    """Where the words of a record come from when somebody asks for them."""

    def text(self, iri: NamedNode) -> bytes:
        """The record as its part of a release, canonical N-Quads."""

    def content(self, iri: NamedNode) -> Content:
        """The same as triples, with lines."""


@dataclass(slots=True)  # not frozen: each publish makes all of them, and freezing would be half of that
class Record:
    """One file of `records/`, compiled.

    `id` is the path of its file in `folder` without suffix, `name` that with it. `access` is a word of vocab/access,
    `until` the day (ISO 8601) before which it is not published, empty for most. `digest` is the SHA-256 of its text.
    What it says is read when it is first asked for: of most records of a large site nobody does. `kept` records were
    not compiled just now.
    """

    id: str
    iri: NamedNode
    folder: Path
    name: str
    access: str
    until: str
    digest: bytes
    kept: bool
    source: Source
    _said: Content | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def path(self) -> Path:
        """Its file."""
        return self.folder / self.name

    @property
    def text(self) -> bytes:
        """The record as its part of a release: its graph and what the catalogue says of it, canonical N-Quads."""
        return self.source.text(self.iri)

    @property
    def triples(self) -> tuple[Triple, ...]:
        """The content of its graph."""
        return self._content.triples

    @property
    def catalogue(self) -> tuple[Triple, ...]:
        """What the default graph says of the record itself."""
        return self._content.catalogue

    @property
    def lines(self) -> Lines:
        """Where it says so."""
        return self._content.lines

    @property
    def _content(self) -> Content:
        if self._said is None:
            self._said = self.source.content(self.iri)
        return self._said


def content_of(text: bytes, lines: Lines) -> Content:
    """The inverse of `Content.text`."""
    inside: list[Triple] = []
    about: list[Triple] = []
    for quad in quads_of(text):
        said = inside if isinstance(quad.graph_name, NamedNode) else about
        said.append(Triple(quad.subject, quad.predicate, quad.object))
    return Content(in_order(inside), in_order(about), lines)


def in_order(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """Triples in the order in which a record has them."""
    return tuple(sorted(triples, key=lambda t: (subject_of(t).value, t.predicate.value, str(t.object))))
