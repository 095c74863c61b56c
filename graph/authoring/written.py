"""The words of a YAML file as they were written: every scalar is text, and every key, item and text knows its line.

YAML 1.2 as ruamel.yaml reads it, less what an editor of records has no use for and an attacker has: tags, anchors,
aliases and second documents are refused. Nothing is typed here: `2009`, `no` and `2017-04-01` stay what they are.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from graph.authoring.complaints import Complaints

RECORD_BYTES = 4_000_000  # a book's worth of text; past this the file is something else
NESTING = 32  # levels; a claim in a list on a page is at level 9


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, whatever its quotes."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping; each key once, in the order of the file."""

    entries: tuple[tuple[Text, "Node"], ...]
    line: int

    def __iter__(self) -> Iterator[tuple[Text, "Node"]]:
        return iter(self.entries)

    def get(self, key: str) -> "Node | None":
        """What stands behind `key`, None where it is not there."""
        return next((node for name, node in self.entries if name.value == key), None)


Node: TypeAlias = Text | Items | Entries


def each(node: Node) -> Iterable[Node]:
    """The items of a list, or the one thing that stands there instead of a list."""
    return node.items if isinstance(node, Items) else (node,)


class Unreadable(Exception):
    """The file cannot be read on; what is wrong is among the complaints already."""


def read_yaml(data: bytes, complaints: Complaints) -> Entries:
    """The tree of one YAML file; raises `Unreadable` where there is none to speak of."""
    text = decoded(data, complaints)
    try:
        return _Reader(text, complaints).document()
    except MarkedYAMLError as error:
        _syntax(error, text, complaints)
    except YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        reason = getattr(error, "reason", "the file cannot be read")
        complaints.add(line, f"not YAML: {reason}.", "Remove the character.")
    except (
        ValueError,
        OverflowError,
        RecursionError,
    ) as error:  # ruamel lets those of int() and chr() through, as in "\xZZ"
        complaints.add(None, f"not YAML: {error}.", "Look for a backslash between double quotes.")
    raise Unreadable


def decoded(data: bytes, complaints: Complaints) -> str:
    """The text of a file; raises `Unreadable` after complaining where it is no UTF-8, too long, or empty."""
    if len(data) > RECORD_BYTES:
        complaints.add(None, f"the file has more than {RECORD_BYTES:,} bytes.", "Split it into several records.")
        raise Unreadable
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"not UTF-8: byte 0x{data[error.start]:02x} is no part of a character."
        complaints.add(line, problem, "Save the file with the encoding UTF-8.")
        raise Unreadable from None
    if not text.strip():
        complaints.add(None, "the file is empty.", "Write a record, or delete the file.")
        raise Unreadable
    return text


def controls(text: str) -> str | None:
    """The first control character of a text as `U+0007`, None where there is none; line ends and tabs are fine."""
    found = _CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


# C0 and C1 but for tab, line feed and carriage return; halves of surrogate pairs; noncharacters; and what turns the
# direction of the text after it, so that a reader sees other words than are there (Unicode TR 36, section 3.1.4)
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


class _Reader:
    """The events of ruamel.yaml's parser made a tree."""

    def __init__(self, text: str, complaints: Complaints) -> None:
        self.complaints = complaints
        self.events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))

    def document(self) -> Entries:
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                break
        else:
            self.complaints.add(None, "the file has nothing but comments.", "Write a record, or delete the file.")
            raise Unreadable
        node = self.node(next(self.events), 0, "the file", 1)
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                hint = "Put each record into a file of its own."
                self.refuse(event, "a second document begins here ('---').", hint)
        if isinstance(node, Entries):
            return node
        if node != Text("", node.line):
            hint = "A record begins with a line 'things:'."
            self.complaints.add(node.line, "a record is made of keys and values.", hint)
        raise Unreadable

    def node(self, event: Any, depth: int, name: str, above: int | None = None) -> Node:
        """A node called `name` in complaints; an empty one is on the line `above`, where its key stands."""
        line: int = event.start_mark.line + 1
        self.plain(event)
        if depth > NESTING:
            self.refuse(event, f"nested more than {NESTING} levels deep.", "Look for brackets that are not closed.")
        if isinstance(event, ScalarEvent):
            return self.text(event, line if event.value or above is None else above, name)
        if isinstance(event, SequenceStartEvent):
            items = []
            while not isinstance(inner := next(self.events), SequenceEndEvent):
                items.append(self.node(inner, depth + 1, f"an item of {name}"))
            return Items(tuple(items), line)
        assert isinstance(event, MappingStartEvent)
        return self.mapping(line, depth)

    def mapping(self, line: int, depth: int) -> Entries:
        found: dict[str, tuple[Text, Node]] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            self.plain(event)
            if not isinstance(event, ScalarEvent):
                self.refuse(event, "a key must be a word.", "Put braces and brackets of a text into quotes.")
            key = self.text(event, event.start_mark.line + 1, "a key")
            value = self.node(next(self.events), depth + 1, f"'{key.value}'", key.line)
            if key.value in found:
                first = found[key.value][0].line
                self.complaints.add(key.line, f"'{key.value}' stands here twice, first on line {first}.", "Keep one.")
            else:
                found[key.value] = (key, value)
        return Entries(tuple(found.values()), line)

    def text(self, event: ScalarEvent, line: int, name: str) -> Text:
        value = unicodedata.normalize("NFC", event.value.strip())  # one word, one spelling (W3C charmod-norm)
        if not value:
            hint = "Between { and } a text with a comma needs quotes." if name.startswith("'") and " " in name else ""
            self.complaints.add(line, f"{name} is empty.", hint or "Write something there, or leave it out.")
        if character := controls(value):
            self.complaints.add(line, f"{name} holds the control character {character}.", "Remove it.")
            value = _CONTROL.sub("", value)
        return Text(value, line)

    def plain(self, event: NodeEvent) -> None:
        """Refuse what turns a text into something else, or one line into a thousand."""
        if isinstance(event, AliasEvent):
            hint = "Write it out, or put a text that begins with * into quotes."
            self.refuse(event, f"'*{event.anchor}' repeats another part of the file: records do not do that.", hint)
        if event.anchor is not None:
            hint = "Leave it out, or put a text that begins with & into quotes."
            self.refuse(event, f"'&{event.anchor}' names a part of the file: records do not do that.", hint)
        tag = getattr(event, "tag", None)
        if tag is not None:
            hint = "Leave it out: everything is text. Put a text that begins with ! into quotes."
            self.refuse(event, f"the tag '{tag}' is not understood.", hint)

    def refuse(self, event: Any, problem: str, hint: str) -> None:
        self.complaints.add(event.start_mark.line + 1, problem, hint)
        raise Unreadable


def _syntax(error: MarkedYAMLError, text: str, complaints: Complaints) -> None:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    column = f" (column {mark.column + 1})" if mark else ""
    lines = text.splitlines()
    written = lines[mark.line] if mark and mark.line < len(lines) else ""
    complaints.add(line, f"not YAML: {error.problem or error.context}{column}.", _advice(written))


def _advice(line: str) -> str:
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent with spaces, not with tabs."
    if re.search(r":\s.*:(\s|$)", line):
        return 'Put a text with a colon in it into quotes: name: "This: that".'
    return "Look at quotes, colons and indentation here and on the line above."


def folded(words: str) -> str:
    """Words as they are compared: composed (NFC), every run of white space, no-break spaces too, one space."""
    return " ".join(unicodedata.normalize("NFC", words).split())
