"""What a thing is called where its editor gives no name, so that no page ever shows a bare IRI."""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from graph.authoring import values
from graph.authoring.draft import Draft, shortened
from graph.authoring.fields import Field, Fields
from graph.authoring.keys import DOCUMENTS, HAPPENINGS, NAMED, Type
from graph.authoring.names import referred
from graph.authoring.written import Text, each
from graph.terms import LABEL


def write_label(draft: Draft, type_: Type, iri: NamedNode, found: Fields, line: int) -> None:
    """The label of a thing: its name, else what its keys tell; nothing where they tell nothing."""
    if "label" in found or ("name" in found and type_.name not in NAMED):
        return
    if "name" in found:
        for literal, at in firsts(values.texts(draft, found["name"].value, "'name'")):
            draft.add(iri, LABEL, literal, at)
    elif type_.name in DOCUMENTS and "description" in found:
        for literal, at in firsts(values.texts(draft, found["description"].value, "'description'")):
            draft.add(iri, LABEL, Literal(shortened(literal.value), language=literal.language), at)
    elif type_.name in (*DOCUMENTS, *HAPPENINGS):
        draft.labels(iri, lambda language: _kind_and_date(draft, type_, found, language), line)
    elif type_.name == "membership":
        draft.labels(iri, lambda language: _membership(draft, found, language), line)
    elif type_.name == "contact":
        draft.labels(iri, lambda language: _contact(draft, found, language), line)


def firsts(texts: Iterable[tuple[Literal, int]]) -> Iterable[tuple[Literal, int]]:
    """The first text of each language: a node has one label in it."""
    seen: dict[str | None, tuple[Literal, int]] = {}
    for literal, line in texts:
        seen.setdefault(literal.language, (literal, line))
    return seen.values()


def _kind_and_date(draft: Draft, type_: Type, found: Fields, language: str) -> str | None:
    """`conference, 2008-10`."""
    words = _written(found.get("type")) or ([type_.standard] if type_.standard else [])
    kinds = [k for w in words if (k := _concept(draft, type_.scheme or "", w, language))]
    if not kinds:
        return None
    date = next((w for key in ("date", "published", "posted") for w in _written(found.get(key))), None)
    return ", ".join([*kinds, *([date.replace("T", " ")] if date else [])])


def _membership(draft: Draft, found: Fields, language: str) -> str | None:
    """`Anna Ivanova, board member, Example Network`."""
    member, body = _name(draft, found.get("member"), language), _name(draft, found.get("organization"), language)
    roles = [r for w in _written(found.get("role")) if (r := _concept(draft, "role", w, language))]
    return ", ".join([member, *roles, body]) if member and body else None


def _contact(draft: Draft, found: Fields, language: str) -> str | None:
    """`hotline, Example Network`."""
    provider = _name(draft, found.get("provider"), language)
    kinds = [_concept(draft, "intervention", w, language) or w for w in _written(found.get("type"))]
    return ", ".join([*kinds, provider]) if provider and kinds else None


def _written(field: Field | None) -> list[str]:
    return [node.value for node in each(field.value) if isinstance(node, Text)] if field else []


def _concept(draft: Draft, scheme: str, word: str, language: str) -> str | None:
    concept = draft.vocabulary.concept(scheme, word)
    return draft.vocabulary.label(concept.value, language) if concept else None


def _name(draft: Draft, field: Field | None, language: str) -> str | None:
    for word in _written(field):
        try:
            return draft.index.name(referred(word, draft.settings)[0], language)
        except ValueError:
            return None
    return None
