"""The whole history as a Linked Data Event Stream: a fragment for each release that a mirror follows without SPARQL.

A member is a part of the site (a record, a vocabulary, the plain facts) as it is from that release on. What it says
lies in the graph named after the member, what the catalogue says of it in a second one. Words: LDES and TREE
specifications, and ActivityStreams 2.0 for what happened. What is withdrawn is in no fragment, and named in one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from graph.history.journal import Entry, Journal
from graph.history.withdrawals import Withdrawal
from graph.publish.history.one import changed_parts, view_before
from graph.publish.history.rdf import release_iri
from graph.releases.places import Places
from graph.releases.view import View, view_of
from graph.settings import Settings
from graph.terms import DCTERMS, PROV, XSD, A, Namespace

LDES = Namespace("ldes", "https://w3id.org/ldes#")
TREE = Namespace("tree", "https://w3id.org/tree#")
AS = Namespace("as", "https://www.w3.org/ns/activitystreams#")
REASONS = "https://w3id.org/khronika/vocab/withdrawal/"

A_VIEW = 500  # releases named by one page of the view
MEMBERS = 200  # in one page of a fragment
PAGE_BYTES = 4 << 20  # of N-Quads in one page, over which no further member is added


@dataclass(frozen=True, slots=True)
class Fragment:
    """One page of what a release changed; `state` changes when and only when its content may."""

    quads: tuple[Quad, ...]
    recorded: datetime
    state: str


def stream_iri(settings: Settings) -> NamedNode:
    """The event stream itself; its view is the document before the `#`."""
    return NamedNode(f"{settings.base}feed/ldes#stream")


def view_quads(settings: Settings, entries: Sequence[Entry], before: int | None) -> Iterator[Quad]:
    """One page of the view: a relation to the fragment of each release, and to the page of older ones."""
    root = NamedNode(f"{settings.base}feed/ldes")
    here = NamedNode(f"{root.value}?before={before}") if before else root
    yield from _stream(settings)
    yield Quad(here, A, TREE("Node"))
    for entry in entries:
        node = fragment_iri(settings, entry.number)
        yield from _relation(here, node, f"release-{entry.number}", "GreaterThanOrEqualToRelation", entry.recorded)
    if entries and entries[-1].number > 1:
        older = NamedNode(f"{root.value}?before={entries[-1].number}")
        yield from _relation(here, older, "older", "LessThanOrEqualToRelation", entries[-1].recorded)


def view_entries(settings: Settings, before: int) -> list[Entry]:
    """The releases below `before` that one page of the view names, the newest first."""
    with Journal(Places(settings.var).journal) as journal:
        found = (journal.entry(number) for number in range(before - 1, max(0, before - 1 - A_VIEW), -1))
        return [entry for entry in found if entry]


def fragment_iri(settings: Settings, release: int, after: str = "") -> NamedNode:
    """The address of what a release changed, from the part that follows `after` on."""
    more = f"?after={_escaped(after)}" if after else ""
    return NamedNode(f"{settings.base}feed/ldes/{release}{more}")


def fragment(settings: Settings, release: int, after: str) -> Fragment | None:
    """One page of what a release changed; None where there is no such release. Raises a `JournalError`."""
    with Journal(Places(settings.var).journal) as journal:
        entry = journal.entry(release)
        if entry is None:
            return None
        before, view = view_before(journal, entry, settings), view_of(journal, entry, settings)
        known = list(journal.withdrawals)
        names = set(changed_parts(before, view))
        happened = [w for w in known if release in (w.since, w.lifted, w.erased)]
        if happened:  # the plain facts of the release before are made anew, so a mirror could not see them change
            names |= {settings.record("derived").value} & view.contents.keys()
        withdrawn = [w for w in known if w.active and w.since == release]
        said = [*_stream(settings), *(_withdrawals(settings, release, withdrawn) if not after else ())]
        said += _page(settings, entry, before, view, sorted(name for name in names if name > after))
        state = f"{before.digest if before else ''}/{view.digest}/{len(withdrawn)}"
        return Fragment(tuple(said), entry.recorded, state)


def _page(settings: Settings, entry: Entry, before: View | None, view: View, names: Sequence[str]) -> Iterator[Quad]:
    """The members of one page, and the way to the next."""
    here = fragment_iri(settings, entry.number)
    yield Quad(here, A, TREE("Node"))
    yield Quad(here, PROV("wasDerivedFrom"), release_iri(settings, entry.number))
    size = 0
    for count, name in enumerate(names, 1):
        text = view.text(name)
        kind = "Delete" if name not in view.contents else "Update" if before and name in before.contents else "Create"
        yield from _member(settings, entry, name, kind, view)
        size += len(text)
        if count < len(names) and (count == MEMBERS or size > PAGE_BYTES):
            following = fragment_iri(settings, entry.number, name)
            yield from _relation(here, following, "rest", "Relation", None)
            return


def _member(settings: Settings, entry: Entry, name: str, kind: str, view: View) -> Iterator[Quad]:
    member = _hash_iri(settings, entry.number, name)
    yield Quad(stream_iri(settings), TREE("member"), member)
    yield Quad(member, A, AS(kind))
    yield Quad(member, DCTERMS("isVersionOf"), NamedNode(name))
    yield Quad(member, DCTERMS("issued"), _moment(entry.recorded))
    catalogue = NamedNode(member.value + "-catalogue")
    kept = False
    for quad in view.quads(name):
        listed = isinstance(quad.graph_name, DefaultGraph | BlankNode)
        kept = kept or listed
        yield Quad(quad.subject, quad.predicate, quad.object, catalogue if listed else member)
    if kept:
        yield Quad(member, DCTERMS("hasPart"), catalogue)


def _withdrawals(settings: Settings, release: int, withdrawn: Sequence[Withdrawal]) -> Iterator[Quad]:
    """What was withdrawn in a release: its IRI, the day, and why in a word of a list."""
    for each in withdrawn:
        member = _hash_iri(settings, release, "withdrawn " + each.iri)
        yield Quad(stream_iri(settings), TREE("member"), member)
        yield Quad(member, A, AS("Delete"))
        yield Quad(member, DCTERMS("isVersionOf"), NamedNode(each.iri))
        yield Quad(member, DCTERMS("issued"), Literal(each.day.isoformat(), datatype=XSD("date")))
        yield Quad(member, DCTERMS("type"), NamedNode(REASONS + each.reason))


def _stream(settings: Settings) -> Iterator[Quad]:
    stream = stream_iri(settings)
    yield Quad(stream, A, LDES("EventStream"))
    yield Quad(stream, TREE("view"), NamedNode(f"{settings.base}feed/ldes"))
    yield Quad(stream, LDES("versionOfPath"), DCTERMS("isVersionOf"))
    yield Quad(stream, LDES("timestampPath"), DCTERMS("issued"))
    yield Quad(stream, DCTERMS("license"), NamedNode(settings.licence))


def _relation(here: NamedNode, to: NamedNode, name: str, kind: str, value: datetime | None) -> Iterator[Quad]:
    relation = NamedNode(f"{here.value}#{name}")
    yield Quad(here, TREE("relation"), relation)
    yield Quad(relation, A, TREE(kind))
    yield Quad(relation, TREE("node"), to)
    if value is not None:
        yield Quad(relation, TREE("path"), DCTERMS("issued"))
        yield Quad(relation, TREE("value"), _moment(value))


def _hash_iri(settings: Settings, release: int, name: str) -> NamedNode:
    return NamedNode(f"{fragment_iri(settings, release).value}#m{sha256(name.encode()).hexdigest()[:16]}")


def _moment(when: datetime) -> Literal:
    return Literal(when.strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD("dateTime"))


def _escaped(iri: str) -> str:
    """An IRI as a value in another's query (RFC 3986, 2.1)."""
    kept = "-._~:/"
    return "".join(
        c if c.isascii() and (c.isalnum() or c in kept) else "".join(f"%{b:02X}" for b in c.encode()) for c in iri
    )
