"""Every page a site has, with the day the records behind it were last worked on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.settings import Settings
from graph.store.base import Reader
from graph.terms import DCTERMS, KH, OA, A

DAY = re.compile(r"\d{4}-\d\d-\d\d")
INNER = (KH("Count"), OA("TextQuoteSelector"), OA("SpecificResource"))  # shown with what they belong to


@dataclass(frozen=True, slots=True)
class Place:
    """A thing or a record with a page; `modified` is an ISO day, "" where none is known."""

    iri: str
    modified: str


def places(reader: Reader, settings: Settings) -> Iterator[Place]:
    """Each described thing and each record once, in no order. One pass over types and records, whatever the size."""
    days = {
        q.subject.value: q.object.value
        for q in reader.quads(None, DCTERMS("modified"))
        if isinstance(q.subject, NamedNode) and isinstance(q.object, Literal) and DAY.fullmatch(q.object.value)
    }
    newest: dict[str, str] = {}
    inner = set()
    for quad in reader.quads(None, A):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(settings.base + "id/"):
            day = days.get(str(getattr(quad.graph_name, "value", "")), "")
            newest[quad.subject.value] = max(newest.get(quad.subject.value, ""), day)
            if quad.object in INNER:
                inner.add(quad.subject.value)
    for iri, day in newest.items():
        if iri not in inner:
            yield Place(iri, day)
    for graph in reader.named_graphs():
        if graph.value.startswith(settings.base + "record/"):
            yield Place(graph.value, days.get(graph.value, ""))
