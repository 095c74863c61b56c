"""Records written in Turtle, by people who prefer it: the same graph, held to the same limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph.authoring.complaints import Complaints, nearest
from graph.authoring.names import SCHEMES, unsafe
from graph.authoring.written import Unreadable, controls, decoded
from graph.settings import Settings
from graph.terms import KH, VOCAB
from graph.vocabulary import Vocabulary

_BLANK = re.compile(r"\[|_:|\(")


@dataclass(frozen=True, slots=True)
class Said:
    """The triples of one Turtle file, those of the record's content and those of the record itself.

    `lines` has the line each subject is first written on, where it can be told.
    """

    content: tuple[Triple, ...]
    of_record: tuple[Triple, ...]
    lines: dict[str, int]


def read_turtle(data: bytes, record: NamedNode, settings: Settings, complaints: Complaints) -> Said:
    """The triples of a file; IRIs in it are relative to `{base}id/`. Raises `Unreadable` where it is no Turtle.

    A record describes things of its own site only, has no blank nodes (the same file must always give the same
    graph), and says of itself what `{base}record/ID` says in the catalogue.
    """
    text = decoded(data, complaints)
    try:
        triples = [
            Triple(q.subject, q.predicate, q.object)
            for q in parse(text, RdfFormat.TURTLE, base_iri=settings.base + "id/")
        ]
    except SyntaxError as error:
        column = f" (column {error.offset})" if error.offset else ""
        hint = "Mend it there. A record is one graph: Turtle, not TriG."
        complaints.add(error.lineno, f"not Turtle: {error.msg}{column}.", hint)
        raise Unreadable from None
    lines = _Lines(text, settings)
    plain = [t for t in triples if isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode | Literal)]
    content = [t for t in plain if t.subject != record]
    if len(plain) < len(triples):
        hint = "Give the node an IRI below its owner's, as <org/x/address>."
        complaints.add(lines.of_blank(), "a blank node: nobody could point to it or compare two versions of it.", hint)
    subjects = {s: lines.of(s) for s in dict.fromkeys(_value(t.subject) for t in triples)}
    found = {subject: line for subject, line in subjects.items() if line is not None}
    for subject, problem, hint in _wrong(content, settings):
        complaints.add(found.get(subject), problem, hint)
    return Said(tuple(content), tuple(t for t in plain if t.subject == record), found)


def check_terms(said: Said, vocabulary: Vocabulary, complaints: Complaints) -> None:
    """Complain of every term that looks like the house's own and is not."""
    for triple in (*said.content, *said.of_record):
        for node in (triple.predicate, triple.object):
            for namespace in (KH, VOCAB):
                if not isinstance(node, NamedNode) or not node.value.startswith(namespace.base):
                    continue
                if node.value not in vocabulary.terms:
                    ours = [t for t in vocabulary.terms if t.startswith(namespace.base)]
                    line = said.lines.get(_value(triple.subject))
                    complaints.add(line, f"<{node.value}> is not a term of the vocabulary.", nearest(node.value, ours))


def _wrong(triples: list[Triple], settings: Settings) -> Iterator[tuple[str, str, str]]:
    own = settings.base + "id/"
    for subject in dict.fromkeys(_value(t.subject) for t in triples):
        if not subject.startswith(own):
            hint = f"A record says something of things below {own} only."
            yield subject, f"<{subject}> is not a thing of this site.", hint
    for triple in triples:
        for node in (triple.predicate, triple.object):
            if isinstance(node, NamedNode) and unsafe(node.value):
                hint = f"Links begin with one of: {', '.join(SCHEMES)}."
                yield _value(triple.subject), f"<{node.value}> may not be linked to.", hint
        if isinstance(triple.object, Literal) and (character := controls(triple.object.value)):
            hint = "Remove it."
            yield _value(triple.subject), f"a text holds the control character {character}.", hint


def _value(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else ""


class _Lines:
    """Where IRIs are written. Turtle has many spellings of one, so this is a search, and may find nothing."""

    def __init__(self, text: str, settings: Settings) -> None:
        self.lines = [re.sub(r"#.*$|@prefix.*$", "", line) if "<" not in line else line for line in text.splitlines()]
        self.base = settings.base + "id/"

    def of(self, iri: str) -> int | None:
        """The first line that begins with the IRI in one of its spellings, else the first that has it."""
        name = iri.removeprefix(self.base)
        tail = re.escape(re.split(r"[/#]", name)[-1])
        spelled = rf"(<{re.escape(iri)}>|<{re.escape(name)}>|\b[\w.-]*:(?:[^\s<>]*\\?/)?{tail}(?![\w-]))"
        for pattern in (re.compile(r"\s*" + spelled), re.compile(spelled)):
            for number, line in enumerate(self.lines, 1):
                found = pattern.match(line) if pattern.pattern.startswith(r"\s*") else pattern.search(line)
                if found:
                    return number
        return None

    def of_blank(self) -> int | None:
        """The first line that looks like a blank node's."""
        quoted = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>')
        return next((n for n, line in enumerate(self.lines, 1) if _BLANK.search(quoted.sub("", line))), None)
