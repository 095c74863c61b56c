"""What the files of a site say of documents and names, so that a record can lean on what another one describes.

A claim that names only its document is made by the document's author, whichever file describes it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from graph.authoring.keys import DOCUMENTS
from graph.authoring.names import LANGUAGE_TAG, defined, referred, subject_of
from graph.authoring.written import Entries, Node, Text, each
from graph.settings import Settings
from graph.terms import KH, LABEL, SCHEMA, A

# One thing that a file says of a document or of a name, in what JSON has, so that it can be kept:
#   ["name", language, text], ["document", is a page, language or None, authors, publishers] of YAML,
#   ["author", iri], ["publisher", iri], ["page"] of Turtle
Saying: TypeAlias = list[Any]
Sayings: TypeAlias = Mapping[str, list[Saying]]  # by the IRI of what is spoken of, in the order of the file

_AUTHOR, _PUBLISHER, _PROFILE = SCHEMA("author"), SCHEMA("publisher"), KH("Profile")


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


class Index:
    """Documents and names, as one record asks for them. What the first file says, the next does not change.

    `asked` gathers the IRIs that were asked about: what their answers were is all a record takes from other files.
    """

    def __init__(self, about: Callable[[str], Iterable[Saying]] = lambda _iri: ()) -> None:
        """`about` gives what all files say of an IRI, in the order of the files."""
        self._about = about
        self.asked: set[str] = set()

    def document(self, iri: NamedNode) -> Document:
        """What is known of a document, if only its IRI."""
        self.asked.add(iri.value)
        found: Document | None = None
        for what, *said in self._about(iri.value):
            if what == "document":
                is_page, language, authors, publishers = said
                found = found or Document(iri, is_page)
                found.language = found.language or language
                found.authors = found.authors or _nodes(authors)
                found.publishers = found.publishers or _nodes(publishers)
            elif what != "name":
                found = found or Document(iri)
                if what == "author":
                    found.authors += _nodes(said)
                elif what == "publisher":
                    found.publishers += _nodes(said)
                else:
                    found.is_page = True
        return found or Document(iri)

    def name(self, iri: NamedNode, language: str) -> str:
        """What a thing is called in a language, else in any, else the end of its id made readable."""
        self.asked.add(iri.value)
        names: dict[str, str] = {}
        for what, *said in self._about(iri.value):
            if what == "name":
                names.setdefault(said[0], said[1])
        if names:
            return names.get(language) or next(iter(names.values()))
        return iri.value.rsplit("/", 1)[-1].replace("-", " ")


def said_in_yaml(tree: Entries, settings: Settings) -> Sayings:
    """What one YAML file says. It complains of nothing: writing the record does."""
    language = _text(tree.get("language")) or settings.language
    found: defaultdict[str, list[Saying]] = defaultdict(list)
    things = tree.get("things")
    for thing in each(things) if things is not None else ():
        if isinstance(thing, Entries):
            _thing(found, thing, language, settings)
    return {iri: said for iri, said in found.items() if said}


def said_in_turtle(triples: Iterable[Triple]) -> Sayings:
    """What one Turtle file says."""
    found: defaultdict[str, list[Saying]] = defaultdict(list)
    for triple in triples:
        subject, value = subject_of(triple).value, triple.object
        if triple.predicate == LABEL and isinstance(value, Literal):
            found[subject].append(["name", value.language or "", value.value])
        elif triple.predicate == _AUTHOR and isinstance(value, NamedNode):
            found[subject].append(["author", value.value])
        elif triple.predicate == _PUBLISHER and isinstance(value, NamedNode):
            found[subject].append(["publisher", value.value])
        elif triple.predicate == A and value == _PROFILE:
            found[subject].append(["page"])
    return found


def _thing(found: defaultdict[str, list[Saying]], thing: Entries, language: str, settings: Settings) -> None:
    try:
        kind, name = defined(_text(thing.get("id")) or "")
    except ValueError:
        return
    iri = settings.thing(name).value
    for word in ("label", "name"):
        found[iri] += _names(iri, thing.get(word), language)
    if kind in DOCUMENTS:
        tag = _text(thing.get("language"))
        written = tag.lower() if tag and LANGUAGE_TAG.fullmatch(tag) else None
        authors, publishers = (_iris(thing.get(word), settings) for word in ("author", "publisher"))
        found[iri].append(["document", kind == "profile", written, authors, publishers])


def _names(iri: str, node: Node | None, language: str) -> Iterable[Saying]:
    if isinstance(node, Entries):
        for tag, value in node:
            yield ["name", tag.value.lower(), _text(value) or iri]
    elif text := _text(node):
        yield ["name", language, text]


def _text(node: Node | None) -> str | None:
    """The text of a scalar, or of the first item of a list of them."""
    first = next(iter(each(node)), None) if node is not None else None
    return first.value or None if isinstance(first, Text) else None


def _iris(node: Node | None, settings: Settings) -> list[str]:
    found = []
    for part in each(node) if node is not None else ():
        try:
            found.append(referred(part.value, settings)[0].value if isinstance(part, Text) else None)
        except ValueError:
            continue
    return [iri for iri in found if iri is not None]


def _nodes(iris: Iterable[str]) -> tuple[NamedNode, ...]:
    return tuple(map(NamedNode, iris))


def sayings_of(
    told: Mapping[str, Sayings], elsewhere: Callable[[str], Mapping[str, Sayings]] = lambda _iri: {}
) -> Callable[[str], list[Saying]]:
    """What all files say of an IRI in the order of their ids: those in `told`, and `elsewhere` those others."""
    telling: defaultdict[str, list[str]] = defaultdict(list)
    for id_, sayings in told.items():
        for iri in sayings:
            telling[iri].append(id_)

    @cache
    def about(iri: str) -> list[Saying]:
        found = {**elsewhere(iri), **{i: told[i] for i in telling.get(iri, ())}}
        return [saying for i in sorted(found) for saying in found[i].get(iri, ())]

    return about
