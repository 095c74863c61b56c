"""What a document says: claims, quotations, and lists of claims alike, each with who says it and where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from graph.authoring import values
from graph.authoring.content import write_count, write_statement
from graph.authoring.draft import Draft, shortened
from graph.authoring.fields import Fields, fields, identify, write
from graph.authoring.index import Document
from graph.authoring.labels import firsts
from graph.authoring.passages import Passage, carry, read_passage
from graph.authoring.written import Entries, Node, Text, each
from graph.terms import DCTERMS, KH, LABEL, PROV, SCHEMA

Texts = Sequence[tuple[Literal, int]]
Given = tuple[tuple[NamedNode, int], ...]  # ids, each with the line it stands on


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a claim or quotation stands, and what it need not say again.

    `owner` is what unnamed ones are named below; `document` states them; `page` is the one a `passage` is looked for
    on and `whole` its folded text, where the file has it; `passage` is the one around them, `printed` the source of
    whose line in the list that is, `wording` the language of a text that is the page's own. `alone`: it stands among
    the things, where it may also add to one that another file describes.
    """

    owner: NamedNode
    document: Document | None = None
    page: Document | None = None
    whole: str | None = None
    passage: Passage | None = None
    printed: NamedNode | None = None
    speakers: Given = ()
    about: Given = ()
    kind: NamedNode | None = None
    status: NamedNode | None = None
    wording: str | None = None
    alone: bool = False


def write_claims(draft: Draft, node: Node, spot: Spot) -> None:
    """Every claim behind `says`."""
    for one in each(node):
        write_claim(draft, one, spot)


def write_claim(draft: Draft, node: Node, spot: Spot, position: int | None = None) -> NamedNode | None:
    """One claim, or a text that is all it says; gives its IRI, None where it has none."""
    written = keyed(draft, node, "text", "a claim")
    if written is None:
        return None
    found = fields(draft, written, "claim")
    spot = within(draft, found, spot)
    own = read_passage(draft, found["passage"].value, spot.page, spot.whole) if "passage" in found else None
    texts: Texts = tuple(values.texts(draft, found["text"].value, "'text'", spot.wording)) if "text" in found else ()
    iri = _iri(draft, found, "claim", spot, _words(found, texts, own, spot))
    if iri is None:
        return None
    around, line = own or spot.passage, written.line
    if not texts and around:
        texts = ((Literal(around.words, language=around.language), line),)
    draft.is_a(iri, KH("Claim"), line=line)
    write(draft, iri, found, ("kind", "status", "by", "in", "about", "text"))
    carry(draft, iri, [p for p in (own, spot.passage) if p], line)
    for literal, at in texts:
        draft.add(iri, SCHEMA("text"), literal, at)
    if position is not None:
        draft.add(iri, SCHEMA("position"), values.integer(position), line)
    if not spot.speakers and spot.document:
        spot = replace(spot, speakers=tuple((iri, line) for iri in spot.document.speakers))
    _attribute(draft, iri, written, found, spot)
    _write_parts(draft, iri, found, replace(spot, passage=around))
    if "label" not in found:
        _label(draft, iri, texts)
        if not texts:
            _label_without_words(draft, iri, found, spot, line)
    return iri


def _write_parts(draft: Draft, iri: NamedNode, found: Fields, spot: Spot) -> None:
    if "count" in found:
        write_count(draft, iri, found["count"].value)
    if "statement" in found:
        write_statement(draft, iri, found["statement"].value, [node for node, _ in spot.about])
    if "quotes" in found:
        write_quotations(draft, found["quotes"].value, spot)


def write_quotations(draft: Draft, node: Node, spot: Spot) -> None:
    """Every quotation behind `quotes`."""
    for one in each(node):
        write_quotation(draft, one, spot)


def write_quotation(draft: Draft, node: Node, spot: Spot) -> None:
    """One quotation, or a text that is its words."""
    written = keyed(draft, node, "words", "a quotation")
    if written is None:
        return
    found = fields(draft, written, "quote")
    spot = within(draft, found, spot)
    own = read_passage(draft, found["passage"].value, spot.page, spot.whole) if "passage" in found else None
    language = spot.page.language if spot.page else None
    texts = tuple(values.texts(draft, found["words"].value, "'words'", language)) if "words" in found else ()
    if "words" not in found:
        if (around := own or spot.passage) is None:
            draft.wrong(written, "the quotation has no words.", "Add 'words': what was said, word for word.")
            return
        texts = ((Literal(around.words, language=around.language), written.line),)
    iri = _iri(draft, found, "quote", spot, texts[0][0].value if texts else "")
    if iri is None or not texts:
        return
    line = written.line
    draft.is_a(iri, SCHEMA("Quotation"), line=line)
    write(draft, iri, found, ("by", "in", "about", "words"))
    carry(draft, iri, [p for p in (own, spot.passage) if p], line)
    for literal, at in texts:
        draft.add(iri, SCHEMA("text"), literal, at)
    _refer(draft, iri, SCHEMA("spokenByCharacter"), spot.speakers)
    _refer(draft, iri, SCHEMA("about"), spot.about)
    if spot.document:
        draft.add(iri, KH("statedIn"), spot.document.iri, found["in"].line if "in" in found else line)
    if not spot.speakers and not ("by" in found or spot.alone):
        draft.wrong(written, "the quotation names no speaker.", "Say who said it: by: person/… or org/….")
    if "label" not in found:
        _label(draft, iri, texts)


def keyed(draft: Draft, node: Node, word: str, what: str) -> Entries | None:
    """Keys and values; a plain text stands for the one key `word`."""
    if isinstance(node, Text) and node.value:
        return Entries(((Text(word, node.line), node),), node.line)
    return values.entries(draft, node, what)


def within(draft: Draft, found: Fields, spot: Spot) -> Spot:
    """The spot as a claim, quotation or list changes it for itself and what stands in it."""
    given = {word: _given(draft, found, word) for word in ("in", "by", "about")}
    if given["in"]:
        document = draft.index.document(given["in"][0][0])
        spot = replace(spot, document=document, page=spot.page or document)
    for word, scheme in (("kind", "claim-type"), ("status", "status")):
        if word in found:
            concepts = values.concepts(draft, found[word].value, scheme, word, one=True)
            node = concepts[0][0] if concepts else None
            spot = replace(spot, kind=node) if word == "kind" else replace(spot, status=node)
    return replace(spot, speakers=given["by"] or spot.speakers, about=given["about"] or spot.about)


def _given(draft: Draft, found: Fields, word: str) -> Given:
    if word not in found:
        return ()
    return tuple(values.things(draft, found[word].value, found[word].key, one=word == "in"))


def _iri(draft: Draft, found: Fields, kind: str, spot: Spot, words: str) -> NamedNode | None:
    if "id" in found:
        if spot.alone:
            return spot.owner
        named = identify(draft, found["id"].value, kind)
        return named[1] if named else None
    return draft.below(spot.owner, kind, words)


def _words(found: Fields, texts: Texts, own: Passage | None, spot: Spot) -> str:
    """The words that name a claim: its own before those of what it stands in."""
    if texts:
        return texts[0][0].value
    if own:
        return own.words
    counted = _count_words(found)
    return counted.value if counted else spot.passage.words if spot.passage else ""


def _count_words(found: Fields) -> Text | None:
    """The source's words for the figure of a claim."""
    count = found["count"].value if "count" in found else None
    words = count.get("words") if isinstance(count, Entries) else None
    return words if isinstance(words, Text) and words.value else None


def _attribute(draft: Draft, iri: NamedNode, written: Entries, found: Fields, spot: Spot) -> None:
    """Say what kind of claim it is, who makes it, where, about what, and how it stands."""
    line = written.line
    _refer(draft, iri, SCHEMA("about"), spot.about)
    if spot.alone and not {"kind", "in", "by"} & set(found):
        if spot.status:
            draft.add(iri, KH("assertionStatus"), spot.status, found["status"].line)
        return  # it adds to a claim that another file describes; if none does, the rules say so
    kind = spot.kind
    if kind is None and "kind" not in found:
        kind = draft.vocabulary.concept("claim-type", "figure") if "count" in found else None
        if kind is None:
            hint = f"One of: {', '.join(draft.vocabulary.words('claim-type'))}."
            draft.wrong(written, "the claim does not say of what kind it is: add 'kind'.", hint)
    if kind:
        draft.add(iri, DCTERMS("type"), kind, found["kind"].line if "kind" in found else line)
    if spot.document is None:
        hint = "Add: in: source/…, or put the claim under the 'says' of its document."
        draft.wrong(written, "the claim names no document: say where it comes from.", hint)
        return
    draft.add(iri, KH("statedIn"), spot.document.iri, found["in"].line if "in" in found else line)
    _refer(draft, iri, PROV("wasAttributedTo"), spot.speakers)
    if not spot.speakers and "by" not in found:
        hint = "Add 'by', or give the document its 'author' or 'publisher'."
        draft.wrong(written, "the claim does not say who makes it, and neither does its document.", hint)
    status = spot.status or draft.vocabulary.concept("status", standing(spot, kind))
    if status:
        draft.add(iri, KH("assertionStatus"), status, found["status"].line if "status" in found else line)


def standing(spot: Spot, kind: NamedNode | None) -> str:
    """The word of vocab/status for a claim whose editor gives none."""
    if kind is not None and kind.value.endswith("/position"):
        return "stated-position"
    document, speakers = spot.document, {node for node, _ in spot.speakers}
    if document is not None and spot.printed == document.iri:
        return "headline"  # all that the printed line of a source tells of it is its title
    own = {*document.authors, *document.publishers} if document is not None and document.is_page else set()
    if speakers and speakers <= own:
        return "editorial"
    return "self-reported" if speakers & {node for node, _ in spot.about} else "reported"


def _refer(draft: Draft, iri: NamedNode, say: NamedNode, to: Given) -> None:
    for node, line in to:
        draft.add(iri, say, node, line)


def _label(draft: Draft, iri: NamedNode, texts: Texts) -> None:
    for literal, line in firsts(texts):
        draft.add(iri, LABEL, Literal(shortened(literal.value), language=literal.language), line)


def _label_without_words(draft: Draft, iri: NamedNode, found: Fields, spot: Spot, line: int) -> None:
    """A claim that is all figure or all structure is called by the words of its figure, else by its kind."""
    kind, words = spot.kind, _count_words(found)
    if words:
        language = spot.page.language if spot.page else None
        draft.label(iri, shortened(words.value), language or draft.language, line)
    elif kind:
        draft.labels(iri, lambda language: draft.vocabulary.label(kind.value, language), line)
