"""What the files of a site say of documents and names, so that a record can lean on what another one describes.

A claim that names only its document is made by the document's author, whichever file describes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from graph.authoring.keys import DOCUMENTS
from graph.authoring.names import LANGUAGE_TAG, defined, referred, subject_of
from graph.authoring.written import Entries, Node, Text, each
from graph.settings import Settings
from graph.terms import KH, LABEL, SCHEMA, A


@dataclass(slots=True)
class Document:
    """What the claims of a document inherit from it. `is_page`: it is one of the site's own pages."""

    iri: NamedNode
    is_page: bool = False
    language: str | None = None
    authors: tuple[NamedNode, ...] = ()
    publishers: tuple[NamedNode, ...] = ()

    @property
    def speakers(self) -> tuple[NamedNode, ...]:
        """Who speaks where nobody else is named."""
        return self.authors or self.publishers


@dataclass(slots=True)
class Index:
    """Documents and names, by IRI; names by language. What the first file says, the next does not change."""

    documents: dict[str, Document] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)

    def document(self, iri: NamedNode) -> Document:
        """What is known of a document, if only its IRI."""
        return self.documents.get(iri.value) or Document(iri)

    def name(self, iri: NamedNode, language: str) -> str:
        """What a thing is called in a language, else in any, else the end of its id made readable."""
        names = self.names.get(iri.value, {})
        if names:
            return names.get(language) or next(iter(names.values()))
        return iri.value.rsplit("/", 1)[-1].replace("-", " ")

    def read(self, tree: Entries, settings: Settings) -> None:
        """Add what one YAML file says. It complains of nothing: writing the record does."""
        language = _text(tree.get("language")) or settings.language
        things = tree.get("things")
        for thing in each(things) if things is not None else ():
            if isinstance(thing, Entries):
                self._thing(thing, language, settings)

    def take(self, triples: Iterable[Triple]) -> None:
        """Add what one Turtle file says."""
        for triple in triples:
            subject, value = subject_of(triple), triple.object
            if triple.predicate == LABEL and isinstance(value, Literal):
                self.names.setdefault(subject.value, {}).setdefault(value.language or "", value.value)
            elif triple.predicate in (SCHEMA("author"), SCHEMA("publisher")) and isinstance(value, NamedNode):
                found = self.documents.setdefault(subject.value, Document(subject))
                if triple.predicate == SCHEMA("author"):
                    found.authors += (value,)
                else:
                    found.publishers += (value,)
            elif triple.predicate == A and value == KH("Profile"):
                self.documents.setdefault(subject.value, Document(subject)).is_page = True

    def _thing(self, thing: Entries, language: str, settings: Settings) -> None:
        try:
            kind, name = defined(_text(thing.get("id")) or "")
        except ValueError:
            return
        iri = settings.thing(name)
        for word in ("label", "name"):
            self._names(iri, thing.get(word), language)
        if kind in DOCUMENTS:
            found = self.documents.setdefault(iri.value, Document(iri, kind == "profile"))
            tag = _text(thing.get("language"))
            if found.language is None and tag and LANGUAGE_TAG.fullmatch(tag):
                found.language = tag.lower()
            found.authors = found.authors or _iris(thing.get("author"), settings)
            found.publishers = found.publishers or _iris(thing.get("publisher"), settings)

    def _names(self, iri: NamedNode, node: Node | None, language: str) -> None:
        names = self.names.setdefault(iri.value, {})
        if isinstance(node, Entries):
            for tag, value in node:
                names.setdefault(tag.value.lower(), _text(value) or iri.value)
        elif text := _text(node):
            names.setdefault(language, text)


def _text(node: Node | None) -> str | None:
    """The text of a scalar, or of the first item of a list of them."""
    first = next(iter(each(node)), None) if node is not None else None
    return first.value or None if isinstance(first, Text) else None


def _iris(node: Node | None, settings: Settings) -> tuple[NamedNode, ...]:
    found = []
    for part in each(node) if node is not None else ():
        try:
            found.append(referred(part.value, settings)[0] if isinstance(part, Text) else None)
        except ValueError:
            continue
    return tuple(iri for iri in found if iri is not None)
