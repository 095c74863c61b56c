"""The index: found in both languages and scripts, counted rightly, the same bytes each time, gone when erased."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.releases import publish
from graph.releases.errors import StateDamaged
from graph.releases.files.manifest import prove, read_manifest
from graph.releases.places import Places
from graph.releases.withdrawal.withdrawing import withdraw
from graph.search.building import FILE, write_index
from graph.search.entries import APART, FIELDS
from graph.search.errors import IndexUnusable, NoSuchPage
from graph.search.index import PAGE, Index, Indexes
from graph.search.query import read_query
from graph.settings import read_settings
from graph.store.embedded import EmbeddedReader
from graph.store.open import open_reader
from graph.terms import KH, LABEL, SCHEMA, VOCAB, A

HOUSE = """record:
  modified: 2026-01-15
things:
  - {id: org/house, type: NGO, name: {en: Quillfeather House, ru: Дом Перышкиных}}
"""
ID = "https://docs.example/id/"


def found(index: Index, typed: str, **chosen: str) -> list[str]:
    return [f.iri.removeprefix(ID) for f in index.find(read_query(typed), chosen).results]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Kochetkov", "person/kochetkov"),
        ("Кочеткову", "person/kochetkov"),
        ("Kočetkov", "person/kochetkov"),
        ("Лямин", "person/lyamin"),
        ("Лямину", "person/lyamin"),
        ("Novaja gazeta", "org/gazette"),
        ("Чечне", "place/chechnya"),
        ("Chechnya", "place/chechnya"),
        ("России", "place/russia"),
        ("detaining", "claim/en"),
        ('"have been brutally"', "claim/en"),
    ],
)
def test_the_right_thing_comes_first(index: Index, typed: str, first: str) -> None:
    assert found(index, typed)[:1] == [first]


def test_russian_forms_find_each_other(index: Index) -> None:
    assert "claim/ru" in found(index, "задержания")
    assert "claim/ru" in found(index, "задержание")
    assert "act/detentions" in found(index, "задержаний"), "by the Russian name of its kind"
    assert "claim/ru" in found(index, "zaderzhaniya")


def test_a_name_is_found_where_it_is_said_in_the_other_script(index: Index) -> None:
    assert found(index, "Кочеткова") == ["person/kochetkov", "claim/en"]


def test_words_of_a_phrase_must_follow_each_other(index: Index) -> None:
    assert found(index, '"detained brutally"') == []
    assert found(index, "detained brutally") == ["claim/en"]


def test_where_nothing_has_all_words_some_will_do_and_it_says_so(index: Index) -> None:
    answer = index.find(read_query("brutally unheard"), {})
    assert answer.loosely
    assert [f.iri for f in answer.results if f.kind not in APART] == [ID + "claim/en"]
    assert not index.find(read_query("brutally detained"), {}).loosely
    assert not index.find(read_query("unheard"), {}).loosely


def test_the_names_of_operators_are_words(index: Index) -> None:
    for typed in ("AND", "OR NOT", "NEAR(a b)", '"', '""', "name : x", "*", "^a", "(", "');DROP TABLE entry;--"):
        index.find(read_query(typed), {})
    assert index.find(read_query("Spring"), {}).total == 3


def test_choices_narrow(index: Index) -> None:
    assert found(index, "", kind="person") == ["person/lyamin", "person/kochetkov"]
    assert found(index, "", kind="claim", year="2018") == ["claim/en"]
    assert found(index, "", place=ID + "place/russia", kind="claim") == ["claim/ru"]
    assert found(index, "", kind="nonsense") == []


def test_newest_first_then_by_name_in_the_readers_language(index: Index) -> None:
    every = [f.iri.removeprefix(ID) for f in index.find(read_query(""), {}, language="ru").results]
    assert every[0] == "claim/en"
    assert every.index("place/circle") < every.index("place/russia") < every.index("place/chechnya")


def test_counts_are_those_of_what_choosing_would_leave(index: Index) -> None:
    for typed in ("", "spring", "Kochetkov"):
        for chosen in ({}, {"kind": "claim"}, {"kind": "claim", "year": "2017"}):
            facets = index.facets(read_query(typed), chosen)
            assert tuple(facets) == FIELDS
            for field, values in facets.items():
                for value, count in values:
                    assert count == index.find(read_query(typed), {**chosen, field: value}).total, (
                        typed,
                        chosen,
                        field,
                    )


def test_a_choice_does_not_hide_the_other_values_of_its_field(index: Index) -> None:
    kinds = dict(index.facets(read_query(""), {"kind": "claim"})["kind"])
    assert kinds == {
        "act": 1,
        "claim": 2,
        "event": 1,
        "incident": 1,
        "organization": 1,
        "person": 2,
        "place": 3,
        "source": 1,
    }
    assert [year for year, _ in index.facets(read_query(""), {})["year"]] == ["2018", "2017", "2016", "1999", "1900"]


@pytest.mark.parametrize(
    ("typed", "concept"),
    [("kidnappings", "act/kidnapping"), ("похищений", "act/kidnapping"), ("lawyer", "role/lawyer")],
)
def test_concepts_are_found_in_both_languages(index: Index, typed: str, concept: str) -> None:
    assert VOCAB.base + concept in [f.iri for f in index.find(read_query(typed), {}).results]
    assert VOCAB.base + concept in found(index, typed, kind="concept")


def test_what_is_apart_comes_after_all_that_has_the_words(reader: EmbeddedReader) -> None:
    act, claim = NamedNode(ID + "act/kidnapping"), NamedNode(ID + "claim/new")
    record = NamedNode("https://docs.example/record/x")
    said = "It was told at length, by people who had seen it, that a kidnapping was what this had been."
    report = Literal("A long report of many words about who was there and what they saw of it " * 4, language="en")
    more = [
        Quad(act, A, KH("Act")), Quad(act, LABEL, Literal("Kidnapping", language="en")),
        Quad(act, SCHEMA("description"), report), Quad(act, KH("victim"), NamedNode(ID + "person/lyamin")),
        Quad(claim, A, KH("Claim")), Quad(claim, SCHEMA("text"), Literal(said, language="en")),
        Quad(record, A, KH("Record")), Quad(record, LABEL, Literal("Kidnapping", language="en")),
    ]  # fmt: skip
    index = Index.of(EmbeddedReader.of([*reader.quads(), *more]))
    order = [f.iri for f in index.find(read_query("kidnapping"), {}).results]
    assert order[:2] == [act.value, claim.value], "also the claim that is about one, among many words"
    assert {record.value, VOCAB.base + "act/kidnapping"} <= set(order[2:])
    assert [f.kind for f in index.suggest("kidnap")] == ["act", "record", "concept", "concept"]


def test_what_is_apart_is_listed_where_its_kind_is_asked_for(index: Index) -> None:
    assert not [f for f in index.find(read_query(""), {}).results if f.kind in APART]
    assert not set(APART) & set(dict(index.facets(read_query(""), {})["kind"]))
    assert [f.iri for f in index.find(read_query(""), {"kind": "record"}).results] == [
        "https://docs.example/record/one"
    ]
    counted = dict(index.apart())
    assert list(counted) == list(APART)
    for kind, count in counted.items():
        assert index.find(read_query(""), {"kind": kind}).total == count > 0
    assert dict(index.facets(read_query("spring"), {})["kind"])["record"] == 1


def test_pages_and_what_is_past_them() -> None:
    people = [NamedNode(f"{ID}person/{n:03}") for n in range(PAGE + 3)]
    types = [Quad(node, A, SCHEMA("Person")) for node in people]
    many = EmbeddedReader.of([*types, *(Quad(node, LABEL, Literal("Ann")) for node in people)])
    index = Index.of(many)
    first, second = (index.find(read_query("Ann"), {}, page) for page in (1, 2))
    assert (len(first.results), len(second.results), first.total, first.pages) == (PAGE, 3, PAGE + 3, 2)
    assert not {f.iri for f in first.results} & {f.iri for f in second.results}
    with pytest.raises(NoSuchPage, match="no page 3: the last one is 2"):
        index.find(read_query("Ann"), {}, 3)


@pytest.mark.parametrize("typed", ["коч", "Koche", "koc", "игорь ко", "Igor Koch"])
def test_suggests_what_begins_so_in_either_script(index: Index, typed: str) -> None:
    assert [f.iri for f in index.suggest(typed) if f.kind not in APART] == [ID + "person/kochetkov"]
    assert index.suggest(typed)[0].iri == ID + "person/kochetkov", "words that begin so come after"


def test_suggests_names_only_and_nothing_for_nothing(index: Index) -> None:
    assert index.suggest("brut") == []
    assert index.suggest(" ?") == []


def test_the_same_release_gives_the_same_bytes_without_a_text_in_them(reader: EmbeddedReader, tmp_path: Path) -> None:
    write_index(reader, tmp_path / "a")
    write_index(reader, tmp_path / "b")
    content = (tmp_path / "a").read_bytes()
    assert content == (tmp_path / "b").read_bytes()
    assert b"brutally detained" not in content
    assert "Сообщается".encode() not in content


def test_a_file_that_is_not_this_releases_index_is_not_used(reader: EmbeddedReader, tmp_path: Path) -> None:
    write_index(reader, tmp_path / "good")
    (tmp_path / "bad").write_bytes(b"not a database, but long enough to be read as one" * 50)
    with pytest.raises(IndexUnusable, match="other content"):
        Index.open(tmp_path / "good", "0" * 64)
    for name in ("bad", "missing"):
        with pytest.raises(IndexUnusable, match=name):
            Index.open(tmp_path / name, reader.digest)


def test_no_room_is_an_oserror(reader: EmbeddedReader, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot be written"):
        write_index(reader, tmp_path / "no folder" / "index")


def test_one_index_a_reader_made_in_memory_where_there_is_no_file(reader: EmbeddedReader, tmp_path: Path) -> None:
    again = list(reader.quads())

    indexes, one = Indexes(), EmbeddedReader.of(again)
    index = indexes.of(one, tmp_path / "missing")
    assert indexes.of(one, tmp_path / "missing") is index
    assert found(index, "Kochetkov")
    del one
    with pytest.raises(sqlite3.ProgrammingError):
        found(index, "Kochetkov")


def test_it_lies_in_the_snapshot_is_proved_with_it_and_forgets_what_is_erased(
    published_example: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(published_example, site)
    settings = read_settings(site)
    places = Places(settings.var)
    (site / "records" / "house.yaml").write_text(HOUSE, encoding="utf-8")
    of_the_words = {"quillfeath", "lкуилфеатер", "перышкин", "kперишкин"}
    publish(settings, author="ann", message="a house")
    assert of_the_words <= keys_in(places)
    withdraw(settings, settings.base + "record/house", reason="error", author="ann", erase=True)
    assert not of_the_words & keys_in(places)
    with open_reader(settings) as now:
        index = Index.open(places.snapshot(now.release) / FILE, now.digest)
        assert index.suggest("Quill") == []
        assert index.suggest("коче")[0].iri.endswith("igor-kochetkov")
        index.close()
    (places.snapshot(now.release) / FILE).write_bytes(b"damaged")
    with pytest.raises(StateDamaged, match=FILE):
        prove(places.snapshot(now.release), read_manifest(places.snapshot(now.release)))


def keys_in(places: Places) -> set[str]:
    """Every key of a word in every index below `var/`."""
    every: set[str] = set()
    files = list(places.var.rglob(FILE))
    assert files
    for file in files:
        connection = sqlite3.connect(file)
        connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, word, row)")
        every |= {term for (term,) in connection.execute("SELECT term FROM terms")}
        connection.close()
    return every
