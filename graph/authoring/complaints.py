"""What is wrong with one file, gathered so that an editor hears all of it at once."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from graph.errors import AuthoringError

SHOWN_WORDS = 12  # a longer list is no help in a terminal


class Complaints:
    """The complaints about the file `path`, in the order in which they were found."""

    def __init__(self, path: Path, problems: Iterable[AuthoringError] = ()) -> None:
        """`problems` are those found so far."""
        self.path = path
        self.problems = list(problems)
        self._said = {(error.line, error.problem) for error in self.problems}

    def add(self, line: int | None, problem: str, hint: str = "") -> None:
        """Note what is wrong on `line` (from 1; None for the whole file) and how to mend it; once is enough."""
        if (line, problem) not in self._said:
            self._said.add((line, problem))
            self.problems.append(AuthoringError(self.path, line, problem, hint))


def article(noun: str) -> str:
    """`an act`, `a claim`."""
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def nearest(word: str, words: Iterable[str]) -> str:
    """The hint for a word nobody knows: the one that was probably meant, else the words there are."""
    known = list(words)
    lowered = {w.lower(): w for w in reversed(known)}
    close = get_close_matches(word.lower(), lowered, 1, 0.6)
    if close:
        return f"Did you mean '{lowered[close[0]]}'?"
    if not known:
        return ""
    more = f" and {len(known) - SHOWN_WORDS} more" if len(known) > SHOWN_WORDS else ""
    return f"One of: {', '.join(known[:SHOWN_WORDS])}{more}."
