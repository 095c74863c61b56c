"""W3C's SPARQL 1.1 and 1.0 query suites through our HTTP door, one site holding all their data, datasets as parameters.

The suites are not part of this project: KHRONIKA_CONFORMANCE names their folder (by default ../shared/conformance).
"""

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Variable,
    parse,
    parse_query_results,
)

from graph.settings import read_settings
from graph.store.embedded import EmbeddedReader
from graph.store.workers import QueryLane, Snapshot
from server.app import create_app

ROOT = Path(__file__).resolve().parents[2]
SUITES = Path(os.environ.get("KHRONIKA_CONFORMANCE", ROOT.parent / "shared" / "conformance")) / "sparql"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FROM = re.compile(r"^[^#{]*\bFROM\b", re.IGNORECASE | re.MULTILINE)
BASE = "https://conformance.example/"
EMPTY = BASE + "empty"
FOLDERS = ("entailment", "service", "syntax-fed", "protocol", "service-description", "graph-store-protocol",
           "http-rdf-update", "delete-insert")  # fmt: skip
STORED = "the store keeps the value of a number or a date, not its spelling or its derived type"
LATE = "the engine does not bind GRAPH ?g to the rows of a subquery or VALUES in it"
EARLY = "the engine binds GRAPH ?g within the group, where the standard joins it with the group's rows afterwards"
TOLD = "a function nobody knows is told with 400, where the suite wants an unbound value in each row"
ZERO = "the engine gives nothing for a path of length zero from a term that is not in the data"
JOINED = "the engine gives joined words the language that all of them have, as SPARQL 1.2 does"
# What fails, with the reason; all but TOLD are Oxigraph's own. docs/endpoint.md lists them for users.
KNOWN = {
    **dict.fromkeys((f"sparql10/distinct#distinct-{n}" for n in (1, 9)), STORED),
    **dict.fromkeys((f"sparql10/expr-builtin#{n}" for n in ("dawg-str-1", "dawg-str-2", "sameTerm-simple",
                                                            "sameTerm-eq", "sameTerm-not-eq")), STORED),
    **dict.fromkeys((f"sparql10/expr-equals#eq-graph-{n}" for n in (1, 2)), STORED),
    "sparql10/open-world#open-eq-01": STORED,
    "sparql11/csv-tsv-res#tsv03": STORED,
    "sparql10/graph#graph-variable-scope": EARLY,
    "sparql10/graph#graph-optional": EARLY,
    "sparql11/negation#graph-minus": EARLY,
    "sparql11/aggregates#agg-empty-group-count-graph": LATE,
    "sparql11/bindings#graph": LATE,
    **dict.fromkeys((f"sparql11/property-path#zero_or_{n}_set_{end}" for n in ("more", "one")
                     for end in ("start", "end")), ZERO),
    "sparql10/syntax-sparql1#syntax-expr-05": TOLD,
    "sparql10/syntax-sparql1#syntax-order-05": TOLD,
    "sparql10/syntax-sparql1#syntax-order-06": TOLD,
    **dict.fromkeys((f"sparql10/syntax-sparql2#syntax-function-0{n}" for n in (1, 2, 3, 4)), TOLD),
    "sparql11/syntax-query#test_4": TOLD,
    "sparql10/syntax-sparql3#syn-bad-26": "the engine reads `?x<?a&&?b>?y` as comparisons, not as an IRI",
    "sparql10/open-world#date-2": "the engine finds a date and a time of day unequal, where the standard has an error",
    "sparql11/aggregates#agg-groupconcat-04": JOINED,
    "sparql11/aggregates#agg-groupconcat-06": JOINED,
    "sparql11/functions#bnode01": "the engine gives BNODE(\"x\") the same node in every row",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One test of a manifest, its files as IRIs below BASE."""

    id: str
    kind: str
    query: Path
    data: tuple[str, ...]
    graphs: tuple[str, ...]
    result: Path | None


class Manifest:
    """A manifest as a small graph that can be walked."""

    def __init__(self, path: Path) -> None:
        self._store = Store()
        self._store.extend(Quad(*t) for t in triples(path))
        self.base = iri(path)

    def value(self, subject: object, predicate: str) -> NamedNode | BlankNode | Literal | None:
        return next(iter(self.values(subject, predicate)), None)

    def values(self, subject: object, predicate: str) -> list[NamedNode | BlankNode | Literal]:
        return [q.object for q in self._store.quads_for_pattern(subject, NamedNode(predicate), None)]

    def subjects(self, predicate: str) -> list[object]:
        return [q.subject for q in self._store.quads_for_pattern(None, NamedNode(predicate), None)]

    def items(self, head: object) -> Iterator[object]:
        while head is not None and getattr(head, "value", "") != RDF + "nil":
            yield self.value(head, RDF + "first")
            head = self.value(head, RDF + "rest")


def iri(path: Path) -> str:
    return BASE + path.relative_to(SUITES).as_posix()


def file_of(name: str) -> Path:
    return SUITES / name.removeprefix(BASE)


def triples(path: Path) -> Iterator[tuple[object, object, object]]:
    format_ = RdfFormat.RDF_XML if path.suffix == ".rdf" else RdfFormat.TURTLE
    for quad in parse(path=path, format=format_, base_iri=iri(path), rename_blank_nodes=True):
        yield quad.subject, quad.predicate, quad.object


def cases() -> Iterator[Case]:
    for path in sorted(SUITES.glob("sparql1?/*/manifest.ttl")):
        if path.parent.name in FOLDERS or "update" in path.parent.name:
            continue
        manifest = Manifest(path)
        for head in manifest.subjects(MF + "entries"):
            for entry in manifest.items(manifest.value(head, MF + "entries")):
                case = case_of(manifest, path, entry)
                if case is not None:
                    yield case


def case_of(manifest: Manifest, path: Path, entry: object) -> Case | None:
    kinds = [kind.value.removeprefix(MF) for kind in manifest.values(entry, RDF + "type")]
    kind = next((k for k in kinds if k.endswith(("Test", "Test11")) and "Update" not in k), None)
    if kind is None:
        return None
    action, result = manifest.value(entry, MF + "action"), manifest.value(entry, MF + "result")
    query = manifest.value(action, QT + "query") or action
    graphs = manifest.values(action, QT + "graphData")
    assert isinstance(query, NamedNode)
    return Case(
        id=f"{path.parent.parent.name}/{path.parent.name}#{entry.value.rpartition('#')[2]}",
        kind=kind,
        query=file_of(query.value),
        data=tuple(sorted(d.value for d in manifest.values(action, QT + "data"))),
        graphs=tuple(sorted(g.value for g in graphs)),
        result=file_of(result.value) if isinstance(result, NamedNode) else None,
    )


CASES = list(cases()) if SUITES.is_dir() else []


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("conformance")
    store = Store(str(folder / "writing"))
    loaded = {name for case in CASES for name in (*case.data, *case.graphs)}
    loaded |= {iri(p) for p in (SUITES / "sparql10" / "dataset").glob("data*.ttl")}
    for name in loaded:
        store.add_graph(NamedNode(name))
        store.bulk_extend(Quad(*triple, NamedNode(name)) for triple in triples(file_of(name)))
    store.flush()
    store.backup(str(folder / "store"))
    (folder / "site.toml").write_text(
        f'title = "Conformance"\nbase = "{BASE}"\npublisher = "Nobody"\nbuiltin_shapes = false\n'
        "[limits]\nclient_seconds = 100000\n"
    )
    settings, snapshot = read_settings(folder), Snapshot(1, "conformance", folder / "store")
    lane = QueryLane(lambda: snapshot, settings.limits, folder / "spool")
    reader = EmbeddedReader(Store.read_only(str(snapshot.path)), release=1, digest="conformance")
    yield create_app(settings, reader=reader, lane=lane).test_client()
    lane.close()


def asked(client: FlaskClient, case: Case) -> tuple[int, bytes, str]:
    text = case.query.read_text(encoding="utf-8")
    fields = [("query", f"BASE <{iri(case.query)}>\n{text}")]
    if not _FROM.search(text):
        fields += [("default-graph-uri", name) for name in case.data or (EMPTY,)]
        fields += [("named-graph-uri", name) for name in case.graphs]
    accept = "application/sparql-results+json, application/n-triples"
    if case.result is not None and case.result.suffix in (".csv", ".tsv"):
        accept = {".csv": "text/csv", ".tsv": "text/tab-separated-values"}[case.result.suffix]
    answer = client.post("/sparql", data=dict_of(fields), headers={"Accept": accept})
    return answer.status_code, answer.data, answer.mimetype


def dict_of(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in fields:
        gathered.setdefault(name, []).append(value)
    return gathered


def canonical(rows: list[Mapping[str, object]]) -> Dataset:
    """Rows as a graph, so that blank nodes may have other names: equal graphs, equal rows."""
    quads = []
    for row in rows:
        node = BlankNode()
        quads.append(Quad(node, NamedNode("x:row"), NamedNode("x:row")))
        quads += [Quad(node, NamedNode("x:" + name), normal(value)) for name, value in row.items()]
    return canonical_graph(quads)


def canonical_graph(quads: list[Quad]) -> Dataset:
    data = Dataset(quads)
    data.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return data


def normal(term: object) -> object:
    """A literal as the store rewrites it: `1.50` is `1.5` there."""
    if not isinstance(term, Literal):
        return term
    store = Store()
    store.add(Quad(NamedNode("x:s"), NamedNode("x:p"), term))
    return next(iter(store)).object


def rows_of(content: bytes, format_: QueryResultsFormat) -> list[dict[str, object]] | bool:
    results = parse_query_results(content, format_)
    if not isinstance(results, QuerySolutions):
        return bool(results)
    names = [variable.value for variable in results.variables]
    return [{name: row[Variable(name)] for name in names if row[Variable(name)] is not None} for row in results]


def rows_of_graph(path: Path) -> list[dict[str, object]] | bool:
    """An expected result set that is written in RDF (DAWG Result Set)."""
    manifest = Manifest(path)
    truth = next(iter(manifest.subjects(RS + "boolean")), None)
    if truth is not None:
        return getattr(manifest.value(truth, RS + "boolean"), "value", "") == "true"
    rows = []
    for head in manifest.subjects(RS + "solution")[:1]:
        for solution in manifest.values(head, RS + "solution"):
            bindings = manifest.values(solution, RS + "binding")
            rows.append({manifest.value(b, RS + "variable").value: manifest.value(b, RS + "value") for b in bindings})
    return rows


def text_rows(content: bytes, suffix: str) -> list[list[tuple[str, str]]]:
    """Rows of CSV or TSV as pairs of column and value, numbers as numbers, blank nodes without their names."""
    lines = csv.reader(
        io.StringIO(content.decode()), delimiter="," if suffix == ".csv" else "\t", quoting=csv.QUOTE_NONE
    )
    if suffix == ".csv":
        lines = csv.reader(io.StringIO(content.decode(), newline=""))
    head, *rows = list(lines)
    return sorted(sorted(zip(head, map(plain, row), strict=True)) for row in rows)


def plain(value: str) -> str:
    if value.startswith("_:"):
        return "_:"
    try:
        return str(float(value))
    except ValueError:
        return value


def expected_rows(path: Path) -> list[dict[str, object]] | bool:
    if path.suffix in (".srx", ".srj"):
        format_ = QueryResultsFormat.XML if path.suffix == ".srx" else QueryResultsFormat.JSON
        return rows_of(path.read_bytes(), format_)
    return rows_of_graph(path)


def fault_of(client: FlaskClient, case: Case) -> str:
    """What is wrong with our answer to a case, empty when nothing is."""
    status, body, media_type = asked(client, case)
    if case.kind.startswith("Negative"):
        return "" if status == 400 else f"{status} where 400 was right"
    if case.kind.startswith("Positive") and status == 403:
        return ""  # read, and refused because FROM names what is not here
    if status != 200:
        return f"{status}: {body[:200]!r}"
    if case.result is None:
        return ""
    if case.result.suffix in (".csv", ".tsv"):
        told, right = (text_rows(content, case.result.suffix) for content in (body, case.result.read_bytes()))
        return "" if told == right else f"{told} is not {right}"
    if media_type == "application/n-triples":
        ours = [Quad(q.subject, q.predicate, normal(q.object)) for q in parse(body, RdfFormat.N_TRIPLES)]
        theirs = [Quad(s, p, normal(o)) for s, p, o in triples(case.result)]
        return "" if canonical_graph(ours) == canonical_graph(theirs) else "another graph"
    told, right = rows_of(body, QueryResultsFormat.JSON), expected_rows(case.result)
    if isinstance(told, bool) or isinstance(right, bool):
        return "" if told is right else f"{told} is not {right}"
    if "reduced" in case.id:  # REDUCED may give any number between DISTINCT and all
        told, right = ([dict(t) for t in {tuple(sorted(r.items())) for r in rows}] for rows in (told, right))
    return "" if canonical(told) == canonical(right) else f"{told} is not {right}"


@pytest.mark.skipif(not CASES, reason=f"W3C's suites are not at {SUITES}; see KHRONIKA_CONFORMANCE")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_w3c(client: FlaskClient, case: Case) -> None:
    fault = fault_of(client, case)
    if case.id in KNOWN:
        assert fault, f"{case.id} passes now: take it from the list"
        pytest.xfail(KNOWN[case.id])
    assert not fault


@pytest.mark.skipif(not CASES, reason=f"W3C's suites are not at {SUITES}; see KHRONIKA_CONFORMANCE")
def test_the_page_about_the_endpoint_says_how_many_pass() -> None:
    page = (ROOT / "docs" / "endpoint.md").read_text(encoding="utf-8")
    for suite, name in (("sparql11", "SPARQL 1.1 query and result formats"), ("sparql10", "SPARQL 1.0")):
        all_, failing = ([i for i in ids if i.startswith(suite)] for ids in ((c.id for c in CASES), KNOWN))
        assert f"{name} {len(all_) - len(failing)} of {len(all_)}" in page.replace("\n", " ")
