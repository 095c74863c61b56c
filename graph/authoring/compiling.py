"""One file made a record: what it says, what it describes, what it takes for granted, and what is wrong with it."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from pyoxigraph import NamedNode, Triple

from graph.authoring import values
from graph.authoring.catalogue import write_catalogue
from graph.authoring.complaints import nearest
from graph.authoring.draft import Draft
from graph.authoring.index import Index, Sayings
from graph.authoring.names import subject_of
from graph.authoring.reading import Reading
from graph.authoring.record import Content, Lines, Record, content_of, in_order
from graph.authoring.things import write_things
from graph.authoring.turtle import check_terms
from graph.authoring.written import Entries, Items
from graph.errors import AuthoringError
from graph.settings import Settings
from graph.terms import DCTERMS, LABEL, A
from graph.vocabulary import Vocabulary

TOP = ("record", "language", "things")  # the keys of a file
AVAILABLE = DCTERMS("available")
COMPRESSION = 1  # of what is kept; 6 saves a fifth and takes three times as long

LineOf: TypeAlias = Mapping[str, int | None]  # by IRI


@dataclass(frozen=True, slots=True)
class Notes:
    """What others need to know of a record, all by IRI.

    `used` are things and records of this site, `typed` what it says the kind of, each with the first line that does;
    `labelled` what it gives a label, `told` what it says of documents and names, `asked` what it took from others.
    """

    used: LineOf
    typed: LineOf
    labelled: frozenset[str]
    told: Sayings
    asked: frozenset[str]


NOTHING = Notes({}, {}, frozenset(), {}, frozenset())


@dataclass(frozen=True, slots=True)
class Compiled:
    """A file as a record, packed. `body` is None for a file that cannot be read; it may describe what it `mentioned`.

    `file` is the SHA-256 of the file, `digest` that of the record's text.
    """

    file: bytes
    problems: tuple[AuthoringError, ...] = ()
    notes: Notes = NOTHING
    mentioned: frozenset[str] = frozenset()
    body: "Body | None" = None
    digest: bytes = b""
    access: str = ""
    until: str = ""

    def record(self, id_: str, name: str, settings: Settings) -> Record:
        """The record, for a file that could be read."""
        assert self.body is not None, "there is none"
        return Record(
            id_, settings.record(id_), settings.records, name, self.access, self.until, self.digest, False, self.body
        )


@dataclass(frozen=True, slots=True)
class Body:
    """The words of a record, compressed, as they are kept: its text, and JSON of its lines and notes."""

    text_part: bytes
    notes_part: bytes

    def text(self, _iri: NamedNode) -> bytes:
        """The record as its part of a release, canonical N-Quads."""
        return zlib.decompress(self.text_part)

    def content(self, iri: NamedNode) -> Content:
        """The same as triples, with lines."""
        said = json.loads(zlib.decompress(self.notes_part))["lines"]
        lines = {(s, p or None): line for s, properties in said.items() for p, line in properties.items()}
        return content_of(self.text(iri), lines)

    def speaks_of(self, iris: Iterable[str]) -> bool:
        """Whether any of `iris` stands anywhere in it."""
        wanted = [iri.encode() for iri in iris]
        return bool(wanted) and any(
            iri in zlib.decompress(part) for part in (self.text_part, self.notes_part) for iri in wanted
        )

    def notes(self) -> Notes:
        """What others need to know of the record."""
        said = json.loads(zlib.decompress(self.notes_part))
        return Notes(said["used"], said["typed"], frozenset(said["labelled"]), said["told"], frozenset(said["asked"]))


def packed(text: bytes, lines: Lines, notes: Notes) -> Body:
    """The body of a record."""
    by_subject: dict[str, dict[str, int]] = {}
    for (subject, predicate), line in lines.items():
        by_subject.setdefault(subject, {})[predicate or ""] = line
    said = {
        "lines": by_subject, "used": notes.used, "typed": notes.typed, "labelled": sorted(notes.labelled),
        "told": notes.told, "asked": sorted(notes.asked),
    }  # fmt: skip
    pieces = (text, json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
    return Body(*(zlib.compress(piece, COMPRESSION) for piece in pieces))


def compile_record(reading: Reading, index: Index, settings: Settings, vocabulary: Vocabulary) -> Compiled:
    """The record of one file. Depends on what is written and what the index answers, and on nothing else."""
    content = Draft(settings, vocabulary, reading.complaints, settings.language, index)
    lines: dict[Triple, int | None] = {}
    header = None
    if reading.tree is not None:
        _write(content, reading.tree)
        header = reading.tree.get("record")
        lines.update(content.triples)
    elif reading.said is not None:
        check_terms(reading.said, vocabulary, reading.complaints)
        lines.update((t, reading.said.lines.get(subject_of(t).value)) for t in reading.said.content)
    else:
        return Compiled(reading.file, tuple(reading.complaints.problems), mentioned=reading.mentioned)
    iri = settings.record(reading.id)
    catalogue = Draft(settings, vocabulary, reading.complaints, content.language, index)
    if reading.said is not None:
        for triple in reading.said.of_record:
            catalogue.triples[triple] = reading.said.lines.get(iri.value, 1)
    access = write_catalogue(catalogue, iri, header, lines, reading.id)
    said = Content(in_order(lines), in_order(catalogue.triples), _lines(lines, catalogue.triples))
    text = said.text(iri)
    notes = _notes(lines, catalogue.triples, reading.sayings, index, settings)
    embargoes = (str(getattr(t.object, "value", "")) for t in said.catalogue if t.predicate == AVAILABLE)
    return Compiled(
        file=reading.file,
        problems=tuple(reading.complaints.problems),
        notes=notes,
        body=packed(text, said.lines, notes),
        digest=sha256(text).digest(),
        access=access,
        until=max(embargoes, default=""),
    )


def _write(draft: Draft, tree: Entries) -> None:
    for key, _ in tree:
        if key.value not in TOP:
            draft.wrong(key, f"'{key.value}' is not a key of a record's file.", nearest(key.value, TOP))
    language = tree.get("language")
    if language is not None:
        draft.language = values.language(draft, language) or draft.language
    things = tree.get("things")
    if things is None or (isinstance(things, Items) and not things.items):
        draft.complaints.add(1, "the record describes nothing.", "Add a line 'things:' and below it '- id: org/x'.")
    else:
        write_things(draft, things)


def _lines(*said: Mapping[Triple, int | None]) -> Lines:
    found: dict[tuple[str, str | None], int] = {}
    for triple, line in ((t, n) for triples in said for t, n in triples.items()):
        if line is not None:
            found.setdefault((subject_of(triple).value, None), line)
            found.setdefault((subject_of(triple).value, triple.predicate.value), line)
    return found


def _notes(
    content: Mapping[Triple, int | None],
    about: Mapping[Triple, int | None],
    told: Sayings,
    index: Index,
    settings: Settings,
) -> Notes:
    prefixes = (settings.base + "id/", settings.base + "record/")
    used: dict[str, int | None] = {}
    typed: dict[str, int | None] = {}
    labelled = set()
    for triple, line in {**content, **about}.items():
        for node in (triple.subject, triple.object):
            if isinstance(node, NamedNode) and node.value.startswith(prefixes):
                used.setdefault(node.value, line)
    for triple, line in content.items():
        if triple.predicate == A:
            typed.setdefault(subject_of(triple).value, line)
        elif triple.predicate == LABEL:
            labelled.add(subject_of(triple).value)
    return Notes(used, typed, frozenset(labelled), told, frozenset(index.asked))
