"""Graphs and rules from Turtle, and what pySHACL alone says of them: the measure of ours."""

import logging
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from pyshacl import Validator
from pyshacl.errors import ShapeRecursionWarning
from pyshacl.graph_abstraction import DataGraph
from rdflib.namespace import SH

from graph.authoring.record import Content, Record
from graph.checking.examining import examine
from graph.checking.facts import Statements
from graph.checking.report import Finding
from graph.checking.rules import Rules, read_rules
from graph.settings import Settings

PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix kh: <https://w3id.org/khronika/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

Verdict = tuple[str, str | None, str | None, str, str]  # focus node, path, value, component, severity
EX = "https://example.org/"


def triples(text: str | bytes, base: str | None = None) -> list[Triple]:
    source = PREFIXES + text if isinstance(text, str) else text
    return [Triple(q.subject, q.predicate, q.object) for q in parse(source, RdfFormat.TURTLE, base_iri=base)]


def rules(text: str, name: str = "rules.ttl") -> Rules:
    return read_rules([(Path(name), (PREFIXES + text).encode())])


def findings(data: str, shapes: str, *, thorough: bool = False) -> list[Finding]:
    graph = triples(data)
    return examine(rules(shapes), graph, Statements(graph), thorough=thorough)


def verdicts(found: Iterable[Finding]) -> set[Verdict]:
    """What a report says, without what can be said in several ways: blank nodes, shapes without a name."""
    return {
        (plain(f.node), f.path if f.path and f.path[:4] == "http" else bool(f.path) and "path", plain(f.object),
         f.component, f.severity.name.capitalize())
        for f in found
    }  # fmt: skip


def plain(node: object) -> str | None:
    """A term, with numbers and such as rdflib writes them and blank nodes without their labels."""
    if node is None:
        return None
    if isinstance(node, BlankNode | rdflib.BNode):
        return "_"
    if isinstance(node, NamedNode | rdflib.URIRef):
        return str(node).strip("<>")
    assert isinstance(node, Literal | rdflib.Literal)
    if isinstance(node, Literal):
        node = rdflib.Literal(node.value, lang=node.language, datatype=None if node.language else node.datatype.value)
    return f"{node}^^{node.datatype if node.datatype != rdflib.XSD.string else None}@{node.language}"


def by_pyshacl(data: rdflib.Graph, shapes: rdflib.Graph) -> set[Verdict]:
    """What pySHACL alone says, of everything and with everything."""
    logger = logging.getLogger("pyshacl of the tests")
    logger.setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShapeRecursionWarning)
        options = {"inplace": True, "logger": logger}
        report = Validator(DataGraph.from_rdflib(data), shacl_graph=shapes, options=options).run()[1]
    found = set()
    for head in report.subjects(SH.conforms):
        for result in report.objects(head, SH.result):
            path = report.value(result, SH.resultPath)
            severity = str(report.value(result, SH.resultSeverity)).removeprefix(str(SH))
            found.add((
                plain(report.value(result, SH.focusNode)),
                str(path) if isinstance(path, rdflib.URIRef) else bool(path) and "path",
                plain(report.value(result, SH.value)),
                str(report.value(result, SH.sourceConstraintComponent)),
                severity if severity in ("Info", "Warning") else "Violation",
            ))  # fmt: skip
    return found


def alone(data: str, shapes: str) -> set[Verdict]:
    """`by_pyshacl` of Turtle."""
    return by_pyshacl(rdflib.Graph().parse(data=PREFIXES + data), rdflib.Graph().parse(data=PREFIXES + shapes))


def record(name: str, text: str, *, lines: dict[tuple[str, str | None], int] | None = None) -> Record:
    """A record of the graph in `text`, as if an editor had written it."""
    return Record(
        id=name,
        iri=NamedNode(f"{EX}record/{name}"),
        folder=Path("records"),
        name=f"{name}.yaml",
        access="public",
        until="",
        digest=b"",
        kept=False,
        source=Content(tuple(sorted(set(triples(text)), key=str)), (), lines or {}),
    )


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A site with no rules but its own, of which it has none yet."""
    (tmp_path / "shapes").mkdir()
    return Settings(folder=tmp_path, title={"en": "A site"}, base=EX, publisher="Somebody", builtin_shapes=False)


def give_rules(site: Settings, text: str, name: str = "rules.ttl") -> Path:
    path = site.shapes / name
    path.write_text(PREFIXES + text, encoding="utf-8")
    return path


def names(found: Sequence[Finding]) -> list[str]:
    return [f.rule.removeprefix(EX) for f in found]


@pytest.fixture(scope="session")
def shacl() -> SimpleNamespace:
    """All of the above, for tests: this folder is no package they could import from."""
    return SimpleNamespace(
        triples=triples, rules=rules, findings=findings, verdicts=verdicts, by_pyshacl=by_pyshacl, alone=alone,
        record=record, give_rules=give_rules, names=names,
    )  # fmt: skip
