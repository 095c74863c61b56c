"""Places, as exactly as they may be told, and what is said to have happened there."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.claims import Claim, claims_where
from graph.publish.events import Event, event
from graph.publish.lens import Lens, Ref
from graph.publish.literals import Text
from graph.terms import KH, SCHEMA, SKOS

UP = 12  # steps from a village to the world and some; a cycle ends here


@dataclass(frozen=True, slots=True)
class PlacePage:
    """A place. `containers` go from the nearest outwards; `latitude`, `longitude` in degrees, only where it is safe."""

    ref: Ref
    precision: Sequence[Ref]
    containers: Sequence[Ref]
    inside: Sequence[Ref]
    events: Sequence[Event]
    served_by: Sequence[Ref]
    about: Sequence[Claim]
    latitude: str
    longitude: str
    notes: Sequence[Text]


def place_page(lens: Lens, node: NamedNode) -> PlacePage:
    """A place by its IRI."""
    return PlacePage(
        ref=lens.ref(node),
        precision=lens.refs(lens.nodes(node, KH("geoPrecision"))),
        containers=lens.refs(containers(lens, node)),
        inside=lens.refs(lens.pointing(SCHEMA("containedInPlace"), node)),
        events=sorted(
            (event(lens, n) for n in lens.pointing(SCHEMA("location"), node)),
            key=lambda e: (e.latest or "9999", e.ref.iri),
        ),
        served_by=lens.refs(lens.pointing(SCHEMA("areaServed"), node)),
        about=claims_where(lens, SCHEMA("about"), node),
        latitude=lens.word(node, SCHEMA("latitude")) or "",
        longitude=lens.word(node, SCHEMA("longitude")) or "",
        notes=lens.texts(node, SKOS("editorialNote")),
    )


def containers(lens: Lens, node: NamedNode) -> list[NamedNode]:
    """The places a place lies in, nearest first."""
    found: list[NamedNode] = []
    while len(found) < UP:
        parent = lens.node(found[-1] if found else node, SCHEMA("containedInPlace"))
        if parent is None or parent in found or parent == node:
            break
        found.append(parent)
    return found
