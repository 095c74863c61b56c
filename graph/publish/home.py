"""The first page: what is here, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.dates import When
from graph.publish.events import Event, event
from graph.publish.lens import Lens, Ref
from graph.publish.literals import Text
from graph.publish.sources import Source, source
from graph.terms import DCTERMS, KH, SCHEMA, A

NEWEST = 24  # of a kind; more than one looks through, and browsing has the rest
COUNTED = (
    ("profile", KH("Profile")),
    ("claim", KH("Claim")),
    ("quotation", SCHEMA("Quotation")),
    ("source", KH("Source")),
    ("incident", KH("Incident")),
    ("organization", SCHEMA("Organization")),
    ("person", SCHEMA("Person")),
    ("place", SCHEMA("Place")),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A profile on the first page: whom it is about, a first sentence about them and who says it."""

    source: Source
    subject: Ref | None
    posted: When | None
    words: Text | None
    series: Sequence[Ref]


@dataclass(frozen=True, slots=True)
class Kept:
    """A record and when it was last worked on."""

    ref: Ref
    modified: When | None


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page shows. `counts` are (kind, number), kinds without any left out."""

    profiles: Sequence[Entry]
    incidents: Sequence[Event]
    responses: Sequence[Event]
    records: Sequence[Kept]
    counts: Sequence[tuple[str, int]]


def home(lens: Lens) -> Home:
    """The first page of a release."""
    return Home(
        profiles=[_entry(lens, n) for n in _newest(lens, KH("Profile"), SCHEMA("datePublished"))],
        incidents=[event(lens, n) for n in _newest(lens, KH("Incident"), KH("latest"))],
        responses=[event(lens, n) for n in _newest(lens, KH("Intervention"), KH("latest"))],
        records=[_kept(lens, n) for n in _newest(lens, KH("Record"), DCTERMS("modified"))],
        counts=[(kind, n) for kind, class_ in COUNTED if (n := len(_instances(lens, class_)))],
    )


def _instances(lens: Lens, class_: NamedNode) -> set[NamedNode]:
    return {q.subject for q in lens.reader.quads(None, A, class_) if isinstance(q.subject, NamedNode)}


def _newest(lens: Lens, class_: NamedNode, date: NamedNode) -> list[NamedNode]:
    """Instances by a date, newest first, undated last; the dates are read in one pass, however many there are."""
    dates = {q.subject: getattr(q.object, "value", "") for q in lens.reader.quads(None, date)}
    found = sorted(_instances(lens, class_), key=lambda n: n.value)
    return sorted(found, key=lambda n: dates.get(n, ""), reverse=True)[:NEWEST]


def _entry(lens: Lens, node: NamedNode) -> Entry:
    subject = lens.node(node, SCHEMA("mainEntity"))
    return Entry(
        source=source(lens, node),
        subject=lens.ref(subject) if subject else None,
        posted=lens.when(node, SCHEMA("datePublished")),
        words=_first_words(lens, node, subject) if subject else None,
        series=lens.refs(lens.nodes(node, SCHEMA("isPartOf"))),
    )


def _first_words(lens: Lens, page: NamedNode, subject: NamedNode) -> Text | None:
    """The first thing the page itself says about its subject."""
    about = (n for n in lens.pointing(KH("statedIn"), page) if subject in lens.nodes(n, SCHEMA("about")))
    own = [n for n in about if lens.is_a(n, KH("Claim"))]
    first = min(own, key=lambda n: _place(lens, n), default=None)
    return lens.text(first, SCHEMA("text")) if first else None


def _place(lens: Lens, claim: NamedNode) -> tuple[int, str]:
    return min((lens.position(p)[0] for p in lens.nodes(claim, KH("passage"))), default=1 << 30), claim.value


def _kept(lens: Lens, node: NamedNode) -> Kept:
    return Kept(lens.ref(node), lens.when(node, DCTERMS("modified")))
