"""The one table of formats, with what each can carry. Negotiation, dumps and authoring read it."""

from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True, slots=True)
class Format:
    """A serialization of a graph or of query results.

    `media_type` is registered with IANA, `suffix` has its dot, `graphs` is true where named graphs survive,
    `aliases` are other media types a client may name it by.
    """

    name: str
    media_type: str
    suffix: str
    graphs: bool = False
    aliases: tuple[str, ...] = ()
    rdf: RdfFormat | None = None
    results: QueryResultsFormat | None = None


HTML = Format("html", "text/html", ".html", aliases=("application/xhtml+xml",))

TURTLE = Format("turtle", "text/turtle", ".ttl", aliases=("application/x-turtle",), rdf=RdfFormat.TURTLE)
JSON_LD = Format("json-ld", "application/ld+json", ".jsonld", graphs=True, rdf=RdfFormat.JSON_LD)
N_TRIPLES = Format("n-triples", "application/n-triples", ".nt", rdf=RdfFormat.N_TRIPLES)
RDF_XML = Format("rdf-xml", "application/rdf+xml", ".rdf", rdf=RdfFormat.RDF_XML)
TRIG = Format("trig", "application/trig", ".trig", graphs=True, rdf=RdfFormat.TRIG)
N_QUADS = Format("n-quads", "application/n-quads", ".nq", graphs=True, rdf=RdfFormat.N_QUADS)

JSON_RESULTS = Format(
    "json", "application/sparql-results+json", ".srj", aliases=("application/json",), results=QueryResultsFormat.JSON
)
XML_RESULTS = Format(
    "xml",
    "application/sparql-results+xml",
    ".srx",
    aliases=("application/xml", "text/xml"),
    results=QueryResultsFormat.XML,
)
CSV_RESULTS = Format("csv", "text/csv", ".csv", results=QueryResultsFormat.CSV)
TSV_RESULTS = Format("tsv", "text/tab-separated-values", ".tsv", results=QueryResultsFormat.TSV)

GRAPH_FORMATS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS)
RESULT_FORMATS = (JSON_RESULTS, XML_RESULTS, CSV_RESULTS, TSV_RESULTS)
FORMATS = (HTML, *GRAPH_FORMATS, *RESULT_FORMATS)


def by_suffix(suffix: str) -> Format | None:
    """The format of a file or URL suffix such as `.ttl`."""
    return next((f for f in FORMATS if f.suffix == suffix), None)


def by_media_type(media_type: str) -> Format | None:
    """The format of a bare media type (no parameters), registered or alias; None for one we do not speak."""
    wanted = media_type.strip().lower()
    return next((f for f in FORMATS if f.media_type == wanted or wanted in f.aliases), None)
