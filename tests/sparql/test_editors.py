"""An editor that knows nothing of us finds our questions, prefixes and classes where it looks for everybody's.

The three queries are those of sparql-editor by SIB (MIT, packages/sparql-editor/src/metadata.ts), unchanged.
"""

import http.client
import json
from urllib.parse import urlencode, urlsplit

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?sq ?comment ?query
WHERE {
    ?sq a sh:SPARQLExecutable ;
        rdfs:comment ?comment ;
        sh:select|sh:ask|sh:construct|spex:describe ?query .
} ORDER BY ?sq"""

PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
      SELECT DISTINCT ?prefix ?namespace
      WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix}
      ORDER BY ?prefix"""

VOID = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh:<http://www.w3.org/ns/shacl#>
PREFIX sd:<http://www.w3.org/ns/sparql-service-description#>
PREFIX void:<http://rdfs.org/ns/void#>
PREFIX void-ext:<http://ldf.fi/void-ext#>
SELECT DISTINCT ?graph ?graphLabel ?subjectClass ?prop ?objectClass ?objectDatatype
?triples ?subjectClassLabel ?objectClassLabel ?subjectClassComment ?objectClassComment ?propLabel ?propComment
WHERE {
      {
        OPTIONAL {
          ?graph sd:graph ?graphDesc .
          OPTIONAL { ?graph rdfs:label ?graphLabel }
          ?graphDesc void:classPartition ?cp .
        }
        ?cp void:class ?subjectClass ;
          void:propertyPartition ?pp .
        OPTIONAL { ?subjectClass rdfs:label ?subjectClassLabel }
        OPTIONAL { ?subjectClass rdfs:comment ?subjectClassComment }

        ?pp void:property ?prop .
        OPTIONAL { ?pp void:triples ?triples }
        OPTIONAL { ?prop rdfs:label ?propLabel }
        OPTIONAL { ?prop rdfs:comment ?propComment }
        OPTIONAL {
          {
            ?pp  void:classPartition [ void:class ?objectClass ] .
            OPTIONAL { ?objectClass rdfs:label ?objectClassLabel }
            OPTIONAL { ?objectClass rdfs:comment ?objectClassComment }
          } UNION {
            ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] .
          }
        }
      } UNION {
        ?linkset void:subjectsTarget [ void:class ?subjectClass ] ;
          void:linkPredicate ?prop ;
          void:objectsTarget [ void:class ?objectClass ] .
      }
} ORDER BY ?subjectClass ?objectClass ?objectDatatype ?graph ?triples"""

KH, SCHEMA = "https://w3id.org/khronika/ns#", "https://schema.org/"
BASE = "https://rights-in-russia.example/"


def fetch(url: str, path: str, accept: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.request("GET", path, headers={"Accept": accept})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    headers = {name: ", ".join(answer.headers.get_all(name) or ()) for name in answer.headers}
    return answer.status, headers, body


def rows(url: str, query: str) -> list[dict[str, str]]:
    """As the editor asks: its own parameter first, JSON alone."""
    path = "/sparql?ac=1&" + urlencode({"query": query})
    status, _, body = fetch(url, path, "application/sparql-results+json")
    assert status == 200
    return [{k: v["value"] for k, v in row.items()} for row in json.loads(body)["results"]["bindings"]]


def test_the_editor_finds_every_question_once_and_can_ask_it(example_url: str) -> None:
    found = rows(example_url, EXAMPLES)
    assert len(found) == len({row["sq"] for row in found}) >= 14
    assert all(row["comment"] for row in found)
    for row in found:
        assert fetch(example_url, "/sparql?" + urlencode({"query": row["query"]}), "text/csv")[0] == 200


def test_the_editor_finds_our_prefixes(example_url: str) -> None:
    found = {row["prefix"]: row["namespace"] for row in rows(example_url, PREFIXES)}
    assert found["kh"] == KH
    assert found["schema"] == SCHEMA


def test_the_editor_finds_classes_with_their_properties_and_what_those_lead_to(example_url: str) -> None:
    found: dict[str, dict[str, set[str]]] = {}
    for row in rows(example_url, VOID):
        leads_to = found.setdefault(row["subjectClass"], {}).setdefault(row["prop"], set())
        leads_to |= {row[name] for name in ("objectClass", "objectDatatype") if name in row}
        assert int(row["triples"]) > 0
    assert KH + "Source" in found[KH + "Claim"][KH + "statedIn"]
    assert "http://www.w3.org/2001/XMLSchema#string" in found[KH + "Count"][KH + "asWritten"]


@pytest.mark.parametrize("name", ["void", "sparql-examples"])
def test_the_same_is_served_where_programs_look(example_url: str, name: str) -> None:
    graph = f"{BASE}.well-known/{name}"
    construct = "CONSTRUCT { ?s ?p ?o } { GRAPH <" + graph + "> { ?s ?p ?o } }"
    asked = fetch(example_url, "/sparql?" + urlencode({"query": construct}), "application/n-triples")[2]
    held = {q.triple for q in parse(asked, RdfFormat.N_TRIPLES)}
    assert len(held) > 100
    for suffix, format_ in ((".ttl", RdfFormat.TURTLE), (".nt", RdfFormat.N_TRIPLES), (".rdf", RdfFormat.RDF_XML)):
        status, headers, body = fetch(example_url, f"/.well-known/{name}{suffix}", "*/*")
        assert status == 200
        assert f'<{graph}>; rel="canonical"' in headers["Link"]
        assert {q.triple for q in parse(body, format_)} == held
    status, headers, body = fetch(example_url, f"/.well-known/{name}", "text/html;q=0.9, */*;q=0.1")
    assert (status, headers["Content-Type"]) == (200, "text/turtle; charset=utf-8")
    assert json.loads(fetch(example_url, f"/.well-known/{name}", "application/ld+json")[2])
    assert fetch(example_url, f"/.well-known/{name}", "image/png")[0] == 406
    assert fetch(example_url, f"/.well-known/{name}.csv", "*/*")[0] == 404


def test_the_service_description_leads_there(example_url: str) -> None:
    _, headers, body = fetch(example_url, "/sparql", "text/turtle")
    statistics = f"{BASE}.well-known/void"
    assert f'<{statistics}>; rel="describedby"' in headers["Link"]
    triples = {q.triple for q in parse(body, RdfFormat.TURTLE)}
    (default,) = [t.object for t in triples if t.predicate.value.endswith("#defaultGraph")]
    assert default == NamedNode(statistics + "#dataset")
    void = fetch(example_url, "/.well-known/void", "application/n-triples")[2].decode()
    assert f"{default} <http://rdfs.org/ns/void#triples> " in void
    assert f"<http://rdfs.org/ns/void#sparqlEndpoint> <{BASE}sparql>" in void
