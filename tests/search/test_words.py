"""Words: what is one word in all its forms, in both languages and both scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.search.sounds import as_cyrillic, skeleton, smooth
from graph.search.words import LONGEST, fold, keys, sound, words


def same(one: str, other: str) -> bool:
    """Whether asking for one word finds the other."""
    asked, kept = keys(fold(one)), keys(fold(other))
    return asked.stem == kept.stem or bool(set(asked.asked) & set(kept.sounds))


@pytest.mark.parametrize(
    "forms",
    [
        "задержание задержания задержаний задержанию задержаниями ЗАДЕРЖАНИЕ задержа́ния",
        "Кочетков Кочеткова Кочеткову Кочетковым Кочеткове Kochetkov Kočetkov Kotchetkov Kotschetkow Kochetkov's",
        "Соловьёв Соловьев Соловьёва Соловьёвым Solovyov Solovyev Soloviev Solov'ev",
        "Чечня Чечне Чечни Chechnya Čečnja Tchetchnia",
        "Хрущёв Хрущева Khrushchev Khruschev Hruščëv",
        "Ельцин Ельцина Yeltsin Eltsin El'cin",
        "Чайковский Чайковского Tchaikovsky Chaykovskiy Čajkovskij",
        "газета газеты газету gazeta gazety",
        "Быков Быкова Bykov Bykova",
        "detention detentions",
        "detained detain detaining",
        "café cafe CAFÉ",
    ],
)
def test_forms_of_one_word_find_each_other(forms: str) -> None:
    every = forms.split()
    assert [(a, b) for a in every for b in every if fold(a) != "" and not same(a, b) and _crossing(a, b)] == []


def _crossing(one: str, other: str) -> bool:
    """Inflected Latin forms need not find each other: English has no Russian cases."""
    return not (one.isascii() and other.isascii() and one.lower() in ("bykova", "gazety", "bykov", "gazeta"))


@pytest.mark.parametrize(
    ("one", "other"),
    [("note", "not"), ("война", "воин"), ("Иванов", "Петров"), ("cat", "dog"), ("2017", "2018"), ("дом", "том")],
)
def test_other_words_do_not(one: str, other: str) -> None:
    assert not same(one, other)


def test_spellings_in_one_script_find_each_other_by_sound() -> None:
    assert same("Novaja", "Novaya")
    assert same("Dmitry", "Dmitrij")
    assert keys("novaya").stem != keys("novaja").stem


def test_where_words_stand() -> None:
    text = "«ЛГБТ-сеть», RFE/RL: don't — 1,000 за́мков"
    assert [(w.folded, text[w.start : w.end]) for w in words(text)] == [
        ("лгбт", "ЛГБТ"), ("сеть", "сеть"), ("rfe", "RFE"), ("rl", "RL"), ("dont", "don't"), ("1", "1"), ("000", "000"),
        ("замков", "за́мков"),
    ]  # fmt: skip


def test_short_words_and_numbers_have_no_sound() -> None:
    assert keys("rl").sounds == ()
    assert keys("2017").asked == ()
    assert sound("2017") == ""
    assert skeleton("ая") == ""


def test_letters_of_neither_script_stay() -> None:
    assert fold("東京") == "東京"
    assert keys("東京").stem == "東京"
    assert keys("مرحبا").sounds == ()


def test_diacritics_that_no_romanization_of_ours_has_are_dropped() -> None:
    assert as_cyrillic("måns") == "манс"
    assert smooth(as_cyrillic("čečnja")) == "чечна"


def test_a_word_is_never_longer_than_a_word() -> None:
    assert len(fold("щ" * 500)) == LONGEST


@given(st.text())
def test_any_text_has_words_that_an_index_can_hold(text: str) -> None:
    for word in words(text):
        made = word.keys
        every = (made.stem, *made.sounds, *made.asked)
        assert all(c.isalnum() for key in every for c in key)
        assert 0 <= word.start < word.end <= len(text)
        assert fold(word.folded) == word.folded or not word.folded.isascii()
