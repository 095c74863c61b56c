"""Incidents with their acts, interventions and other events, each with what is claimed about it and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.claims import Claim, Comparison, Quotation, claims_where, compare, in_reading_order, quotations_where
from graph.publish.dates import When
from graph.publish.lens import Lens, Ref
from graph.publish.literals import Text
from graph.publish.mapping import Spot, spots
from graph.terms import DCTERMS, KH, PROV, SCHEMA, SKOS


@dataclass(frozen=True, slots=True)
class Event:
    """The structure of an event; that it took place is for its claims to say. `earliest`, `latest` are ISO days."""

    ref: Ref
    kinds: Sequence[Ref]
    date: When | None
    earliest: str
    latest: str
    places: Sequence[Ref]
    within: Sequence[Ref]
    victims: Sequence[Ref]
    beneficiaries: Sequence[Ref]
    grounds: Sequence[Ref]
    actors: Sequence[Ref]
    notes: Sequence[Text]


@dataclass(frozen=True, slots=True)
class EventPage:
    """An event with its parts and all that is said about either; `voices` are the documents the claims stand in.

    `spots` are its places and those of its parts.
    """

    event: Event
    parts: Sequence[Event]
    claims: Sequence[Claim]
    figures: Sequence[Comparison]
    quotations: Sequence[Quotation]
    voices: Sequence[Ref]
    spots: Sequence[Spot]


def event(lens: Lens, node: NamedNode) -> Event:
    """An event by its IRI."""
    return Event(
        ref=lens.ref(node),
        kinds=lens.refs(lens.nodes(node, DCTERMS("type"))),
        date=lens.when(node, DCTERMS("date")),
        earliest=lens.word(node, KH("earliest")) or "",
        latest=lens.word(node, KH("latest")) or "",
        places=lens.refs(lens.nodes(node, SCHEMA("location"))),
        within=lens.refs(lens.nodes(node, SCHEMA("superEvent"))),
        victims=lens.refs(lens.nodes(node, KH("victim"))),
        beneficiaries=lens.refs(lens.nodes(node, KH("beneficiary"))),
        grounds=lens.refs(lens.nodes(node, KH("ground"))),
        actors=lens.refs(lens.nodes(node, PROV("wasAssociatedWith"))),
        notes=lens.texts(node, SKOS("editorialNote")),
    )


def event_page(lens: Lens, node: NamedNode) -> EventPage:
    """An event with what hangs on it and on its parts."""
    parts = [event(lens, n) for n in lens.pointing(SCHEMA("superEvent"), node)]
    nodes = [node, *(NamedNode(p.ref.iri) for p in parts)]
    claims = {c.ref.iri: c for n in nodes for c in claims_where(lens, SCHEMA("about"), n)}
    quotations = {q.ref.iri: q for n in nodes for q in quotations_where(lens, SCHEMA("about"), n)}
    ordered = in_reading_order(claims.values())
    located = (p for n in nodes for p in lens.nodes(n, SCHEMA("location")))
    voices = {ref.iri: ref for c in ordered for ref in c.documents}
    return EventPage(
        event=event(lens, node),
        parts=parts,
        claims=ordered,
        figures=compare(ordered),
        quotations=list(quotations.values()),
        voices=list(voices.values()),
        spots=spots(lens, located, at_risk=_concerns_people_at_risk(lens, nodes)),
    )


def _concerns_people_at_risk(lens: Lens, nodes: Sequence[NamedNode]) -> bool:
    """Whether any who suffered, or were helped, are marked so; then a map shows no more than their town."""
    people = (n for node in nodes for n in lens.nodes(node, KH("victim"), KH("beneficiary")))
    return any(lens.word(n, KH("atRisk")) in ("true", "1") for n in people)
