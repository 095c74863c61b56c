"""What a release may say today: the parts in the journal without what was withdrawn since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Quad

from graph.history.hiding import Target, without
from graph.history.journal import Entry, Journal, Part
from graph.history.payloads import content_digest, quads_of
from graph.history.withdrawals import Withdrawal
from graph.releases.derived.deriving import derived_text
from graph.settings import Settings
from graph.terms import DCAT, DCTERMS, XSD

VERSION = DCAT("version")  # of the site, in the default graph: the number of the release a store holds
ISSUED = DCTERMS("issued")


@dataclass(frozen=True)
class View:
    """One release, part by part. `contents` are the digests of what each part may say.

    Texts come from the journal when they are asked for; `hides` names what has to be taken out of one,
    `made` holds those that had to be made anew.
    """

    entry: Entry
    withdrawals: int
    contents: Mapping[str, bytes]
    _journal: Journal
    _parts: Mapping[str, Part]
    _hides: Mapping[str, frozenset[Target]]
    _made: Mapping[str, bytes]
    _then: dict[int, "View"] = field(default_factory=dict)  # other releases as they were, once they were asked for

    @property
    def journal(self) -> Journal:
        """Where it comes from."""
        return self._journal

    @cached_property
    def digest(self) -> str:
        """Names the content of the whole: SHA-256 over the names and digests of the parts."""
        named = ((name.encode(), content) for name, content in sorted(self.contents.items()))
        return sha256(b"".join(len(name).to_bytes(8, "big") + name + content for name, content in named)).hexdigest()

    def text(self, name: str) -> bytes:
        """The canonical N-Quads of one part, empty for a part that is not in this release."""
        if name not in self.contents:
            return b""
        if name in self._made:
            return self._made[name]
        text = self._journal.text(self._parts[name].payload) or b""
        return without(text, self._hides[name]) if name in self._hides else text

    def quads(self, name: str) -> Iterator[Quad]:
        """The quads of one part."""
        return quads_of(self.text(name))

    def then(self, entry: Entry, settings: Settings) -> "View":
        """An earlier release as it was when it was the newest: what this one goes on from."""
        found = self._then.get(entry.number)
        if found is None:
            found = self._then[entry.number] = view_of(self._journal, entry, settings, Moment.THEN)
        return found


class Moment(Enum):
    """Whose withdrawals a view takes account of."""

    THEN = auto()  # those in effect when the release was made: what it showed when it was the newest
    TODAY = auto()  # those, and all in effect today: what may be read of it
    NEXT = auto()  # those asked for: what will be left of it in the next release

    def hides(self, withdrawal: Withdrawal, release: int) -> bool:
        """Whether a withdrawal hides anything of `release` at this moment."""
        if self is Moment.THEN:
            return withdrawal.active_at(release)
        if self is Moment.TODAY:
            return withdrawal.active_at(release) or (withdrawal.active and withdrawal.since is not None)
        return withdrawal.active and not withdrawal.lifting


def view_of(
    journal: Journal, entry: Entry, settings: Settings, moment: Moment = Moment.TODAY, last: View | None = None
) -> View:
    """The release `entry` as it may be read at a moment.

    Where other things are withdrawn than when it was made, the plain facts are derived again from what is left. `last`
    is an earlier release as it was then, read from the same journal, in which nothing was erased since.
    """
    known = list(journal.withdrawals)
    hiding = [w for w in known if moment.hides(w, entry.number)]
    if last is None:
        parts = journal.parts(entry.number)
    else:
        parts = journal.parts_after(last._parts, last.entry.number, entry.number)
    derived = settings.record("derived").value
    hidden = {w.iri for w in hiding}
    shown = {name: part for name, part in parts.items() if name not in hidden}
    hides = _hides(journal, shown, hiding)
    contents = {name: part.content for name, part in shown.items()}
    made: dict[str, bytes] = {}
    then = {last.entry.number: last} if last else {}
    view = View(entry, journal.withdrawals.settled, contents, journal, parts, hides, made, then)
    for name in hides:
        contents[name] = content_digest(view.text(name))
    as_made = derived in parts and hiding == [w for w in known if w.active_at(entry.number)]
    if not as_made and moment is not Moment.THEN:
        contents.pop(derived, None)
        text = derived_text((view.text(name) for name in sorted(contents)), settings)
        made[derived], contents[derived] = text, content_digest(text)
    return view


def difference(old: View, new: View) -> list[str]:
    """The names of the parts that do not say the same in two releases, sorted."""
    names = old.contents.keys() | new.contents.keys()
    return sorted(name for name in names if old.contents.get(name) != new.contents.get(name))


def _hides(journal: Journal, parts: Mapping[str, Part], hiding: Iterable[Withdrawal]) -> dict[str, frozenset[Target]]:
    """By name of part, what has to be taken out of it."""
    targets = {w.id: w.target for w in hiding}
    touched = journal.withdrawals.touched() if targets else {}
    found = {
        name: frozenset(targets[w] for w in touched.get(p.payload, ()) if w in targets) for name, p in parts.items()
    }
    return {name: hidden for name, hidden in found.items() if hidden}


def marks(settings: Settings, entry: Entry) -> set[Quad]:
    """What a store says of itself: which release of the site it holds, and when that was recorded."""
    site = NamedNode(settings.base)
    return {
        Quad(site, VERSION, Literal(str(entry.number))),
        Quad(site, ISSUED, Literal(issued(entry), datatype=XSD("dateTime"))),
    }


def issued(entry: Entry) -> str:
    """When a release was recorded, as the store says it."""
    return entry.recorded.strftime("%Y-%m-%dT%H:%M:%SZ")
