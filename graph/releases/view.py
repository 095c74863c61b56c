"""What a release may say today: the parts in the journal without what was withdrawn since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Quad

from graph.history.journal import Entry, Journal, Part
from graph.history.payloads import quads_of
from graph.settings import Settings
from graph.terms import DCAT, DCTERMS, XSD

VERSION = DCAT("version")  # of the site, in the default graph: the number of the release a store holds
ISSUED = DCTERMS("issued")


@dataclass(frozen=True, slots=True)
class View:
    """One release, part by part, with content read from the journal when it is asked for."""

    entry: Entry
    journal: Journal
    parts: Mapping[str, Part]
    withdrawals: int = 0

    @property
    def digest(self) -> str:
        """Names the content of the whole: SHA-256 over the names and digests of the parts."""
        whole = sha256()
        for name, part in sorted(self.parts.items()):
            whole.update(len(name).to_bytes(8, "big") + name.encode() + part.content)
        return whole.hexdigest()

    def quads(self, name: str) -> Iterator[Quad]:
        """The quads of one part, none for a part that is not in this release."""
        part = self.parts.get(name)
        text = self.journal.text(part.payload) if part else None
        return quads_of(text or b"")


def view_of(journal: Journal, entry: Entry) -> View:
    """The release `entry` as it may be read today."""
    return View(entry, journal, journal.parts(entry.number))


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
