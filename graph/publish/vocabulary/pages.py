"""What the pages about the vocabulary say: the ontology and each concept scheme as plain data, examples where asked.

Links are IRIs with labels; which URL shows them is for the server to say.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Quad

from graph.publish.context import keys, prefixed
from graph.publish.lens import Lens, Ref
from graph.publish.literals import Text
from graph.publish.vocabulary.cookbook import Recipe, Recipes, no_recipes
from graph.terms import KH, ONTOLOGY_GRAPH, VOCABULARY_GRAPH, A
from graph.vocabulary import Term, Vocabulary

EXAMPLES = 3  # a term; enough to see how it is used
LOOKED_AT = 100  # statements an example is chosen from, however large the site

# The vocabularies we take terms from, by prefix, in the order of a reader's interest.
REUSED: Mapping[str, str] = {
    "schema": "schema.org",
    "prov": "PROV-O",
    "org": "W3C Organization Ontology",
    "foaf": "FOAF",
    "oa": "Web Annotation",
    "skos": "SKOS",
    "dcterms": "DCMI Metadata Terms",
    "dcat": "DCAT",
    "rdf": "RDF",
    "rdfs": "RDF Schema",
    "owl": "OWL",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A term as another one names it: its label, and how it is written (`schema:Claim`, an IRI without a prefix).

    `known` when the vocabulary explains it, which gives it a place on a page.
    """

    iri: str
    label: str
    written: str
    known: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A statement of the data with the term in it: `subject` is enough for a class, else `property` and its value."""

    subject: Ref
    property: Ref | None = None
    thing: Ref | None = None
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One term. `label` and `comment` are in the reader's language, `labels` and `comments` in all.

    `written` is its prefixed name, or its word when it is a concept; `key` its name in JSON-LD, "" where it has none.
    `narrower` are the terms below it, `depth` how far down its scheme's tree a concept stands, from 0.
    """

    iri: str
    anchor: str
    written: str
    kind: str
    label: str
    comment: str
    labels: Mapping[str, str]
    comments: Mapping[str, str]
    key: str = ""
    depth: int = 0
    broader: Sequence[Link] = ()
    narrower: Sequence[Link] = ()
    close: Sequence[Link] = ()
    domains: Sequence[Link] = ()
    ranges: Sequence[Link] = ()
    codes: Sequence[str] = ()
    examples: Sequence[Example] = ()
    recipes: Sequence[Recipe] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Terms of one kind: `name` is `classes`, `properties`, `concepts`, or the prefix of a vocabulary we reuse."""

    name: str
    title: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class VocabularyPage:
    """The ontology or one scheme. `schemes` are all schemes, for the way on."""

    iri: str
    label: str
    comment: str
    sections: Sequence[Section]
    schemes: Sequence[Link]


Examples = Callable[[Term], Sequence[Example]]


def no_examples(_term: Term) -> Sequence[Example]:
    """For pages that stand apart from any data."""
    return ()


def ontology_page(
    vocabulary: Vocabulary, language: str, examples: Examples = no_examples, recipes: Recipes = no_recipes
) -> VocabularyPage:
    """The ontology: our classes, our properties, then what we take from each other vocabulary."""
    write = _Entries(vocabulary, language, examples, recipes)
    own = [t for t in vocabulary.terms.values() if t.iri.startswith(KH.base)]
    sections = [
        Section("classes", "", [write.entry(t) for t in own if t.kind == "class"]),
        Section("properties", "", [write.entry(t) for t in own if t.kind == "property"]),
    ]
    for prefix, title in REUSED.items():
        terms = [t for t in vocabulary.terms.values() if t.kind in ("class", "property") and prefix == _prefix(t)]
        sections.append(Section(prefix, title, [write.entry(t) for t in terms]))
    header = vocabulary.terms[ONTOLOGY_GRAPH.value]
    return write.page(header, sections)


def scheme_page(
    vocabulary: Vocabulary, scheme: str, language: str, examples: Examples = no_examples
) -> VocabularyPage | None:
    """A concept scheme by name (`act`), its concepts as a tree in the order of the file; None for an unknown one."""
    terms = vocabulary.terms.values()
    header = next((t for t in terms if t.kind == "scheme" and t.name == scheme), None)
    if header is None:
        return None
    write = _Entries(vocabulary, language, examples)
    concepts = [t for t in terms if t.kind == "concept" and t.scheme == header.iri]
    entries = [write.entry(term, depth) for term, depth in _tree(concepts)]
    return write.page(header, [Section("concepts", "", entries)])


def examples_in(lens: Lens) -> Examples:
    """Examples from the release a reader sees, the same ones each time."""

    def found(term: Term) -> Sequence[Example]:
        if term.kind == "scheme":
            return ()
        return [_example(lens, term, quad) for quad in _uses(lens, term)]

    return found


class _Entries:
    """Writes terms for one reader."""

    def __init__(
        self, vocabulary: Vocabulary, language: str, examples: Examples, recipes: Recipes = no_recipes
    ) -> None:
        self._vocabulary, self._language, self._examples, self._recipes = vocabulary, language, examples, recipes
        self._below: dict[str, list[str]] = {}
        for term in vocabulary.terms.values():
            for parent in term.parents:
                self._below.setdefault(parent, []).append(term.iri)
        self._keys: dict[str, list[str]] = {}
        for key in keys(vocabulary):
            self._keys.setdefault(key.property, []).append(key.name)

    def entry(self, term: Term, depth: int = 0) -> Entry:
        short = prefixed(term.iri)
        return Entry(
            iri=term.iri,
            anchor=term.name if term.kind == "concept" or term.iri.startswith(KH.base) else short.replace(":", "-"),
            written=term.name if term.kind == "concept" else short,
            kind=term.kind,
            label=self._vocabulary.label(term.iri, self._language) or term.name,
            comment=self._vocabulary.comment(term.iri, self._language) or "",
            labels=term.labels,
            comments=term.comments,
            key=", ".join(self._keys.get(term.iri, ())),
            depth=depth,
            broader=self._links(term.parents),
            narrower=self._links(self._below.get(term.iri, ())),
            close=self._links(term.close),
            domains=self._links(term.domains),
            ranges=self._links(term.ranges),
            codes=term.notations,
            examples=self._examples(term),
            recipes=self._recipes(term),
        )

    def page(self, header: Term, sections: Sequence[Section]) -> VocabularyPage:
        schemes = sorted(t.iri for t in self._vocabulary.terms.values() if t.kind == "scheme")
        return VocabularyPage(
            iri=header.iri,
            label=self._vocabulary.label(header.iri, self._language) or header.name,
            comment=self._vocabulary.comment(header.iri, self._language) or "",
            sections=[section for section in sections if section.entries],
            schemes=self._links(schemes),
        )

    def _links(self, iris: Iterable[str]) -> Sequence[Link]:
        return [self._link(iri) for iri in iris]

    def _link(self, iri: str) -> Link:
        label = self._vocabulary.label(iri, self._language)
        return Link(iri, label or _far(iri), prefixed(iri), known=label is not None)


def _tree(concepts: Sequence[Term]) -> Iterator[tuple[Term, int]]:
    """Each concept once, followed by the narrower ones; what stands in a circle comes last."""
    here = {term.iri for term in concepts}
    below: dict[str, list[Term]] = {}
    for term in concepts:
        parent = next((p for p in term.parents if p in here), "")
        below.setdefault(parent, []).append(term)
    waiting = [(term, 0) for term in reversed(below.get("", []))]
    reached = set()
    while waiting:
        term, depth = waiting.pop()
        reached.add(term.iri)
        yield term, depth
        waiting += [(child, depth + 1) for child in reversed(below.get(term.iri, []))]
    yield from ((term, 0) for term in concepts if term.iri not in reached)


def _uses(lens: Lens, term: Term) -> Sequence[Quad]:
    node = NamedNode(term.iri)
    match term.kind:
        case "class":
            found = lens.reader.quads(None, A, node)
        case "property":
            found = lens.reader.quads(None, node)
        case _:
            found = lens.reader.quads(None, None, node)
    data = (q for q in found if q.graph_name not in (ONTOLOGY_GRAPH, VOCABULARY_GRAPH))
    return sorted(islice(data, LOOKED_AT), key=lambda q: (len(str(q.subject)), str(q)))[:EXAMPLES]


def _example(lens: Lens, term: Term, quad: Quad) -> Example:
    subject = lens.ref(quad.subject)
    if term.kind == "class":
        return Example(subject)
    value = quad.object
    if isinstance(value, Literal):
        return Example(subject, lens.ref(quad.predicate), text=Text(value.value, value.language or ""))
    return Example(subject, lens.ref(quad.predicate), thing=lens.ref(value))


def _prefix(term: Term) -> str:
    return prefixed(term.iri).partition(":")[0]


def _far(iri: str) -> str:
    """A term that is explained elsewhere: its prefixed name, or its last part and where it is from."""
    short = prefixed(iri)
    if short != iri:
        return short
    return f"{iri.rstrip('/').rsplit('/', 1)[-1].rsplit('#', 1)[-1]} ({urlsplit(iri).netloc})"
