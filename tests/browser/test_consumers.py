"""What real consumers make of our answers: rdflib of the documents, pyld of the block in the page."""

import json
import re
import urllib.request

import pytest
from pyld import jsonld
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import Namespace

# rdflib's JSON-LD reader makes a class that rdflib itself has deprecated
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

KH = Namespace("https://w3id.org/khronika/ns#")
BASE = "https://rights-in-russia.example/"
CLAIM = "claim/over-100-detained"


def fetch(url: str, accept: str) -> tuple[str, str]:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode("utf-8"), answer.headers.get_content_type()


@pytest.mark.parametrize(
    ("accept", "reads"),
    [
        ("text/turtle", "turtle"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
        ("application/n-triples", "nt"),
    ],
)
def test_rdflib_reads_a_thing_by_its_iri_in_every_format(example_url: str, accept: str, reads: str) -> None:
    body, media_type = fetch(f"{example_url}/id/{CLAIM}", accept)
    assert media_type == accept
    graph = Graph().parse(data=body, format=reads)
    claim = URIRef(BASE + "id/" + CLAIM)
    assert (claim, RDF.type, KH.Claim) in graph
    assert (claim, KH.statedIn, URIRef(BASE + "id/source/novaya-gazeta-2017-04-01")) in graph
    count = graph.value(claim, KH.quantity)
    assert graph.value(count, URIRef("https://schema.org/minValue")).toPython() == 101
    assert str(graph.value(count, KH.asWritten)) == "over 100"


def test_all_formats_say_the_same_to_rdflib(example_url: str) -> None:
    path = f"{example_url}/doc/profile/russian-lgbt-network-2017-04-10"
    forms = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".jsonld": "json-ld"}
    graphs = [set(Graph().parse(data=fetch(path + s, "*/*")[0], format=f)) for s, f in forms.items()]
    assert len(graphs[0]) > 200
    assert graphs[0] == graphs[1] == graphs[2] == graphs[3]


def test_the_block_in_a_page_expands_to_schema_org(example_url: str) -> None:
    text, _ = fetch(f"{example_url}/doc/profile/russian-lgbt-network-2017-04-10", "text/html")
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert len(found) == 1
    block = json.loads(found[0])
    block["@context"] = {"@vocab": "https://schema.org/"}  # what schema.org's context comes to, without asking for it
    expanded = jsonld.expand(block)[0]
    assert expanded["@type"] == ["https://schema.org/ProfilePage"]
    parts = expanded["https://schema.org/hasPart"]
    claims = [p for p in parts if p["@type"] == ["https://schema.org/Claim"]]
    assert len(claims) > 30
    for claim in claims:
        assert claim["https://schema.org/author"][0]["https://schema.org/name"]
        assert claim["https://schema.org/appearance"][0]["https://schema.org/name"]
    types = set(re.findall(r'"@type":"(\w+)"', found[0]))
    assert "Event" not in types
