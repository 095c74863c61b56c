"""Every id that is used is described somewhere in the site, and everything described has a name.

A slip of the pen in an id would else be a new node that nobody notices.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from graph.authoring.catalogue import editor_of
from graph.authoring.complaints import Complaints, nearest
from graph.authoring.files import RESERVED
from graph.authoring.names import subject_of
from graph.errors import AuthoringError
from graph.settings import Settings
from graph.terms import LABEL, A

Lines = Mapping[Triple, int | None]


@dataclass(frozen=True, slots=True)
class Part:
    """What one record says, with lines: `content` of its graph, `about` itself in the catalogue."""

    id: str
    complaints: Complaints
    content: Lines
    about: Lines


def check_references(parts: Sequence[Part], maybe: Iterable[str], settings: Settings) -> list[AuthoringError]:
    """Complain, in the file that says so, of ids nobody describes and of things nobody names.

    `maybe` are ids that files which cannot be read may describe. Gives what is wrong with no file: the editor of
    `site.toml` is described nowhere.
    """
    said = [t for part in parts for t in part.content]
    hidden = {settings.thing(name).value for name in maybe}
    records = {settings.record(name).value for name in (RESERVED, *(p.id for p in parts))}
    described = {subject_of(t).value for t in said if t.predicate == A} | hidden | records
    labelled = {subject_of(t).value for t in said if t.predicate == LABEL} | hidden
    names = sorted(_short(iri, settings) for iri in described - records)
    editor = editor_of(settings)
    for part in parts:
        for iri, line in _used({**part.content, **part.about}, settings).items():
            if iri not in described and (editor is None or iri != editor.value):
                part.complaints.add(line, *_undescribed(_short(iri, settings), names))
        wrong = bool(part.complaints.problems)  # then a name may be missing because its key is misspelt
        for iri, line in _typed(part.content).items():
            if iri not in labelled and not wrong:
                labelled.add(iri)  # one complaint, in the first file
                hint = "Add a 'name' or a 'label' (in Turtle, rdfs:label)."
                part.complaints.add(line, f"'{_short(iri, settings)}' has no name in any record.", hint)
    if editor is None or editor.value in described or not settings.of_site(editor.value):
        return []
    problem, hint = _undescribed(_short(editor.value, settings), names)
    return [AuthoringError(settings.folder / "site.toml", None, f"'editor': {problem}", hint)]


def _undescribed(name: str, names: Sequence[str]) -> tuple[str, str]:
    hint = _nearest(name, names) or "Describe it under the 'things' of a record."
    return f"'{name}' is described nowhere in the site.", hint


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
            found.setdefault(subject_of(triple).value, line)
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
