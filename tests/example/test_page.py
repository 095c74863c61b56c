"""The page is whole: every non-blank character of it lies in a passage, in order, and every passage is carried.

The page itself is not in the repository (its words are quoted passage by passage); its length and digest are.
"""

from hashlib import sha256
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad

from graph.store.embedded import EmbeddedReader
from graph.terms import RDF, SCHEMA

# Of the page as it was given, all white space (no-break spaces too) taken out
CHARACTERS = 4927
DIGEST = "4b96b16b68408ab3421427385c695a83df911c50db64ed412f9381bf4bb61d7a"
PASSAGES = 54
LINES = 350  # of YAML, in all: what one page may cost an editor

IN_ORDER = """
PREFIX kh: <https://w3id.org/khronika/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX schema: <https://schema.org/>
SELECT DISTINCT ?passage ?position ?words WHERE {
  ?passage oa:hasSource ?page ; schema:position ?position ; oa:hasSelector/oa:exact ?words . ?page a kh:Profile .
} ORDER BY ?position
"""


@pytest.fixture(scope="module")
def passages(seed: Any) -> list[dict[str, str]]:
    return seed.rows(IN_ORDER)


def test_the_passages_are_the_page(passages: list[dict[str, str]]) -> None:
    page = "".join("".join(row["words"].split()) for row in passages)
    assert len(page) == CHARACTERS
    assert sha256(page.encode()).hexdigest() == DIGEST


def test_the_passages_have_their_places_from_one_without_a_gap(passages: list[dict[str, str]]) -> None:
    assert [int(row["position"]) for row in passages] == list(range(1, PASSAGES + 1))
    assert len({row["passage"] for row in passages}) == PASSAGES


def test_there_are_no_passages_but_those_of_the_page(seed: Any) -> None:
    rows = seed.rows("SELECT DISTINCT ?p { ?p a <http://www.w3.org/ns/oa#SpecificResource> }")
    assert len(rows) == PASSAGES


def test_every_passage_is_carried(seed: Any, passages: list[dict[str, str]]) -> None:
    rows = seed.rows("SELECT DISTINCT ?passage { ?carrier <https://w3id.org/khronika/ns#passage> ?passage }")
    assert {row["passage"] for row in rows} == {row["passage"] for row in passages}


def test_a_passage_that_lost_its_carriers_is_noticed(seed: Any) -> None:
    carries = NamedNode("https://w3id.org/khronika/ns#passage")
    lost = next(q.object for q in seed.quads if q.predicate == carries)
    left = EmbeddedReader.of(q for q in seed.quads if not (q.predicate == carries and q.object == lost))
    assert len(left.select(seed.questions["13-passages-carried-by-nothing"].text)) == 1


def test_a_plain_fact_that_no_claim_makes_is_noticed(seed: Any) -> None:
    made_up = Quad(
        seed.settings.thing("org/rfe-rl"),
        NamedNode("https://schema.org/location"),
        seed.settings.thing("place/moscow"),
        seed.settings.record("derived"),
    )
    more = EmbeddedReader.of([*seed.quads, made_up])
    assert len(more.select(seed.questions["14-plain-facts-without-a-claim"].text)) == 1


def test_words_are_kept_as_printed(passages: list[dict[str, str]]) -> None:
    words = [row["words"] for row in passages]
    assert words[0] == "Home > Rights Group of the Week >"
    assert words[1] == "Rights Group of the Week: Russian LGBT Network"
    assert words[2] == "posted 10 Apr 2017, 08:09 by Rights in Russia [ updated 10 Apr 2017, 08:53 ]"
    assert "regional devisions in 16 regions" in words[-8]
    assert words[-7] == "Sources:"
    assert words[-4] == "'Fifteen LGBTs ask evacuation from Chechnya, Caucasian Knot, 5 April 2017"
    assert words[-1] == "Comments"
    assert not any("\u00a0" in text for text in words)


def test_the_records_stay_short(seed: Any) -> None:
    files = sorted(seed.settings.records.rglob("*.yaml"))
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
    assert len(files) == len(seed.records) == 7
    assert lines < LINES


def test_the_page_tells_where_and_when_it_was_posted(seed: Any) -> None:
    page = "profile/russian-lgbt-network-2017-04-10"
    assert seed.objects(page, RDF("type")) == {"kh:Profile", "kh:Source"}
    assert seed.objects(page, SCHEMA("name")) == {"Rights Group of the Week: Russian LGBT Network"}
    assert seed.objects(page, SCHEMA("breadcrumb")) == {"Home > Rights Group of the Week >"}
    assert seed.objects(page, SCHEMA("mainEntity")) == {"org/russian-lgbt-network"}
    assert seed.objects(page, SCHEMA("publisher")) == {"org/rights-in-russia"}
    assert seed.objects(page, SCHEMA("isPartOf")) == {"series/rights-group-of-the-week"}
