"""Lists of claims alike: goals, achievements, demands. Who says them, and where, is written once."""

from collections.abc import Sequence
from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from graph.authoring import values
from graph.authoring.draft import Draft, shortened
from graph.authoring.fields import Fields, write
from graph.authoring.labels import firsts
from graph.authoring.passages import Passage, carry, read_passage
from graph.authoring.statements import Spot, within, write_claim
from graph.authoring.written import Entries, Node, Text, each
from graph.terms import KH, LABEL, SCHEMA, SKOS

# What an editor's remark on an open list says; the words are the source's
LEFT_OPEN = {"en": "The source leaves the list open: “{}”", "ru": "Источник оставляет список открытым: «{}»"}


def item_words(node: Node) -> Text | None:
    """The words of an item as the page prints them: its passage, else its text; None where they are on another page."""
    words = node.get("passage") or node.get("text") if isinstance(node, Entries) else node
    return words if isinstance(words, Text) and words.value else None


def write_list(
    draft: Draft,
    iri: NamedNode,
    found: Fields,
    spot: Spot,
    line: int,
    printed: Sequence[Passage | None] = (),
    opening: Passage | None = None,
) -> None:
    """A list at `iri`; `printed` are the passages of its items on the page, `opening` that of the words left open."""
    spot = replace(within(draft, found, spot), owner=iri)
    draft.is_a(iri, SCHEMA("ItemList"), line=line)
    write(draft, iri, found, ("kind", "status", "in"))
    if spot.document:
        draft.add(iri, KH("statedIn"), spot.document.iri, found["in"].line if "in" in found else line)
    own = read_passage(draft, found["passage"].value, spot.page, spot.whole) if "passage" in found else None
    carry(draft, iri, [p for p in (spot.passage, own, opening) if p], line)
    _label(draft, iri, found, own or spot.passage, line)
    if "open" in found:
        _leave_open(draft, iri, found["open"].value)
    items = list(each(found["items"].value)) if "items" in found else []
    passages = printed or [None] * len(items)
    for position, (item, passage) in enumerate(zip(items, passages, strict=True), 1):
        is_printed = passage is not None and not (isinstance(item, Entries) and item.get("passage"))
        around = replace(spot, passage=passage, wording=passage.language if passage and is_printed else None)
        claim = write_claim(draft, _unprinted(item) if passage else item, around, position)
        if claim is not None:
            draft.add(iri, SCHEMA("itemListElement"), claim, item.line)


def _unprinted(item: Node) -> Node:
    """An item without its `passage`, which the page has placed already."""
    if not isinstance(item, Entries):
        return item
    return Entries(tuple((key, value) for key, value in item if key.value != "passage"), item.line)


def _leave_open(draft: Draft, iri: NamedNode, node: Node) -> None:
    words = values.scalar(draft, node, "'open'")
    for language in draft.settings.languages if words else ():
        text = LEFT_OPEN.get(language)
        if text and words:
            draft.add(iri, SKOS("editorialNote"), Literal(text.format(words.value), language=language), words.line)


def _label(draft: Draft, iri: NamedNode, found: Fields, passage: Passage | None, line: int) -> None:
    """A list is called by its name, else by the words that lead to it."""
    if "label" in found:
        return
    if "name" in found:
        for literal, at in firsts(values.texts(draft, found["name"].value, "'name'")):
            draft.add(iri, LABEL, literal, at)
    elif passage:
        draft.label(iri, shortened(passage.words), passage.language, line)
