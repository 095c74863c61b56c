"""A series and what has come out in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.lens import Lens, Ref
from graph.publish.sources import Source, source
from graph.terms import SCHEMA


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """A series with its parts, newest first."""

    ref: Ref
    publishers: Sequence[Ref]
    parts: Sequence[Source]


def series_page(lens: Lens, node: NamedNode) -> SeriesPage:
    """A series by its IRI."""
    parts = [source(lens, n) for n in lens.pointing(SCHEMA("isPartOf"), node)]
    parts.sort(key=lambda part: part.ref.iri)
    parts.sort(key=lambda part: part.date.written if part.date else "", reverse=True)
    return SeriesPage(lens.ref(node), lens.refs(lens.nodes(node, SCHEMA("publisher"))), parts)
