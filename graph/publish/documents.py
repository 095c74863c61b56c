"""The document about one IRI in RDF: what is said of it, what points at it, the names of what it mentions."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple, serialize

from graph.formats import RDF_XML, TRIG, TURTLE, Format
from graph.layout import laid_out
from graph.publish.description import INCOMING, belongs_to, in_order, links_to, statements, with_inner_nodes
from graph.publish.history.cited import permanent
from graph.publish.lens import Lens, iri_of
from graph.publish.turtle import NotPlain, Spelling, Statement, prefix_of, write_turtle
from graph.settings import Settings
from graph.terms import DCTERMS, FOAF, KH, LABEL, PREFIXES, RDFS, VOCAB, VOID, XSD, A

POINTING = 1000  # incoming links a document carries; a thing with more is asked for through SPARQL or page by page
_ROOT = re.compile(r"<rdf:RDF[^>]*>")
_XMLNS = re.compile(r' xmlns:\w+="[^"]*"')


def thing_quads(lens: Lens, node: NamedNode, document: NamedNode, *, graphs: bool = True) -> list[Quad]:
    """All that the document about a thing holds; what `document` itself says of it is in the default graph.

    Without `graphs`, which most formats have not, all of it is, each statement once: that is read faster.
    """
    if not graphs:
        return [Quad(*statement) for statement in thing_statements(lens, node, document)]
    own: list[Quad] = []
    pointing: list[Quad] = []
    for quad in statements(lens, node):
        (own if belongs_to(quad.subject, node) else pointing).append(quad)
    records = {q.graph_name for q in own if isinstance(q.graph_name, NamedNode)}
    found = [*(Quad(*said) for said in _about_document(lens, node, document, records)), *own, *pointing[:POINTING]]
    found += (Quad(*said) for said in _left_out(document, len(pointing)))
    return [*found, *_names(lens, found)]


def thing_statements(lens: Lens, node: NamedNode, document: NamedNode) -> list[Statement]:
    """The statements of `thing_quads`, each once and without its graph."""
    own: list[Statement] = []
    records: set[NamedNode] = set()
    subjects = {node.value}
    for subject in with_inner_nodes(lens, node):
        subjects.add(subject.value)
        records.update(lens.graphs(subject))
        own += in_order(subject, lens.facts(subject))
    pointing: list[Statement] = []
    for who, predicate in links_to(lens, node, subjects):
        (own if belongs_to(who, node) else pointing).append((who, predicate, node))
    about = dict.fromkeys(_about_document(lens, node, document, records))
    found = [*about, *own, *(said for said in pointing[:POINTING] if said not in about)]
    found += _left_out(document, len(pointing))
    return [*found, *_labels(lens, found)]


def record_quads(lens: Lens, record: NamedNode) -> list[Quad]:
    """A record whole: its graph, and what the catalogue says of it."""
    said = sorted(lens.reader.quads(graph=record), key=str)
    catalogued = sorted(lens.reader.quads(record, graph=DefaultGraph()), key=str)
    return [*(Quad(*said) for said in _version(lens, record)), *catalogued, *said]


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


def write_statements(said: list[Statement], wanted: Format, lens: Lens) -> bytes:
    """As `write`, for what is without graphs and each once."""
    if wanted is TURTLE:
        key = (Spelling, lens.settings.base)
        spelling = lens.reader.kept.get(key) or lens.reader.kept.setdefault(key, Spelling(lens.settings))
        with suppress(NotPlain):
            return write_turtle(said, cast(Spelling, spelling))
    return write((Quad(*each) for each in said), wanted, lens.settings)


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
    named = ((prefix_of(folder, is_concept=base == VOCAB.base), f"{base}{folder}/") for base, folder in sorted(folders))
    return {name: base for name, base in named if name}


def _about_document(
    lens: Lens, node: NamedNode, document: NamedNode, records: Iterable[NamedNode]
) -> Iterator[Statement]:
    """What the document is about, which records it was drawn from and under which licences, since when."""
    yield document, A, FOAF("Document")
    yield document, FOAF("primaryTopic"), node
    released = lens.reader.released.replace(microsecond=0).isoformat()
    yield document, DCTERMS("modified"), Literal(released, datatype=XSD("dateTime"))
    dataset = NamedNode(lens.settings.well_known("void").value + "#dataset")  # whoever follows it can read VoID
    yield document, VOID("inDataset"), dataset
    yield from _version(lens, document)
    for record in sorted(records, key=str):
        if lens.is_a(record, KH("Record")):
            yield document, DCTERMS("source"), record
            for licence in lens.nodes(record, DCTERMS("license")):
                yield document, DCTERMS("license"), licence


def _left_out(document: NamedNode, pointing: int) -> Iterator[Statement]:
    """What a document says when it has not all that points at its thing."""
    if pointing > POINTING:
        more = f"Of {pointing} links to this thing, the document has the first {POINTING}."
        yield document, RDFS("comment"), Literal(more, language="en")


def _version(lens: Lens, document: NamedNode) -> Iterator[Statement]:
    """Which release a document is from, as the address to cite: who holds a copy can have it verified."""
    if lens.reader.digest:
        here = permanent(document.value, lens.reader.release, lens.reader.digest)
        yield document, DCTERMS("hasVersion"), NamedNode(here)


def _names(lens: Lens, quads: Sequence[Quad]) -> Iterator[Quad]:
    """The labels, in every language, of the things that are mentioned without being described."""
    labelled = {q.subject for q in quads if q.predicate == LABEL}
    mentioned = {q.subject for q in quads} | {q.object for q in quads if q.predicate != A}
    for node in sorted((n for n in mentioned - labelled if isinstance(n, NamedNode)), key=iri_of):
        yield from sorted(islice(lens.reader.quads(node, LABEL), INCOMING), key=str)


def _labels(lens: Lens, said: Sequence[Statement]) -> Iterator[Statement]:
    """The same without graphs."""
    labelled = {subject for subject, predicate, _ in said if predicate == LABEL}
    mentioned = {subject for subject, _, _ in said} | {object_ for _, predicate, object_ in said if predicate != A}
    for node in sorted((n for n in mentioned - labelled if isinstance(n, NamedNode)), key=iri_of):
        yield from ((node, LABEL, label) for label in lens.labels(node)[:INCOMING])
