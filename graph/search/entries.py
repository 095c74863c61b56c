"""What can be found: each thing of a release with its names, its words, and what it is sorted and filtered by.

Read from a `Reader`, so what is withdrawn or was never published is not here either.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.publish.kinds import KINDS
from graph.publish.literals import Text
from graph.store.base import Facts, Reader, Term
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
_ALSO_RANK = {predicate: rank for rank, predicate in enumerate(_ALSO)}  # a thing has few of them
_NAMES_RANK = {predicate: rank for rank, predicate in enumerate(_NAMES)}
_ABOUT, _TYPE, _PUBLISHER, _PART_OF = SCHEMA("about"), DCTERMS("type"), SCHEMA("publisher"), SCHEMA("superEvent")
_STATED_IN, _COUNT, _COUNTED, _WRITTEN = KH("statedIn"), KH("quantity"), KH("measure"), KH("asWritten")
_PASSAGE, _SELECTOR, _EXACT = KH("passage"), OA("hasSelector"), OA("exact")
_EARLIEST, _LATEST, _PRINTED, _CHANGED = KH("earliest"), KH("latest"), SCHEMA("datePublished"), DCTERMS("modified")
# From a thing to the nodes whose statements its entry is made of, besides its own; see `touching`.
READS: tuple[tuple[NamedNode, ...], ...] = (
    *((predicate,) for predicate in _ALSO),
    (_COUNT,), (_COUNT, _COUNTED),
    (_PASSAGE,), (_PASSAGE, _SELECTOR),
    (_STATED_IN,), (_PART_OF,),
    (_ABOUT, _TYPE), (_ABOUT, SCHEMA("location")),
)  # fmt: skip
WITHIN = SCHEMA("containedInPlace")
_PLACE, _LOCATION = SCHEMA("Place"), SCHEMA("location")
_WHERE = (_LOCATION, SCHEMA("areaServed"))
# From a thing to the places that, with all they lie in, are places of its own.
LIES: tuple[tuple[NamedNode, ...], ...] = (
    (), *((predicate,) for predicate in _WHERE), (_ABOUT,), (_ABOUT, _LOCATION),
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
        """All of them, by what their IRIs end in: what belongs to one record comes together, and is read once."""
        kinds: dict[NamedNode, str] = {}
        for kind, class_ in KINDS:
            for quad in self._reader.statements(None, A, class_):
                if isinstance(quad.subject, NamedNode):
                    kinds.setdefault(quad.subject, kind)
        found = sorted((_local(node.value), node.value, node) for node, kind in kinds.items() if kind not in LEFT_OUT)
        for _, _, node in found:
            yield self.entry(node, kinds[node])

    def of(self, node: NamedNode) -> Entry | None:
        """The entry of one node, None for a part of something else and for what is no thing of ours."""
        types = self._reader.facts(node).get(A, ())
        kind = next((kind for kind, class_ in KINDS if class_ in types), None)
        return None if kind is None or kind in LEFT_OUT else self.entry(node, kind)

    def entry(self, node: NamedNode, kind: str) -> Entry:
        """The entry of one thing."""
        facts = self._reader.facts(node)
        names = [] if kind in NAMELESS else _names(facts)
        said = [text for _, text in _words(facts, self._said)]
        documents = _nodes(facts.get(_STATED_IN, ()))
        publishers = [n.value for n in _nodes(facts.get(_PUBLISHER, ()))]
        years, date = _when(facts) if kind != "record" else ([], _lowest(facts, _CHANGED)[:10])
        for document in documents:
            publishers += self._dated(document)[0]
        for frame in (*documents, *_nodes(facts.get(_PART_OF, ()))):
            _, frame_years, frame_date = self._dated(frame)
            years, date = years or frame_years, date or frame_date
        facets = [("kind", kind)]
        facets += [("year", year) for year in years]
        facets += [("place", place) for place in self._places(node, kind, facts)]
        facets += [("publisher", iri) for iri in publishers]
        facets += [("source", n.value) for n in documents]
        facets += [("language", tag) for tag in sorted({_primary(t.language) for t in (*names, *said)} - {""})]
        # Not of a record: one editor has many, and who looks for the editor looks for none of them.
        linked = [] if kind == "record" else [*_nodes(_of(facts, _ALSO_RANK)), *self._concepts(facts)]
        also = [label for one in linked for label in self._named(one)]
        return Entry(node.value, kind, names, said, also, date, tuple(dict.fromkeys(facets)))

    def _said(self, node: NamedNode, predicate: NamedNode) -> Sequence[Term]:
        """One property of a node of which nothing else is wanted: that is read quicker than its facts."""
        found = [quad.object for quad in self._reader.statements(node, predicate)]
        return sorted(found, key=str) if len(found) > 1 else found

    def _named(self, node: NamedNode) -> list[str]:
        if node not in self._labels:
            self._labels[node] = [text.words for text in _names(self._reader.facts(node))]
        return self._labels[node]

    def _concepts(self, facts: Facts) -> list[NamedNode]:
        """What is counted, and the kinds of what is talked about: concepts have names in both languages."""
        found = [o for count in _nodes(facts.get(_COUNT, ())) for o in self._said(count, _COUNTED)]
        for about in _nodes(facts.get(_ABOUT, ())):
            found += self._reader.facts(about).get(_TYPE, ())
        return [node for node in found if isinstance(node, NamedNode)]

    def _dated(self, node: NamedNode) -> tuple[list[str], list[str], str]:
        """Publishers, years and date of a document or an event, which hold for what stands or happened in it."""
        if node not in self._frames:
            facts = self._reader.facts(node)
            publishers = [n.value for n in _nodes(facts.get(_PUBLISHER, ()))]
            self._frames[node] = (publishers, *_when(facts))
        return self._frames[node]

    def _places(self, node: NamedNode, kind: str, facts: Facts) -> list[str]:
        """Where a thing is, or what it is about, each with all that this lies in."""
        if kind == "place":
            return self._within(node)
        found = _nodes(o for predicate in _WHERE for o in facts.get(predicate, ()))
        for about in _nodes(facts.get(_ABOUT, ())):
            found += self._located(about)
        return list(dict.fromkeys(iri for place in found for iri in self._within(place)))

    def _located(self, node: NamedNode) -> list[NamedNode]:
        """The places of what is talked about: itself if it is one, where it happened if it is an event."""
        facts = self._reader.facts(node)
        return [node] if _PLACE in facts.get(A, ()) else _nodes(facts.get(_LOCATION, ()))

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


def texts(reader: Reader, node: NamedNode) -> list[tuple[str, Text]]:
    """The words of a thing besides its names, each with whose they are.

    `said` by the thing itself; `printed` of it in a list of sources; `note` of the editors; `written` of its count;
    `passage` of the page that carries it.
    """
    return _words(reader.facts(node), lambda other, predicate: reader.facts(other).get(predicate, ()))


def names(reader: Reader, node: NamedNode) -> list[Text]:
    """The names of a thing in every language."""
    return _names(reader.facts(node))


def _words(facts: Facts, said: Callable[[NamedNode, NamedNode], Iterable[Term]]) -> list[tuple[str, Text]]:
    """As of `texts`; `said` gives the values of one property of another node."""
    found = [(role, text) for role, predicate in _WORDS if predicate in facts for text in _texts(facts[predicate])]
    for count in _nodes(facts.get(_COUNT, ())):
        found += [("written", text) for text in _texts(said(count, _WRITTEN))]
    for passage in _nodes(facts.get(_PASSAGE, ())):
        for selector in _nodes(said(passage, _SELECTOR)):
            found += [("passage", text) for text in _texts(said(selector, _EXACT))]
    return list({text: (role, text) for role, text in reversed(found)}.values())[::-1] if len(found) > 1 else found


def _names(facts: Facts) -> list[Text]:
    return _texts(_of(facts, _NAMES_RANK))


def _of(facts: Facts, ranks: Mapping[NamedNode, int]) -> Iterator[Term]:
    """The values of some predicates, in the order of their ranks."""
    for predicate in sorted((p for p in facts if p in ranks), key=ranks.__getitem__):
        yield from facts[predicate]


def _nodes(terms: Iterable[Term]) -> list[NamedNode]:
    """The IRIs among some terms, each once, in their order."""
    return list(dict.fromkeys([term for term in terms if isinstance(term, NamedNode)]))


def _texts(terms: Iterable[Term]) -> list[Text]:
    """The words among some terms, the same words once."""
    return list(dict.fromkeys([Text(t.value, t.language or "") for t in terms if isinstance(t, Literal)]))


def _local(iri: str) -> str:
    """What an IRI ends in, after the kind of thing: `2017-04/1` of `https://khronika.example/id/claim/2017-04/1`."""
    return iri.partition("/id/")[2].partition("/")[2]


def _when(facts: Facts) -> tuple[list[str], str]:
    """The years something may fall into, and the day or what is known of it, by which it is sorted."""
    first, last = _lowest(facts, _EARLIEST), _lowest(facts, _LATEST)
    if not first and not last:
        first = last = _lowest(facts, _PRINTED)
    begin, end = _year(first), _year(last)
    if begin and end:
        low, high = int(begin), int(end)
        years = [f"{y:04}" for y in range(low, high + 1)] if 0 <= high - low <= YEARS else [begin, end]
    else:
        years = [year for year in (begin, end) if year]
    return years, (first or last)[:10]


def _lowest(facts: Facts, predicate: NamedNode) -> str:
    return min((o.value for o in facts.get(predicate, ()) if isinstance(o, Literal)), default="")


def _year(date: str) -> str:
    return date[:4] if date[:4].isascii() and date[:4].isdigit() else ""


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()
