"""The table of keys: every row does what it says, and every property is a term of the ontology."""

import pytest

from graph.authoring.fields import WRITERS
from graph.authoring.keys import INNER, KEYS, TYPES, Kind, keys_of
from graph.vocabulary import Vocabulary

VALUES = {
    Kind.TEXT: "Some text",
    Kind.LINE: "A line",
    Kind.LINK: "https://x.example/",
    Kind.SPAN: "2031-04",
    Kind.MOMENT: "2031-04-05",
    Kind.CLAIM_DATE: "2031-04-05",
    Kind.DAY: "2031-04-05",
    Kind.DECIMAL: "43.25",
    Kind.BOOLEAN: "false",
    Kind.LANGUAGE: "ru",
    Kind.CONTACT: "hotline",
    Kind.PASSAGE: "{on: profile/p, words: Some words}",
}
BASE = {
    "claim": "kind: fact, in: source/s, by: org/x",
    "quote": "words: Hm, in: source/s, by: org/x",
    "list": "items: [One], kind: goal, in: source/s, by: org/x, about: org/x",
}
ROWS = [
    (key, type_)
    for key in KEYS
    for type_ in key.on
    if type_ in TYPES and key.kind not in (Kind.PART, Kind.TYPES) and key.property is not None
]


@pytest.mark.parametrize(("key", "type_"), ROWS, ids=lambda x: x if isinstance(x, str) else x.word)
def test_every_simple_key_becomes_its_property(site, vocabulary: Vocabulary, key, type_: str) -> None:
    if key.kind in (Kind.THING, Kind.THINGS):
        value = f"{key.to[0] if key.to else 'org'}/x"
    elif key.kind in (Kind.CONCEPT, Kind.CONCEPTS):
        value = vocabulary.words(key.scheme)[0]
    else:
        value = VALUES[key.kind]
    others = [part for part in BASE.get(type_, "label: L").split(", ") if not part.startswith(f"{key.word}:")]
    if {"name", "label"} & {key.word}:
        others = [part for part in others if not part.startswith("label:")]
    record = site.record(f"things:\n- {{id: {type_}/me, {key.word}: {value}, {', '.join(others)}}}".replace(", }", "}"))
    mine = {t.predicate for t in record.triples if t.subject.value.endswith(f"/{type_}/me")}
    assert key.property in mine


def test_every_property_and_scheme_is_in_the_ontology(vocabulary: Vocabulary) -> None:
    for key in KEYS:
        assert key.property is None or key.property.value in vocabulary.terms, key.word
        assert key.scheme is None or key.scheme in vocabulary.schemes(), key.word
    for type_ in TYPES.values():
        assert {c.value for c in type_.classes} <= set(vocabulary.terms)
        assert {f"https://schema.org/{word}" for word in type_.words} <= set(vocabulary.terms)
        assert type_.scheme is None or type_.scheme in vocabulary.schemes()
        assert type_.standard is None or vocabulary.concept(str(type_.scheme), type_.standard)


def test_words_derived_by_the_compiler_are_in_the_ontology(vocabulary: Vocabulary) -> None:
    for word in ("stated-position", "headline", "editorial", "self-reported", "reported"):
        assert vocabulary.concept("status", word)
    for word in ("position", "figure"):
        assert vocabulary.concept("claim-type", word)


def test_the_table_is_whole() -> None:
    """A word has one row on a thing, every type has keys, every kind of value is written by somebody."""
    for owner in (*TYPES, *INNER):
        rows = [key.word for key in KEYS if owner in key.on]
        assert len(rows) == len(set(rows)) == len(keys_of(owner)) > 0
    assert {o for key in KEYS for o in key.on} == {*TYPES, *INNER}
    apart = {Kind.PART, Kind.TYPES, Kind.NUMBER, Kind.PASSAGE}
    assert set(WRITERS) == set(Kind) - apart
    for key in KEYS:
        assert key.says.endswith((".", "?", ".)"))
        assert key.kind in apart or key.property is not None or key.word in ("kind", "status", "subject", "on")
