"""Words with their language: which of several a reader gets, and which way they run."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Text:
    """Words as the data has them. `language` is a tag, `""` where none is given; `fallback` when not the reader's."""

    words: str
    language: str = ""
    fallback: bool = False

    @property
    def direction(self) -> str:
        """`rtl` for scripts that run from the right."""
        return direction(self.language)

    def __str__(self) -> str:
        return self.words


def direction(language: str) -> str:
    """`ltr` or `rtl`, by the primary tag, unless a script is named (`ku-Arab`)."""
    primary, *rest = language.lower().split("-")
    if "arab" in rest or "hebr" in rest:
        return "rtl"
    return "rtl" if primary in RIGHT_TO_LEFT and "latn" not in rest and "cyrl" not in rest else "ltr"


def speaks(tag: str, language: str) -> bool:
    """True when a literal's tag is of a language: `en-GB` is English."""
    return tag.partition("-")[0].lower() == language


def best(literals: Iterable[Literal], language: str, others: Iterable[str] = ()) -> Text | None:
    """The words in the reader's language, else in one of `others` in their order, else the first by tag and words.

    Words without a tag (a name, a code) suit everybody. None when there are no words.
    """
    said = [(node.language or "", node.value) for node in literals]
    if not said:
        return None
    said.sort()
    for wanted in (language, "", *others):
        for tag, words in said:
            if speaks(tag, wanted):
                return Text(words, tag, fallback=bool(tag) and not speaks(tag, language))
    tag, words = said[0]
    return Text(words, tag, fallback=True)
