"""What can be found of a release, and what it is sorted and filtered by."""

from pyoxigraph import NamedNode

from graph.publish.literals import Text
from graph.search.entries import APART, Entries, Entry, names, texts
from graph.store.embedded import EmbeddedReader
from graph.terms import VOCAB

ID = "https://docs.example/id/"


def entries(reader: EmbeddedReader) -> dict[str, Entry]:
    return {entry.iri.removeprefix(ID): entry for entry in Entries(reader)}


def values(entry: Entry, field: str) -> list[str]:
    return [value.removeprefix(ID) for name, value in entry.facets if name == field]


def test_every_thing_once_as_its_nearest_kind(reader: EmbeddedReader) -> None:
    found = [(entry.iri.removeprefix(ID), entry.kind) for entry in Entries(reader)]
    assert len(found) == len(set(found))
    assert {iri for iri, kind in found if kind == "concept"} >= {VOCAB.base + "act/killing", VOCAB.base + "role/member"}
    assert sorted((iri, kind) for iri, kind in found if kind not in APART) == [
        ("act/detentions", "act"), ("claim/en", "claim"), ("claim/ru", "claim"), ("event/era", "event"),
        ("incident/spring", "incident"), ("org/gazette", "organization"), ("person/kochetkov", "person"),
        ("person/lyamin", "person"), ("place/chechnya", "place"), ("place/circle", "place"), ("place/russia", "place"),
        ("source/article", "source"),
    ]  # fmt: skip


def test_a_claim_is_found_by_who_says_it_and_what_it_is_about(reader: EmbeddedReader) -> None:
    claim = entries(reader)["claim/ru"]
    assert claim.names == []
    assert {"Novaya gazeta", "Новая газета", "What was done"} <= set(claim.also)
    assert any("задержание" in label.casefold() for label in claim.also), "by the kind of what it is about, in Russian"


def test_words_say_whose_they_are(reader: EmbeddedReader) -> None:
    assert texts(reader, NamedNode(ID + "claim/ru")) == [
        ("said", Text("Сообщается о десятках задержаний.", "ru")),
        ("note", Text("Не проверено редакцией.", "ru")),
        ("written", Text("dozens or so")),
        ("passage", Text("Газета писала утром.", "ru")),
    ]


def test_facets_come_from_the_document_and_the_event(reader: EmbeddedReader) -> None:
    found = entries(reader)
    claim = found["claim/ru"]
    assert values(claim, "year") == ["2017"]
    assert values(claim, "publisher") == ["org/gazette"]
    assert values(claim, "source") == ["source/article"]
    assert values(claim, "place") == ["place/chechnya", "place/russia"]
    assert values(claim, "language") == ["ru"]
    assert values(found["claim/en"], "year") == ["2018"], "its own date comes before that of its document"
    assert values(found["act/detentions"], "year") == ["2016", "2017"], "an act is of the time of its incident"


def test_a_long_span_counts_at_its_ends_and_a_circle_of_places_ends(reader: EmbeddedReader) -> None:
    found = entries(reader)
    assert values(found["event/era"], "year") == ["1900", "1999"]
    assert values(found["place/circle"], "place") == ["place/circle"]


def test_a_record_has_its_notes_and_no_year_of_its_own(reader: EmbeddedReader) -> None:
    record = next(entry for entry in Entries(reader) if entry.kind == "record")
    assert {name.words for name in record.names} == {"The spring", "Весна"}
    assert [text.words for text in record.words] == ["Typed from a clipping."]
    assert record.date == "2026-01-15", "it is sorted by when it was worked on"
    assert values(record, "year") == [], "but nothing happened in that year"
    assert record.also == [], "who looks for the editor looks for none of the records"


def test_a_concept_is_found_by_what_it_means_and_what_it_is_a_kind_of(reader: EmbeddedReader) -> None:
    concept = Entries(reader).of(VOCAB("act/killing"))
    assert concept is not None
    assert {Text("killing", "en"), Text("убийство", "ru")} <= set(concept.names)
    assert any(text.words.startswith("Somebody is said to have been killed") for text in concept.words)
    assert {"acts against life", "types of act", "виды деяний"} <= set(concept.also)
    assert values(concept, "language") == ["en", "ru"]
    assert (concept.date, values(concept, "year"), values(concept, "place")) == ("", [], [])


def test_names_in_every_language(reader: EmbeddedReader) -> None:
    assert {n.words for n in names(reader, NamedNode(ID + "org/gazette"))} == {"Новая газета", "Novaya gazeta"}
