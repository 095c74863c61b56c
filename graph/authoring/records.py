"""A record: what one file of an editor says, as the triples of one named graph, each knowing its line."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from graph.authoring import values
from graph.authoring.catalogue import check_settings, write_catalogue
from graph.authoring.complaints import Complaints, nearest
from graph.authoring.draft import Draft
from graph.authoring.files import record_files, record_id
from graph.authoring.index import Index
from graph.authoring.names import subject_of
from graph.authoring.reading import Reading, index_of, open_file
from graph.authoring.references import Part, check_references
from graph.authoring.things import write_things
from graph.authoring.turtle import check_terms
from graph.authoring.written import Entries, Items
from graph.errors import AuthoringError, AuthoringErrors
from graph.settings import Settings
from graph.vocabulary import Vocabulary, load_vocabulary

TOP = ("record", "language", "things")  # the keys of a file


@dataclass(frozen=True, slots=True)
class Record:
    """One file of `records/`, compiled.

    `id` is the path below `records/` without suffix; `triples` is the content of its graph and `catalogue` what the
    default graph says of the record itself, both sorted and unique. `lines` says where a subject is first described
    (predicate None) and where a property of it is given, counted from 1. `access` is a word of vocab/access.
    """

    id: str
    iri: NamedNode
    path: Path
    triples: tuple[Triple, ...]
    catalogue: tuple[Triple, ...]
    lines: Mapping[tuple[str, str | None], int]
    access: str


def read_record(path: Path, settings: Settings, vocabulary: Vocabulary) -> Record:
    """The record in the file `path` (below `settings.records`), whose ids may point to what nobody describes.

    The other files are read only to know the authors and names they give. Raises `AuthoringErrors` with every
    complaint about this file.
    """
    check_settings(settings, vocabulary)
    problems: list[AuthoringError] = []
    name = record_id(path, settings, problems)
    if name is None:
        problems = problems or [AuthoringError(path, None, "not a record: its name ends like a note's.")]
        raise AuthoringErrors(problems)
    own = open_file(name, path, settings)
    ignored: list[AuthoringError] = []
    others = [open_file(n, p, settings) for n, p in record_files(settings, ignored) if n != name]
    index = index_of(sorted([own, *others], key=lambda r: r.id), settings)
    record, _ = _compile(own, index, settings, vocabulary)
    if record is None or own.complaints.problems:
        raise AuthoringErrors(own.complaints.problems)
    return record


def read_site(settings: Settings, *, only: Collection[str] | None = None) -> tuple[Record, ...]:
    """Every record of a site in the order of their ids; with `only` (ids), those, checked against the whole site.

    Raises `AuthoringErrors` with every complaint about every file, `SiteError` where there is nothing to read.
    """
    problems: list[AuthoringError] = []
    files = record_files(settings, problems)
    try:
        vocabulary = load_vocabulary(settings.folder / "concepts")
    except AuthoringError as error:
        raise AuthoringErrors([*problems, error]) from None
    check_settings(settings, vocabulary)
    readings = [open_file(name, path, settings) for name, path in files]
    index = index_of(readings, settings)
    compiled = [_compile(r, index, settings, vocabulary) for r in readings]
    parts = [Part(r.id, r.complaints, r.lines, about) for r, (_, about) in zip(readings, compiled, strict=True)]
    problems += check_references(parts, {name for r in readings for name in r.mentioned}, settings)
    for reading in readings:
        if only is None or reading.id in only:
            problems += reading.complaints.problems
    if problems:
        raise AuthoringErrors(problems)
    return tuple(r for r, _ in compiled if r is not None and (only is None or r.id in only))


def undescribed(records: Sequence[Record], settings: Settings) -> tuple[AuthoringError, ...]:
    """What is wrong when these records are published without the others of their site.

    A record that is held back (embargo, withdrawal) takes along what only it describes: what others say of that
    would point to nothing, and could repeat a name from it.
    """
    parts = []
    for record in records:
        content, about = (
            {t: record.lines.get((subject_of(t).value, t.predicate.value)) for t in triples}
            for triples in (record.triples, record.catalogue)
        )
        parts.append(Part(record.id, Complaints(record.path), content, about))
    problems = check_references(parts, (), settings)
    return tuple(problems + [e for part in parts for e in part.complaints.problems])


def _compile(
    reading: Reading, index: Index, settings: Settings, vocabulary: Vocabulary
) -> tuple[Record | None, Mapping[Triple, int | None]]:
    """The record of one file and the lines of what is said of it; None for a file that cannot be read.

    Depends on what is written and the index, and on nothing else.
    """
    content = Draft(settings, vocabulary, reading.complaints, settings.language, index)
    header = None
    if reading.tree is not None:
        _write(content, reading.tree)
        header = reading.tree.get("record")
        reading.lines.update(content.triples)
    elif reading.said is not None:
        check_terms(reading.said, vocabulary, reading.complaints)
        reading.lines.update((t, reading.said.lines.get(subject_of(t).value)) for t in reading.said.content)
    else:
        return None, {}
    iri = settings.record(reading.id)
    catalogue = Draft(settings, vocabulary, reading.complaints, content.language, index)
    if reading.said is not None:
        for triple in reading.said.of_record:
            catalogue.triples[triple] = reading.said.lines.get(iri.value, 1)
    access = write_catalogue(catalogue, iri, header, reading.lines, reading.id)
    record = Record(
        id=reading.id,
        iri=iri,
        path=reading.path,
        triples=_sorted(reading.lines),
        catalogue=_sorted(catalogue.triples),
        lines=_lines(reading.lines, catalogue.triples),
        access=access,
    )
    return record, catalogue.triples


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


def _sorted(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    return tuple(sorted(triples, key=lambda t: (subject_of(t).value, t.predicate.value, str(t.object))))


def _lines(*said: Mapping[Triple, int | None]) -> Mapping[tuple[str, str | None], int]:
    found: dict[tuple[str, str | None], int] = {}
    for triple, line in ((t, n) for triples in said for t, n in triples.items()):
        if line is not None:
            found.setdefault((subject_of(triple).value, None), line)
            found.setdefault((subject_of(triple).value, triple.predicate.value), line)
    return found
