"""A profile as a reader goes through it: who they are, what others report, what they say of themselves, the sources."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.agents import Contact, Membership, contacts_of, memberships_of
from graph.publish.claims import (
    Claim,
    Comparison,
    Passage,
    Quotation,
    claim,
    compare,
    in_reading_order,
    passage,
    quotations_where,
)
from graph.publish.dates import When
from graph.publish.events import Event, event
from graph.publish.lens import Lens, Ref
from graph.publish.lists import OpenList, claim_list
from graph.publish.literals import Text
from graph.publish.sources import Source, source
from graph.terms import KH, OA, PROV, SCHEMA, SKOS

OWN_VOICE = ("editorial", "verified")  # statuses of what the page itself vouches for
OF_THEMSELVES = ("self-reported", "stated-position")


@dataclass(frozen=True, slots=True)
class Line:
    """A passage in the page's order with what it carries: the page again as it was printed, each piece answered for."""

    passage: Passage
    claims: Sequence[Ref]


@dataclass(frozen=True, slots=True)
class Profile:
    """One page about one group or person. `presented`, `reported`, `own_words`: its claims by whose voice it is."""

    ref: Ref
    name: Text
    subject: Ref | None
    publisher: Sequence[Ref]
    series: Sequence[Ref]
    posted: When | None
    updated: When | None
    url: str
    presented: Sequence[Claim]
    reported: Sequence[Claim]
    own_words: Sequence[Claim]
    figures: Sequence[Comparison]
    lists: Sequence[OpenList]
    quotations: Sequence[Quotation]
    events: Sequence[Event]
    members: Sequence[Membership]
    contacts: Sequence[Contact]
    sources: Sequence[Source]
    relied_on: Sequence[Source]
    lines: Sequence[Line]
    notes: Sequence[Text]


def profile(lens: Lens, node: NamedNode) -> Profile:
    """The profile page of an IRI."""
    subject = lens.node(node, SCHEMA("mainEntity"))
    passages = sorted(lens.pointing(OA("hasSource"), node), key=lens.position)
    carried = _carried(lens, passages)
    claims = in_reading_order(claim(lens, n) for n in carried if lens.is_a(n, KH("Claim")))
    lists = [claim_list(lens, n) for n in carried if lens.is_a(n, SCHEMA("ItemList"))]
    listed = {item.ref.iri for each in lists for item in each.items}
    loose = [c for c in claims if c.ref.iri not in listed]
    cited = sorted(lens.nodes(node, SCHEMA("citation")), key=lens.position)
    subject_iri = subject.value if subject else ""
    return Profile(
        ref=lens.ref(node),
        name=lens.text(node, SCHEMA("name")) or lens.ref(node).label,
        subject=lens.ref(subject) if subject else None,
        publisher=lens.refs(lens.nodes(node, SCHEMA("publisher"))),
        series=lens.refs(lens.nodes(node, SCHEMA("isPartOf"))),
        posted=lens.when(node, SCHEMA("datePublished")),
        updated=lens.when(node, SCHEMA("dateModified")),
        url=lens.word(node, SCHEMA("url")) or "",
        presented=[c for c in loose if c.status in OWN_VOICE],
        reported=[c for c in loose if c.status not in OWN_VOICE and not _own_words(c, subject_iri)],
        own_words=[c for c in loose if _own_words(c, subject_iri)],
        figures=[c for c in compare(claims) if len(c.claims) > 1],
        lists=sorted(lists, key=lambda each: (each.position, each.ref.iri)),
        quotations=_quotations(lens, passages),
        events=_events(lens, claims),
        members=memberships_of(lens, subject) if subject else (),
        contacts=contacts_of(lens, subject) if subject else (),
        sources=[source(lens, n) for n in cited],
        relied_on=_relied_on(lens, node, claims, set(cited)),
        lines=[Line(passage(lens, p), lens.refs(_carriers(lens, p))) for p in passages],
        notes=lens.texts(node, SKOS("editorialNote")),
    )


def _own_words(item: Claim, subject: str) -> bool:
    """True for what the subject of the page says: of itself, or as its position."""
    return item.status in OF_THEMSELVES and any(s.iri == subject for s in item.speakers)


def _carriers(lens: Lens, passage_: NamedNode) -> list[NamedNode]:
    return lens.pointing(KH("passage"), passage_)


def _carried(lens: Lens, passages: Iterable[NamedNode]) -> list[NamedNode]:
    """What the passages of a page carry, each thing once, in the order of the page; list items with their list."""
    found = dict.fromkeys(n for p in passages for n in _carriers(lens, p))
    return list(found)


def _quotations(lens: Lens, passages: Iterable[NamedNode]) -> list[Quotation]:
    found = {q.ref.iri: q for p in passages for q in quotations_where(lens, KH("passage"), p)}
    return list(found.values())


def _events(lens: Lens, claims: Iterable[Claim]) -> list[Event]:
    """The events the claims are about, and the incidents their acts belong to, each once, earliest first."""
    about = {NamedNode(ref.iri) for c in claims for ref in c.about}
    found = {n for n in about if lens.is_a(n, KH("Event"))}
    found |= {parent for n in found for parent in lens.nodes(n, SCHEMA("superEvent"))}
    events = [event(lens, n) for n in found if not lens.is_a(n, KH("Act"))]
    return sorted(events, key=lambda e: (e.latest or "9999", e.ref.iri))


def _relied_on(lens: Lens, page: NamedNode, claims: Iterable[Claim], listed: set[NamedNode]) -> list[Source]:
    """The documents the page draws on without listing them, through another one or directly."""
    found: dict[NamedNode, None] = {}
    for item in claims:
        for ref in (*item.documents, *item.citing):
            found[NamedNode(ref.iri)] = None
    for node in list(found) + sorted(listed, key=str):
        found.update(dict.fromkeys(lens.nodes(node, PROV("wasDerivedFrom"))))
    return [source(lens, n) for n in found if n not in listed and n != page]
