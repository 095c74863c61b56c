"""A word with a slip in it leads to the one that was meant, in either script; a word that is gone leads nowhere."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.search.building import FILE, write_index
from graph.search.index import Index
from graph.search.query import read_query
from graph.search.spelling import Spelling
from graph.store.embedded import EmbeddedReader
from graph.terms import LABEL, SCHEMA, A

KNOWN = ("kochetkov", "кочетков", "новая", "газета", "memorial", "lgbt", "chechnya", "чечня")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kochetkof", "kochetkov"),  # another letter
        ("kochtekov", "kochetkov"),  # two in the wrong order
        ("кочеткоф", "кочетков"),
        ("memorail", "memorial"),
        ("memoril", "memorial"),  # one left out
        ("chechnnya", "chechnya"),  # one put in
        ("kochetkov", "kochetkov"),
    ],
)
def test_the_nearest_word_is_found(typed: str, meant: str) -> None:
    assert Spelling(KNOWN).nearest(typed) == meant


def test_a_latin_slip_leads_to_a_name_that_is_cyrillic_only() -> None:
    assert Spelling(["кочетков", "газета"]).nearest("kochitkov") == "кочетков"


@pytest.mark.parametrize("typed", ["lgbf", "cat", "zanzibar", "мемуары", ""])
def test_short_words_and_those_too_far_lead_nowhere(typed: str) -> None:
    assert Spelling(KNOWN).nearest(typed) is None


def test_no_names_no_guesses() -> None:
    assert Spelling(()).nearest("kochetkov") is None


def named(*names: str) -> EmbeddedReader:
    quads = []
    for number, name in enumerate(names):
        node = NamedNode(f"https://site.example/id/org/{number}")
        quads += [Quad(node, A, SCHEMA("Organization")), Quad(node, LABEL, Literal(name, language="en"))]
    return EmbeddedReader.of(quads)


def meant(index: Index, typed: str) -> str:
    return index.meant(read_query(typed), {})


def test_only_the_words_that_nothing_has_are_replaced_and_capitals_stay(index: Index) -> None:
    assert meant(index, "Igor Kochetkof") == "Igor Кочетков"  # that name is written so only
    assert meant(index, "Kochetkof Zanzibarquux") == "Кочетков Zanzibarquux"
    assert meant(index, "igor kochetkov") == ""  # nothing to correct
    assert meant(index, "Zanzibarquux") == ""


def test_what_would_find_nothing_is_not_offered(index: Index) -> None:
    assert index.meant(read_query("Kochetkof"), {"kind": "series"}) == ""


def test_an_index_on_disk_gives_the_same(tmp_path: Path) -> None:
    reader = named("Quillfeather House", "Lantern")
    write_index(reader, tmp_path / FILE)
    index = Index.open(tmp_path / FILE, reader.digest)
    assert meant(index, "Quillfaether") == "Quillfeather"
    assert meant(index, "“Quillfaether House”") == "“Quillfeather House”"
    index.close()


def test_a_word_that_went_with_its_entry_is_offered_no_more() -> None:
    assert meant(Index.of(named("Quillfeather House", "Lantern")), "Quillfaether") == "Quillfeather"
    assert meant(Index.of(named("Lantern")), "Quillfaether") == ""
