"""Atom feeds (RFC 4287): what was published, what of one kind or series changed, and what was withdrawn."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as Xml

from pyoxigraph import NamedNode

from graph.publish.history.changes import History
from graph.publish.lens import Lens
from graph.releases.telling import Told
from graph.terms import A

MEDIA_TYPE = "application/atom+xml"
ENTRIES = 50  # of a feed; readers ask often and keep what they saw
RELEASES = 200  # looked through for entries of one kind
RECORDS = 1_000  # looked into for entries of one kind; a bulk load has more, and is not news
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `iri` is its identity for good, `url` where to read it; `category` a word and its scheme."""

    iri: str
    title: str
    updated: datetime
    url: str
    summary: str = ""
    category: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed; `iri` is its own address, `alternate` the page of the same."""

    iri: str
    title: str
    updated: datetime
    author: str
    alternate: str
    language: str
    rights: str
    entries: Sequence[Entry]
    next: str = ""


def atom(feed: Feed) -> bytes:
    """A feed as XML; what XML cannot hold is left out of the words."""
    root = Xml.Element("feed", {"xmlns": _ATOM, "xml:lang": feed.language})
    for name, words in (("id", feed.iri), ("title", feed.title), ("updated", _moment(feed.updated))):
        _add(root, name, words)
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "rights", feed.rights)
    _add(root, "generator", "Khronika")
    _add(root, "link", rel="self", type=MEDIA_TYPE, href=feed.iri)
    _add(root, "link", rel="alternate", type="text/html", href=feed.alternate)
    if feed.next:
        _add(root, "link", rel="next", type=MEDIA_TYPE, href=feed.next)  # RFC 5005, 3
    for entry in feed.entries:
        _write(root, entry)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _write(root: Xml.Element, entry: Entry) -> None:
    element = _add(root, "entry")
    for name, words in (("id", entry.iri), ("title", entry.title), ("updated", _moment(entry.updated))):
        _add(element, name, words)
    _add(element, "link", rel="alternate", href=entry.url)
    if entry.category:
        _add(element, "category", term=entry.category[0], scheme=entry.category[1])
    if entry.summary:
        _add(element, "summary", entry.summary)


def _add(parent: Xml.Element, name: str, words: str = "", **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, name, {key: _NOT_XML.sub("", value) for key, value in attributes.items()})
    if words:
        element.text = _NOT_XML.sub("", words)
    return element


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class News:
    """A thing and the last release that changed it."""

    node: NamedNode
    told: Told


def news_of(lens: Lens, history: History, wanted: Iterable[tuple[NamedNode, NamedNode]]) -> list[News]:
    """The things that changed last among those with any of these (predicate, object), the newest first."""
    pairs = set(wanted)
    found: dict[NamedNode, News] = {}
    for told, record in _records(history):
        for quad in lens.reader.quads(graph=NamedNode(record)):
            node = quad.subject
            if (quad.predicate, quad.object) not in pairs or not isinstance(node, NamedNode) or node in found:
                continue
            if any(change.release == told.entry.number for change in history.changes(node.value)):
                found[node] = News(node, told)
        if len(found) >= ENTRIES:
            break
    return list(found.values())[:ENTRIES]


def _records(history: History) -> Iterator[tuple[Told, str]]:
    """The records that releases added or changed, the newest first, as many as a feed looks into."""
    looked = 0
    for told in history.releases(None, RELEASES):
        for record in sorted((*told.added, *told.changed)):
            looked += 1
            if looked > RECORDS:
                return
            yield told, record


def classes(kinds: Iterable[tuple[str, NamedNode]], kind: str) -> list[tuple[NamedNode, NamedNode]]:
    """What a thing of that kind has: `rdf:type` and its class; nothing for a word that is no kind."""
    return [(A, class_) for name, class_ in kinds if name == kind]
