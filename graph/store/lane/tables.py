"""Other endpoints' answers as part of a query: read, checked, written as VALUES. Runs inside a worker.

What another endpoint sends is as little to be trusted as what a stranger asks; it is read where nothing can be reached.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    parse_query_results,
)

Term = NamedNode | BlankNode | Literal
Functions = dict[NamedNode, Callable[..., Any]]
PREFIX = "urn:khronika:"  # of names that stand for blank nodes, with a random part nobody can know


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

    A table has `endpoint`, `silent`, `query` (all that the group means, by itself), `shared` (variables that may come
    back besides), `answers` (JSON results as text), `failed`. `Unreadable` names the endpoint; `TooManyRows` past the
    limit.
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
    names = _in_scope(table["query"])
    if table["failed"]:
        return _nothing_bound(names), 0
    known = list(dict.fromkeys((*names, *table["shared"])))
    rows: list[dict[str, Term]] = []
    try:
        for place, answer in enumerate(table["answers"]):
            for row in _rows(answer, known):
                rows.append({name: _apart(term, place) for name, term in row.items()})
                if len(rows) > most:
                    raise TooManyRows
    except Unreadable as problem:
        if table["silent"]:
            return _nothing_bound(names), 0
        raise Unreadable(f"<{table['endpoint']}> {problem}") from None
    columns = names + [name for name in known if name not in names and any(name in row for row in rows)]
    return _written(columns, rows, functions), len(rows)


def _in_scope(query: str) -> list[str]:
    """The variables that a group binds, which are not all that it names: a subquery keeps some to itself."""
    solutions = Store().query(query)
    assert isinstance(solutions, QuerySolutions)
    return [variable.value for variable in solutions.variables]


def _nothing_bound(names: Sequence[str]) -> str:
    """One solution that binds none of them: what SERVICE SILENT means where nothing was had (§2.3.1)."""
    return _values(["?" + name for name in names], [["UNDEF"] * len(names)])


def _rows(answer: str, known: Sequence[str]) -> Iterator[dict[str, Term]]:
    """The solutions of one answer: what each binds."""
    try:
        results = parse_query_results(answer, QueryResultsFormat.JSON)
        if isinstance(results, QueryBoolean):
            raise Unreadable("sent true or false where rows were asked for.")
        columns = [variable.value for variable in results.variables]
        if not set(columns) <= set(known):
            raise Unreadable("sent a column that was not asked for.")
        for solution in results:
            row = {name: solution[name] for name in columns if solution[name] is not None}
            if not all(isinstance(term, NamedNode | BlankNode | Literal) for term in row.values()):
                raise Unreadable("sent a kind of term that is not known here.")
            yield row
    except (SyntaxError, ValueError) as error:
        raise Unreadable(f"sent something that is no answer: {str(error)[:200]}") from None


def _apart(term: Term, place: int) -> Term:
    """A blank node is one within an answer, and another in the next."""
    return BlankNode(f"a{place}x{term.value}") if isinstance(term, BlankNode) else term


def _written(names: Sequence[str], rows: Sequence[Mapping[str, Term]], functions: Functions) -> str:
    """VALUES, where needed inside a subquery that turns names of blank nodes into blank nodes."""
    key = secrets.token_hex(16)
    blank = {name for name in names if any(isinstance(row.get(name), BlankNode) for row in rows)}
    inner = {name: f"?x{key}x{n}" if name in blank else "?" + name for n, name in enumerate(names)}
    values = _values(list(inner.values()), ([_term(row.get(name), key) for name in names] for row in rows))
    if not blank:
        return values
    function, nodes = NamedNode(PREFIX + key), dict[str, BlankNode]()

    def node(term: Term) -> Term:
        if not isinstance(term, NamedNode) or not term.value.startswith(function.value):
            return term
        return nodes.setdefault(term.value, BlankNode())

    functions[function] = node
    bound = [f"BIND({function}({inner[name]}) AS ?{name})" for name in names if name in blank]
    return " ".join(("{ SELECT", *("?" + name for name in names), "{", values, *bound, "} }"))


def _values(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ("(" + " ".join(row) + ")" for row in rows)
    return " ".join(("VALUES (", *columns, ") {", *lines, "}"))


def _term(term: Term | None, key: str) -> str:
    if term is None:
        return "UNDEF"
    return f"<{PREFIX}{key}:{term.value}>" if isinstance(term, BlankNode) else str(term)
