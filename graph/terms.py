"""The IRIs the code names, and the prefixes the house writes with. What terms mean is in `ontology/`."""

from typing import Final

from pyoxigraph import NamedNode

MADE = 512  # terms of a namespace that are made once: the code names fewer


class Namespace:
    """A prefix of IRIs: `KH("Claim")` is the node. A plain call, so that a term may be called `count` or `title`."""

    def __init__(self, prefix: str, base: str) -> None:
        self.prefix, self.base = prefix, base
        self._made: dict[str, NamedNode] = {}

    def __call__(self, name: str) -> NamedNode:
        """The term `name` of this namespace."""
        made = self._made.get(name)
        if made is None:
            made = NamedNode(self.base + name)
            if len(self._made) < MADE:
                self._made[name] = made
        return made


KH: Final = Namespace("kh", "https://w3id.org/khronika/ns#")
KHS: Final = Namespace("khs", "https://w3id.org/khronika/shapes#")
VOCAB: Final = Namespace("vocab", "https://w3id.org/khronika/vocab/")
SCHEMA: Final = Namespace("schema", "https://schema.org/")
RDF: Final = Namespace("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("rdfs", "http://www.w3.org/2000/01/rdf-schema#")
OWL: Final = Namespace("owl", "http://www.w3.org/2002/07/owl#")
XSD: Final = Namespace("xsd", "http://www.w3.org/2001/XMLSchema#")
SH: Final = Namespace("sh", "http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("skos", "http://www.w3.org/2004/02/skos/core#")
PROV: Final = Namespace("prov", "http://www.w3.org/ns/prov#")
DCTERMS: Final = Namespace("dcterms", "http://purl.org/dc/terms/")
DCAT: Final = Namespace("dcat", "http://www.w3.org/ns/dcat#")
VOID: Final = Namespace("void", "http://rdfs.org/ns/void#")
FOAF: Final = Namespace("foaf", "http://xmlns.com/foaf/0.1/")
OA: Final = Namespace("oa", "http://www.w3.org/ns/oa#")
ORG: Final = Namespace("org", "http://www.w3.org/ns/org#")
SD: Final = Namespace("sd", "http://www.w3.org/ns/sparql-service-description#")

NAMESPACES: Final = (
    KH, KHS, SCHEMA, RDF, RDFS, OWL, XSD, SH, SKOS, PROV, DCTERMS, DCAT, VOID, FOAF, OA, ORG, SD,
)  # fmt: skip
PREFIXES: Final[dict[str, str]] = {n.prefix: n.base for n in NAMESPACES}

A: Final = RDF("type")
LABEL: Final = RDFS("label")
EDTF: Final = NamedNode("http://id.loc.gov/datatypes/edtf/EDTF")

ONTOLOGY_GRAPH: Final = NamedNode("https://w3id.org/khronika/ns")
VOCABULARY_GRAPH: Final = NamedNode("https://w3id.org/khronika/vocab")
CATALOGUE_GRAPH: Final = NamedNode("https://w3id.org/khronika/catalogue")  # which records there are, and of what kind
