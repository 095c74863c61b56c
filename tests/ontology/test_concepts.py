"""The concept schemes: each word means one thing, in two languages, and stands in one place."""

import re
from importlib.resources import files

import pytest
from rdflib import RDF, RDFS, SDO, SKOS, Graph, URIRef

from graph.terms import VOCAB
from graph.vocabulary import Term, Vocabulary

# What the model names, word for word; a scheme with `…` holds more.
NAMED = {
    "claim-type": "allegation fact figure position goal achievement caveat",
    "status": "reported self-reported stated-position editorial headline verified disputed retracted",
    "bound": "exactly at-least more-than up-to fewer-than about",
    "basis": "public-role byline consent family-consent official",
    "precision": "exact settlement district region country macro-region",
    "access": "public restricted withdrawn",
    "withdrawal": "consent-withdrawn risk error rights",
    "measure": "people-detained people-killed people-asking-to-leave regions-with-groups-helped regional-divisions …",
    "act": "detention killing kidnapping torture unlawful-detention secret-detention detention-at-protest …",
    "intervention": "statement hotline evacuation appeal …",
    "event": "violation founding conference transformation election charter-adoption …",
    "source": "news-article news-report statement web-page profile-page social-media-page social-media-post report "
    "database editors-knowledge …",
    "ground": "sexual-orientation gender-identity participation-in-assembly …",
    "role": "board-member chairman journalist …",
    "org-type": "ngo news-organization public-body intergovernmental-organization …",
    "consent": "being-named being-named-as-victim …",
}


def concepts(vocabulary: Vocabulary, scheme: str = "") -> list[Term]:
    found = [t for t in vocabulary.terms.values() if t.kind == "concept"]
    return [t for t in found if not scheme or t.scheme == VOCAB(scheme).value]


@pytest.fixture(scope="module")
def graph() -> Graph:
    both = Graph()
    for file in files("ontology").joinpath("vocab").iterdir():
        both.parse(data=file.read_text(encoding="utf-8"), format="turtle")
    return both


def test_the_schemes_are_those_of_the_model(vocabulary: Vocabulary) -> None:
    assert vocabulary.schemes() == sorted(NAMED)


@pytest.mark.parametrize("scheme", NAMED)
def test_a_scheme_has_the_words_of_the_model(vocabulary: Vocabulary, scheme: str) -> None:
    wanted = NAMED[scheme].split()
    if wanted[-1] == "…":
        assert set(wanted[:-1]) <= set(vocabulary.words(scheme))
    else:
        assert vocabulary.words(scheme) == wanted


def test_each_scheme_is_in_a_file_of_its_name(vocabulary: Vocabulary) -> None:
    for file in files("ontology").joinpath("vocab").iterdir():
        scheme = file.name.removesuffix(".ttl")
        graph = Graph().parse(data=file.read_text(encoding="utf-8"), format="turtle")
        iris = {str(s) for s in graph.subjects()}
        assert iris == {VOCAB(scheme).value} | {t.iri for t in concepts(vocabulary, scheme)}


def test_a_concept_stands_below_its_scheme(vocabulary: Vocabulary) -> None:
    for term in concepts(vocabulary):
        assert term.iri == f"{term.scheme}/{term.name}"
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", term.name), "a word an editor can type without a mistake"
        assert vocabulary.concept(str(term.scheme).removeprefix(VOCAB.base), term.name) is not None


def test_no_two_concepts_of_a_scheme_share_a_label(vocabulary: Vocabulary) -> None:
    for scheme in NAMED:
        for language in ("en", "ru"):
            labels = [t.labels[language] for t in concepts(vocabulary, scheme)]
            assert len(set(labels)) == len(labels), scheme


def test_labels_for_rdf_and_for_skos_are_the_same(graph: Graph) -> None:
    for subject in set(graph.subjects(RDFS.label)):
        assert set(graph.objects(subject, RDFS.label)) == set(graph.objects(subject, SKOS.prefLabel)), subject


def test_broader_stays_in_the_scheme_and_ends(vocabulary: Vocabulary) -> None:
    for term in concepts(vocabulary):
        seen = [term.iri]
        while vocabulary.terms[seen[-1]].parents:
            (parent,) = vocabulary.terms[seen[-1]].parents
            assert parent not in seen, f"{term.iri} is broader than itself"
            assert vocabulary.terms[parent].scheme == term.scheme
            seen.append(parent)


def test_top_concepts_are_those_with_nothing_broader(graph: Graph) -> None:
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        scheme = graph.value(concept, SKOS.inScheme)
        is_top = (concept, SKOS.broader, None) not in graph
        assert ((concept, SKOS.topConceptOf, scheme) in graph) == is_top, concept
        assert ((scheme, SKOS.hasTopConcept, concept) in graph) == is_top, concept


def test_codes_are_those_of_one_micro_thesaurus_and_unique(vocabulary: Vocabulary) -> None:
    coded = {scheme: [n for t in concepts(vocabulary, scheme) for n in t.notations] for scheme in NAMED}
    assert {scheme for scheme, codes in coded.items() if codes} == {"act", "intervention", "org-type", "source"}
    for codes in coded.values():
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch(r"\d{12}", code) for code in codes)


@pytest.mark.parametrize("scheme", ["source", "org-type"])
def test_what_search_engines_are_shown_exists_at_schema_org(vocabulary: Vocabulary, scheme: str) -> None:
    for term in concepts(vocabulary, scheme):
        name = vocabulary.schema_class(term.iri)
        assert name is not None, term.iri
        assert name in SDO, term.iri
        assert URIRef(f"https://schema.org/{name}") != SDO.Event


def test_an_act_is_never_shown_as_a_class_of_schema_org(vocabulary: Vocabulary) -> None:
    for scheme in ("act", "event", "intervention"):
        assert {vocabulary.schema_class(t.iri) for t in concepts(vocabulary, scheme)} == {None}
