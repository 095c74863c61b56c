"""Plain facts follow from undisputed editorial or verified claims, and from nothing else."""

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from graph.checking.derived import derive
from graph.store.embedded import EmbeddedReader

PREFIXES = """
@prefix : <https://example.org/id/> . @prefix kh: <https://w3id.org/khronika/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix type: <https://w3id.org/khronika/vocab/claim-type/> .
@prefix status: <https://w3id.org/khronika/vocab/status/> .
@prefix schema: <https://schema.org/> .
"""
FOUNDED = """:c1 a kh:Claim ; dcterms:type type:fact ; kh:assertionStatus status:editorial ;
  rdf:subject :org ; rdf:predicate schema:foundingDate ; rdf:object "2011-03" .
"""


def derived(turtle: str) -> list[str]:
    quads = [Quad(*q) for q in parse(PREFIXES + turtle, format=RdfFormat.TURTLE)]
    with EmbeddedReader.of(quads) as reader:
        return [f"{t.predicate.value.rsplit('/', 1)[1]} {t.object}" for t in derive(reader)]


def test_an_undisputed_editorial_fact_stands_plainly() -> None:
    assert derived(FOUNDED) == ['foundingDate "2011-03"']
    assert derived(FOUNDED.replace("editorial", "verified")) == ['foundingDate "2011-03"']


@pytest.mark.parametrize(
    "status", ["reported", "self-reported", "stated-position", "headline", "disputed", "retracted"]
)
def test_what_others_say_does_not(status: str) -> None:
    assert derived(FOUNDED.replace("editorial", status)) == []


@pytest.mark.parametrize("kind", ["allegation", "figure", "position", "goal", "achievement", "caveat"])
def test_only_facts_do(kind: str) -> None:
    assert derived(FOUNDED.replace("type:fact", f"type:{kind}")) == []


@pytest.mark.parametrize("doubt", ["disputed", "retracted"])
def test_a_second_status_takes_it_back(doubt: str) -> None:
    assert derived(FOUNDED + f":c1 kh:assertionStatus status:{doubt} .") == []


def test_a_disputing_answer_takes_it_back_and_another_answer_does_not() -> None:
    assert derived(FOUNDED + ":c2 kh:respondsTo :c1 ; kh:assertionStatus status:disputed .") == []
    assert derived(FOUNDED + ":c2 kh:respondsTo :c1 ; kh:assertionStatus status:reported .") != []


def test_a_disputed_claim_does_not_pull_down_another_that_says_the_same() -> None:
    second = FOUNDED.replace(":c1", ":c3")
    assert derived(FOUNDED + second + ":c2 kh:respondsTo :c1 ; kh:assertionStatus status:disputed .") != []


def test_two_dates_for_one_founding_leave_none() -> None:
    assert derived(FOUNDED + FOUNDED.replace(":c1", ":c2").replace("2011-03", "2012")) == []


def test_a_report_of_another_date_leaves_none_either() -> None:
    other = FOUNDED.replace(":c1", ":c2").replace("2011-03", "2012").replace("editorial", "reported")
    assert derived(FOUNDED + other) == []
    assert derived(FOUNDED + other.replace("reported", "retracted")) == ['foundingDate "2011-03"']


@pytest.mark.parametrize("word", ["allegedPerpetrator", "victim", "atRisk"])
def test_nobody_becomes_a_perpetrator_by_a_claim(word: str) -> None:
    assert derived(FOUNDED.replace("schema:foundingDate", f"kh:{word}").replace('"2011-03"', ":somebody")) == []


def test_links_may_be_many_and_languages_too() -> None:
    member = FOUNDED.replace("schema:foundingDate", "schema:member")
    both = member.replace('"2011-03"', ":a") + member.replace(":c1", ":c2").replace('"2011-03"', ":b")
    assert len(derived(both)) == 2
    named = FOUNDED.replace('"2011-03"', '"Union"@en') + FOUNDED.replace(":c1", ":c2").replace('"2011-03"', '"Союз"@ru')
    assert len(derived(named)) == 2


def test_nothing_follows_from_nothing() -> None:
    assert derived("") == []
    assert derived(":c1 a kh:Claim ; dcterms:type type:fact ; kh:assertionStatus status:editorial .") == []
