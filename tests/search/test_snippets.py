"""Snippets: the words that were asked for, marked, in the piece of the text that has most of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.publish.literals import Text
from graph.search.query import read_query
from graph.search.snippets import WIDTH, best_snippet, snippet

LONG = "Nothing here. " * 40 + "On that day men were detained in Argun. " + "Nothing more. " * 40


def marks(text: str, typed: str) -> list[str]:
    return [piece for piece, is_hit in snippet(Text(text, "en"), read_query(typed).found_by).pieces if is_hit]


@pytest.mark.parametrize(
    ("text", "typed", "wanted"),
    [
        ("Сообщается о десятках задержаний.", "задержания", ["задержаний"]),
        ("Кочетков и Kochetkov", "Kochetkov", ["Кочетков", "Kochetkov"]),
        ("Detained, detaining: detention", "detain", ["Detained", "detaining"]),
        ("<b>men</b>", "men", ["men"]),
        ("nothing", "men", []),
    ],
)
def test_marks_words_in_all_their_forms(text: str, typed: str, wanted: list[str]) -> None:
    assert marks(text, typed) == wanted


def test_shows_the_piece_that_has_most() -> None:
    made = snippet(Text(LONG, "en"), read_query("detained Argun nothing").found_by)
    assert (made.cut_before, made.cut_after) == (True, True)
    assert "detained in Argun" in made.words
    assert len(made.words) <= WIDTH
    assert made.hits == 3


def test_a_long_text_without_a_hit_shows_its_beginning() -> None:
    made = snippet(Text(LONG, "en"), frozenset())
    assert made.words.startswith("Nothing here.")
    assert (made.cut_before, made.cut_after) == (False, True)


def test_the_best_of_several_and_none_of_none() -> None:
    found_by = read_query("men").found_by
    best = best_snippet([Text("women"), Text("men"), Text("men again")], found_by)
    assert best is not None
    assert best.words == "men"
    assert best_snippet([], found_by) is None


def test_direction_of_its_language() -> None:
    assert snippet(Text("שלום", "he"), frozenset()).direction == "rtl"


@given(st.text(max_size=900), st.text(max_size=40), st.integers(20, 300))
def test_pieces_are_the_text_itself(text: str, typed: str, width: int) -> None:
    made = snippet(Text(text, "en"), read_query(typed).found_by, width)
    assert made.words in text
    assert made.cut_before or text.startswith(made.words)
    assert made.cut_after or text.endswith(made.words)
