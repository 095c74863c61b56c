"""Words and the keys they are found by: a stem in their own script, and keys by which the other script meets them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from snowballstemmer import stemmer

from graph.search.sounds import as_cyrillic, skeleton, smooth

VERSION = 3  # of the keys and the tables: an index made with other ones answers nothing
LONGEST = 64  # letters; what is longer is not a word
KNOWN = 1 << 15  # words whose keys are remembered; a language uses far fewer in a release

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f]|['’ʼ](?=[^\W_]))*")
_MARKS = re.compile(r"[\u0300-\u036f]")
_POSSESSIVE = re.compile("['’ʼ]s$")
_APOSTROPHE = re.compile("['’ʼ]")
_RUSSIAN, _ENGLISH = stemmer("russian"), stemmer("english")
# Snowball takes the -ов of «Кочетков» for an ending, but not that of «Кочеткова», of which it has cut the -а already.
_SURNAME = re.compile("(?<=..)ь?[ое]в$|ь$")

# They stand in every text, so asking for them tells nothing apart.
COMMON = frozenset(
    """a an and are as at be been by for from had has have he her his in is it its not of on or she that the their they
    this to was were which who will with
    а без бы был была были было в во для до его ее если и из или их к как ко который ли между на не но о об он она они
    от по под при с со так то у что чтобы это""".split()  # noqa: SIM905 - read as a text, not as a list
)


@dataclass(frozen=True, slots=True)
class Keys:
    """What a word is found by. `stem` within its script; `sounds` are kept in the index, `asked` are looked for there.

    They differ: a Latin word looks for Cyrillic ones, and for Latin ones that are spelt otherwise.
    """

    stem: str
    sounds: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, from `start` to `end`, folded: lower case, no stress marks, ё as е."""

    folded: str
    start: int
    end: int

    @property
    def keys(self) -> Keys:
        """What it is found by."""
        return keys(self.folded)


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order. Punctuation, marks and controls only part them."""
    for match in _WORD.finditer(text):
        folded = fold(match.group())
        if folded:
            yield Word(folded, match.start(), match.end())


def folded(text: str) -> list[str]:
    """The same words, only as they are folded."""
    return [plain for plain in map(fold, _WORD.findall(text)) if plain]


@lru_cache(maxsize=KNOWN)
def fold(word: str) -> str:
    """One word as it is compared: compatibility forms made plain (NFKC), lower case, no stress marks, ё as е."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    plain = _APOSTROPHE.sub("", _POSSESSIVE.sub("", plain))
    if is_cyrillic(plain):
        plain = _MARKS.sub("", plain).replace("ё", "е")
    return "".join(c for c in plain if c.isalnum())[:LONGEST]


@lru_cache(maxsize=KNOWN)
def keys(folded: str) -> Keys:
    """The keys of a folded word."""
    if is_cyrillic(folded):
        stem = _stem_russian(folded)
        bones = skeleton(stem)
        return Keys(stem, ("k" + bones,), ("l" + bones,)) if bones else Keys(stem)
    plain = _without_marks(folded)
    if not plain.isascii() or not plain.isalpha():
        return Keys(plain)
    spelt = as_cyrillic(folded)
    bones, sound = skeleton(_stem_russian(spelt.replace("ё", "е"))), "s" + smooth(spelt)
    stem = str(_ENGLISH.stemWord(plain))
    return Keys(stem, ("l" + bones, sound), ("k" + bones, sound)) if bones else Keys(stem)


@lru_cache(maxsize=KNOWN)
def sound(folded: str) -> str:
    """A folded word as a whole in the spelling that both scripts share, for comparing beginnings; "" for a number."""
    if folded.isdigit():
        return ""
    return smooth(folded if is_cyrillic(folded) else as_cyrillic(folded))


def is_cyrillic(word: str) -> bool:
    """Whether any letter of a word is Cyrillic: a mixed word is a Russian one with a foreign letter."""
    return any("\u0400" <= c <= "\u052f" for c in word)


def _stem_russian(word: str) -> str:
    stem = str(_RUSSIAN.stemWord(word))
    return stem if word[len(stem) :].removeprefix("ь").startswith(("ов", "ев")) else _SURNAME.sub("", stem)


def _without_marks(word: str) -> str:
    if word.isascii():
        return word
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if c.isalnum())
    return unicodedata.normalize("NFC", bare)


def forget() -> None:
    """Let go of every word that is remembered: some of them may just have been erased."""
    for remembered in (fold, keys, sound):
        remembered.cache_clear()
