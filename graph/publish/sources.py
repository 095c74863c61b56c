"""Documents: who wrote and published them, when, the line in which a page lists them, what they rest on."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.claims import Claim, Comparison, Quotation, claims_where, compare, quotations_where
from graph.publish.dates import When
from graph.publish.lens import Lens, Ref, once
from graph.publish.literals import Text
from graph.terms import DCTERMS, KH, PROV, SCHEMA, SKOS


@dataclass(frozen=True, slots=True)
class Source:
    """One document. `titled` is false where it is only described; `printed` is its line in a list of sources."""

    ref: Ref
    kind: Sequence[Ref]
    name: Text
    titled: bool
    authors: Sequence[Ref]
    publishers: Sequence[Ref]
    date: When | None
    printed: str
    url: str
    language: str
    derived_from: Sequence[Ref]
    part_of: Sequence[Ref]
    notes: Sequence[Text]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A document with all it is quoted for: stated in it, quoted from it, resting on it; and where it is listed."""

    source: Source
    claims: Sequence[Claim]
    figures: Sequence[Comparison]
    quotations: Sequence[Quotation]
    resting: Sequence[Claim]
    derived: Sequence[Ref]
    cited_by: Sequence[Ref]


@once
def source(lens: Lens, node: NamedNode) -> Source:
    """A document by its IRI."""
    title = lens.text(node, SCHEMA("name"))
    return Source(
        ref=lens.ref(node),
        kind=lens.refs(lens.nodes(node, DCTERMS("type"))),
        name=title or lens.text(node, SCHEMA("description")) or lens.ref(node).label,
        titled=title is not None,
        authors=lens.refs(lens.nodes(node, SCHEMA("author"))),
        publishers=lens.refs(lens.nodes(node, SCHEMA("publisher"))),
        date=lens.when(node, DCTERMS("date"), SCHEMA("datePublished")),
        printed=lens.word(node, DCTERMS("bibliographicCitation")) or "",
        url=lens.word(node, SCHEMA("url")) or "",
        language=lens.word(node, SCHEMA("inLanguage")) or "",
        derived_from=lens.refs(lens.nodes(node, PROV("wasDerivedFrom"))),
        part_of=lens.refs(lens.nodes(node, SCHEMA("isPartOf"))),
        notes=lens.texts(node, SKOS("editorialNote")),
    )


def source_page(lens: Lens, node: NamedNode) -> SourcePage:
    """A document with what hangs on it."""
    claims = claims_where(lens, KH("statedIn"), node)
    return SourcePage(
        source=source(lens, node),
        claims=claims,
        figures=compare(claims),
        quotations=quotations_where(lens, KH("statedIn"), node),
        resting=claims_where(lens, PROV("hadPrimarySource"), node),
        derived=lens.refs(lens.pointing(PROV("wasDerivedFrom"), node)),
        cited_by=lens.refs(lens.pointing(SCHEMA("citation"), node)),
    )
