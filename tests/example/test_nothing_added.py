"""Nothing is said that the page does not say; what editors know themselves is in a record that says so."""

import re
from typing import Any

from pyoxigraph import Literal

from graph.checking.checks import check
from graph.terms import DCTERMS, KH, LABEL, OA, SCHEMA, SKOS, A

EDITORS_RECORD = "names-ru"
ACTS = ("incident/", "act/")
# All that may be said of an incident or act: what is alleged, not that it was so, nor when, nor of how many
OF_AN_ACT = {
    A, LABEL, DCTERMS("type"), SCHEMA("location"), SCHEMA("superEvent"), KH("victim"), KH("ground"),
}  # fmt: skip


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def page_words(seed: Any) -> set[str]:
    return {w for t in seed.triples if t.predicate == OA("exact") for w in words(t.object.value)}


def test_claims_and_quotations_use_no_word_that_the_page_does_not(seed: Any) -> None:
    said = {w for t in seed.triples if t.predicate in (SCHEMA("text"), KH("asWritten")) for w in words(t.object.value)}
    assert said - page_words(seed) == {"there"}  # "There is information on …"


def test_english_names_use_no_word_that_the_page_does_not(seed: Any) -> None:
    names = [
        t.object.value for t in seed.triples
        if t.predicate == SCHEMA("name") and t.object.language == "en" and "example-editors" not in t.subject.value
    ]  # fmt: skip
    assert {w for name in names for w in words(name)} - page_words(seed) == set()


def test_numbers_and_years_are_those_of_the_page(seed: Any) -> None:
    written = {SCHEMA("text"), SCHEMA("name"), SCHEMA("description"), SCHEMA("value"), KH("asWritten"), DCTERMS("date")}
    numbers = {
        n for t in seed.triples if t.predicate in written for n in re.findall(r"\d+", t.object.value)
    }  # fmt: skip
    months = {"01", "02", "03", "04", "05", "06"}  # of dates written as 2017-04-01
    assert numbers - page_words(seed) - months == {"15"}  # "Fifteen"


def test_no_perpetrator_is_named_anywhere(seed: Any) -> None:
    accused = KH("allegedPerpetrator")
    assert not [t for t in seed.triples if accused in (t.predicate, t.object)]
    acts = [t for t in seed.triples if seed.short(t.subject.value).startswith(ACTS)]
    assert not [t for t in acts if t.predicate.value.endswith(("wasAssociatedWith", "agent", "performedBy"))]


def test_an_act_says_what_is_alleged_and_neither_when_nor_how_many(seed: Any) -> None:
    said = {t.predicate for t in seed.triples if seed.short(t.subject.value).startswith(ACTS)}
    assert said == OF_AN_ACT
    of_acts = [t for t in seed.triples if seed.short(t.subject.value).startswith(ACTS)]
    literals = [t for t in of_acts if isinstance(t.object, Literal)]
    assert {t.predicate.value.rsplit("#")[-1] for t in literals} == {"label"}
    assert not [t for t in literals if re.search(r"\d", t.object.value) and "April 2017" not in t.object.value]


def test_victims_are_groups_without_names_at_risk(seed: Any) -> None:
    harmed = {seed.short(t.object.value) for t in seed.triples if t.predicate in (KH("victim"), KH("beneficiary"))}
    assert harmed == {
        "group/gay-men-in-chechnya",
        "group/lgbt-people-in-chechnya",
        "group/lgbt-people-in-the-north-caucasus",
        "group/people-in-chechnya",
    }
    for group in harmed:
        assert seed.objects(group, A) == {"foaf:Group"}
        assert seed.objects(group, KH("atRisk")) == {"true"}


def test_people_named_are_the_three_of_the_page_each_with_a_basis(seed: Any) -> None:
    people = {t.subject.value for t in seed.triples if t.predicate == A and t.object == SCHEMA("Person")}
    names = {
        next(n for n in seed.objects(seed.short(p), SCHEMA("name")) if n.isascii()): seed.objects(
            seed.short(p), KH("publicationBasis")
        )
        for p in people
    }
    assert names == {
        "Igor Kochetkov": {"vocab:basis/public-role"},
        "Matthew Kupfer": {"vocab:basis/byline"},
        "Tom Balmforth": {"vocab:basis/byline"},
    }


def test_places_state_their_precision_and_none_has_coordinates(seed: Any) -> None:
    precision = {
        place: seed.objects(place, KH("geoPrecision"))
        for place in (f"place/{name}" for name in ("russia", "north-caucasus", "chechnya", "argun", "moscow"))
    }
    assert precision == {
        "place/russia": {"vocab:precision/country"},
        "place/north-caucasus": {"vocab:precision/macro-region"},
        "place/chechnya": {"vocab:precision/region"},
        "place/argun": {"vocab:precision/settlement"},
        "place/moscow": {"vocab:precision/settlement"},
    }
    places = {t.subject.value for t in seed.triples if t.predicate == A and t.object == SCHEMA("Place")}
    assert len(places) == len(precision)
    exact = {SCHEMA(word) for word in ("latitude", "longitude", "geo", "address", "url", "email", "telephone")}
    assert not [t for t in seed.triples if t.predicate in exact]


def test_an_allegation_is_never_in_the_voice_of_the_page(seed: Any) -> None:
    rows = seed.rows(
        """
        PREFIX claim-type: <https://w3id.org/khronika/vocab/claim-type/>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX kh: <https://w3id.org/khronika/ns#>
        PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT DISTINCT ?claim ?by ?in {
          ?claim dcterms:type claim-type:allegation ; prov:wasAttributedTo ?by ; kh:statedIn ?in
        }"""
    )
    assert len(rows) == 4
    assert "org/rights-in-russia" not in {row["by"] for row in rows}
    assert "profile/russian-lgbt-network-2017-04-10" not in {row["in"] for row in rows}


def test_russian_names_are_the_editors_own_and_say_so(seed: Any) -> None:
    (record,) = [r for r in seed.records if r.id == EDITORS_RECORD]
    others = [t for r in seed.records if r.id != EDITORS_RECORD for t in r.triples]
    russian = [t for t in others if isinstance(t.object, Literal) and t.object.language == "ru"]
    assert {t.predicate for t in russian} <= {
        LABEL,
        SKOS("editorialNote"),
    }  # in the words of the vocabulary
    notes = {t.object.value for t in record.catalogue if t.predicate == SKOS("editorialNote")}
    assert any("editors' own knowledge" in note for note in notes)
    assert seed.objects("source/editors-knowledge", DCTERMS("type")) == {"vocab:source/editors-knowledge"}
    english = {t.subject for t in others if t.predicate == SCHEMA("name") and t.object.language == "en"}
    renamed = {t.subject for t in record.triples if t.predicate == SCHEMA("name")}
    assert len(renamed) == 14
    assert renamed <= english


def test_every_name_and_label_has_english(seed: Any) -> None:
    for predicate in (SCHEMA("name"), LABEL):
        named_ = {t.subject for t in seed.triples if t.predicate == predicate}
        english = {t.subject for t in seed.triples if t.predicate == predicate and t.object.language == "en"}
        assert named_ == english


def test_the_site_conforms_and_only_the_two_dates_are_remarked_on(seed: Any) -> None:
    report = check(seed.records, seed.settings)
    assert report.conforms
    assert [(f.rule.rsplit("#")[-1], f.value) for f in report.findings] == [
        ("claim-date-differs-from-its-document", "2017-04-05")
    ]
