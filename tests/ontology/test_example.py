"""The example site uses the ontology as the ontology says it is used."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from graph.authoring.records import read_site
from graph.publish.context import keys
from graph.settings import read_settings
from graph.terms import KH, RDF, SKOS, A
from graph.vocabulary import Term, Vocabulary

SITE = Path(__file__).parents[2] / "examples" / "rights-in-russia"


@pytest.fixture(scope="module")
def triples() -> Sequence[Triple]:
    return [t for record in read_site(read_settings(SITE)) for t in (*record.triples, *record.catalogue)]


@pytest.fixture(scope="module")
def kinds(triples: Sequence[Triple], vocabulary: Vocabulary) -> dict[str, set[str]]:
    """Every class of every thing, wider ones included."""
    found: dict[str, set[str]] = {t.iri: {SKOS("Concept").value} for t in vocabulary.terms.values()}
    for triple in triples:
        if triple.predicate == A:
            classes = found.setdefault(triple.subject.value, set())
            classes |= {triple.object.value, *vocabulary.superclasses(triple.object.value)}
    return found


def test_every_term_it_uses_has_a_label_and_a_key(triples: Sequence[Triple], vocabulary: Vocabulary) -> None:
    told = {key.property for key in keys(vocabulary)} | {A.value}
    assert {t.predicate.value for t in triples} - told == set()
    named = {t.object.value for t in triples if t.predicate in (A, RDF("predicate"))}
    assert named - set(vocabulary.terms) == set()


def test_things_have_the_properties_that_are_meant_for_them(
    triples: Sequence[Triple], vocabulary: Vocabulary, kinds: dict[str, set[str]]
) -> None:
    astray = {
        (t.predicate.value, tuple(sorted(kinds[t.subject.value])))
        for t in triples
        if (domains := vocabulary.terms[t.predicate.value].domains) and not kinds[t.subject.value] & set(domains)
    }
    assert astray == set()


def test_properties_have_the_values_that_are_meant_for_them(
    triples: Sequence[Triple], vocabulary: Vocabulary, kinds: dict[str, set[str]]
) -> None:
    def fits(term: Term, value: NamedNode | Literal) -> bool:
        if isinstance(value, Literal):
            return not term.linking and (not term.ranges or value.datatype.value in term.ranges)
        if term.iri == RDF("predicate").value:
            return vocabulary.terms[value.value].kind == "property"
        return not term.ranges or bool(kinds.get(value.value, set()) & set(term.ranges))

    astray = {
        (t.predicate.value, str(t.object))
        for t in triples
        if t.predicate != A and not fits(vocabulary.terms[t.predicate.value], t.object)
    }
    assert astray == set()


def test_the_example_leads_through_every_class_a_public_site_can_hold(kinds: dict[str, set[str]]) -> None:
    classes = ("Source", "Profile", "Event", "Incident", "Act", "Intervention", "Claim", "Count", "Record")
    assert {KH(name).value for name in classes} <= set().union(*kinds.values())
