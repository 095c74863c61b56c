"""An answer as a page shows it: columns and cells, each term with the words a reader sees and where it leads."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from graph.terms import PREFIXES, RDF, XSD

_VARIABLE = re.compile(r"[?$](\w+)")
ROWS_PER_PAGE = 200  # what a reader scrolls; the whole answer is a download away


@dataclass(frozen=True, slots=True)
class Cell:
    """One term: `text` as shown, `iri` where it is one, the `language` of words, `datatype` of other literals."""

    text: str = ""
    iri: str = ""
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Some rows of an answer: `first` counts from 1, `total` is how many the whole answer has."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    first: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages of this size there are, at least one."""
        return max(1, -(-self.total // ROWS_PER_PAGE))


def of_results(content: bytes, page: int, base: str = "", query: str = "") -> Table | bool:
    """A page of SPARQL JSON results (SPARQL 1.1 Query Results JSON Format); the truth value of an ASK.

    Columns come in the order in which `query` first names them: for `SELECT *` the engine has an order of its own.
    """
    told = json.loads(content)
    if "boolean" in told:
        return bool(told["boolean"])
    first = {name: place for place, name in reversed(list(enumerate(_VARIABLE.findall(query))))}
    columns = sorted(told["head"]["vars"], key=lambda name: first.get(name, len(query)))
    bindings = told["results"]["bindings"]
    start = (page - 1) * ROWS_PER_PAGE
    rows = [[_of_binding(row.get(name), base) for name in columns] for row in bindings[start : start + ROWS_PER_PAGE]]
    return Table(columns, rows, start + 1, len(bindings))


def of_triples(content: bytes, page: int, base: str = "") -> Table:
    """A page of the statements of a CONSTRUCT or DESCRIBE, as N-Triples."""
    triples = sorted({quad.triple for quad in parse(content, RdfFormat.N_TRIPLES)}, key=str)
    start = (page - 1) * ROWS_PER_PAGE
    rows = [list(_of_triple(triple, base)) for triple in triples[start : start + ROWS_PER_PAGE]]
    return Table(("subject", "predicate", "object"), rows, start + 1, len(triples))


def shortened(iri: str, base: str = "") -> str:
    """`org/x` for a thing of the site at `base`, `record/x` for what else is there, `schema:name` by a house prefix.

    Any other IRI is given whole.
    """
    if base and iri.startswith(base) and iri != base:
        return iri[len(base) :].removeprefix("id/")
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local and "/" not in local and "#" not in local:
            return f"{prefix}:{local}"
    return iri


def _of_triple(triple: Triple, base: str) -> Iterable[Cell]:
    return (_of_term(term, base) for term in (triple.subject, triple.predicate, triple.object))


def _of_term(term: object, base: str) -> Cell:
    if isinstance(term, NamedNode):
        return Cell(shortened(term.value, base), iri=term.value)
    if isinstance(term, Literal):
        return _of_literal(term.value, term.language or "", term.datatype.value)
    return Cell(f"_:{term.value}" if isinstance(term, BlankNode) else str(term))


def _of_binding(term: Mapping[str, Any] | None, base: str = "") -> Cell:
    if term is None:
        return Cell()
    match term["type"]:
        case "uri":
            return Cell(shortened(term["value"], base), iri=term["value"])
        case "bnode":
            return Cell("_:" + term["value"])
        case "triple":
            return Cell(" ".join(_of_binding(part).text for part in _parts(term["value"])))
    return _of_literal(term["value"], term.get("xml:lang", ""), term.get("datatype", ""))


def _parts(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (value["subject"], value["predicate"], value["object"])


def _of_literal(value: str, language: str, datatype: str) -> Cell:
    plain = datatype in ("", XSD("string").value, RDF("langString").value)
    return Cell(value, language=language, datatype="" if plain else shortened(datatype))
