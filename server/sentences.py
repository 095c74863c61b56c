"""What an error says, in the reader's language: the code has it in English, `messages/errors.toml` beside the others.

An error may come from a process that knows no languages, so its English sentence is what it is looked up by.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from server.messages import Messages

SOURCE = "en"  # the language errors are written in
_PLACE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+\.\d+")  # as Python writes 1,000 and 0.5


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in each language, with the pattern of the English one; `plain` counts its own characters."""

    words: dict[str, str]
    pattern: re.Pattern[str]
    plain: int


def translated(say: Messages, text: str) -> str:
    """An error's sentence in the language of `say`; "" for one that is not in the catalogue.

    Where two fit, the one with more words of its own. Numbers are written as the language writes them.
    """
    if say.language == SOURCE:
        return text
    for sentence in read_sentences():
        found = sentence.pattern.fullmatch(text)
        if found and say.language in sentence.words:
            return _filled(say, sentence.words[say.language], found.groupdict())
    return ""


@cache
def read_sentences() -> Sequence[Sentence]:
    """The catalogue, the sentences with most words of their own first."""
    told = tomllib.loads(files("server").joinpath("messages/errors.toml").read_text(encoding="utf-8"))
    read = [Sentence(words, _pattern(words[SOURCE]), len(_PLACE.sub("", words[SOURCE]))) for words in told["sentence"]]
    return sorted(read, key=lambda sentence: -sentence.plain)


def _pattern(template: str) -> re.Pattern[str]:
    pieces = _PLACE.split(template)  # text, name, text, name, …
    parts = (f"(?P<{piece}>.+?)" if n % 2 else re.escape(piece) for n, piece in enumerate(pieces))
    return re.compile("".join(parts), re.DOTALL)


def _filled(say: Messages, template: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: _written(say, values[place[1]]), template)


def _written(say: Messages, value: str) -> str:
    if not _NUMBER.fullmatch(value):
        return value
    return say.number(float(value) if "." in value else int(value.replace(",", "")))
