"""Figures: what a bound and a number allow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.authoring.counts import MOST, interval, read_value
from graph.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("bound", "value", "allowed"),
    [
        ("exactly", 15, (15, 15)),
        ("at-least", 3, (3, None)),
        ("more-than", 100, (101, None)),
        ("up-to", 40, (None, 40)),
        ("fewer-than", 40, (None, 39)),
        ("about", 40, (None, None)),
        ("fewer-than", 1, (None, 0)),
        ("exactly", 0, (0, 0)),
    ],
)
def test_what_a_bound_allows(bound: str, value: int, allowed: tuple[int | None, int | None]) -> None:
    assert interval(bound, value) == allowed


def test_nothing_is_fewer_than_none() -> None:
    with pytest.raises(ValueError, match="fewer than 0"):
        interval("fewer-than", 0)


def test_every_bound_of_the_vocabulary_has_numbers(vocabulary: Vocabulary) -> None:
    for bound in vocabulary.words("bound"):
        interval(bound, 7)
    with pytest.raises(ValueError, match="no numbers"):
        interval("a-few", 7)


@settings(deadline=None)
@given(st.integers(0, MOST), st.sampled_from(["exactly", "at-least", "more-than", "up-to", "fewer-than", "about"]))
def test_least_is_never_more_than_most(value: int, bound: str) -> None:
    if (bound, value) == ("fewer-than", 0):
        return
    least, most = interval(bound, value)
    assert least is None or most is None or least <= most
    assert (value in range(least or 0, MOST + 2)) == (bound != "more-than")


@settings(deadline=None)
@given(st.integers(0, MOST))
def test_every_number_can_be_written(value: int) -> None:
    assert read_value(str(value)) == value


@pytest.mark.parametrize(
    "text", ["-1", "1.5", "1,000", "1 000", "ten", "", "１０", "0x10", "1e3", str(MOST + 1), "9" * 5000]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"whole number|anybody counted"):
        read_value(text)
