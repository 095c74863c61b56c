"""Why something was found: the piece of its words where most of those asked for stand, these marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.publish.literals import Text, direction
from graph.search.query import marked
from graph.search.words import Word, words

WIDTH = 260  # characters of one snippet, about three lines


@dataclass(frozen=True, slots=True)
class Snippet:
    """Pieces of text, each with whether it is a word that was asked for; `cut` at its start, at its end."""

    pieces: Sequence[tuple[str, bool]]
    language: str
    cut_before: bool
    cut_after: bool
    hits: int

    @property
    def direction(self) -> str:
        """`rtl` for scripts that run from the right."""
        return direction(self.language)

    @property
    def words(self) -> str:
        """The pieces as one text."""
        return "".join(piece for piece, _ in self.pieces)


def snippet(text: Text, found_by: frozenset[str], width: int = WIDTH) -> Snippet:
    """The piece of a text, about `width` characters, with most different keys of `found_by`, the first of equals."""
    every = list(words(text.words))
    hits = [word for word in every if marked(word.keys, found_by)]
    start, end = _window(text.words, every, hits, width)
    shown = [word for word in hits if start <= word.start and word.end <= end]
    return Snippet(
        _pieces(text.words, shown, start, end), text.language, start > 0, end < len(text.words),
        len({w.keys.stem for w in shown}),
    )  # fmt: skip


def best_snippet(texts: Sequence[Text], found_by: frozenset[str], width: int = WIDTH) -> Snippet | None:
    """The snippet of the text that has most of what was asked for, the first of equals; None when there is no text."""
    made = [snippet(text, found_by, width) for text in texts]
    return max(made, key=lambda s: s.hits, default=None)


def _window(text: str, every: Sequence[Word], hits: Sequence[Word], width: int) -> tuple[int, int]:
    """Start and end of what is shown, at the edges of words."""
    if len(text) <= width:
        return 0, len(text)
    first = max(hits, key=lambda h: len({w.keys.stem for w in hits if h.start <= w.start and w.end <= h.start + width}),
                default=None)  # fmt: skip
    last_start = first.start if first else 0
    reach = max((w.end for w in hits if last_start <= w.start and w.end <= last_start + width), default=0)
    wanted = max(0, last_start - max(0, width - (reach - last_start)) // 2)
    start = min((w.start for w in every if w.start >= wanted), default=0) if wanted else 0
    inside = [w.end for w in every if start < w.end <= start + width]
    end = max(inside, default=min(len(text), start + width))
    return start, len(text) if len(text) <= start + width else end


def _pieces(text: str, hits: Sequence[Word], start: int, end: int) -> list[tuple[str, bool]]:
    pieces, at = [], start
    for hit in hits:
        pieces += [(text[at : hit.start], False), (text[hit.start : hit.end], True)]
        at = hit.end
    pieces.append((text[at:end], False))
    return [(piece, is_hit) for piece, is_hit in pieces if piece]
