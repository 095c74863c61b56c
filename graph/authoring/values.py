"""What stands behind a key, read into terms: texts, ids, words of a scheme, dates, numbers.

Every reader takes the node as written and gives what it could read; what it could not read it complains of.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from pyoxigraph import Literal, NamedNode

from graph.authoring import dates
from graph.authoring.complaints import article, nearest
from graph.authoring.counts import read_value
from graph.authoring.draft import Draft
from graph.authoring.keys import Key
from graph.authoring.names import LANGUAGE_TAG, address, referred
from graph.authoring.written import Entries, Items, Node, Text, each
from graph.terms import XSD

T = TypeVar("T")

_DECIMAL = re.compile(r"-?\d{1,3}(\.\d{1,12})?", re.ASCII)
_LANGUAGE_HINT = "Write a language as en, ru or zh-hant (BCP 47)."


def scalar(draft: Draft, node: Node, what: str) -> Text | None:
    """The node where it is one text."""
    if isinstance(node, Text):
        return node if node.value else None
    form = "a list" if isinstance(node, Items) else "keys and values"
    draft.wrong(node, f"{what} is one text, here stands {form}.", "Put a text with brackets or colons into quotes.")
    return None


def entries(draft: Draft, node: Node, what: str) -> Entries | None:
    """The node where it is made of keys and values."""
    if isinstance(node, Entries):
        return node
    if node == Text("", node.line):
        return None  # that it is empty was said when the file was read
    draft.wrong(node, f"{what} is made of keys and values.", "Write them below it, indented, one 'key: value' a line.")
    return None


def texts(draft: Draft, node: Node, what: str, language: str | None = None) -> Iterator[tuple[Literal, int]]:
    """Texts with their languages: a plain one is in `language`, else in the record's."""
    for one in each(node):
        if isinstance(one, Entries):
            yield from _by_language(draft, one, what)
        elif isinstance(one, Text) and one.value:
            yield Literal(one.value, language=language or draft.language), one.line
        elif isinstance(one, Items):
            draft.wrong(one, f"{what} is a list in a list.")


def _by_language(draft: Draft, node: Entries, what: str) -> Iterator[tuple[Literal, int]]:
    for tag, value in node:
        if not LANGUAGE_TAG.fullmatch(tag.value):
            hint = f"{_LANGUAGE_HINT} Put a text with a colon in it into quotes."
            draft.wrong(tag, f"'{tag.value}' is not a language.", hint)
            continue
        for one in each(value):
            text = scalar(draft, one, f"{what} in '{tag.value}'")
            if text:
                yield Literal(text.value, language=tag.value.lower()), text.line


def things(draft: Draft, node: Node, key: Key, *, one: bool = False) -> list[tuple[NamedNode, int]]:
    """The IRIs of ids or addresses; `key` says which types they may have."""
    found = []
    for text in _scalars(draft, node, key.word, "id" if one else None):
        try:
            iri, kind = referred(text.value, draft.settings)
        except ValueError as error:
            draft.wrong(text, f"{error}.", _id_hint(key))
            continue
        if kind is not None and key.to and kind not in key.to:
            problem = f"'{key.word}' cannot be '{text.value}': {article(kind)} does not fit there."
            draft.wrong(text, problem, _id_hint(key))
            continue
        found.append((iri, text.line))
    return found


def _scalars(draft: Draft, node: Node, word: str, single: str | None) -> Iterator[Text]:
    """The texts of a list, or the one there is; `single` is what there may be one of only."""
    parts = list(each(node))
    if single and len(parts) > 1:
        draft.wrong(node, f"'{word}' is one {single}, here stand {len(parts)}.", "Keep one.")
    for part in parts:
        if text := scalar(draft, part, f"'{word}'"):
            yield text


def _id_hint(key: Key) -> str:
    return f"Write an id that begins with {' or '.join(f'{t}/' for t in key.to)}" + "." if key.to else ""


def concepts(draft: Draft, node: Node, scheme: str, what: str, *, one: bool = False) -> list[tuple[NamedNode, int]]:
    """The concepts that words stand for; a word the scheme does not have is complained of."""
    found = []
    for text in _scalars(draft, node, what, "word" if one else None):
        concept = draft.vocabulary.concept(scheme, text.value)
        if concept is None:
            hint = nearest(text.value, draft.vocabulary.words(scheme))
            draft.wrong(text, f"'{text.value}' is not a word for '{what}' (scheme {scheme}).", hint)
        else:
            found.append((concept, text.line))
    return found


def link(draft: Draft, node: Node, what: str) -> NamedNode | None:
    """An http(s) address."""
    return _read(draft, node, f"'{what}'", address, "Copy the address from the browser's address bar.")


def span(draft: Draft, node: Node, what: str) -> dates.Span | None:
    """An EDTF date."""
    return _read(draft, node, f"'{what}'", dates.read_span, dates.EXAMPLES)


def moment(draft: Draft, node: Node, what: str) -> dates.Moment | None:
    """A date, or a date and time."""
    return _read(draft, node, f"'{what}'", dates.read_moment, dates.MOMENT_EXAMPLES)


def day(draft: Draft, node: Node, what: str) -> date | None:
    """One day."""
    read = span(draft, node, what)
    if read and read.day is None:
        draft.wrong(node, f"'{what}' is one day, not '{read.edtf}'.", "Write it as 2017-04-01.")
    return read.day if read else None


def number(draft: Draft, node: Node, what: str) -> int | None:
    """A whole number."""
    hint = "Write digits only: 1000. The source's own words go into 'words'."
    return _read(draft, node, f"'{what}'", read_value, hint)


def decimal(draft: Draft, node: Node, what: str) -> Literal | None:
    """A decimal number, as of degrees."""
    return _read(draft, node, f"'{what}'", _decimal, "Write it as 43.29.")


def boolean(draft: Draft, node: Node, what: str) -> Literal | None:
    """A truth value, written true or false."""
    return _read(draft, node, f"'{what}'", _boolean, "")


def language(draft: Draft, node: Node) -> str | None:
    """A language tag, in small letters as the store keeps it."""
    return _read(draft, node, "the language", _language, _LANGUAGE_HINT)


def _read(draft: Draft, node: Node, what: str, read: Callable[[str], T], hint: str) -> T | None:
    """What `read` makes of a text; what it raises is complained of."""
    text = scalar(draft, node, what)
    if text is None:
        return None
    try:
        return read(text.value)
    except ValueError as error:
        draft.wrong(text, f"{what}: {error}.", hint)
        return None


def _decimal(text: str) -> Literal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"'{text}' is not a decimal number")
    return Literal(text, datatype=XSD("decimal"))


def _boolean(text: str) -> Literal:
    if text not in ("true", "false"):
        raise ValueError(f"it is true or false, not '{text}'")
    return Literal(text, datatype=XSD("boolean"))


def _language(text: str) -> str:
    if not LANGUAGE_TAG.fullmatch(text):
        raise ValueError(f"'{text}' is not a language")
    return text.lower()


def integer(value: int) -> Literal:
    """A whole number as the xsd:integer every number of ours is."""
    return Literal(str(value), datatype=XSD("integer"))
