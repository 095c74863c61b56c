"""The people and places report: who is named and why, what is marked, what is due, in both languages."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from graph.authoring.record import Record
from graph.authoring.records import read_site
from graph.checking.safety import Safety, look_over
from graph.checking.safety_report import WORDS, safety_text
from graph.settings import read_settings
from graph.vocabulary import Vocabulary, load_vocabulary

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "rights-in-russia"
BASIS = "https://w3id.org/khronika/vocab/basis/"
TODAY = date(2026, 11, 22)
TEXT = f"""
ex:anna a schema:Person ; rdfs:label "Anna"@en , "Анна"@ru ; kh:publicationBasis <{BASIS}byline> .
ex:p-1 a schema:Person ; rdfs:label "A."@en ; kh:pseudonymous true ;
    kh:atRisk true ; kh:riskReviewed "2023-01-01"^^xsd:date .
ex:boris a schema:Person ; rdfs:label "Boris"@en ; kh:atRisk false , true .
ex:men a <http://xmlns.com/foaf/0.1/Group> ; rdfs:label "Men (unnamed)"@en ; kh:atRisk true .
ex:act a kh:Act ; rdfs:label "A detention"@en ; kh:victim ex:men , ex:p-1 ; schema:location ex:town .
ex:town a schema:City ; rdfs:label "Town"@en ; kh:geoPrecision <https://w3id.org/khronika/vocab/precision/settlement> .
ex:flat a schema:Place ; rdfs:label "A flat\\u001b[2J"@en ; kh:atRisk true ; schema:latitude 1.5 .
schema:City rdfs:subClassOf schema:Place .
"""


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture
def found(shacl: SimpleNamespace, words: Vocabulary) -> Safety:
    ex = "https://example.org/"
    record: Record = shacl.record("people", TEXT, lines={(f"{ex}anna", None): 3, (f"{ex}town", None): 9})
    return look_over([record], words, "en")


def test_who_is_at_risk_comes_first_and_a_disagreement_counts_as_risk(found: Safety) -> None:
    assert [p.iri.rsplit("/", 1)[1] for p in found.people] == ["men", "p-1", "boris", "anna"]
    men, hidden, boris, anna = found.people
    assert boris.at_risk is True
    assert anna.at_risk is None
    assert (men.group, men.named, men.victim_of) == (True, False, ("A detention",))
    assert (hidden.named, boris.named) == (False, True)
    assert anna.basis == (f"{BASIS}byline",)
    assert anna.files == (Path("records/people.yaml"),)


def test_a_review_is_due_after_two_years_or_when_there_was_none(found: Safety) -> None:
    due = {p.label: p.review_due(TODAY) for p in found.people}
    assert due == {"Men (unnamed)": False, "A.": True, "Boris": True, "Anna": False}
    hidden = next(p for p in found.people if p.label == "A.")
    assert not hidden.review_due(date(2025, 1, 1))
    assert hidden.review_due(date(2028, 2, 29)), "on a leap day too"


def test_places_say_their_precision_and_what_pinpoints_them(found: Safety) -> None:
    flat, town = found.places
    assert (flat.precision, flat.at_risk, flat.pinpointed, flat.events) == (None, True, True, 0)
    assert (town.pinpointed, town.events) == (False, 1)
    assert town.precision is not None
    assert town.precision.endswith("precision/settlement")


def test_the_text_shouts_what_is_to_be_looked_at(found: Safety, words: Vocabulary) -> None:
    text = safety_text(found, words, "en", TODAY)
    assert "named; NO BASIS; AT RISK; REVIEW DUE" in text
    assert "basis: byline" in text
    assert "NO PRECISION GIVEN; AT RISK; PINPOINTED; events here: 0" in text
    assert "Named: 2. Under a pseudonym: 1. Groups: 1. At risk: 3. Reviews due: 2. Places: 2, pinpointed: 1." in text
    assert "\x1b" not in text
    assert "records/people.yaml" in text


def test_the_text_in_russian(words: Vocabulary, shacl: SimpleNamespace) -> None:
    text = safety_text(look_over([shacl.record("people", TEXT)], words, "ru"), words, "ru", TODAY)
    assert "Анна" in text
    assert "БЕЗ ОСНОВАНИЯ" in text
    assert "Пора оценить риск: 2" in text
    assert WORDS["en"].keys() == WORDS["ru"].keys()


def test_a_site_of_nobody_says_so(words: Vocabulary) -> None:
    text = safety_text(look_over([], words, "en"), words, "en", TODAY)
    assert "Nobody is described." in text
    assert "No place is described." in text


def test_everybody_named_in_the_seed_has_a_basis(words: Vocabulary) -> None:
    found = look_over(read_site(read_settings(EXAMPLE)), words, "en")
    assert {p.label: [b.removeprefix(BASIS) for b in p.basis] for p in found.people if p.named} == {
        "Igor Kochetkov": ["public-role"],
        "Matthew Kupfer": ["byline"],
        "Tom Balmforth": ["byline"],
    }
    assert all(place.precision and not place.pinpointed for place in found.places)
