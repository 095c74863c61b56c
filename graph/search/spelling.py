"""What a word that stands nowhere was probably meant to be: the nearest of the words that names here are made of."""

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from graph.search.words import sound

# Slips allowed by the least number of letters: one left out, put in, changed, or two in the wrong order. A short word
# is one slip away from too many others.
SLIPS = ((8, 2), (5, 1))


class Spelling:
    """The words of all names of one release, as they are spelt and as they sound."""

    def __init__(self, known: Iterable[str]) -> None:
        """`known` are folded words."""
        self._spelt: Sequence[str] = sorted(set(known))
        heard = {heard: word for word in reversed(self._spelt) if (heard := sound(word))}
        self._sounds, self._heard = tuple(heard), heard

    def nearest(self, folded: str) -> str | None:
        """The known word with the fewest slips to a folded one, in either script; None where all are too far."""
        spelt = _nearest(folded, self._spelt)
        heard = _nearest(sound(folded), self._sounds)
        if spelt and (not heard or spelt[1] <= heard[1]):
            return spelt[0]
        return self._heard[heard[0]] if heard else None


def _nearest(word: str, known: Sequence[str]) -> tuple[str, int] | None:
    slips = next((slips for letters, slips in SLIPS if len(word) >= letters), 0)
    if not slips:
        return None
    found = extractOne(word, known, scorer=OSA.distance, score_cutoff=slips)
    return (found[0], int(found[1])) if found else None
