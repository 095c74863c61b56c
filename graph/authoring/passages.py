"""Passages: words of a page that something in the graph stands on, found by the words and not by a number."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.authoring.draft import Draft, shortened
from graph.authoring.index import Document
from graph.authoring.keys import keys_of
from graph.authoring.values import integer, scalar, things
from graph.authoring.written import Entries, Node, folded
from graph.terms import KH, OA, SCHEMA


@dataclass(frozen=True, slots=True)
class Passage:
    """Words on a page and the node that quotes them."""

    iri: NamedNode
    words: str
    language: str


def quote(
    draft: Draft, page: Document, words: str, line: int, *, language: str | None = None, position: int | None = None
) -> Passage:
    """The passage of `page` that reads `words`.

    With a `position` it is the next one of the page's own text, another node where the words stand there twice;
    without, it is the first passage of these words, which has a place in the order only if the text has it.
    """
    language = language or page.language or draft.language
    words = folded(words)  # white space is printing, not wording (Web Annotation §4.2.4: normalise it)
    known = draft.passages.setdefault(page.iri, {})
    iri = known.get(words)
    if iri is None or (position is not None and iri in draft.placed):
        iri = draft.below(page.iri, "passage", words)
    known.setdefault(words, iri)
    selector = NamedNode(iri.value + "/quote")
    draft.is_a(iri, OA("SpecificResource"), line=line)
    draft.add(iri, OA("hasSource"), page.iri, line)
    draft.add(iri, OA("hasSelector"), selector, line)
    draft.is_a(selector, OA("TextQuoteSelector"), line=line)
    draft.add(selector, OA("exact"), Literal(words, language=language), line)
    draft.label(iri, shortened(words), language, line)
    draft.label(selector, shortened(words), language, line)
    if position is not None:
        draft.placed.add(iri)
        draft.add(iri, SCHEMA("position"), integer(position), line)
    return Passage(iri, words, language)


def carry(draft: Draft, carrier: NamedNode, passages: Sequence[Passage], line: int) -> None:
    """Say that the carrier stands on these passages."""
    for passage in passages:
        draft.add(carrier, KH("passage"), passage.iri, line)


def read_passage(draft: Draft, node: Node, page: Document | None, whole: str | None = None) -> Passage | None:
    """The passage behind the key `passage`: words on `page`, or on another page that is named with `on`.

    `whole` is the folded text of `page` where the file has it: words that are not in it are a slip of the pen.
    """
    if isinstance(node, Entries):
        return _elsewhere(draft, node)
    text = scalar(draft, node, "'passage'")
    if text is None:
        return None
    if page is None:
        draft.wrong(node, "the page of this passage is not known.", "Write passage: {on: id of the page, words: …}.")
        return None
    if whole is not None and folded(text.value) not in whole:
        problem = f"these words are not in the text of the page: '{shortened(text.value)}'."
        draft.wrong(node, problem, "Copy them from the passage, letter by letter.")
        return None
    return quote(draft, page, text.value, text.line)


def _elsewhere(draft: Draft, node: Entries) -> Passage | None:
    known = keys_of("on-page")
    for key, _ in node:
        if key.value not in known:
            draft.wrong(key, f"'{key.value}' is not a key of a passage.", "Write passage: {on: …, words: …}.")
    where, words = node.get("on"), node.get("words")
    if where is None or words is None:
        draft.wrong(node, "a passage on another page needs 'on' and 'words'.", "Write passage: {on: …, words: …}.")
        return None
    pages, text = things(draft, where, known["on"], one=True), scalar(draft, words, "'words'")
    if not pages or text is None:
        return None
    return quote(draft, draft.index.document(pages[0][0]), text.value, text.line)
