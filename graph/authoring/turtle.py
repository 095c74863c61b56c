"""Records written in Turtle, by people who prefer it: the same graph, held to the same limits."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph.authoring.complaints import Complaints, nearest
from graph.authoring.keys import TYPES, keys_of
from graph.authoring.names import SCHEMES, named, subject_of, unsafe
from graph.authoring.written import Unreadable, controls, decoded
from graph.settings import Settings
from graph.terms import KH, LABEL, PROV, VOCAB, A
from graph.vocabulary import Vocabulary

# What a record may say of itself: what the keys below `record:` become, and what is derived from them
OF_ITSELF = {A, LABEL, PROV("wasAttributedTo"), *(k.property for k in keys_of("record").values() if k.property)}

Wrong = Iterator[tuple[NamedNode, str, str]]  # what it is said of, what is wrong, what to do


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
        triples = list(parse(text, RdfFormat.TURTLE, base_iri=settings.base + "id/"))
    except SyntaxError as error:
        column = f" (column {error.offset})" if error.offset else ""
        reason = re.sub(r"^Parser error at [^:]*: ", "", error.msg).rstrip(".")
        complaints.add(error.lineno, f"not Turtle: {reason}{column}.", "A record is one graph: Turtle, not TriG.")
        raise Unreadable from None
    places = _Places(text, settings)
    plain: list[Triple] = []
    for each in triples:
        if isinstance(each.subject, NamedNode) and isinstance(each.object, NamedNode | Literal):
            plain.append(Triple(each.subject, each.predicate, each.object))
        elif isinstance(each.object, Triple):
            complaints.add(places.of_triple(), "a triple about a triple.", "Write a claim: it says who says so.")
        else:
            problem = "a blank node: nobody could point to it or compare two versions of it."
            complaints.add(places.of_blank(), problem, "Give the node an IRI below its owner's, as <org/x/address>.")
    said = _apart(plain, record, places)
    for subject, problem, hint in (*_not_ours(said, settings), *_unsafe(plain), *_not_of_itself(said)):
        complaints.add(said.lines.get(subject.value), problem, hint)
    if not triples:
        complaints.add(None, "the record describes nothing.", "Write a triple, or delete the file.")
    return said


def check_terms(said: Said, vocabulary: Vocabulary, complaints: Complaints) -> None:
    """Complain of every term that looks like the house's own and is not, and of an access that is none."""
    access = keys_of("record")["access"].property
    for triple in (*said.content, *said.of_record):
        line = said.lines.get(subject_of(triple).value)
        for node in (triple.predicate, triple.object):
            for namespace in (KH, VOCAB):
                if not isinstance(node, NamedNode) or not node.value.startswith(namespace.base):
                    continue
                if node.value not in vocabulary.terms:
                    ours = [t for t in vocabulary.terms if t.startswith(namespace.base)]
                    problem = f"<{node.value}> is not a term of the vocabulary."
                    complaints.add(line, problem, nearest(node.value, ours))
        if triple.predicate == access:
            words = {w: vocabulary.concept("access", w) for w in vocabulary.words("access")}
            if triple.object not in words.values():
                hint = f"One of: {', '.join(f'<{c.value}>' for c in words.values() if c)}."
                complaints.add(line, f"{triple.object} is not a concept of the scheme access.", hint)


def _apart(triples: Iterable[Triple], record: NamedNode, places: "_Places") -> Said:
    content = tuple(t for t in triples if t.subject != record)
    of_record = tuple(t for t in triples if t.subject == record)
    lines = {iri: places.of(iri) for iri in dict.fromkeys(subject_of(t).value for t in (*content, *of_record))}
    return Said(content, of_record, {iri: line for iri, line in lines.items() if line is not None})


def _not_ours(said: Said, settings: Settings) -> Wrong:
    """Subjects that no record may describe, or whose ids YAML would refuse."""
    own = settings.base + "id/"
    for subject in dict.fromkeys(subject_of(t) for t in said.content):
        if not subject.value.startswith(own):
            hint = f"A record says something of things below {own} only."
            yield subject, f"<{subject.value}> is not a thing of this site.", hint
            continue
        name = subject.value.removeprefix(own)
        kind, slash, _ = name.partition("/")
        if not slash:
            yield subject, f"'{name}' is not an id: it is a type, a slash and a name.", ""
        elif kind not in TYPES:
            yield subject, f"'{kind}' is not a type of thing.", nearest(kind, TYPES)
        else:
            try:
                named(name)
            except ValueError as error:
                yield subject, f"{error}.", ""


def _unsafe(triples: Iterable[Triple]) -> Wrong:
    for triple in triples:
        for node in (triple.predicate, triple.object):
            if isinstance(node, NamedNode) and unsafe(node.value):
                hint = f"Links begin with one of: {', '.join(SCHEMES)}."
                yield subject_of(triple), f"<{node.value}> may not be linked to.", hint
        if isinstance(triple.object, Literal) and (character := controls(triple.object.value)):
            yield subject_of(triple), f"a text holds the control character {character}.", "Remove it."


def _not_of_itself(said: Said) -> Wrong:
    for triple in said.of_record:
        if triple.predicate not in OF_ITSELF:
            hint = "It may say: " + ", ".join(sorted(f"<{p.value}>" for p in OF_ITSELF)) + "."
            yield subject_of(triple), f"a record does not say <{triple.predicate.value}> of itself.", hint


# What finding a name again needs: texts and comments to pass over, IRIs, prefixed names, signs of a blank node
_TOKENS = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"""|' + r"'''(?:[^'\\]|\\.|'{1,2}(?!'))*'''"
    r'|"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'|#[^\n]*"
    r"|(?P<triple><<)|<(?P<iri>[^<>\s]*)>"
    r"|(?P<blank>_:|[\[(])"
    r"|(?P<prefix>[^\W\d_][\w.-]*|):(?P<local>(?:[\w:.%-]|\\.)*)"
    r"|@?(?P<directive>\b(?:prefix|base)\b)[^<]*<[^>]*>",
    re.IGNORECASE,
)
_INDENT = re.compile(r"[^\S\n]*")


class _Places:
    """Where things are written. One pass over the text, since a record may describe hundreds of things."""

    def __init__(self, text: str, settings: Settings) -> None:
        self.base = settings.base + "id/"
        self._prefixes = {
            name: _resolved(self.base, iri)
            for name, iri in re.findall(r"(?i)@?\bprefix\s+([\w.-]*):\s*<([^>]*)>", text)
        }
        self._first: dict[str, int] = {}
        self._leading: dict[str, int] = {}
        self._signs: dict[str, int] = {}
        line, reached, first = 1, 0, _INDENT.match(text)
        for token in _TOKENS.finditer(text):
            breaks = text.count("\n", reached, token.start())
            if breaks:
                line += breaks
                first = _INDENT.match(text, text.rfind("\n", reached, token.start()) + 1)
            reached = token.start()
            self._note(token, line, leads=first is not None and first.end() == reached)

    def _note(self, token: re.Match[str], line: int, leads: bool) -> None:
        for sign in ("blank", "triple"):
            if token[sign] is not None:
                self._signs.setdefault(sign, line)
        iri = self._iri(token)
        if iri is not None:
            self._first.setdefault(iri, line)
            if leads:
                self._leading.setdefault(iri, line)

    def _iri(self, token: re.Match[str]) -> str | None:
        if token["iri"] is not None:
            return _resolved(self.base, str(token["iri"]))
        if token["local"] is None or (base := self._prefixes.get(token["prefix"] or "")) is None:
            return None
        local = str(token["local"]).rstrip(".")
        return base + (re.sub(r"\\(.)", r"\1", local) if "\\\\" in local else local.replace("\\", ""))

    def of(self, iri: str) -> int | None:
        """The first line that begins with the IRI in one of its spellings, else the first that has it."""
        return self._leading.get(iri) or self._first.get(iri)

    def of_blank(self) -> int | None:
        """The first line with a blank node, outside of texts and IRIs."""
        return self._signs.get("blank")

    def of_triple(self) -> int | None:
        """The first line with a triple term."""
        return self._signs.get("triple")


def _resolved(base: str, iri: str) -> str:
    """`iri` against `base`; a whole one stays as it is, since `urljoin` drops the `#` a namespace ends in."""
    return iri if re.match(r"[A-Za-z][\w+.-]*:", iri) else urljoin(base, iri)
