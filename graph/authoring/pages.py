"""The text of a page in its own order: each passage, and what stands on it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from graph.authoring import values
from graph.authoring.draft import Draft
from graph.authoring.fields import Field, Fields, fields, identify
from graph.authoring.index import Document
from graph.authoring.lists import item_words, write_list
from graph.authoring.passages import Passage, carry, quote
from graph.authoring.statements import Spot, keyed, within, write_claims, write_quotations
from graph.authoring.written import Entries, Node, Text, each, folded
from graph.terms import DCTERMS, SCHEMA, SKOS


@dataclass(frozen=True, slots=True)
class Placed:
    """An item of the text with its passage, and those of the list that follows it."""

    found: Fields
    line: int
    passage: Passage
    items: tuple[Passage | None, ...] = ()
    opening: Passage | None = None


class _Order:
    """The passages of a page get their places here, from 1."""

    def __init__(self, draft: Draft, page: Document) -> None:
        self.draft, self.page, self.position = draft, page, 0

    def place(self, words: Text) -> Passage:
        self.position += 1
        return quote(self.draft, self.page, words.value, words.line, position=self.position)


def write_page(draft: Draft, page: Document, node: Node) -> None:
    """Every item behind `text`: first all passages, so that each can be found, then what they carry."""
    placed = list(_place(draft, page, node))
    words = (p.words for each_one in placed for p in (each_one.passage, *each_one.items, each_one.opening) if p)
    spot = Spot(page.iri, page, page=page, whole=folded(" ".join(words)))
    cited = 0
    for item in placed:
        sources = _cited(draft, item)
        for source, line in sources:
            cited += 1
            _cite(draft, page, item, source, cited, line)
        around = replace(spot, passage=item.passage)
        if sources:  # what its line says is said by the source, not by the page that lists it
            printed = draft.index.document(sources[0][0])
            around = replace(around, document=printed, printed=printed.iri)
        _write_item(draft, page, item, around)


def _place(draft: Draft, page: Document, node: Node) -> Iterator[Placed]:
    order = _Order(draft, page)
    for item in each(node):
        written = keyed(draft, item, "passage", "an item of the text")
        found = fields(draft, written, "item") if written else {}
        if written is None:
            continue
        words = values.scalar(draft, found["passage"].value, "'passage'") if "passage" in found else None
        if words is None:
            continue
        passage = order.place(words)
        following = found["list"].value if "list" in found else None
        items, opening = _place_list(order, following) if isinstance(following, Entries) else ((), None)
        yield Placed(found, written.line, passage, items, opening)


def _place_list(order: _Order, written: Entries) -> tuple[tuple[Passage | None, ...], Passage | None]:
    items, opening = written.get("items"), written.get("open")
    words = [item_words(item) for item in each(items)] if items is not None else []
    placed = tuple(order.place(text) if text else None for text in words)
    is_open = isinstance(opening, Text) and bool(opening.value)
    return placed, order.place(opening) if is_open and isinstance(opening, Text) else None


def _cited(draft: Draft, item: Placed) -> list[tuple[NamedNode, int]]:
    """The sources whose printed line the item is."""
    field = item.found.get("cites")
    return values.things(draft, field.value, field.key) if field else []


def _cite(draft: Draft, page: Document, item: Placed, source: NamedNode, position: int, line: int) -> None:
    """The item as the printed line of a source, at its place in the page's list."""
    draft.add(page.iri, SCHEMA("citation"), source, line)
    draft.add(source, SCHEMA("position"), values.integer(position), line)
    draft.add(source, DCTERMS("bibliographicCitation"), Literal(item.passage.words), line)
    carry(draft, source, [item.passage], line)


def _write_item(draft: Draft, page: Document, item: Placed, spot: Spot) -> None:
    found = item.found
    spot = within(draft, found, spot)
    if "carries" in found:
        _carry_all(draft, page, found["carries"], item.passage)
    if "note" in found:
        for literal, line in values.texts(draft, found["note"].value, "'note'"):
            draft.add(item.passage.iri, SKOS("editorialNote"), literal, line)
    if "says" in found:
        write_claims(draft, found["says"].value, spot)
    if "quotes" in found:
        write_quotations(draft, found["quotes"].value, spot)
    if "list" in found:
        _write_list(draft, item, spot)


def _carry_all(draft: Draft, page: Document, field: Field, passage: Passage) -> None:
    for node in each(field.value):
        if isinstance(node, Text) and node.value == "page":
            carry(draft, page.iri, [passage], node.line)
            continue
        for thing, line in values.things(draft, node, field.key):
            carry(draft, thing, [passage], line)


def _write_list(draft: Draft, item: Placed, spot: Spot) -> None:
    node = item.found["list"].value
    written = values.entries(draft, node, "a list")
    if written is None:
        return
    found = fields(draft, written, "list")
    named = identify(draft, found["id"].value, "list") if "id" in found else None
    if "id" in found and named is None:
        return
    iri = named[1] if named else draft.below(spot.owner, "list", item.passage.words)
    write_list(draft, iri, found, spot, written.line, item.items, item.opening)
