"""The keys of one thing: which stand there, which are missing or unknown, and what each of the simple ones says."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.authoring import values
from graph.authoring.complaints import article, nearest
from graph.authoring.dates import Span, day_literal
from graph.authoring.draft import Draft
from graph.authoring.keys import TYPES, Key, Kind, keys_of
from graph.authoring.names import defined
from graph.authoring.written import Entries, Node, Text, each
from graph.terms import DCTERMS, KH, SCHEMA


@dataclass(frozen=True, slots=True)
class Field:
    """A key that stands in the file, its row of the table, and what is behind it."""

    key: Key
    line: int
    value: Node


Fields = Mapping[str, Field]


def fields(draft: Draft, written: Entries, owner: str) -> Fields:
    """The fields of a thing; unknown keys, keys that say the same and missing ones are complained of."""
    known, name = keys_of(owner), article(owner)
    found: dict[str, Field] = {}
    said: dict[NamedNode, str] = {}
    for word, value in written:
        key = known.get(word.value)
        if key is None and value == Text("", value.line):
            continue  # that it is empty was said when the file was read
        if key is None:
            draft.wrong(word, f"'{word.value}' is not a key of {name}.", nearest(word.value, known))
            continue
        if key.property is not None and (other := said.setdefault(key.property, key.word)) != key.word:
            draft.wrong(word, f"'{other}' and '{key.word}' say the same.", "Keep one.")
            continue
        found[key.word] = Field(key, word.line, value)
    for key in known.values():
        if key.needed and key.word not in found and key.word not in {word.value for word, _ in written}:
            draft.wrong(written, f"{name} needs '{key.word}': {_lower(key.says)}")
    return found


def write(draft: Draft, subject: NamedNode, found: Fields, leave: Collection[str] = ()) -> None:
    """Say everything of `subject` that the simple fields say; parts, and the words in `leave`, are another room's."""
    for word, field in found.items():
        if word not in leave and (writer := WRITERS.get(field.key.kind)) is not None:
            writer(draft, subject, field)


def identify(draft: Draft, node: Node, type_: str | None = None) -> tuple[str, NamedNode] | None:
    """The type and IRI behind `id`; with `type_`, it has to be that one. An id is described once in a file."""
    text = values.scalar(draft, node, "'id'")
    if text is None:
        return None
    try:
        kind, name = defined(text.value)
    except ValueError as error:
        draft.wrong(text, f"{error}.", f"Write it as {type_ or 'org'}/some-name.")
        return None
    if kind not in TYPES:
        draft.wrong(text, f"'{kind}' is not a type of thing.", nearest(kind, TYPES))
        return None
    if type_ is not None and kind != type_:
        draft.wrong(text, f"the id of {article(type_)} begins with '{type_}/', not with '{kind}/'.")
        return None
    iri = draft.settings.thing(name)
    if iri.value in draft.described:
        first = draft.described[iri.value]
        draft.wrong(text, f"'{name}' is described twice in this file, first on line {first}.", "Put it into one place.")
        return None
    draft.described[iri.value] = text.line
    return kind, iri


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _property(field: Field) -> NamedNode:
    assert field.key.property is not None, field.key.word
    return field.key.property


def _text(draft: Draft, subject: NamedNode, field: Field) -> None:
    for literal, line in values.texts(draft, field.value, f"'{field.key.word}'"):
        draft.add(subject, _property(field), literal, line)


def _line(draft: Draft, subject: NamedNode, field: Field) -> None:
    if text := values.scalar(draft, field.value, f"'{field.key.word}'"):
        draft.add(subject, _property(field), Literal(text.value), text.line)


def _things(draft: Draft, subject: NamedNode, field: Field) -> None:
    for iri, line in values.things(draft, field.value, field.key, one=field.key.kind is Kind.THING):
        draft.add(subject, _property(field), iri, line)


def _concepts(draft: Draft, subject: NamedNode, field: Field) -> None:
    scheme, one = field.key.scheme or "", field.key.kind is Kind.CONCEPT
    for iri, line in values.concepts(draft, field.value, scheme, field.key.word, one=one):
        draft.add(subject, _property(field), iri, line)


def _link(draft: Draft, subject: NamedNode, field: Field) -> None:
    for node in each(field.value):
        if address := values.link(draft, node, field.key.word):
            draft.add(subject, _property(field), address, node.line)


def _language(draft: Draft, subject: NamedNode, field: Field) -> None:
    for node in each(field.value):
        if tag := values.language(draft, node):
            draft.add(subject, _property(field), Literal(tag), node.line)


def _contact(draft: Draft, subject: NamedNode, field: Field) -> None:
    """A word of the scheme that has hotlines and the like, else a text."""
    for node in each(field.value):
        word = node.value if isinstance(node, Text) else ""
        if concept := draft.vocabulary.concept(field.key.scheme or "", word):
            draft.add(subject, _property(field), concept, node.line)
        else:
            _text(draft, subject, Field(field.key, field.line, node))


def bounds(draft: Draft, subject: NamedNode, span: Span, line: int) -> None:
    """Give a thing its EDTF date with the first and last day it can mean."""
    draft.add(subject, DCTERMS("date"), span.literal, line)
    if span.earliest:
        draft.add(subject, KH("earliest"), day_literal(span.earliest), line)
    if span.latest:
        draft.add(subject, KH("latest"), day_literal(span.latest), line)


def _span(draft: Draft, subject: NamedNode, field: Field) -> None:
    if span := values.span(draft, field.value, field.key.word):
        bounds(draft, subject, span, field.value.line)


def _moment(draft: Draft, subject: NamedNode, field: Field) -> None:
    moment = values.moment(draft, field.value, field.key.word)
    if moment is None:
        return
    published, line = _property(field) == SCHEMA("datePublished"), field.value.line
    if moment.literal is not None:
        draft.add(subject, _property(field), moment.literal, line)
    elif not published:
        draft.wrong(field.value, f"'{field.key.word}' is one day, not '{moment.span.edtf}'.", "Write it as 2017-04-01.")
    if published:
        bounds(draft, subject, moment.span, line)


def _claim_date(draft: Draft, subject: NamedNode, field: Field) -> None:
    span = values.span(draft, field.value, field.key.word)
    if span and span.day:
        draft.add(subject, _property(field), day_literal(span.day), field.value.line)
    elif span:
        bounds(draft, subject, span, field.value.line)


def _day(draft: Draft, subject: NamedNode, field: Field) -> None:
    if day := values.day(draft, field.value, field.key.word):
        draft.add(subject, _property(field), day_literal(day), field.value.line)


def _decimal(draft: Draft, subject: NamedNode, field: Field) -> None:
    if literal := values.decimal(draft, field.value, field.key.word):
        draft.add(subject, _property(field), literal, field.value.line)


def _boolean(draft: Draft, subject: NamedNode, field: Field) -> None:
    if literal := values.boolean(draft, field.value, field.key.word):
        draft.add(subject, _property(field), literal, field.value.line)


WRITERS: Mapping[Kind, Callable[[Draft, NamedNode, Field], None]] = {
    Kind.TEXT: _text,
    Kind.LINE: _line,
    Kind.THING: _things,
    Kind.THINGS: _things,
    Kind.LINK: _link,
    Kind.CONCEPT: _concepts,
    Kind.CONCEPTS: _concepts,
    Kind.CONTACT: _contact,
    Kind.SPAN: _span,
    Kind.MOMENT: _moment,
    Kind.CLAIM_DATE: _claim_date,
    Kind.DAY: _day,
    Kind.DECIMAL: _decimal,
    Kind.BOOLEAN: _boolean,
    Kind.LANGUAGE: _language,
}
