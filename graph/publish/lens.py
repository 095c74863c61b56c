"""One reader's view of a release: facts of a node, names in the reader's language, each looked up once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from graph.publish.dates import When, read_when
from graph.publish.literals import Text, best
from graph.settings import LICENCE_NAMES, Settings
from graph.store.base import Facts, Reader
from graph.terms import DCTERMS, LABEL, SCHEMA, SKOS, A
from graph.vocabulary import Vocabulary

Term = NamedNode | BlankNode | Literal | Triple
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

REFS = 16_384  # names remembered in a language, about 6 MB
VIEWS = 8192  # claims and the like remembered in a language, about 16 MB
NAMES = (LABEL, SKOS("prefLabel"), SCHEMA("name"), DCTERMS("title"))  # where a name is looked for, best first


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing as another page names it: its IRI and its label; `known` when it is described here."""

    iri: str
    label: Text
    known: bool = True


class Kept(dict[K, V]):
    """A memory that forgets all of it when it is full: what many pages name is soon there again."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def keep(self, key: K, value: V) -> V:
        """Remember, and give back."""
        if len(self) >= self._limit:
            self.clear()
        self[key] = value
        return value


class Shared:
    """What the pages of a release in one language have in common; nothing in it is ever changed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary  # the names come from it
        self.refs: Kept[str, Ref] = Kept(REFS)
        self.views: Kept[tuple[object, NamedNode], object] = Kept(VIEWS)


class Lens:
    """What a reader of `language` sees of the release that `reader` has open. Lives as long as one answer."""

    def __init__(self, reader: Reader, settings: Settings, vocabulary: Vocabulary, language: str) -> None:
        self.reader, self.settings, self.vocabulary, self.language = reader, settings, vocabulary, language
        self.others = (settings.language, *settings.languages, "en")
        self._facts: dict[NamedNode, Facts] = {}
        self._quads: dict[NamedNode, Sequence[Quad]] = {}
        self._around: dict[NamedNode, Mapping[NamedNode, list[NamedNode]]] = {}
        self._pointing: dict[tuple[NamedNode, Term], list[NamedNode]] = {}
        key = (Shared, settings.base, language, *self.others, id(vocabulary))
        shared = reader.kept.get(key) or reader.kept.setdefault(key, Shared(vocabulary))
        self.shared = cast(Shared, shared)

    def facts(self, node: Term) -> Facts:
        """What is said of a node, by predicate, each statement once in however many records it stands; else empty."""
        known = self._facts.get(node)  # type: ignore[arg-type]  # no other term is ever a key
        if known is None:
            if not isinstance(node, NamedNode):
                return {}
            known = self._facts[node] = self.reader.facts(node)
        return known

    def speaking(self, language: str) -> "Lens":
        """The same for a reader of another language; what was read is not read again."""
        if language == self.language:
            return self
        other = Lens(self.reader, self.settings, self.vocabulary, language)
        other._facts, other._quads, other._around = self._facts, self._quads, self._around
        other._pointing = self._pointing
        return other

    def quads(self, node: NamedNode) -> Sequence[Quad]:
        """What is said of a node, with the records that say it. Read once, and its facts with it."""
        known = self._quads.get(node)
        if known is None:
            self._facts[node], known = self.reader.whole(node)
            self._quads[node] = known
        return known

    def graphs(self, node: NamedNode) -> list[NamedNode]:
        """The records that say something of a node, by IRI."""
        named = {q.graph_name for q in self.quads(node)}
        return sorted((g for g in named if isinstance(g, NamedNode)), key=lambda g: g.value)

    def around(self, node: NamedNode) -> Mapping[NamedNode, list[NamedNode]]:
        """What points at a node, by predicate; from then on `pointing` knows it. Only for what a page is about."""
        known = self._around.get(node)
        if known is None:
            found: dict[NamedNode, set[NamedNode]] = {}
            for quad in self.reader.statements(None, None, node):
                if isinstance(quad.subject, NamedNode):
                    found.setdefault(quad.predicate, set()).add(quad.subject)
            known = self._around[node] = {p: sorted(subjects, key=iri_of) for p, subjects in found.items()}
        return known

    def all(self, node: Term, *predicates: NamedNode) -> list[Term]:
        """The objects of some predicates, in a stable order."""
        facts = self.facts(node)
        if len(predicates) == 1:
            return list(facts.get(predicates[0], ()))
        return sorted((o for p in predicates for o in facts.get(p, ())), key=str)

    def one(self, node: Term, predicate: NamedNode) -> Term | None:
        """One object of a predicate (the first in order, should there be several), None if there is none."""
        objects = self.facts(node).get(predicate)
        return objects[0] if objects else None

    def nodes(self, node: Term, *predicates: NamedNode) -> list[NamedNode]:
        """The objects that are IRIs."""
        objects = self.facts(node).get(predicates[0], ()) if len(predicates) == 1 else self.all(node, *predicates)
        return [o for o in objects if isinstance(o, NamedNode)]

    def node(self, node: Term, predicate: NamedNode) -> NamedNode | None:
        """One object that is an IRI."""
        for each in self.facts(node).get(predicate, ()):
            if isinstance(each, NamedNode):
                return each
        return None

    def pointing(self, predicate: NamedNode, node: Term) -> list[NamedNode]:
        """The subjects that have a node as their `predicate`, each once, in the order of their IRIs."""
        known = self._around.get(node) if isinstance(node, NamedNode) else None
        if known is not None:
            return list(known.get(predicate, ()))
        found = self._pointing.get((predicate, node))
        if found is None:  # claims are looked for, then quotations
            subjects = {q.subject for q in self.reader.statements(None, predicate, node)}
            found = sorted((s for s in subjects if isinstance(s, NamedNode)), key=iri_of)
            self._pointing[predicate, node] = found
        return list(found)

    def text(self, node: Term, *predicates: NamedNode) -> Text | None:
        """The words of the first predicate that has any, in the reader's language where there are such."""
        facts = self.facts(node)
        for predicate in predicates:
            objects = facts.get(predicate)
            words = self._said_in(objects) if objects else None
            if words is not None:
                return words
        return None

    def labels(self, node: Term) -> Sequence[Term]:
        """The labels of a node, in every language; less is read than for `facts`."""
        if not isinstance(node, NamedNode):
            return ()
        known = self._facts.get(node)
        return self.reader.labels(node) if known is None else known.get(LABEL, ())

    def _said_in(self, objects: Iterable[Term]) -> Text | None:
        return best((o for o in objects if isinstance(o, Literal)), self.language, self.others)

    def texts(self, node: Term, predicate: NamedNode) -> list[Text]:
        """All words of a predicate, those in the reader's language only when there are such."""
        objects = self.facts(node).get(predicate)
        if not objects:
            return []
        all_words = [Text(o.value, o.language or "") for o in objects if isinstance(o, Literal)]
        own = [t for t in all_words if t.language.partition("-")[0].lower() == self.language]
        return own or all_words

    def word(self, node: Term, predicate: NamedNode) -> str | None:
        """The lexical form of a literal, whatever its language."""
        for each in self.facts(node).get(predicate, ()):
            if isinstance(each, Literal):
                return each.value
        return None

    def when(self, node: Term, *predicates: NamedNode) -> When | None:
        """The date of the first predicate that has one, as exactly as it is written."""
        for predicate in predicates:
            word = self.word(node, predicate)
            if word:
                return read_when(word)
        return None

    def number(self, node: Term, predicate: NamedNode) -> int | None:
        """A whole number, None when there is none or it is not one."""
        word = self.word(node, predicate)
        try:
            return int(word) if word is not None else None
        except ValueError:
            return None

    def position(self, node: Term) -> tuple[int, str]:
        """A key that sorts by schema:position, what has none last."""
        place = self.number(node, SCHEMA("position"))
        return (place if place is not None else 1 << 30, str(node))

    def is_a(self, node: Term, *classes: NamedNode) -> bool:
        """True when a node has one of these types."""
        types = self.facts(node).get(A, ())
        return any(class_ in types for class_ in classes) if types else False

    def ref(self, node: Term) -> Ref:
        """A thing as its name: the label in the reader's language, or what can be made of the IRI."""
        iri = node.value if isinstance(node, NamedNode) else str(node)
        return self.shared.refs.get(iri) or self.shared.refs.keep(iri, self._named(iri, node))

    def refs(self, nodes: Iterable[Term]) -> list[Ref]:
        """Several things as their names."""
        return [self.ref(node) for node in nodes]

    def word_for(self, iri: str) -> Text:
        """A class, property or concept by what the vocabulary calls it, else the end of its IRI."""
        term = self.vocabulary.terms.get(iri)
        labels = term.labels if term else {}
        for language in (self.language, *self.others):
            if language in labels:
                return Text(labels[language], language, fallback=language != self.language)
        return Text(local_name(iri))

    def _named(self, iri: str, node: Term) -> Ref:
        if iri in self.vocabulary.terms:  # in memory: half of what a page names are terms
            return Ref(iri, self.word_for(iri))
        label = self._said_in(self.labels(node)) or self.text(node, *NAMES)
        if label is not None:
            return Ref(iri, label)
        return Ref(iri, Text(LICENCE_NAMES.get(iri) or local_name(iri)), known=bool(self.facts(node)))


def once(make: Callable[[Lens, NamedNode], T]) -> Callable[[Lens, NamedNode], T]:
    """A view of a node that is made once, however many parts of a page and neighbouring pages show it."""

    @wraps(make)
    def made(lens: Lens, node: NamedNode) -> T:
        views, key = lens.shared.views, (make, node)
        view = views.get(key)
        return cast(T, view if view is not None else views.keep(key, make(lens, node)))

    return made


def iri_of(node: NamedNode) -> str:
    """What nodes are sorted by."""
    return node.value


def local_name(iri: str) -> str:
    """The part of an IRI that people can read: what follows the last `#` or `/`, the whole when nothing does."""
    end = iri.rstrip("/#")
    return end.rsplit("#", 1)[-1].rsplit("/", 1)[-1] or iri
