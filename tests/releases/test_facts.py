"""Plain facts that are gone on from are those that would be derived from everything."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graph.history.payloads import canonical
from graph.releases.derived import rederiving
from graph.releases.derived.deriving import derived_text
from graph.releases.derived.facts import MOST, Difference, changes_facts, facts_after
from graph.settings import read_settings
from graph.store.embedded import EmbeddedReader
from graph.store.open import open_reader
from graph.terms import DCAT

PREFIXES = """@prefix : <https://site.example/id/> . @prefix kh: <https://w3id.org/khronika/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix type: <https://w3id.org/khronika/vocab/claim-type/> . @prefix schema: <https://schema.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix status: <https://w3id.org/khronika/vocab/status/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
STATUS = ("editorial", "editorial", "verified", "reported", "disputed", "retracted")
VALUES = ('"2011"', '"2012"', '"01"^^xsd:integer', '"1"^^xsd:integer', '"two"@en', '"два"@ru', ":place")
NAMES = [f"https://site.example/record/{n}" for n in range(8)]


def claims(chance: random.Random) -> str:
    """Some claims about a few things, some of which answer others, in pieces that may lie in any record."""
    for_all = []
    for _ in range(chance.randrange(5)):
        claim, other = (f":claim-{chance.randrange(10)}" for _ in range(2))
        for_all += chance.sample(
            [
                f"{claim} dcterms:type type:{chance.choice(('fact', 'fact', 'fact', 'figure'))} .",
                f"{claim} kh:assertionStatus status:{chance.choice(STATUS)} .",
                f"{claim} rdf:subject :thing-{chance.randrange(3)} ; rdf:predicate"
                f" {chance.choice(('schema:foundingDate', 'schema:location', 'kh:atRisk'))} ;"
                f" rdf:object {chance.choice(VALUES)} .",
                f"{claim} kh:respondsTo {other} .",
                f'{claim} schema:text "Something {chance.randrange(3)}" .',
            ],
            k=chance.randrange(1, 6),
        )
    return PREFIXES + "\n".join(for_all)


def part(name: str, chance: random.Random) -> bytes:
    return canonical(Quad(*quad.triple, NamedNode(name)) for quad in parse(claims(chance), RdfFormat.TURTLE))


def quads(parts: dict[str, bytes]) -> list[Quad]:
    """As a release holds them: there is always something in its catalogue."""
    about = Quad(NamedNode("https://site.example/"), DCAT("version"), Literal("1"))
    return [about, *(quad for text in parts.values() for quad in parse(text, RdfFormat.N_QUADS))]


@pytest.fixture(scope="module")
def house(published):
    return read_settings(published)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_any_edits_leave_the_facts_that_would_be_derived_anew(house, seed: int) -> None:
    chance = random.Random(seed)
    before = {name: part(name, chance) for name in NAMES}
    after = {n: part(n, chance) if chance.random() < 0.3 else text for n, text in before.items()}
    for name in chance.sample(NAMES, chance.randrange(2)):
        del after[name]
    changed = {n for n in NAMES if before[n] != after.get(n)}
    facts = derived_text(before.values(), house)
    derived = list(parse(facts, RdfFormat.N_QUADS))
    difference = Difference.of({n: before[n] for n in changed}, {n: after[n] for n in changed if n in after})
    with EmbeddedReader.of([*quads(before), *derived]) as last:
        found = facts_after(house, last, facts, difference)
    assert found == derived_text(after.values(), house)
    assert changes_facts(difference) or found == facts


def test_what_the_catalogue_says_of_a_claim_is_nobodys_part(house) -> None:
    """Which part a quad without a graph belongs to cannot be told, so everything is looked at."""
    text = PREFIXES + ":c dcterms:type type:fact ; rdf:subject :thing ; rdf:predicate schema:name ; rdf:object 'x' ."
    nowhere = canonical(Quad(*quad.triple) for quad in parse(text, RdfFormat.TURTLE))
    with EmbeddedReader.of(quads({NAMES[0]: nowhere})) as last:
        assert facts_after(house, last, b"", Difference.of({NAMES[0]: nowhere}, {NAMES[0]: b""})) is None


def test_too_many_claims_about_one_thing_are_left_to_the_whole(house) -> None:
    text = PREFIXES + "\n".join(f":c-{n} rdf:subject :thing ." for n in range(MOST + 1))
    before = canonical(Quad(*quad.triple, NamedNode(NAMES[0])) for quad in parse(text, RdfFormat.TURTLE))
    more = canonical(
        Quad(*quad.triple, NamedNode(NAMES[1]))
        for quad in parse(PREFIXES + ":c rdf:subject :thing .", RdfFormat.TURTLE)
    )
    with EmbeddedReader.of(quads({NAMES[0]: before})) as last:
        assert facts_after(house, last, b"", Difference.of({}, {NAMES[1]: more})) is None


FACT = (
    ':claim\\/c1 a kh:Claim ; rdfs:label "Founded" ; dcterms:type type:fact ; kh:assertionStatus status:editorial ;'
    ' rdf:subject :org\\/us ; rdf:predicate schema:foundingDate ; rdf:object "2011" .\n'
)
DOUBT = (
    ':claim\\/c2 a kh:Claim ; rdfs:label "Not so" ; kh:respondsTo :claim\\/c1 ; kh:assertionStatus status:disputed .\n'
)


def record(site, name: str, turtle: str) -> None:
    path = site.folder / "records" / f"{name}.ttl"
    about = f'<https://site.example/record/{name}> dcterms:modified "2026-01-15"^^xsd:date .\n'
    path.write_text(PREFIXES + about + turtle, encoding="utf-8")


def plain(site) -> set[str]:
    with open_reader(site.settings) as reader:
        return {q.object.value for q in reader.quads(graph=NamedNode(site.record("derived")))}


def test_a_dispute_in_another_record_takes_a_fact_back_and_its_removal_restores_it(
    site, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(site, "fact", FACT)
    site.publish()
    monkeypatch.setattr(rederiving, "SHARE", 2)
    monkeypatch.setattr("graph.releases.publishing.derived_text", lambda *_: pytest.fail("everything was looked at"))
    assert plain(site) == {"2011"}
    record(site, "doubt", DOUBT)
    site.publish()
    assert plain(site) == set()
    (site.folder / "records" / "doubt.ttl").unlink()
    site.publish()
    assert plain(site) == {"2011"}
    site.write("us", "We ourselves")
    site.publish()
    assert plain(site) == {"2011"}
    assert site.says() == site.recorded()


def test_everything_is_looked_at_where_the_last_release_cannot_be_gone_on_from(
    site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []

    def watched(*given: object) -> bytes:
        looked.append(given)
        return derived_text(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(rederiving, "SHARE", 2)
    monkeypatch.setattr("graph.releases.publishing.derived_text", watched)
    monkeypatch.setattr("graph.releases.publishing.software", lambda: "an older one")
    site.write("us", "We")
    site.publish()
    assert not looked
    site.write("us", "We ourselves")
    site.publish()  # what the older one derived is not gone on from
    assert len(looked) == 1
    monkeypatch.undo()
    monkeypatch.setattr(rederiving, "SHARE", 2)
    monkeypatch.setattr("graph.releases.publishing.derived_text", watched)
    site.publish()
    site.places.current.unlink()
    record(site, "fact", FACT)
    before = len(looked)
    site.publish()  # what is shown cannot be read
    assert len(looked) == before + 1
    assert plain(site) == {"2011"}
