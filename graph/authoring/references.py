"""Every id that is used is described somewhere in the site, and everything described has a name.

A slip of the pen in an id would else be a new node that nobody notices.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.authoring.catalogue import editor_of
from graph.authoring.compiling import Notes
from graph.authoring.complaints import Complaints, nearest
from graph.authoring.files import RESERVED
from graph.authoring.ledger import Ledger, Things
from graph.errors import AuthoringError
from graph.settings import Settings


@dataclass(frozen=True, slots=True)
class Part:
    """One record: its id, what is wrong with it so far, and what it describes and uses, told when asked for."""

    id: str
    complaints: Complaints
    notes: Callable[[], Notes]


def check_references(
    ledger: Ledger, part_of: Callable[[int], Part], away: Sequence[int], settings: Settings, among: Things = None
) -> list[AuthoringError]:
    """Complain, in the file that says so, of ids nobody describes and of things nobody names.

    `part_of` gives the record with a number of the ledger; those `away` count as if they were not there. Only things
    `among` these are looked at, where they are given. Gives what is wrong with no file: the editor of `site.toml` is
    described nowhere.
    """
    editor = editor_of(settings)
    names = _Names(ledger, away, settings)
    undescribed, unnamed = map(_by_record, (ledger.undescribed(away, among), ledger.unnamed(away, among)))
    known = {settings.record(name).value for name in (RESERVED, *ledger.ids(away))} if undescribed else set()
    known |= {editor.value} if editor else set()
    parts = {number: part_of(number) for number in undescribed.keys() | unnamed.keys()}
    told: set[str] = set()
    for number in sorted(parts, key=lambda n: parts[n].id):
        part = parts[number]
        for iri in undescribed.get(number, ()):
            if iri not in known:
                part.complaints.add(part.notes().used[iri], *names.complaint(iri))
        wrong = bool(part.complaints.problems)  # then a name may be missing because its key is misspelt
        for iri in unnamed.get(number, ()):
            if iri not in told and not wrong:
                told.add(iri)  # one complaint, in the first file
                hint = "Add a 'name' or a 'label' (in Turtle, rdfs:label)."
                part.complaints.add(
                    part.notes().typed[iri], f"'{_short(iri, settings)}' has no name in any record.", hint
                )
    if editor is None or not settings.of_site(editor.value) or ledger.described(editor.value, away):
        return []
    problem, hint = names.complaint(editor.value)
    return [AuthoringError(settings.folder / "site.toml", None, f"'editor': {problem}", hint)]


class _Names:
    """The ids of a site, looked up only when one is not found."""

    def __init__(self, ledger: Ledger, away: Sequence[int], settings: Settings) -> None:
        self._ledger, self._away, self._settings = ledger, away, settings
        self._names: list[str] | None = None

    def complaint(self, iri: str) -> tuple[str, str]:
        """What is wrong where nobody describes an IRI, and what to do."""
        if self._names is None:
            self._names = sorted(_short(thing, self._settings) for thing in self._ledger.things(self._away))
        name = _short(iri, self._settings)
        hint = _nearest(name, self._names) or "Describe it under the 'things' of a record."
        return f"'{name}' is described nowhere in the site.", hint


def _by_record(found: Iterable[tuple[int, str]]) -> Mapping[int, Sequence[str]]:
    things: defaultdict[int, list[str]] = defaultdict(list)
    for record, thing in found:
        things[record].append(thing)
    return things


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
