"""One spelling for both scripts: a Latin word as Cyrillic would write it, and what spellings of a name have in common.

Rough on purpose. ISO 9, BGN/PCGN, passports and newspapers write one name in five ways; a key is what is left when the
letters on which they differ are folded into each other. It is compared with keys only, and ranks below real words.
"""

import re
import unicodedata

# Longest first where one begins another. Left: lower-case Latin, with the diacritics of scholarly romanization.
_LETTERS = {
    "shch": "щ", "tsch": "ч", "sch": "щ", "shh": "щ", "šč": "щ", "tch": "ч", "zh": "ж", "kh": "х", "ch": "ч", "sh": "ш",
    "ts": "ц", "tz": "ц", "ph": "ф", "th": "т", "ck": "к", "gh": "г",
    "ya": "я", "ja": "я", "ia": "я", "yu": "ю", "ju": "ю", "iu": "ю", "yo": "ё", "jo": "ё",
    "ye": "е", "je": "е", "ie": "е",
    "č": "ч", "š": "ш", "ž": "ж", "ŝ": "щ", "â": "я", "û": "ю", "ë": "ё", "è": "э",
    "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и", "j": "й", "k": "к",
    "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в",
    "w": "в", "x": "кс", "y": "й", "z": "з",
}  # fmt: skip
_LATIN = re.compile("|".join(sorted(_LETTERS, key=len, reverse=True)))
_HARD_Y = re.compile("(?<=[bcdfghjklmnpqrstvwxzčšž])y(?![aeiou])")  # gazety, Bykov: no vowel about it
_HISSING_C = re.compile(r"c(?=[eiyj])")  # Cyganov; but Viktor may be Victor
_SMOOTH = str.maketrans({
    "щ": "ш", "ы": "и", "й": "и", "і": "и", "ї": "и", "э": "е", "ё": "е", "є": "е", "ю": "у", "ў": "у", "я": "а",
    "ґ": "г", "ъ": None, "ь": None,
})  # fmt: skip
_IOTATED = re.compile("и+(?=[ауе])")
_TWICE = re.compile(r"(.)\1+")
VOWELS = "аеиоу"


def as_cyrillic(word: str) -> str:
    """A lower-case Latin word in Cyrillic letters; letters of neither script stay as they are."""
    spelt = _HARD_Y.sub("ы", _HISSING_C.sub("ts", unicodedata.normalize("NFC", word)))
    letters = _LATIN.sub(lambda m: _LETTERS[m.group()], spelt)
    if not letters.isascii() and any("LATIN" in unicodedata.name(c, "") for c in letters):
        plain = "".join(c for c in unicodedata.normalize("NFD", letters) if "a" <= c <= "z" or c >= "\u0400")
        return _LATIN.sub(lambda m: _LETTERS[m.group()], plain)
    return letters


def smooth(word: str) -> str:
    """What the spellings of a lower-case Cyrillic word have in common: «мария» and «марья» both give «мара»."""
    return _TWICE.sub(r"\1", _IOTATED.sub("", word.translate(_SMOOTH)))


def skeleton(stem: str) -> str:
    """The same of a stem, without the vowels it ends in, which no two stemmers cut alike; "" if too little is left."""
    bare = smooth(stem).rstrip(VOWELS)
    return bare if len(bare) >= SHORTEST else ""


SHORTEST = 3  # letters; what is shorter sounds like everything
