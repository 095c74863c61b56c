"""Who says what, in which document, in which words: claims, their figures, and quotations, as plain data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from pyoxigraph import Literal, NamedNode

from graph.publish.dates import When
from graph.publish.lens import Lens, Ref, local_name, once
from graph.publish.literals import Text
from graph.terms import DCTERMS, KH, OA, PROV, RDF, SCHEMA, SKOS


@dataclass(frozen=True, slots=True)
class Figure:
    """A count as its source gives it. `bound` is the concept's word; `least` and `most` are None where open."""

    iri: str
    measure: Ref | None
    bound: str
    bound_label: Text
    written: str
    value: int | None
    least: int | None
    most: int | None

    @property
    def interval(self) -> tuple[int, float] | None:
        """What the source leaves possible; None for "about", which excludes nothing."""
        if self.least is None and self.most is None:
            return None
        return (self.least or 0, float("inf") if self.most is None else self.most)


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a document: `document` has them at `position`."""

    ref: Ref
    words: Text
    document: Ref | None
    position: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """One member of a claim's structured content: a thing, or words."""

    ref: Ref | None
    text: Text | None


@dataclass(frozen=True, slots=True)
class Statement:
    """Subject, predicate, object of what is claimed; it asserts nothing."""

    subject: Part
    predicate: Part
    object: Part


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement by someone in a document. `kind` and `status` are the words of the concepts."""

    ref: Ref
    text: Text | None
    kind: str
    kind_label: Ref | None
    status: str
    status_label: Ref | None
    speakers: Sequence[Ref]
    documents: Sequence[Ref]
    document_dates: Sequence[When]
    citing: Sequence[Ref]
    about: Sequence[Ref]
    date: When | None
    figure: Figure | None
    passages: Sequence[Passage]
    statement: Statement | None
    responds_to: Sequence[Ref]
    responses: Sequence[Ref]
    notes: Sequence[Text]

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the document that carries it: passage, then place in it. What is in none comes last."""
        for passage_ in self.passages:
            if passage_.position is not None:
                words = self.figure.written if self.figure else self.text.words if self.text else ""
                return passage_.position, max(passage_.words.words.find(words), 0)
        return 1 << 30, 0


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a speaker, in a document."""

    ref: Ref
    words: Text | None
    speakers: Sequence[Ref]
    documents: Sequence[Ref]
    document_dates: Sequence[When]
    about: Sequence[Ref]
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every figure for one measure of one thing. `agree`: can all be true at once? None for a single one."""

    about: Ref
    measure: Ref
    claims: Sequence[Claim]
    agree: bool | None


@once
def claim(lens: Lens, node: NamedNode) -> Claim:
    """A claim by its IRI."""
    kind, status = lens.node(node, DCTERMS("type")), lens.node(node, KH("assertionStatus"))
    counts = lens.nodes(node, KH("quantity"))
    documents = lens.nodes(node, KH("statedIn"))
    dates = dates_of(lens, documents)  # first: what is read for them has the names
    return Claim(
        ref=lens.ref(node),
        text=lens.text(node, SCHEMA("text")),
        kind=local_name(kind.value) if kind else "",
        kind_label=lens.ref(kind) if kind else None,
        status=local_name(status.value) if status else "",
        status_label=lens.ref(status) if status else None,
        speakers=lens.refs(lens.nodes(node, PROV("wasAttributedTo"))),
        documents=lens.refs(documents),
        document_dates=dates,
        citing=lens.refs(lens.nodes(node, PROV("hadPrimarySource"))),
        about=lens.refs(lens.nodes(node, SCHEMA("about"))),
        date=lens.when(node, SCHEMA("datePublished")),
        figure=figure(lens, counts[0]) if counts else None,
        passages=passages_of(lens, node),
        statement=_statement(lens, node),
        responds_to=lens.refs(lens.nodes(node, KH("respondsTo"))),
        responses=lens.refs(lens.pointing(KH("respondsTo"), node)),
        notes=lens.texts(node, SKOS("editorialNote")),
    )


def claims_where(lens: Lens, predicate: NamedNode, node: NamedNode) -> list[Claim]:
    """The claims that have a node as their `predicate` (about it, stated in it, attributed to it), in reading order."""
    found = [n for n in lens.pointing(predicate, node) if lens.is_a(n, KH("Claim"))]
    return in_reading_order(claim(lens, n) for n in found)


def in_reading_order(claims: Iterable[Claim]) -> list[Claim]:
    """By place on the page, then date, then IRI."""
    return sorted(claims, key=lambda c: (c.place, c.date.written if c.date else "~", c.ref.iri))


def figure(lens: Lens, node: NamedNode) -> Figure:
    """A count by its IRI."""
    bound = lens.node(node, KH("bound"))
    measure = lens.node(node, KH("measure"))
    return Figure(
        iri=node.value,
        measure=lens.ref(measure) if measure else None,
        bound=local_name(bound.value) if bound else "",
        bound_label=lens.ref(bound).label if bound else Text(""),
        written=lens.word(node, KH("asWritten")) or "",
        value=lens.number(node, SCHEMA("value")),
        least=lens.number(node, SCHEMA("minValue")),
        most=lens.number(node, SCHEMA("maxValue")),
    )


def compare(claims: Iterable[Claim]) -> list[Comparison]:
    """The figures of some claims side by side: same thing, same measure, in the order in which they first come."""
    groups: dict[tuple[str, str], list[Claim]] = {}
    names: dict[tuple[str, str], tuple[Ref, Ref]] = {}
    for item in claims:
        if item.figure is None or item.figure.measure is None:
            continue
        for about in item.about:
            key = (about.iri, item.figure.measure.iri)
            groups.setdefault(key, []).append(item)
            names[key] = (about, item.figure.measure)
    return [Comparison(*names[key], claims=group, agree=_agree(group)) for key, group in groups.items()]


def _agree(claims: Sequence[Claim]) -> bool | None:
    """Whether every two intervals overlap, which for intervals means that one number would satisfy all."""
    intervals = [c.figure.interval for c in claims if c.figure]
    if len(intervals) < 2:
        return None
    return all(a is None or b is None or (a[0] <= b[1] and b[0] <= a[1]) for a, b in combinations(intervals, 2))


@once
def quotation(lens: Lens, node: NamedNode) -> Quotation:
    """A quotation by its IRI."""
    documents = lens.nodes(node, KH("statedIn"))
    dates = dates_of(lens, documents)
    return Quotation(
        ref=lens.ref(node),
        words=lens.text(node, SCHEMA("text")),
        speakers=lens.refs(lens.nodes(node, SCHEMA("spokenByCharacter"))),
        documents=lens.refs(documents),
        document_dates=dates,
        about=lens.refs(lens.nodes(node, SCHEMA("about"))),
        passages=passages_of(lens, node),
    )


def quotations_where(lens: Lens, predicate: NamedNode, node: NamedNode) -> list[Quotation]:
    """The quotations that have a node as their `predicate`, in reading order."""
    found = [n for n in lens.pointing(predicate, node) if lens.is_a(n, SCHEMA("Quotation"))]
    quotations = [quotation(lens, n) for n in found]
    return sorted(quotations, key=lambda q: (min((p.position or 0 for p in q.passages), default=1 << 30), q.ref.iri))


def passages_of(lens: Lens, node: NamedNode) -> list[Passage]:
    """The words that carry a thing, in reading order."""
    found = [passage(lens, n) for n in lens.nodes(node, KH("passage"))]
    return sorted(found, key=lambda p: (p.position if p.position is not None else 1 << 30, p.ref.iri))


@once
def passage(lens: Lens, node: NamedNode) -> Passage:
    """A passage by its IRI: its words, and the document they stand in."""
    selector, source = lens.node(node, OA("hasSelector")), lens.node(node, OA("hasSource"))
    words = lens.text(selector, OA("exact")) if selector else None
    return Passage(
        ref=lens.ref(node),
        words=words or lens.ref(node).label,
        document=lens.ref(source) if source else None,
        position=lens.number(node, SCHEMA("position")),
    )


def dates_of(lens: Lens, documents: Iterable[NamedNode]) -> list[When]:
    """When documents are from: the imprecise date where an editor gave one, else the printed one."""
    dates = (lens.when(d, DCTERMS("date"), SCHEMA("datePublished")) for d in documents)
    return [when for when in dates if when]


def _statement(lens: Lens, node: NamedNode) -> Statement | None:
    parts = [lens.one(node, RDF(name)) for name in ("subject", "predicate", "object")]
    subject, predicate, object_ = (_part(lens, p) for p in parts)
    return Statement(subject, predicate, object_) if subject and predicate and object_ else None


def _part(lens: Lens, term: object) -> Part | None:
    if isinstance(term, NamedNode):
        return Part(lens.ref(term), None)
    if isinstance(term, Literal):
        return Part(None, Text(term.value, term.language or ""))
    return None


@dataclass(frozen=True, slots=True)
class Voice:
    """Claims that follow each other and have the same speakers, documents and primary sources: attributed once."""

    first: Claim
    claims: Sequence[Claim]


def by_voice(claims: Iterable[Claim]) -> list[Voice]:
    """Claims in their order, those of one voice that follow each other together."""
    found: list[list[Claim]] = []
    for item in claims:
        if found and _voice(found[-1][0]) == _voice(item):
            found[-1].append(item)
        else:
            found.append([item])
    return [Voice(group[0], group) for group in found]


def _voice(item: Claim) -> tuple[object, ...]:
    refs = (item.speakers, item.documents, item.citing)
    return (item.status, *(tuple(r.iri for r in group) for group in refs))
