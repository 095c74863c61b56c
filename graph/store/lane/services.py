"""Finds the SERVICE groups of a query by its tokens: what each asks whom, and what stands before it in its group.

A group `SERVICE <iri> {…}` means a table that does not depend on where it stands (SPARQL 1.1 Federated Query §2.4), so
it can be fetched first and put in its place as VALUES. Where that would not be so it is refused: inside EXISTS, GRAPH
or another SERVICE, and with a variable for the endpoint.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph.store.lane.errors import QueryRefused, QuerySyntaxError

Tokens = Sequence[tuple[str, str]]  # kind and text of each, see `tokens`

MOST_GROUPS = 20  # each is at least one request to somebody else
FEWER = "Ask in several queries."
OUTSIDE = "Put SERVICE beside it instead: its answer is joined with what else the group says."
UNCLEAR = "SERVICE needs the IRI of an endpoint and a group in braces, with spaces between."
# Words that may give another answer each time: such a group is asked once, not once a block of bindings.
_CHANCE = re.compile(r"(?i)\b(?:select|rand|uuid|struuid|bnode|now|sample)\b")


@dataclass(frozen=True, slots=True)
class Service:
    """One SERVICE group: places in the text of the query count characters.

    `start` and `end` hold the whole of it, `group` begins at its brace. `before` holds the
    pieces of text that stand before it in its own group, as (start, end), with a filter between each two; `shared` are
    variables that these and the group both name, empty where bindings should not be sent along.
    """

    endpoint: str
    silent: bool
    start: int
    end: int
    group: int
    before: tuple[tuple[int, int], ...]
    shared: tuple[str, ...]


def find_services(
    tokens: Tokens, starts: Sequence[int], resolved: Callable[[str], str], allowed: frozenset[str]
) -> tuple[Service, ...]:
    """The SERVICE groups of a query, in order; `starts` are the places of its tokens.

    `resolved` tells the IRI that a token means. `QueryRefused` for an endpoint that is not `allowed`, or a place from
    which it cannot be asked truly; `QuerySyntaxError` where the braces do not match.
    """
    places = [n for n, (kind, text) in enumerate(tokens) if kind == "word" and text.upper() == "SERVICE"]
    if not places:
        return ()
    if len(places) > MOST_GROUPS:
        raise QueryRefused(f"A query may have {MOST_GROUPS} SERVICE groups; this one has {len(places)}.", FEWER)
    if any("\\u" in text or "\\U" in text for _, text in tokens) or ("sign", "\\") in tokens:
        raise QueryRefused("Escapes such as \\u0041 are refused beside SERVICE.", "Write the characters themselves.")
    pairs = _braces(tokens)
    return tuple(_service(tokens, starts, place, pairs, resolved, allowed) for place in places)


def _service(
    tokens: Tokens,
    starts: Sequence[int],
    place: int,
    pairs: dict[int, int],
    resolved: Callable[[str], str],
    allowed: frozenset[str],
) -> Service:
    silent = tokens[place + 1 : place + 2] != [] and tokens[place + 1][1].upper() == "SILENT"
    named = place + 1 + silent
    if named + 1 >= len(tokens) or tokens[named + 1] != ("sign", "{"):
        raise QueryRefused(UNCLEAR)
    kind, text = tokens[named]
    if kind == "variable":
        raise QueryRefused("SERVICE with a variable is refused.", "Name the endpoint by its IRI.")
    if kind not in ("iri", "name"):
        raise QueryRefused(UNCLEAR)
    endpoint = resolved(text)
    if endpoint not in allowed:
        known = ", ".join(f"<{iri}>" for iri in sorted(allowed))
        raise QueryRefused(f"SERVICE <{endpoint}> is refused: this site asks only {known}.")
    opening = named + 1
    closing = pairs[opening]
    enclosing = [n for n, end in pairs.items() if n < place < end]
    for brace in enclosing:
        _check_place(tokens, brace)
    before = _without_filters(tokens, max(enclosing, default=place) + 1, place, pairs)
    return Service(
        endpoint=endpoint,
        silent=silent,
        start=starts[place],
        end=starts[closing] + 1,
        group=starts[opening],
        before=tuple((starts[first], starts[last]) for first, last in before),
        shared=_shared(tokens, opening, closing, before),
    )


def _braces(tokens: Tokens) -> dict[int, int]:
    """The closing brace of each opening one."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for n, token in enumerate(tokens):
        if token == ("sign", "{"):
            waiting.append(n)
        elif token == ("sign", "}"):
            if not waiting:
                raise QuerySyntaxError("There is a closing brace too many.")
            pairs[waiting.pop()] = n
    if waiting:
        raise QuerySyntaxError("A brace is not closed.")
    return pairs


def _check_place(tokens: Tokens, brace: int) -> None:
    """Refuse a SERVICE inside the group that opens at `brace` where its table would depend on the rows around it."""
    words = [text.upper() for kind, text in tokens[max(0, brace - 3) : brace]]
    if words[-1:] == ["EXISTS"]:
        raise QueryRefused("SERVICE inside EXISTS is refused.", OUTSIDE)
    if words[-2:-1] == ["GRAPH"]:
        raise QueryRefused("SERVICE inside GRAPH is refused.", OUTSIDE)
    if words[-2:-1] == ["SERVICE"] or words[-3:-1] == ["SERVICE", "SILENT"]:
        raise QueryRefused("SERVICE inside SERVICE is refused.", OUTSIDE)
    if words[-1:] == ["LATERAL"]:
        raise QueryRefused("SERVICE inside LATERAL is refused.", OUTSIDE)


def _without_filters(tokens: Tokens, first: int, last: int, pairs: dict[int, int]) -> list[tuple[int, int]]:
    """The tokens from `first` to before `last`, in runs between this group's filters, which see more than these."""
    runs: list[tuple[int, int]] = []
    begun = place = first
    while place < last:
        if tokens[place] == ("sign", "{"):
            place = pairs[place] + 1
        elif tokens[place][0] == "word" and tokens[place][1].upper() == "FILTER":
            runs.append((begun, place))
            begun = place = _after_filter(tokens, place + 1, pairs)
        else:
            place += 1
    return [*runs, (begun, last)]


def _after_filter(tokens: Tokens, place: int, pairs: dict[int, int]) -> int:
    """The place after the constraint that begins at `place`: `(…)`, `NAME(…)`, or `[NOT] EXISTS {…}`."""
    depth = 0
    while place < len(tokens):
        token = tokens[place]
        if token == ("sign", "{"):
            place = pairs[place]
        elif token == ("sign", "("):
            depth += 1
        elif token == ("sign", ")"):
            depth -= 1
        place += 1
        if not depth and token in (("sign", ")"), ("sign", "{")):
            return place
    raise QuerySyntaxError("A FILTER is not closed.")


def _shared(tokens: Tokens, opening: int, closing: int, before: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    if any(kind == "word" and _CHANCE.search(text) for kind, text in tokens[opening:closing]):
        return ()
    outside = {name for first, last in before for name in _variables(tokens[first:last])}
    return tuple(name for name in _variables(tokens[opening:closing]) if name in outside)


def _variables(tokens: Tokens) -> list[str]:
    """The names of the variables among some tokens, each once, in order."""
    return list(dict.fromkeys(text[1:] for kind, text in tokens if kind == "variable"))
