"""What somebody typed: words and phrases, and nothing that a search engine would take for an order."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.search.index import Index
from graph.search.query import CHARACTERS, beginnings, marked, read_query
from graph.search.words import keys


def parts(typed: str) -> list[list[str]]:
    return [[word.folded for word in part] for part in read_query(typed).parts]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", []),
        ("  ... !? «»", []),
        ("detained men", [["detained"], ["men"]]),
        ("the men of Chechnya", [["men"], ["chechnya"]]),
        ("the of", [["the"], ["of"]]),
        ('"brutally detained" men', [["brutally", "detained"], ["men"]]),
        ("«Новая газета»", [["новая", "газета"]]),
        ("„Neue Zeitung“ the", [["neue", "zeitung"]]),
        ('"unbalanced men', [["unbalanced"], ["men"]]),
        ('"" men', [["men"]]),
        ("men men", [["men"]]),
        ("NEAR(a b) OR NOT name:x* ^y -z", [["near"], ["b"], ["name"], ["x"], ["y"], ["z"]]),
        ("a\x00b\x07c\ud800", [["b"], ["c"]]),
    ],
)
def test_what_is_read(typed: str, wanted: list[list[str]]) -> None:
    assert parts(typed) == wanted


def test_what_is_no_character_is_not_shown_again() -> None:
    assert read_query("\x00a\x1b\ufffeb ").typed == "a  b"


def test_the_most_words_that_fit() -> None:
    assert len(read_query(" ".join(chr(0x430 + n % 32) + str(n) for n in range(CHARACTERS // 4))).parts) > 50


def test_marks_what_it_finds_in_either_script() -> None:
    found_by = read_query("Kochetkov").found_by
    assert marked(keys("кочеткову"), found_by)
    assert marked(keys("kochetkov"), found_by)
    assert not marked(keys("kochet"), found_by)


def test_a_beginning_that_may_end_within_a_letter_still_fits() -> None:
    assert 'sound : "ко"*' in beginnings("koc")
    assert 'sound : "коч"*' in beginnings("koch")
    assert 'sound : "коц"*' in beginnings("kots")
    assert "sound" not in beginnings("k")
    assert beginnings("!!") == ""


@given(st.text(max_size=CHARACTERS))
def test_nothing_typed_is_a_fault_of_the_engine(index: Index, typed: str) -> None:
    query = read_query(typed)
    try:
        index.find(query, {})
        index.facets(query, {"kind": typed})
        index.suggest(typed)
    except sqlite3.Error as error:  # pragma: no cover - what the test is about
        pytest.fail(f"{typed!r}: {error}")
