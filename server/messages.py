"""The interface's own words in each language, from `messages/*.toml`: what is said to a reader, not the data."""

import tomllib
from collections.abc import Hashable, Mapping
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

FORMATTED = 4096  # numbers and days that are remembered as they are written: Babel takes as long as for a line of HTML
LANGUAGES: Mapping[str, str] = {"en": "English", "ru": "Русский"}


class Messages:
    """What to say in one language. A message with forms (`one`, `few`, `many`, `other`) takes `n`."""

    def __init__(self, language: str, words: Mapping[str, str | Mapping[str, str]]) -> None:
        self.language = language
        self._locale = Locale.parse(language)
        self._words = words

    def __call__(self, key: str, **values: object) -> str:
        """The message `key` with its `{places}` filled; `KeyError` for one that does not exist."""
        words = self._words[key]
        if not isinstance(words, str):
            number = values["n"]
            assert isinstance(number, int)
            words = words.get(self._locale.plural_form(number), words["other"])
            values["n"] = self.number(number)
        return words.format(**values) if values else words

    def number(self, value: Hashable) -> str:
        """`12,000` or `12 000`."""
        return _number(value, type(value), self.language)

    def day(self, value: date) -> str:
        """`1 April 2017`: no comma-and-month-first form, which half of the readers misread."""
        return _day(value, self.language)

    def month(self, value: date, inflected: bool = False) -> str:
        """`April 2006`; in Russian `апрель 2006`, inflected `апреля 2006`."""
        return format_date(value, "MMMM y" if inflected else "LLLL y", locale=self._locale)

    def time(self, value: datetime) -> str:
        """`10 April 2017, 08:09`; a time with a zone names it."""
        pattern = "d MMMM y, HH:mm" + (" zzz" if value.tzinfo else "")
        return format_datetime(value, pattern, tzinfo=value.tzinfo, locale=self._locale)

    def country(self, code: str) -> str:
        """The name of a country by its ISO alpha-2 code; "" for one that Unicode's CLDR does not name."""
        return str(self._locale.territories.get(code, ""))

    def keys(self) -> frozenset[str]:
        """The keys there are."""
        return frozenset(self._words)


@lru_cache(maxsize=FORMATTED)
def _number(value: Hashable, kind: type, language: str) -> str:  # noqa: ARG001 - `kind` tells 1 from 1.0
    return str(format_decimal(value, locale=language))  # type: ignore[arg-type]


@lru_cache(maxsize=FORMATTED)
def _day(value: date, language: str) -> str:
    return format_date(value, "d MMMM y", locale=language)


def read_messages() -> Mapping[str, Messages]:
    """The catalogue, by language."""
    return {
        language: Messages(
            language, tomllib.loads(files("server").joinpath(f"messages/{language}.toml").read_text(encoding="utf-8"))
        )
        for language in LANGUAGES
    }
