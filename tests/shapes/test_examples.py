"""Each rule is broken by an example that breaks just it, and left alone by a near miss.

`examples/RULE.fail.ttl` breaks khs:RULE and nothing else, `examples/RULE.pass.ttl` looks like it and conforms; a rule
may have more of both, `examples/RULE.variant.fail.ttl`. Every example is merged with `examples/base.ttl`, which
conforms. TODAY in an example stands for the day it is read, because some rules are about the age of a review.
"""

from datetime import date
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from checking.verdicts import report_of, said_by, verdicts
from rdflib import RDFS, SKOS

from graph.checking.examining import examine
from graph.checking.facts import Statements

KHS = "https://w3id.org/khronika/shapes#"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
FOLDER = Path(__file__).parent / "examples"
BASE = FOLDER / "base.ttl"
EXAMPLES = sorted(FOLDER.glob("*.ttl"))

Result = tuple[str, str, str | None, str | None]  # rule, focus node, path, value


def rule_of(path: Path) -> str:
    return KHS + path.name.split(".")[0]


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("TODAY", date.today().isoformat())


def parse(path: Path, words: rdflib.Graph) -> rdflib.Graph:
    """An example with its base, and what the vocabulary says of the words in it, as far as a rule asks for that.

    No more of the vocabulary, because pySHACL asks every query of every node; the other way has all of it.
    """
    graph = rdflib.Graph()
    for part in {BASE, path}:
        graph.parse(data=text(part), format="turtle")
    for word in set(graph.objects()):
        for relation in (SKOS.inScheme, RDFS.subClassOf):
            for other in words.objects(word, relation):
                graph.add((word, relation, other))
    return graph


@pytest.fixture(scope="module")
def vocabulary(words: rdflib.Graph) -> pyoxigraph.Store:
    """All of the vocabulary; who adds to it takes away what was added."""
    store = pyoxigraph.Store()
    store.bulk_load(words.serialize(format="nt", encoding="utf-8"), pyoxigraph.RdfFormat.N_TRIPLES)
    return store


def results_of(report: rdflib.Graph) -> set[Result]:
    """What pySHACL alone finds, whatever the severity."""
    parts = (SH.sourceShape, SH.focusNode, SH.resultPath, SH.value)
    return {tuple(said(report.value(result, p)) for p in parts) for result in report.objects(None, SH.result)}


def by_whole_graph_queries(data: bytes, vocabulary: pyoxigraph.Store, shapes) -> set[Result]:
    """What the SPARQL constraints find, each asked once of the whole graph, with all of the vocabulary in it."""
    added = {quad for quad in pyoxigraph.parse(data, pyoxigraph.RdfFormat.N_TRIPLES) if quad not in vocabulary}
    vocabulary.extend(added)
    results = set()
    for rule in shapes.queries:
        for this, path, value in vocabulary.query(shapes.of_the_whole_graph(rule)):
            # SHACL 5.3.2: where the query names no value, the value is the focus node
            results.add((str(rule), said(this), said(path), said(value or this)))
    for quad in added:
        vocabulary.remove(quad)
    return results


def said(
    node: rdflib.term.Node | pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | None,
) -> str | None:
    """What a result says of a node, alike in both engines; a blank node has another name in every graph."""
    if isinstance(node, rdflib.BNode | pyoxigraph.BlankNode):
        return "a blank node"
    return None if node is None else str(node) if isinstance(node, rdflib.term.Node) else node.value


def test_no_rule_without_examples_and_no_example_without_a_rule(shapes) -> None:
    broken = {rule_of(path) for path in EXAMPLES if path.name.endswith(".fail.ttl")}
    missed = {rule_of(path) for path in EXAMPLES if path.name.endswith(".pass.ttl")}
    rules = {str(rule) for rule in shapes.rules}
    assert broken == rules
    assert missed == rules
    named = {p for p in EXAMPLES if p.name.endswith((".fail.ttl", ".pass.ttl"))}
    assert set(EXAMPLES) - named == {BASE}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path: Path, shapes, words, vocabulary, house) -> None:
    """A failing example breaks its rule and no other; a near miss conforms; two other ways of asking find the same.

    The ways are one question a rule of the whole graph, and `examine`, by which `khronika check` judges.
    """
    assert path.read_text(encoding="utf-8").startswith("# "), "say first what is wrong, or why nothing is"
    graph = parse(path, words)
    data = graph.serialize(format="nt", encoding="utf-8")
    report = report_of(graph, shapes.graph)
    found = results_of(report)
    broken = {rule_of(path)} if path.name.endswith(".fail.ttl") else set()
    assert {rule for rule, *_ in found} == broken
    queries = {str(rule) for rule in shapes.queries}
    assert by_whole_graph_queries(data, vocabulary, shapes) == {each for each in found if each[0] in queries}
    triples = [quad.triple for quad in pyoxigraph.parse(data, pyoxigraph.RdfFormat.N_TRIPLES)]
    ours = examine(house, triples, Statements(triples))
    assert verdicts(ours) == said_by(report)
    assert {finding.rule for finding in ours} == broken
