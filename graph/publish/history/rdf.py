"""A history as RDF in the words of PROV-O: the versions of a document as a collection, and what one release did."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad

from graph.publish.history.changes import Change
from graph.releases.telling import Told
from graph.settings import Settings
from graph.terms import DCAT, DCTERMS, LABEL, PROV, XSD, A


def versions_quads(timemap: NamedNode, document: NamedNode, changes: Sequence[Change]) -> Iterator[Quad]:
    """A TimeMap as a `prov:Collection` of the versions of `document` (PROV-O, 3.1)."""
    yield Quad(timemap, A, PROV("Collection"))
    yield Quad(document, A, PROV("Entity"))
    before: NamedNode | None = None
    for change in changes:
        if before is not None:
            yield Quad(before, PROV("invalidatedAtTime"), _moment(change.recorded))
        if not change.exists:
            before = None
            continue
        version = version_of(document, change.release)
        yield Quad(timemap, PROV("hadMember"), version)
        yield Quad(version, A, PROV("Entity"))
        yield Quad(version, PROV("specializationOf"), document)
        yield Quad(version, PROV("generatedAtTime"), _moment(change.recorded))
        yield Quad(version, DCAT("version"), Literal(str(change.release)))
        if before is not None:
            yield Quad(version, PROV("wasRevisionOf"), before)
        before = version


def version_of(document: NamedNode, release: int) -> NamedNode:
    """The IRI of a document as it was in a release."""
    return NamedNode(f"{document.value}?release={release}")


def release_quads(settings: Settings, told: Told, language: str) -> Iterator[Quad]:
    """One release: when it was recorded, after which, and which records it generated, revised and ended."""
    number = told.entry.number
    release = release_iri(settings, number)
    yield Quad(release, A, DCAT("Dataset"))
    yield Quad(release, A, PROV("Entity"))
    yield Quad(release, LABEL, Literal(f"Release {number}", language="en"))
    yield Quad(release, DCTERMS("isVersionOf"), NamedNode(settings.base))
    yield Quad(release, DCAT("version"), Literal(str(number)))
    yield Quad(release, DCTERMS("issued"), _moment(told.entry.recorded))
    yield Quad(release, DCTERMS("license"), NamedNode(settings.licence))
    if told.entry.message:
        yield Quad(release, DCTERMS("description"), Literal(told.entry.message, language=language))
    if number > 1:
        yield Quad(release, PROV("wasRevisionOf"), release_iri(settings, number - 1))
    for name in (*told.added, *told.changed):
        record = NamedNode(name)
        yield Quad(release, PROV("hadMember"), version_of(record, number))
        yield Quad(version_of(record, number), PROV("specializationOf"), record)
    for name in told.removed:
        yield Quad(NamedNode(name), PROV("invalidatedAtTime"), _moment(told.entry.recorded))


def release_iri(settings: Settings, number: int) -> NamedNode:
    """The IRI, and the address, of what is told of a release."""
    return NamedNode(f"{settings.base}releases/{number}")


def _moment(when: datetime) -> Literal:
    return Literal(when.strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD("dateTime"))
