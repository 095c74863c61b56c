"""The history of a site as it may be read today: which releases there are, what each changed, and how two differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from graph.history.journal import Entry, Journal
from graph.history.payloads import quads_of
from graph.releases.past import entry_at
from graph.releases.places import Places
from graph.releases.view import View, view_of
from graph.settings import Settings
from graph.terms import PREFIXES


@dataclass(frozen=True, slots=True)
class Told:
    """One release and what it did to records, by IRI; what is withdrawn today is not named."""

    entry: Entry
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The quads that one release has more or less than another, sorted; the generated graph included."""

    older: int
    newer: int
    removed: tuple[Quad, ...]
    added: tuple[Quad, ...]

    def as_update(self) -> str:
        """A SPARQL 1.1 Update request that makes the newer out of the older."""
        steps = [
            f"{word} DATA {{\n{''.join(map(_in_block, quads))}}}"
            for word, quads in (("DELETE", self.removed), ("INSERT", self.added))
            if quads
        ]
        return " ;\n".join(steps) + "\n"

    def as_trig(self) -> tuple[str, str]:
        """What was removed and what was added, as TriG a person can read."""
        return _trig(self.removed), _trig(self.added)


def log(settings: Settings, *, newest_first: bool = True, most: int = -1) -> list[Told]:
    """The releases, `most` of them (-1: all). Raises a `JournalError`."""
    with Journal(Places(settings.var).journal) as journal:
        hidden = {w.iri for w in journal.withdrawals if w.active}
        return [
            told_of(settings, journal, entry, hidden) for entry in journal.entries(newest_first=newest_first, most=most)
        ]


def show_release(settings: Settings, at: int | datetime) -> Told:
    """One release; raises as `past_release`."""
    with Journal(Places(settings.var).journal) as journal:
        hidden = {w.iri for w in journal.withdrawals if w.active}
        return told_of(settings, journal, entry_at(settings, journal, at), hidden)


def diff(settings: Settings, older: int | datetime, newer: int | datetime) -> Difference:
    """How two releases differ, as they may be read today. Costs what differs. Raises as `past_release`."""
    with Journal(Places(settings.var).journal) as journal:
        before, after = (view_of(journal, entry_at(settings, journal, at), settings) for at in (older, newer))
        was, now = set[bytes](), set[bytes]()
        for name in before.contents.keys() | after.contents.keys():
            if before.contents.get(name) != after.contents.get(name):
                was |= _lines(before, name)
                now |= _lines(after, name)
        return Difference(before.entry.number, after.entry.number, _quads(was - now), _quads(now - was))


def told_of(settings: Settings, journal: Journal, entry: Entry, hidden: set[str]) -> Told:
    """What a release did to the records, `hidden` ones left out."""
    derived = settings.record("derived").value
    kinds: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
    for change in journal.changes(entry.number):
        ours = (settings.of_site(change.part) or "").startswith("record/")
        if ours and change.part != derived and change.part not in hidden:
            kinds[change.kind].append(change.part)
    return Told(entry, *(tuple(names) for names in kinds.values()))


def _lines(view: View, name: str) -> set[bytes]:
    return set(view.text(name).splitlines(keepends=True))


def _quads(lines: Iterable[bytes]) -> tuple[Quad, ...]:
    return tuple(quads_of(b"".join(sorted(lines))))


def _in_block(quad: Quad) -> str:
    triple = f"{quad.subject} {quad.predicate} {quad.object} ."
    return f"  GRAPH {quad.graph_name} {{ {triple} }}\n" if isinstance(quad.graph_name, NamedNode) else f"  {triple}\n"


def _trig(quads: Iterable[Quad]) -> str:
    return (serialize(quads, format=RdfFormat.TRIG, prefixes=PREFIXES) or b"").decode()
