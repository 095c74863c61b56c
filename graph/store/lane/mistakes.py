"""What is wrong with a query that the engine could not read, in words.

The engine tells what it tried last, which may be anything, and where it gave up, which may be far from the mistake.
Here is said only what is certain of the text itself: no query with such a mistake can be read. For anything else the
engine's own words stand.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from graph.store.lane.errors import QuerySyntaxError
from graph.store.lane.tokens import FORMS, placed

Placed = Sequence[tuple[int, str, str]]  # of each token: where it begins, its kind, its text

LONGEST = 16 << 10  # characters; a longer query no person wrote, and looking through it would hold up others
NEEDING = ("=", "!", "&", "/", ",")  # signs that something has to follow
CLOSING = {"{": "}", "(": ")", "[": "]"}
# Words of the engine's own that stand among what it "expected", and what they mean to who wrote the query.
MEANT = {
    "The SELECT contains a variable that is unbound": (
        "SELECT names a variable that is neither in GROUP BY nor within an aggregate."
    ),
    "Duplicated variable name in SELECT": "SELECT names a variable twice.",
    "SELECT * is not authorized with GROUP BY": "SELECT * does not go with GROUP BY: name the variables.",
    "The SELECT overrides an existing variable using an expression": (
        "AS names a variable that is in the pattern already."
    ),
}
_UNKNOWN = re.compile(r"The custom (?:aggregate )?function (<.*>) is not supported.*", re.DOTALL)
_NOTHING = ("expected [_]", "expected <unreported>")  # the engine's words for having none


def diagnosed(query: str, error: QuerySyntaxError) -> QuerySyntaxError:
    """The error as whoever wrote the query can use it, with the place; as it was where nothing is certain.

    Only what the engine said is looked into. Escapes (SPARQL 1.1 §19.2) may stand for any word, so nothing is certain.
    """
    unknown = _UNKNOWN.fullmatch(error.reason)
    if unknown:
        return QuerySyntaxError(f"The function {unknown[1]} is not known here.", error.line, error.column)
    if not error.reason.startswith("expected") or len(query) > LONGEST or "\\u" in query.lower():
        return error
    tokens = list(placed(query))
    for look in LOOKS:
        found = look(tokens)
        if found is not None:
            reason, start = found
            line, column = query.count("\n", 0, start) + 1, start - query.rfind("\n", 0, start)
            return QuerySyntaxError(reason, line, column)
    reason = next((ours for theirs, ours in MEANT.items() if theirs in error.reason), error.reason)
    if reason in _NOTHING:
        reason = "Something before this place cannot be read."
    return QuerySyntaxError(reason, error.line, error.column)


def _open_string(tokens: Placed) -> tuple[str, int] | None:
    return next((("This string is not closed.", start) for start, kind, _ in tokens if kind == "open"), None)


def _brackets(tokens: Placed) -> tuple[str, int] | None:
    """The first bracket that closes nothing, or else the last one that nothing closes."""
    waiting: list[tuple[int, str]] = []
    for start, kind, text in tokens:
        if kind != "sign":
            continue
        if text in CLOSING:
            waiting.append((start, text))
        elif text in CLOSING.values():
            if not waiting:
                return f"There is nothing here that this '{text}' could close.", start
            opened, bracket = waiting.pop()
            if CLOSING[bracket] != text:
                return f"This '{bracket}' is not closed.", opened
    return (f"This '{waiting[-1][1]}' is not closed.", waiting[-1][0]) if waiting else None


def _prefix(tokens: Placed) -> tuple[str, int] | None:
    """The first name whose prefix the query does not declare (SPARQL 1.1 §4.1.1: prefixes are told apart by case)."""
    declared: set[str] = set()
    before = ""
    for start, kind, text in tokens:
        if kind == "name":
            prefix = text.partition(":")[0] + ":"
            if before == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared:
                return f"The prefix '{prefix}' is not declared. Write PREFIX {prefix} <…> before the query.", start
        before = text.upper() if kind == "word" else ""
    return None


def _form(tokens: Placed) -> tuple[str, int] | None:
    """Whatever stands where the form of the query should."""
    place = 0
    while place < len(tokens) and tokens[place][1] == "word" and tokens[place][2].upper() in ("PREFIX", "BASE"):
        place += 3 if tokens[place][2].upper() == "PREFIX" else 2
    if place < len(tokens) and tokens[place][1] == "word" and tokens[place][2].upper().startswith(FORMS):
        return None
    start = tokens[place][0] if place < len(tokens) else 0
    return "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after its prefixes.", start


def _dangling(tokens: Placed) -> tuple[str, int] | None:
    """An operator with nothing after it. `*` and `+` may end a path, `|` an annotation and `>` a quoted triple."""
    for (start, kind, text), (_, after, bracket) in pairwise(tokens):
        if kind == after == "sign" and text in NEEDING and bracket in CLOSING.values():
            return f"Something is missing after this '{text}'.", start
    return None


def _truth(tokens: Placed) -> tuple[str, int] | None:
    written = (
        (f"Write '{text.lower()}' in small letters.", start)
        for start, kind, text in tokens
        if kind == "word" and text.lower() in ("true", "false") and text != text.lower()
    )
    return next(written, None)


LOOKS: tuple[Callable[[Placed], tuple[str, int] | None], ...] = (
    _open_string, _form, _brackets, _prefix, _dangling, _truth,
)  # fmt: skip
