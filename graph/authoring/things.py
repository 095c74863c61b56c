"""The things a record describes, each read by its type: what its keys say, its label, and what nests in it."""

from pyoxigraph import NamedNode

from graph.authoring import values
from graph.authoring.complaints import nearest
from graph.authoring.draft import Draft
from graph.authoring.fields import Field, Fields, fields, identify, write
from graph.authoring.keys import DOCUMENTS, TYPES, Type
from graph.authoring.labels import write_label
from graph.authoring.lists import write_list
from graph.authoring.pages import write_page
from graph.authoring.passages import carry, read_passage
from graph.authoring.statements import Spot, write_claim, write_claims, write_quotation, write_quotations
from graph.authoring.written import Entries, Node, each
from graph.terms import SCHEMA


def write_things(draft: Draft, node: Node) -> None:
    """Every thing behind `things`."""
    for one in each(node):
        written = values.entries(draft, one, "a thing")
        if written is not None:
            _write_thing(draft, written)


def _write_thing(draft: Draft, written: Entries) -> None:
    given = written.get("id")
    if given is None:
        draft.wrong(written, "a thing without an 'id'.", f"Write - id: TYPE/NAME; types: {', '.join(TYPES)}.")
        return
    named = identify(draft, given)
    if named is None:
        return
    kind, iri = named
    if kind == "claim":
        write_claim(draft, written, Spot(iri, alone=True))
    elif kind == "quote":
        write_quotation(draft, written, Spot(iri, alone=True))
    elif kind == "list":
        write_list(draft, iri, fields(draft, written, kind), Spot(iri), written.line)
    else:
        _write_found(draft, TYPES[kind], iri, fields(draft, written, kind), written.line)


def _write_found(draft: Draft, type_: Type, iri: NamedNode, found: Fields, line: int) -> None:
    is_document = type_.name in DOCUMENTS
    draft.is_a(iri, *type_.classes, line=line)
    write(draft, iri, found)
    if "type" in found:
        _types(draft, type_, iri, found["type"])
    elif type_.standard and (concept := draft.vocabulary.concept(type_.scheme or "", type_.standard)):
        draft.add(iri, type_.of, concept, line)
    if "passage" in found:
        page = draft.index.document(iri) if is_document else None
        passage = read_passage(draft, found["passage"].value, page)
        carry(draft, iri, [passage] if passage else [], found["passage"].line)
    write_label(draft, type_, iri, found, line)
    if is_document:
        _write_document(draft, iri, found)


def _types(draft: Draft, type_: Type, iri: NamedNode, field: Field) -> None:
    """Words that stand for a class, or for a concept of the type's scheme; a concept may bring its class along."""
    if type_.name == "contact":
        return
    words = draft.vocabulary.words(type_.scheme) if type_.scheme else []
    for node in each(field.value):
        text = values.scalar(draft, node, "'type'")
        if text is None:
            continue
        concept = draft.vocabulary.concept(type_.scheme, text.value) if type_.scheme else None
        as_class = draft.vocabulary.schema_class(concept.value) if concept else text.value
        if concept is None and text.value not in type_.words:
            hint = nearest(text.value, [*type_.words, *words])
            draft.wrong(text, f"'{text.value}' is not a type of {type_.name}.", hint)
            continue
        if concept is not None:
            draft.add(iri, type_.of, concept, text.line)
        if as_class in type_.words:
            draft.is_a(iri, SCHEMA(as_class), line=text.line)


def _write_document(draft: Draft, iri: NamedNode, found: Fields) -> None:
    document = draft.index.document(iri)
    for word in ("published", "posted"):
        if word in found and "date" in found:
            draft.wrong(found["date"].value, f"'{word}' and 'date' say the same.", "Keep one.")
    if "text" in found:
        write_page(draft, document, found["text"].value)
    spot = Spot(iri, document, page=document)
    if "says" in found:
        write_claims(draft, found["says"].value, spot)
    if "quotes" in found:
        write_quotations(draft, found["quotes"].value, spot)
