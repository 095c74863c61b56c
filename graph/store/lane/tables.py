"""Other endpoints' answers as part of a query: read, checked, written as VALUES. Runs inside a worker.

What another endpoint sends is as little to be trusted as what a stranger asks; it is read where nothing can be reached.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QueryResultsFormat, parse_query_results

Term = NamedNode | BlankNode | Literal
Functions = dict[NamedNode, Callable[..., Any]]
ALWAYS_TRUE = "{}"  # one solution that binds nothing: what SERVICE SILENT means where nothing was had (§2.3.1)


class Unreadable(Exception):
    """What an endpoint sent is no table of solutions; the text says what is wrong."""


class TooManyRows(Exception):
    """The endpoints together sent more rows than a query may join."""


@dataclass(slots=True)
class Composed:
    """The text of a query with the answers in it, and the functions it needs (blank nodes cannot stand in VALUES)."""

    text: str = ""
    functions: Functions = field(default_factory=dict)


def compose(parts: Sequence[str | int], tables: Sequence[Mapping[str, Any]], most: int) -> Composed:
    """The query in `parts`, a number standing for that table; `most` rows in all.

    A table has `endpoint`, `names` (the variables it may have), `silent`, `answers` (JSON results as text), `failed`.
    `Unreadable` names the endpoint; `TooManyRows` past the limit.
    """
    made = Composed()
    left = most
    texts: dict[int, str] = {}
    for number in dict.fromkeys(part for part in parts if isinstance(part, int)):
        texts[number], rows = _table(tables[number], left, made.functions)
        left -= rows
    made.text = " ".join(texts[part] if isinstance(part, int) else part for part in parts)
    return made


def _table(table: Mapping[str, Any], most: int, functions: Functions) -> tuple[str, int]:
    """One table as a piece of a group, and how many rows it has."""
    if table["failed"]:
        return ALWAYS_TRUE, 0
    rows: list[list[Term | None]] = []
    try:
        for place, answer in enumerate(table["answers"]):
            for row in _rows(answer, table["names"]):
                rows.append([_apart(term, place) for term in row])
                if len(rows) > most:
                    raise TooManyRows
    except Unreadable as problem:
        if table["silent"]:
            return ALWAYS_TRUE, 0
        raise Unreadable(f"<{table['endpoint']}> {problem}") from None
    return _written(table["names"], rows, functions), len(rows)


def _rows(answer: str, names: Sequence[str]) -> list[list[Term | None]]:
    """The solutions of one answer, a term or None for each of `names`."""
    try:
        results = parse_query_results(answer, QueryResultsFormat.JSON)
        if isinstance(results, QueryBoolean):
            raise Unreadable("sent true or false where rows were asked for.")
        columns = [variable.value for variable in results.variables]
        if not set(columns) <= set(names):
            raise Unreadable("sent a column that was not asked for.")
        found = [[row[name] if name in columns else None for name in names] for row in results]
    except (SyntaxError, ValueError) as error:
        raise Unreadable(f"sent something that is no answer: {str(error)[:200]}") from None
    if not all(term is None or isinstance(term, NamedNode | BlankNode | Literal) for row in found for term in row):
        raise Unreadable("sent a kind of term that is not known here.")
    return found


def _apart(term: Term | None, place: int) -> Term | None:
    """A blank node is one within an answer, and another in the next."""
    return BlankNode(f"a{place}x{term.value}") if isinstance(term, BlankNode) else term


def _written(names: Sequence[str], rows: Sequence[Sequence[Term | None]], functions: Functions) -> str:
    """VALUES, where needed inside a subquery that turns names of blank nodes into blank nodes."""
    blank = [any(isinstance(row[n], BlankNode) for row in rows) for n in range(len(names))]
    key = "urn:khronika:" + secrets.token_hex(16)
    inner = [f"?x{key[-32:]}x{n}" if blank[n] else f"?{name}" for n, name in enumerate(names)]
    lines = ("(" + " ".join(_term(term, key) for term in row) + ")" for row in rows)
    values = f"VALUES ({' '.join(inner)}) {{ {' '.join(lines)} }}"
    if not any(blank):
        return values
    nodes: dict[str, BlankNode] = {}

    def node(term: Term) -> Term:
        if not isinstance(term, NamedNode) or not term.value.startswith(key):
            return term
        return nodes.setdefault(term.value, BlankNode())

    functions[NamedNode(key)] = node
    bound = " ".join(f"BIND(<{key}>({inner[n]}) AS ?{name})" for n, name in enumerate(names) if blank[n])
    return " ".join(("{ SELECT", *("?" + name for name in names), "{", values, bound, "} }"))


def _term(term: Term | None, key: str) -> str:
    if term is None:
        return "UNDEF"
    return f"<{key}:{term.value}>" if isinstance(term, BlankNode) else str(term)
