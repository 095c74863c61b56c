"""The right answers: the same release in the engine alone, in this process, with no limits and nothing in front."""

import csv
import io
import threading
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import BlankNode, QueryBoolean, QuerySolutions, QueryTriples, Store, parse, parse_query_results
from soak.corpus import Question

from graph.formats import CSV_RESULTS
from graph.settings import read_settings
from graph.store.layout import laid_out
from graph.store.open import open_reader

STACK = 512 << 20  # bytes; some of the queries are nested thousands of levels deep
Said = object  # what an answer says, in a form that can be compared


class Reference:
    """The statements of the newest release of the site in a folder."""

    def __init__(self, folder: Path) -> None:
        settings = read_settings(folder)
        self._base = settings.base
        self._store = Store()
        with open_reader(settings) as reader:
            self._store.extend(laid_out(reader.quads()))
        self._said: dict[tuple[str, bool], Said] = {}

    def differs(self, question: Question, body: bytes) -> bool:
        """Whether `body`, a whole answer to `question`, says anything but what is right."""
        plain = question.format is CSV_RESULTS
        if (question.query, plain) not in self._said:
            self._said[question.query, plain] = deep(lambda: self._evaluate(question.query, plain))
        return said(question, body) != self._said[question.query, plain]

    def _evaluate(self, query: str, plain: bool) -> Said:
        results = self._store.query(query, base_iri=self._base)
        return comparable(results, plain, in_order(query))


def deep(work) -> Said:
    """What `work` gives, run with a stack that is deep enough for anything."""
    done: list[Said] = []
    before = threading.stack_size(STACK)
    try:
        thread = threading.Thread(target=lambda: done.append(work()))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return done[0]


def said(question: Question, body: bytes) -> Said:
    """What a body says; an error of the parser where it is not well formed to its end."""
    form = question.format
    if form.rdf:
        return frozenset((term(q.subject), term(q.predicate), term(q.object)) for q in parse(body, form.rdf))
    if form is CSV_RESULTS:
        return rows_of_csv(body, in_order(question.query))
    assert form.results
    return comparable(parse_query_results(body, form.results), False, in_order(question.query))


def comparable(results: QueryBoolean | QuerySolutions | QueryTriples, plain: bool, ordered: bool) -> Said:
    """Results as their columns and rows, sorted unless they have an order, each term as Turtle or `plain`, as CSV."""
    if isinstance(results, QueryBoolean):
        return bool(results)
    if isinstance(results, QueryTriples):
        return frozenset((term(t.subject), term(t.predicate), term(t.object)) for t in results)
    columns = [variable.value for variable in results.variables]
    rows = [tuple(lexical(value) if plain else term(value) for value in row) for row in results]
    return columns, rows if ordered else sorted(rows)


def term(value: object) -> str:
    """A term, blank nodes without their labels, nothing for one that is not bound."""
    return "_:" if isinstance(value, BlankNode) else "" if value is None else str(value)


def lexical(value: object) -> str:
    """A term as CSV has it, where nothing says of what kind it is."""
    return term(value) if value is None or isinstance(value, BlankNode) else value.value  # type: ignore[attr-defined]


def rows_of_csv(body: bytes, ordered: bool) -> Said:
    text = body.decode()
    if text in ("true", "false"):
        return text == "true"
    assert text.endswith("\r\n"), "the last row is cut"
    csv.field_size_limit(len(text))
    columns, *lines = csv.reader(io.StringIO(text, newline=""))
    rows: Iterator[tuple[str, ...]] = (tuple("_:" if cell[:2] == "_:" else cell for cell in line) for line in lines)
    return columns, list(rows) if ordered else sorted(rows)


def in_order(query: str) -> bool:
    """Whether the rows of a query come in an order."""
    return "ORDER BY" in query.rpartition("}")[2]
