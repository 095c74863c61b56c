"""Places, as exactly as they may be told, and what is said to have happened there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.claims import Claim, claims_where
from graph.publish.events import Event, event
from graph.publish.lens import Lens, Ref
from graph.publish.literals import Text
from graph.publish.mapping import Spot, containers, position, spots
from graph.terms import KH, SCHEMA, SKOS, A

SHOWN = 1000  # places on the page of all; where there are more, browsing has the rest


@dataclass(frozen=True, slots=True)
class PlacePage:
    """A place. `containers` go from the nearest outwards; `latitude`, `longitude`: degrees, rounded as it must be."""

    ref: Ref
    precision: Sequence[Ref]
    containers: Sequence[Ref]
    inside: Sequence[Ref]
    events: Sequence[Event]
    served_by: Sequence[Ref]
    about: Sequence[Claim]
    latitude: str
    longitude: str
    spots: Sequence[Spot]
    notes: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Branch:
    """A place with those in it; `events` is how many are said to have happened in just this place."""

    ref: Ref
    precision: Sequence[Ref]
    events: int
    inside: Sequence["Branch"]

    def refs(self) -> Iterator[Ref]:
        """Itself and all in it, as they are listed."""
        yield self.ref
        for branch in self.inside:
            yield from branch.refs()


@dataclass(frozen=True, slots=True)
class PlacesPage:
    """All places: where each may be drawn, and as a tree from the wider to the narrower, by name."""

    roots: Sequence[Branch]
    spots: Sequence[Spot]
    total: int
    shown: int

    @property
    def refs(self) -> list[Ref]:
        """The places in the order in which they are listed."""
        return [ref for branch in self.roots for ref in branch.refs()]


def place_page(lens: Lens, node: NamedNode) -> PlacePage:
    """A place by its IRI."""
    inside = lens.pointing(SCHEMA("containedInPlace"), node)
    own = position(lens, node)
    return PlacePage(
        ref=lens.ref(node),
        precision=lens.refs(lens.nodes(node, KH("geoPrecision"))),
        containers=lens.refs(containers(lens, node)),
        inside=lens.refs(inside),
        events=sorted(
            (event(lens, n) for n in lens.pointing(SCHEMA("location"), node)),
            key=lambda e: (e.latest or "9999", e.ref.iri),
        ),
        served_by=lens.refs(lens.pointing(SCHEMA("areaServed"), node)),
        about=claims_where(lens, SCHEMA("about"), node),
        latitude=f"{own.latitude:g}" if own else "",
        longitude=f"{own.longitude:g}" if own else "",
        spots=spots(lens, [node, *inside]),
        notes=lens.texts(node, SKOS("editorialNote")),
    )


def places_page(lens: Lens) -> PlacesPage:
    """Every place of the release, the first `SHOWN` by IRI where there are more."""
    every = {q.subject for q in lens.reader.quads(None, A, SCHEMA("Place")) if isinstance(q.subject, NamedNode)}
    shown = dict.fromkeys(sorted(every, key=lambda n: n.value)[:SHOWN])
    inside: dict[NamedNode | None, list[NamedNode]] = {}
    for node in shown:
        inside.setdefault(next((n for n in containers(lens, node) if n in shown), None), []).append(node)
    seen: set[NamedNode] = set()
    roots = _branches(lens, inside.get(None, ()), inside, seen)
    roots += _branches(lens, (n for n in shown if n not in seen), inside, seen)  # those that lie in a ring
    return PlacesPage(_by_name(roots), spots(lens, shown), len(every), len(shown))


def _branches(
    lens: Lens, nodes: Iterable[NamedNode], inside: Mapping[NamedNode | None, Sequence[NamedNode]], seen: set[NamedNode]
) -> list[Branch]:
    found = []
    for node in nodes:
        if node not in seen:
            seen.add(node)
            within = _branches(lens, inside.get(node, ()), inside, seen)
            precision, events = lens.nodes(node, KH("geoPrecision")), lens.pointing(SCHEMA("location"), node)
            found.append(Branch(lens.ref(node), lens.refs(precision), len(events), within))
    return _by_name(found)


def _by_name(branches: Iterable[Branch]) -> list[Branch]:
    return sorted(branches, key=lambda branch: (branch.ref.label.words.casefold(), branch.ref.iri))
