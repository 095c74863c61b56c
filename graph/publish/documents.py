"""The document about one IRI in RDF: what is said of it, what points at it, the names of what it mentions."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple, serialize

from graph.formats import RDF_XML, TRIG, TURTLE, Format
from graph.layout import laid_out
from graph.publish.description import INCOMING, statements
from graph.publish.history.cited import permanent
from graph.publish.lens import Lens
from graph.settings import Settings
from graph.terms import DCTERMS, FOAF, KH, LABEL, PREFIXES, RDFS, VOCAB, VOID, XSD, A

POINTING = 1000  # incoming links a document carries; a thing with more is asked for through SPARQL or page by page
_PREFIX_NAME = re.compile(r"[a-z](?:[\w-]*\w)?", re.ASCII)
_ROOT = re.compile(r"<rdf:RDF[^>]*>")
_XMLNS = re.compile(r' xmlns:\w+="[^"]*"')


def thing_quads(lens: Lens, node: NamedNode, document: NamedNode, *, graphs: bool = True) -> list[Quad]:
    """All that the document about a thing holds; what `document` itself says of it is in the default graph.

    Without `graphs`, which most formats have not, what others say is in the default graph too: it is read faster.
    """
    said = list(statements(lens, node, graphs=graphs))
    own: list[Quad] = []
    pointing: list[Quad] = []
    for quad in said:
        (pointing if _points_at(quad, node) else own).append(quad)
    found = [*_about_document(lens, node, document, own), *own, *pointing[:POINTING]]
    if len(pointing) > POINTING:
        more = f"Of {len(pointing)} links to this thing, the document has the first {POINTING}."
        found.append(Quad(document, RDFS("comment"), Literal(more, language="en")))
    return [*found, *_names(lens, found, graphs=graphs)]


def record_quads(lens: Lens, record: NamedNode) -> list[Quad]:
    """A record whole: its graph, and what the catalogue says of it."""
    said = sorted(lens.reader.quads(graph=record), key=str)
    return [*_version(lens, record), *lens.reader.quads(record, graph=DefaultGraph()), *said]


def write(quads: Iterable[Quad], wanted: Format, settings: Settings) -> bytes:
    """Quads in a format (not JSON-LD, which has a room of its own): equal quads give equal bytes.

    Formats without graphs get each statement once.
    """
    assert wanted.rdf is not None
    quads = list(quads)
    merged: list[Quad] | list[Triple] = quads if wanted.graphs else list(dict.fromkeys(q.triple for q in quads))
    if wanted in (TURTLE, TRIG):
        text = _serialized(merged, wanted, PREFIXES | _own_prefixes(quads, settings)).decode("utf-8")
        return laid_out(text).encode("utf-8")
    if wanted is RDF_XML:
        text = _serialized(merged, wanted, PREFIXES).decode("utf-8")
        return _ROOT.sub(lambda root: "<rdf:RDF" + "".join(sorted(_XMLNS.findall(root[0]))) + ">", text, 1).encode(
            "utf-8"
        )
    return _serialized(merged, wanted, None)


def _serialized(statements_: list[Quad] | list[Triple], wanted: Format, prefixes: dict[str, str] | None) -> bytes:
    assert wanted.rdf is not None
    written = serialize(statements_, format=wanted.rdf, prefixes=prefixes)
    assert written is not None
    return written


def _own_prefixes(quads: Iterable[Quad], settings: Settings) -> dict[str, str]:
    """A prefix for each kind of thing and each concept scheme mentioned: `claim:over-100`, `vocab-bound:about`."""
    things = settings.base + "id/"
    nodes = {n for q in quads for n in (q.subject, q.predicate, q.object, q.graph_name) if isinstance(n, NamedNode)}
    folders = set()
    for iri in (n.value for n in nodes):
        base = things if iri.startswith(things) else VOCAB.base if iri.startswith(VOCAB.base) else ""
        folder, slash, _ = iri[len(base) :].partition("/")
        if base and slash:
            folders.add((base, folder))
    found = {}
    for base, folder in sorted(folders):
        name = folder if base == things else "vocab-" + folder
        name = name if name not in PREFIXES else "site-" + folder
        if _PREFIX_NAME.fullmatch(name):
            found[name] = f"{base}{folder}/"
    return found


def _points_at(quad: Quad, node: NamedNode) -> bool:
    own = isinstance(quad.subject, NamedNode) and (
        quad.subject == node or quad.subject.value.startswith((node.value + "/", node.value + "#"))
    )
    return not own


def _about_document(lens: Lens, node: NamedNode, document: NamedNode, own: Iterable[Quad]) -> Iterator[Quad]:
    """What the document is about, which records it was drawn from and under which licences, since when."""
    yield Quad(document, A, FOAF("Document"))
    yield Quad(document, FOAF("primaryTopic"), node)
    released = lens.reader.released.replace(microsecond=0).isoformat()
    yield Quad(document, DCTERMS("modified"), Literal(released, datatype=XSD("dateTime")))
    dataset = NamedNode(lens.settings.well_known("void").value + "#dataset")  # whoever follows it can read VoID
    yield Quad(document, VOID("inDataset"), dataset)
    yield from _version(lens, document)
    for record in sorted({q.graph_name for q in own if isinstance(q.graph_name, NamedNode)}, key=str):
        if lens.is_a(record, KH("Record")):
            yield Quad(document, DCTERMS("source"), record)
            for licence in lens.nodes(record, DCTERMS("license")):
                yield Quad(document, DCTERMS("license"), licence)


def _version(lens: Lens, document: NamedNode) -> Iterator[Quad]:
    """Which release a document is from, as the address to cite: who holds a copy can have it verified."""
    if lens.reader.digest:
        here = permanent(document.value, lens.reader.release, lens.reader.digest)
        yield Quad(document, DCTERMS("hasVersion"), NamedNode(here))


def _names(lens: Lens, quads: Sequence[Quad], *, graphs: bool) -> Iterator[Quad]:
    """The labels, in every language, of the things that are mentioned without being described."""
    labelled = {q.subject for q in quads if q.predicate == LABEL}
    mentioned = {q.subject for q in quads} | {q.object for q in quads if q.predicate != A}
    unnamed = (n for n in mentioned - labelled if isinstance(n, NamedNode))
    for node in sorted(unnamed, key=lambda n: n.value):
        if graphs:
            yield from sorted(islice(lens.reader.quads(node, LABEL), INCOMING), key=str)
        else:
            yield from (Quad(node, LABEL, label) for label in lens.labels(node)[:INCOMING])
