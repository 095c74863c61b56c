"""What can be found: each thing of a release with its names, its words, and what it is sorted and filtered by.

Read from a `Reader`, so what is withdrawn or was never published is not here either.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.publish.kinds import KINDS
from graph.publish.literals import Text
from graph.store.base import Facts, Reader
from graph.terms import DCTERMS, KH, LABEL, OA, ORG, PROV, RDFS, SCHEMA, SKOS, A

FIELDS = ("kind", "year", "place", "publisher", "source", "language")  # what results are narrowed by
NAMELESS = ("claim", "quotation")  # their label is the beginning of their words

LEFT_OUT = frozenset({"count", "passage"})  # parts of other things
TURNS = {kind: turn for turn, (kind, _) in enumerate(KINDS)}  # the order of equals, also where entries come later
# How things are kept and in which words they are told: after the things, and listed where asked for by words or kind.
APART = ("record", "scheme", "concept")
FIRST_APART = min(TURNS[kind] for kind in APART)
YEARS = 60  # a span over this says nothing of any one year; its ends stand for it
STEPS = 16  # of "within" that are followed; more is a circle

_NAMES = (LABEL, SKOS("prefLabel"), SKOS("altLabel"), SCHEMA("name"), SCHEMA("alternateName"))
# Whose words they are matters where they are shown: not all that belongs to a claim is said by its speaker.
_WORDS = (
    ("said", SCHEMA("text")),
    ("said", SCHEMA("description")),
    ("said", SKOS("definition")),
    ("said", RDFS("comment")),
    ("printed", DCTERMS("bibliographicCitation")),
    ("note", SKOS("editorialNote")),
)
# Things whose names one looks for this one by: its kind, its speaker, the place it is about.
_ALSO = (
    DCTERMS("type"), KH("ground"), KH("victim"), KH("beneficiary"), SCHEMA("about"),
    SCHEMA("mainEntity"), SCHEMA("location"), SCHEMA("containedInPlace"), SCHEMA("areaServed"), SCHEMA("provider"),
    SCHEMA("author"), SCHEMA("publisher"), SCHEMA("spokenByCharacter"), SCHEMA("parentOrganization"),
    SCHEMA("contactType"), PROV("wasAttributedTo"), PROV("wasAssociatedWith"),
    ORG("member"), ORG("organization"), ORG("role"), ORG("classification"),
    SKOS("inScheme"), SKOS("broader"),
)  # fmt: skip
_COUNTED = KH("measure")
_PRINTED = (SCHEMA("datePublished"),)
_CHANGED = (DCTERMS("modified"),)
# From a thing to the nodes whose statements its entry is made of, besides its own; see `touching`.
READS: tuple[tuple[NamedNode, ...], ...] = (
    *((predicate,) for predicate in _ALSO),
    (KH("quantity"),), (KH("quantity"), _COUNTED),
    (KH("passage"),), (KH("passage"), OA("hasSelector")),
    (KH("statedIn"),), (SCHEMA("superEvent"),),
    (SCHEMA("about"), DCTERMS("type")), (SCHEMA("about"), SCHEMA("location")),
)  # fmt: skip
WITHIN = SCHEMA("containedInPlace")
_PLACE, _LOCATION = SCHEMA("Place"), SCHEMA("location")
# From a thing to the places that, with all they lie in, are places of its own.
LIES: tuple[tuple[NamedNode, ...], ...] = (
    (), (SCHEMA("location"),), (SCHEMA("areaServed"),), (SCHEMA("about"),), (SCHEMA("about"), SCHEMA("location")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing. `date` is an ISO day, month or year or "", `facets` are (field, value) without doubles."""

    iri: str
    kind: str
    names: Sequence[Text]
    words: Sequence[Text]
    also: Sequence[str]
    date: str
    facets: Sequence[tuple[str, str]]


class Entries:
    """The entries of the release that `reader` has open. What many share is looked up once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._labels: dict[NamedNode, list[str]] = {}
        self._frames: dict[NamedNode, tuple[list[str], list[str], str]] = {}
        self._around: dict[NamedNode, list[str]] = {}

    def __iter__(self) -> Iterator[Entry]:
        """All of them, by kind and IRI."""
        seen: set[NamedNode] = set()
        for kind, class_ in KINDS:
            found = {q.subject for q in self._reader.statements(None, A, class_) if isinstance(q.subject, NamedNode)}
            for node in sorted(found - seen, key=lambda n: n.value):
                if kind not in LEFT_OUT:
                    yield self.entry(node, kind)
            seen |= found

    def of(self, node: NamedNode) -> Entry | None:
        """The entry of one node, None for a part of something else and for what is no thing of ours."""
        types = self._reader.facts(node).get(A, ())
        kind = next((kind for kind, class_ in KINDS if class_ in types), None)
        return None if kind is None or kind in LEFT_OUT else self.entry(node, kind)

    def entry(self, node: NamedNode, kind: str) -> Entry:
        """The entry of one thing."""
        facts = self._reader.facts(node)
        names = [] if kind in NAMELESS else _texts(facts, _NAMES)
        said = [text for _, text in texts(self._reader, node, facts)]
        documents = _nodes(facts, (KH("statedIn"),))
        publishers = [n.value for n in _nodes(facts, (SCHEMA("publisher"),))]
        years, date = _when(facts) if kind != "record" else ([], _lowest(facts, _CHANGED)[:10])
        for document in documents:
            publishers += self._dated(document)[0]
        for frame in (*documents, *_nodes(facts, (SCHEMA("superEvent"),))):
            _, frame_years, frame_date = self._dated(frame)
            years, date = years or frame_years, date or frame_date
        facets = [("kind", kind)]
        facets += [("year", year) for year in years]
        facets += [("place", place) for place in self._places(node, kind, facts)]
        facets += [("publisher", iri) for iri in publishers]
        facets += [("source", n.value) for n in documents]
        facets += [("language", tag) for tag in sorted({_primary(t.language) for t in (*names, *said)} - {""})]
        # Not of a record: one editor has many, and who looks for the editor looks for none of them.
        linked = [] if kind == "record" else [*_nodes(facts, _ALSO), *self._concepts(facts)]
        also = [label for one in linked for label in self._named(one)]
        return Entry(node.value, kind, names, said, also, date, tuple(dict.fromkeys(facets)))

    def _named(self, node: NamedNode) -> list[str]:
        if node not in self._labels:
            self._labels[node] = [t.words for t in _texts(self._reader.facts(node), _NAMES)]
        return self._labels[node]

    def _concepts(self, facts: Facts) -> list[NamedNode]:
        """What is counted, and the kinds of what is talked about: concepts have names in both languages."""
        found = [(count, _COUNTED) for count in _nodes(facts, (KH("quantity"),))]
        found += [(about, DCTERMS("type")) for about in _nodes(facts, (SCHEMA("about"),))]
        return [concept for node, linked in found for concept in _nodes(self._reader.facts(node), (linked,))]

    def _dated(self, node: NamedNode) -> tuple[list[str], list[str], str]:
        """Publishers, years and date of a document or an event, which hold for what stands or happened in it."""
        if node not in self._frames:
            facts = self._reader.facts(node)
            publishers = [n.value for n in _nodes(facts, (SCHEMA("publisher"),))]
            self._frames[node] = (publishers, *_when(facts))
        return self._frames[node]

    def _places(self, node: NamedNode, kind: str, facts: Facts) -> list[str]:
        """Where a thing is, or what it is about, each with all that this lies in."""
        if kind == "place":
            return self._within(node)
        found = _nodes(facts, (SCHEMA("location"), SCHEMA("areaServed")))
        for about in _nodes(facts, (SCHEMA("about"),)):
            found += self._located(about)
        return list(dict.fromkeys(iri for place in found for iri in self._within(place)))

    def _located(self, node: NamedNode) -> list[NamedNode]:
        """The places of what is talked about: itself if it is one, where it happened if it is an event."""
        facts = self._reader.facts(node)
        return [node] if _PLACE in facts.get(A, ()) else _nodes(facts, (_LOCATION,))

    def _within(self, place: NamedNode) -> list[str]:
        """A place and the places around it, the nearest first."""
        if place not in self._around:
            found = [place]
            for _ in range(STEPS):
                around = (q.object for q in self._reader.statements(found[-1], WITHIN))
                wider = min((o for o in around if isinstance(o, NamedNode)), key=str, default=None)
                if wider is None or wider in found:
                    break
                found.append(wider)
            self._around[place] = [n.value for n in found]
        return self._around[place]


def texts(reader: Reader, node: NamedNode, facts: Facts | None = None) -> list[tuple[str, Text]]:
    """The words of a thing besides its names, each with whose they are.

    `said` by the thing itself; `printed` of it in a list of sources; `note` of the editors; `written` of its count;
    `passage` of the page that carries it.
    """
    facts = reader.facts(node) if facts is None else facts
    found = [(role, text) for role, predicate in _WORDS for text in _texts(facts, (predicate,))]
    for count in _nodes(facts, (KH("quantity"),)):
        found += [("written", text) for text in _texts(reader.facts(count), (KH("asWritten"),))]
    for passage in _nodes(facts, (KH("passage"),)):
        for selector in _nodes(reader.facts(passage), (OA("hasSelector"),)):
            found += [("passage", text) for text in _texts(reader.facts(selector), (OA("exact"),))]
    return list({text: (role, text) for role, text in reversed(found)}.values())[::-1]


def names(reader: Reader, node: NamedNode) -> list[Text]:
    """The names of a thing in every language."""
    return _texts(reader.facts(node), _NAMES)


def _nodes(facts: Facts, predicates: Iterable[NamedNode]) -> list[NamedNode]:
    """The IRIs of some predicates, each once, in an order that is the same each time: that of facts."""
    return list(dict.fromkeys(o for p in predicates for o in facts.get(p, ()) if isinstance(o, NamedNode)))


def _texts(facts: Facts, predicates: Iterable[NamedNode]) -> list[Text]:
    """The words of some predicates, the same words once."""
    found = (o for p in predicates for o in facts.get(p, ()) if isinstance(o, Literal))
    return list(dict.fromkeys(Text(o.value, o.language or "") for o in found))


def _when(facts: Facts) -> tuple[list[str], str]:
    """The years something may fall into, and the day or what is known of it, by which it is sorted."""
    first, last = (_lowest(facts, (KH(name),)) for name in ("earliest", "latest"))
    if not first and not last:
        first = last = _lowest(facts, _PRINTED)
    begin, end = _year(first), _year(last)
    if begin and end:
        low, high = int(begin), int(end)
        years = [f"{y:04}" for y in range(low, high + 1)] if 0 <= high - low <= YEARS else [begin, end]
    else:
        years = [year for year in (begin, end) if year]
    return years, (first or last)[:10]


def _lowest(facts: Facts, predicates: Iterable[NamedNode]) -> str:
    return min((o.value for p in predicates for o in facts.get(p, ()) if isinstance(o, Literal)), default="")


def _year(date: str) -> str:
    return date[:4] if date[:4].isascii() and date[:4].isdigit() else ""


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()
