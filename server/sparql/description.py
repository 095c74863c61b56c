"""What this endpoint says of itself to machines: SPARQL 1.1 Service Description, with its real address."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple, serialize

from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, Format
from graph.settings import Settings
from graph.terms import DCTERMS, PREFIXES, RDFS, SD, VOID, A, Namespace

FORMATS = Namespace("formats", "http://www.w3.org/ns/formats/")
# The names of https://www.w3.org/ns/formats/
UNIQUE = {
    "turtle": "Turtle", "json-ld": "JSON-LD", "n-triples": "N-Triples", "rdf-xml": "RDF_XML", "trig": "TriG",
    "n-quads": "N-Quads", "json": "SPARQL_Results_JSON", "xml": "SPARQL_Results_XML", "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
}  # fmt: skip


def describe(settings: Settings, graphs: Iterable[NamedNode], language: str) -> Iterator[Triple]:
    """The description as triples. Its inner nodes are hash IRIs of the endpoint, so that they can be cited.

    The default graph has the IRI under which VoID says how much is in it.
    """
    endpoint = NamedNode(settings.base + "sparql")
    service, dataset = (NamedNode(f"{endpoint.value}#{name}") for name in ("service", "dataset"))
    statistics = settings.well_known("void")
    default = NamedNode(statistics.value + "#dataset")
    yield Triple(service, A, SD("Service"))
    yield Triple(service, SD("endpoint"), endpoint)
    yield Triple(service, SD("supportedLanguage"), SD("SPARQL11Query"))
    yield Triple(service, SD("feature"), SD("UnionDefaultGraph"))
    if settings.endpoints:
        yield Triple(service, SD("feature"), SD("BasicFederatedQuery"))
    yield Triple(service, DCTERMS("license"), NamedNode(settings.licence))
    title = settings.title.get(language) or next(iter(settings.title.values()))
    yield Triple(service, DCTERMS("title"), Literal(title))
    for format_ in (*GRAPH_FORMATS, *RESULT_FORMATS):
        yield Triple(service, SD("resultFormat"), FORMATS(UNIQUE[format_.name]))
    yield Triple(service, SD("defaultDataset"), dataset)
    yield Triple(dataset, A, SD("Dataset"))
    yield Triple(dataset, SD("defaultGraph"), default)
    yield Triple(default, A, SD("Graph"))
    yield Triple(default, A, VOID("Dataset"))
    yield Triple(default, RDFS("isDefinedBy"), statistics)
    yield Triple(service, RDFS("seeAlso"), settings.well_known("sparql-examples"))
    for graph in graphs:
        named = NamedNode(f"{endpoint.value}?graph={_escaped(graph.value)}")
        yield Triple(dataset, SD("namedGraph"), named)
        yield Triple(named, A, SD("NamedGraph"))
        yield Triple(named, SD("name"), graph)


def written(triples: Iterable[Triple], format_: Format) -> bytes:
    """The description in a format, with the house's prefixes."""
    assert format_.rdf is not None
    prefixes = {**PREFIXES, FORMATS.prefix: FORMATS.base}
    content = serialize(sorted(triples, key=str), format=format_.rdf, prefixes=prefixes)
    assert content is not None
    return content


def _escaped(iri: str) -> str:
    """An IRI as part of another's query."""
    return "".join(c if c.isalnum() or c in "-._~:/" else "".join(f"%{b:02X}" for b in c.encode()) for c in iri)
