"""What somebody typed, read as words and phrases; nothing in it is an operator but the double quote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graph.search.words import COMMON, Keys, Word, is_cyrillic, sound, words

CHARACTERS = 300  # a longer text is a document, not a question; about fifty words
HEARD = 2  # letters; one sounds like half of all names

NO_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_QUOTED = re.compile('"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»')
_TRUE_NAMES = "{name words also}"
_SOUNDS = "{name_sound words_sound}"
# May be the first half of one Cyrillic letter: what was typed so far may end within it. "ts" is whole.
_HALF = re.compile("(?<!t)[cksz]$|[tjyi]$")


@dataclass(frozen=True, slots=True)
class Query:
    """`parts` are what has to be there: single words, and phrases of several."""

    typed: str
    parts: Sequence[Sequence[Word]]

    @property
    def empty(self) -> bool:
        """True when there is no word in what was typed."""
        return not self.parts

    def match(self, *, all_of: bool = True) -> str:
        """The expression of FTS5 for entries with all parts, or any. Keys hold only letters and digits."""
        return (" AND " if all_of else " OR ").join(f"({_part(part)})" for part in self.parts)

    @property
    def found_by(self) -> frozenset[str]:
        """The keys that a word of a text must have one of to be marked in it."""
        every = [word.keys for part in self.parts for word in part]
        return frozenset(k for keys in every for k in (keys.stem, *keys.asked))


def read_query(typed: str) -> Query:
    """The words and the quoted phrases of a text. Words that stand everywhere count only where there are no others.

    Controls and what is no character are spaces, also where the text is shown again.
    """
    typed = NO_CHARACTERS.sub(" ", typed).strip()
    phrases = [tuple(words(next(filter(None, m.groups()), ""))) for m in _QUOTED.finditer(typed)]
    single = [(word,) for word in words(_QUOTED.sub(" ", typed))]
    telling = [part for part in single if part[0].folded not in COMMON]
    parts = [p for p in phrases if p] + (telling or ([] if any(phrases) else single))
    unlike = {tuple(word.folded for word in part): part for part in parts}
    return Query(typed, tuple(unlike.values()))


def beginnings(typed: str) -> str:
    """The expression of FTS5 for names with words that begin with those typed so far; "" when there are none."""
    return " AND ".join(f"({_beginning(word.folded)})" for word in words(typed))


def marked(keys: Keys, found_by: frozenset[str]) -> bool:
    """Whether a word with these keys is one of those asked for."""
    return keys.stem in found_by or any(s in found_by for s in keys.sounds)


def _part(part: Sequence[Word]) -> str:
    stems = " ".join(word.keys.stem for word in part)
    found = f'{_TRUE_NAMES} : "{stems}"'
    if len(part) == 1:
        for key in part[0].keys.asked:
            found += f' OR {_SOUNDS} : "{key}"'
    return found


def _beginning(word: str) -> str:
    found = f'spelt : "{word}"*'
    heard = sound(word if is_cyrillic(word) else _HALF.sub("", word))
    return found + (f' OR sound : "{heard}"*' if len(heard) >= HEARD else "")
