"""Graphs and rules from Turtle, and what pySHACL alone says of them: the measure of ours."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
import rdflib
from checking.verdicts import Verdict, by_pyshacl, verdicts
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

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

EX = "https://example.org/"


def triples(text: str | bytes, base: str | None = None) -> list[Triple]:
    source = PREFIXES + text if isinstance(text, str) else text
    return [Triple(q.subject, q.predicate, q.object) for q in parse(source, RdfFormat.TURTLE, base_iri=base)]


def rules(text: str, name: str = "rules.ttl") -> Rules:
    return read_rules([(Path(name), (PREFIXES + text).encode())])


def findings(data: str, shapes: str, *, thorough: bool = False) -> list[Finding]:
    graph = triples(data)
    return examine(rules(shapes), graph, Statements(graph), thorough=thorough)


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
