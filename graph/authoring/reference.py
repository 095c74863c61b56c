"""The table of keys as pages of documentation print it: `docs/authoring.md` holds these bytes, a test compares them."""

from collections.abc import Iterator, Mapping, Sequence

from graph.authoring.keys import DOCUMENTS, HAPPENINGS, KEYS, THINGS, TYPES, Key, Kind
from graph.terms import NAMESPACES

BEGIN, END = "<!-- keys: generated, do not edit -->", "<!-- keys: end -->"

BEHIND: Mapping[Kind, str] = {
    Kind.TEXT: "text, `{en: …, ru: …}`, or a list of them",
    Kind.LINE: "text as printed",
    Kind.THING: "id",
    Kind.THINGS: "id, or a list of ids",
    Kind.LINK: "address with https://",
    Kind.CONCEPT: "word",
    Kind.CONCEPTS: "word, or a list of words",
    Kind.TYPES: "word, or a list of words",
    Kind.CONTACT: "word, or text",
    Kind.SPAN: "date",
    Kind.MOMENT: "date, or day and time",
    Kind.CLAIM_DATE: "date",
    Kind.DAY: "day",
    Kind.NUMBER: "whole number",
    Kind.DECIMAL: "decimal number",
    Kind.BOOLEAN: "true or false",
    Kind.LANGUAGE: "language",
    Kind.PASSAGE: "words, or `{on: …, words: …}`",
    Kind.PART: "",
}

# What stands behind the keys that have a form of their own, by the thing they stand on; "" for every thing
PARTS: Mapping[tuple[str, str], str] = {
    ("", "id"): "type/name",
    ("", "says"): "claims",
    ("", "quotes"): "quotations",
    ("", "text"): "items, in the order of the page",
    ("claim", "count"): "`{of: …, bound: …, value: …, words: …}`",
    ("claim", "statement"): "`{subject: …, predicate: …, object: …}`",
    ("list", "items"): "texts or claims",
    ("list", "open"): "words on the page",
    ("item", "passage"): "words on the page",
    ("item", "list"): "a list, with the keys below",
    ("on-page", "words"): "words on the page",
    ("statement", "predicate"): "prefix:name",
    ("statement", "object"): "id, date, number, text or term",
    ("record", "licence"): "SPDX name or address",
}

# Whose keys stand in one table, in the order of the page
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("The record itself: `record:`", ("record",)),
    ("Documents: `source/…`, `profile/…`", DOCUMENTS),
    *((f"`{name}/…`", (name,)) for name in ("person", "org", "group", "place")),
    ("What happened: `event/…`, `incident/…`, `act/…`, `intervention/…`", HAPPENINGS),
    *((f"`{name}/…`", (name,)) for name in ("membership", "contact", "series", "list", "claim", "quote")),
    ("An item of a page's `text:`", ("item",)),
    ("A figure: `count:`", ("count",)),
    ("Structured content: `statement:`", ("statement",)),
    ("A passage on another page: `passage:`", ("on-page",)),
)


def key_tables() -> str:
    """Every key, a table a kind of thing, as Markdown. What stands on everything is said once."""
    common = [k for k in KEYS if set(THINGS) <= set(k.on)]
    lines = ["### Everything", "", *_table(("",), common)]
    for heading, owners in SECTIONS:
        keys = [k for k in KEYS if set(owners) & set(k.on) and k not in common]
        lines += ["", f"### {heading}", "", *_table(owners, keys)]
    return "\n".join(lines)


def refreshed(page: str) -> str:
    """The page with the tables between its two marks written anew; ValueError where it has no such marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{key_tables()}\n\n{END}{after}"


def _table(owners: Sequence[str], keys: Sequence[Key]) -> Iterator[str]:
    yield "| key | behind it | what it says | becomes |"
    yield "|---|---|---|---|"
    for key in keys:
        on = [owner for owner in owners if owner in key.on]
        only = f" Only {_either(on)}." if on and len(on) < len(owners) else ""
        needed = " **Needed.**" if key.needed else ""
        becomes = f"`{_curie(key.property.value)}`" if key.property else ""
        yield f"| `{key.word}` | {_behind(on, key)} | {key.says}{only}{needed} | {becomes} |"


def _behind(owners: Sequence[str], key: Key) -> str:
    if key.kind is Kind.PART:
        special = (PARTS[owner, key.word] for owner in owners if (owner, key.word) in PARTS)
        return next(special, None) or PARTS["", key.word]
    if key.kind is Kind.TYPES:
        return _types(owners)
    head, comma, tail = BEHIND[key.kind].partition(",")
    of = f" of `{key.scheme}`" if key.scheme else ""
    to = f" of {_either(key.to)}" if key.to else ""
    return head + of + to + comma + tail


def _types(owners: Sequence[str]) -> str:
    schemes = dict.fromkeys(f"`{TYPES[o].scheme}`" for o in owners if TYPES[o].scheme)
    words = [f"`{word}`" for o in owners for word in TYPES[o].words]
    return _either([f"word of {_either(list(schemes))}", *words] if schemes else words) + "; several in a list"


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _curie(iri: str) -> str:
    return next(f"{n.prefix}:{iri.removeprefix(n.base)}" for n in NAMESPACES if iri.startswith(n.base))
