"""Every id that is used is described somewhere in the site, and everything described has a name.

A slip of the pen in an id would else be a new node that nobody notices.
"""

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import NamedNode, Triple

from graph.authoring.complaints import nearest
from graph.authoring.draft import subject_of
from graph.authoring.files import RESERVED
from graph.authoring.reading import Reading
from graph.settings import Settings
from graph.terms import LABEL, A

Lines = Mapping[Triple, int | None]


def check_references(readings: Sequence[Reading], records: Iterable[Lines], settings: Settings) -> None:
    """Complain, in the file that says so, of ids nobody describes and of things nobody names.

    `records` are the triples said of the record of each reading, with their lines.
    """
    said = [t for reading in readings for t in reading.lines]
    maybe = {settings.thing(name).value for reading in readings for name in reading.mentioned}
    graphs = {settings.record(name).value for name in (RESERVED, *(r.id for r in readings))}
    described = {subject_of(t) for t in said if t.predicate == A} | maybe | graphs
    labelled = {subject_of(t) for t in said if t.predicate == LABEL} | maybe
    names = sorted(name for iri in described if (name := _short(iri, settings)))
    for reading, record in zip(readings, records, strict=True):
        for iri, line in _used({**reading.lines, **record}, settings).items():
            if iri not in described:
                name = _short(iri, settings)
                hint = _nearest(name, names) or "Describe it under the 'things' of a record."
                reading.complaints.add(line, f"'{name}' is described nowhere in the site.", hint)
        for iri, line in _typed(reading.lines).items():
            if iri not in labelled:
                labelled.add(iri)  # one complaint, in the first file
                hint = "Add a 'name', or a 'label'."
                reading.complaints.add(line, f"'{_short(iri, settings)}' has no name in any record.", hint)


def _used(lines: Lines, settings: Settings) -> dict[str, int | None]:
    """The IRIs of things and records of this site, with the first line each is used on."""
    prefixes = (settings.base + "id/", settings.base + "record/")
    found: dict[str, int | None] = {}
    for triple, line in lines.items():
        for node in (triple.subject, triple.object):
            if isinstance(node, NamedNode) and node.value.startswith(prefixes):
                found.setdefault(node.value, line)
    return found


def _typed(lines: Lines) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for triple, line in lines.items():
        if triple.predicate == A:
            found.setdefault(subject_of(triple), line)
    return found


def _short(iri: str, settings: Settings) -> str:
    return (settings.of_site(iri) or iri).removeprefix("id/")


def _nearest(name: str, names: Sequence[str]) -> str:
    """The id that was probably meant, of the same type before any other; nothing where none is near."""
    kind = name.partition("/")[0] + "/"
    for candidates in ([n for n in names if n.startswith(kind)], names):
        hint = nearest(name, candidates)
        if hint.startswith("Did"):
            return hint
    return ""
