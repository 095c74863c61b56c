"""What a claim holds beside its words: a figure with its bound, and structured content that asserts nothing."""

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from graph.authoring import dates, values
from graph.authoring.complaints import nearest
from graph.authoring.counts import interval
from graph.authoring.draft import Draft
from graph.authoring.fields import Fields, fields, write
from graph.authoring.keys import TYPES
from graph.authoring.names import address, prefixes, referred, term
from graph.authoring.written import Entries, Node, Text
from graph.terms import EDTF, KH, RDF, SCHEMA, VOCAB, XSD


def write_count(draft: Draft, claim: NamedNode, node: Node) -> None:
    """The figure of a claim, at `{claim}/count`, with the least and greatest number its bound allows."""
    written = values.entries(draft, node, "a count")
    if written is None:
        return
    found, line = fields(draft, written, "count"), written.line
    count = NamedNode(claim.value + "/count")
    draft.add(claim, KH("quantity"), count, line)
    draft.is_a(count, KH("Count"), line=line)
    write(draft, count, found)
    value = values.number(draft, found["value"].value, "value") if "value" in found else None
    if value is None:
        return
    draft.add(count, SCHEMA("value"), values.integer(value), found["value"].value.line)
    bound = found["bound"].value.value if "bound" in found and isinstance(found["bound"].value, Text) else ""
    if draft.vocabulary.concept("bound", bound) is not None:
        _interval(draft, count, bound, value, line)
        _label(draft, count, found, bound, value)


def _interval(draft: Draft, count: NamedNode, bound: str, value: int, line: int) -> None:
    try:
        least, most = interval(bound, value)
    except ValueError as error:
        draft.complaints.add(line, f"{error}.")
        return
    for name, number in (("minValue", least), ("maxValue", most)):
        if number is not None:
            draft.add(count, SCHEMA(name), values.integer(number), line)


def _label(draft: Draft, count: NamedNode, found: Fields, bound: str, value: int) -> None:
    """`more than 100 (people detained)`; an exact number needs no word before it."""
    measure = found["of"].value if "of" in found else None
    what = draft.vocabulary.concept("measure", measure.value) if isinstance(measure, Text) else None
    how = draft.vocabulary.concept("bound", bound)
    if what is None or how is None:
        return

    def said(language: str) -> str:
        before = "" if bound == "exactly" else f"{draft.vocabulary.label(how.value, language)} "
        return f"{before}{value} ({draft.vocabulary.label(what.value, language)})"

    draft.labels(count, said, found["value"].line)


def write_statement(draft: Draft, claim: NamedNode, node: Node, about: Sequence[NamedNode]) -> None:
    """The structured content of a claim; without a subject it is about the one thing the claim is about."""
    written = values.entries(draft, node, "a statement")
    if written is None:
        return
    found, line = fields(draft, written, "statement"), written.line
    subject = _subject(draft, written, found, about)
    predicate = _predicate(draft, found["predicate"].value) if "predicate" in found else None
    if subject is None or predicate is None or "object" not in found:
        return
    draft.add(claim, RDF("subject"), subject, line)
    draft.add(claim, RDF("predicate"), predicate, found["predicate"].value.line)
    for value in _objects(draft, found["object"].value, predicate):
        draft.add(claim, RDF("object"), value, found["object"].value.line)


def _subject(draft: Draft, written: Entries, found: Fields, about: Sequence[NamedNode]) -> NamedNode | None:
    if "subject" in found:
        given = values.things(draft, found["subject"].value, found["subject"].key, one=True)
        return given[0][0] if given else None
    if len(about) != 1:
        problem = f"a statement needs 'subject' where the claim is about {len(about)} things."
        draft.wrong(written, problem, "Write subject: and one id.")
        return None
    return about[0]


def _predicate(draft: Draft, node: Node) -> NamedNode | None:
    text = values.scalar(draft, node, "'predicate'")
    if text is None:
        return None
    found = term(text.value)
    if found is None:
        hint = f"Write a prefix and a name, as schema:foundingDate. Prefixes: {', '.join(prefixes())}."
        draft.wrong(text, f"'{text.value}' is not a property.", hint)
        return None
    return found if _is_known(draft, found, text) else None


def _is_known(draft: Draft, iri: NamedNode, text: Text) -> bool:
    """Is it a term of the house's own, if it looks like one? Other vocabularies are not ours to check."""
    terms = draft.vocabulary.terms
    for namespace in (KH, VOCAB):
        if iri.value.startswith(namespace.base) and iri.value not in terms:
            names = (t.removeprefix(namespace.base) for t in terms if t.startswith(namespace.base))
            hint = nearest(text.value, [f"{namespace.prefix}:{name}" for name in names])
            draft.wrong(text, f"'{text.value}' is not a term of the vocabulary.", hint)
            return False
    return True


def _objects(draft: Draft, node: Node, predicate: NamedNode) -> list[NamedNode | Literal]:
    """What the statement says, one value: an id, an address, a term, a date, a number, or a text in its languages."""
    if not isinstance(node, Text):
        return [literal for literal, _ in values.texts(draft, node, "'object'")]
    if predicate.value.lower().endswith("date"):
        span = values.span(draft, node, "object")
        return [_date(span)] if span else []
    try:
        return [_object(draft, node)]
    except ValueError as error:
        draft.wrong(node, f"{error}.", "Put a text that begins like an id or an address into a language: {en: …}.")
        return []


def _object(draft: Draft, node: Text) -> NamedNode | Literal:
    text = node.value
    if text.startswith(("http://", "https://")):
        return address(text)
    if text.partition("/")[0] in TYPES and "/" in text and " " not in text:
        return referred(text, draft.settings)[0]
    if (known := term(text)) is not None and _is_known(draft, known, node):
        return known
    if text.isascii() and text.isdigit():
        return values.integer(int(text)) if len(text) < 16 else Literal(text, language=draft.language)
    if text in ("true", "false"):
        return Literal(text, datatype=XSD("boolean"))
    try:
        return _date(dates.read_span(text))
    except ValueError:
        return Literal(text, language=draft.language)


def _date(span: dates.Span) -> Literal:
    return dates.day_literal(span.day) if span.day else Literal(span.edtf, datatype=EDTF)
