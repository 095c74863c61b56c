"""Typed links for machines that read no page: FAIR Signposting level 1, in the header and in the head of the page.

Also RFC 6596 (canonical), RFC 8574 (cite-as), RFC 6573 (item, collection).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pyoxigraph import NamedNode

from graph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from graph.publish.history.cited import permanent
from graph.publish.lens import Lens
from graph.terms import DCTERMS, KH, PROV, SCHEMA
from server.http.caching import Link
from server.http.negotiation import REMEMBERED, choose, named
from server.http.urls import escaped, path_of
from server.pages.things import schema_types
from server.releases.past import Version, query_of
from server.site import Site

RDF_FORMATS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG)
OFFERED = (HTML, *RDF_FORMATS)
FLAT = tuple(f for f in RDF_FORMATS if f is not TRIG)  # what they say is one graph
IN_PAGE = ("cite-as", "describedby", "item", "license", "type", "author")  # those a page repeats in its head
AUTHORS = (SCHEMA("author"), PROV("wasAttributedTo"), SCHEMA("spokenByCharacter"), DCTERMS("creator"))
ITEMS = 50  # parts of a list that a header can carry; the document has all of them


@lru_cache(maxsize=REMEMBERED)
def choose_for_document(accept: str | None) -> Format | None:
    """The format of a document that a client likes best, None where nothing fits.

    TriG keeps apart what each record says, in named graphs. It is for a client that names no other RDF format: who
    follows links and reads both, as Comunica, asks the default graph, and would find it empty.
    """
    best = choose(accept, OFFERED, TURTLE)
    return next(iter(named(accept, FLAT)), TRIG) if best is TRIG else best


def signposts(
    site: Site, lens: Lens, node: NamedNode, path: str, wanted: Format, version: Version | None
) -> Iterator[Link]:
    """The links of the document at `path` (without suffix) about a node, in the format `wanted`."""
    here, then = site.settings.base + escaped(path), query_of(version)
    record = lens.is_a(node, KH("Record")) or path.startswith("record/")
    yield Link(here, "canonical")
    yield Link(permanent(here, lens.reader.release, lens.reader.digest) if version else escaped_iri(node), "cite-as")
    for form in OFFERED:
        if form is not wanted:
            yield Link(here + form.suffix + then, "alternate", form.media_type)
    if wanted is HTML:
        for form in RDF_FORMATS:
            yield Link(here + form.suffix + then, "describedby", form.media_type)
            if record:  # a record is data: its files are what it consists of
                yield Link(here + form.suffix + then, "item", form.media_type)
        for part in parts(lens, node):
            yield Link(site.settings.base + escaped(path_of(site.settings, part.value) or ""), "item", HTML.media_type)
        for language in site.languages:
            yield Link(f"{here}{then}{'&' if then else '?'}lang={language}", "alternate", HTML.media_type, language)
    else:
        yield Link(here + then, "collection", HTML.media_type) if record else Link(escaped_iri(node), "describes")
    yield from (Link(escaped_iri(author), "author") for author in authors(lens, node))
    yield from (Link(licence, "license") for licence in licences(lens, node))
    for name in schema_types(lens, node):
        yield Link(f"https://schema.org/{name}", "type")


def in_page(links: Sequence[Link]) -> list[Link]:
    """Those http(s) links that the head of a page repeats, for whoever has the page and not its header."""
    return [link for link in links if link.relation in IN_PAGE and link.target.startswith(("http://", "https://"))]


def authors(lens: Lens, node: NamedNode) -> list[NamedNode]:
    """Who wrote or said it: of a document its authors, of a claim its speakers, of a record its editors."""
    return list(dict.fromkeys(n for predicate in AUTHORS for n in lens.nodes(node, predicate)))


def parts(lens: Lens, node: NamedNode) -> Sequence[NamedNode]:
    """The pages of ours that a list or a series consists of, in their order."""
    found = [*lens.nodes(node, SCHEMA("itemListElement")), *lens.pointing(SCHEMA("isPartOf"), node)]
    ours = [n for n in dict.fromkeys(found) if (path_of(lens.settings, n.value) or "").startswith("doc/")]
    return sorted(ours, key=lens.position)[:ITEMS]


def licences(lens: Lens, node: NamedNode) -> list[str]:
    """The licences of the records that say something of a node; the site's where none does."""
    found = dict.fromkeys(n.value for g in (node, *lens.graphs(node)) for n in lens.nodes(g, DCTERMS("license")))
    return list(found) or [lens.settings.licence]


def escaped_iri(node: NamedNode) -> str:
    """An IRI as a URI, which is what headers can carry (RFC 3987 §3.1)."""
    if node.value.isascii():
        return node.value
    return "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode("utf-8")) for c in node.value)
