"""Every rule can be named, read in two languages, and run; its query can be asked of a node and of a whole graph."""

import re
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib
from rdflib import RDF, RDFS
from rdflib.plugins.sparql import prepareQuery

from graph.checking.queries import read_queries
from graph.checking.rules import Rules
from graph.terms import SH as OURS

KHS = "https://w3id.org/khronika/shapes#"
DOCUMENT = rdflib.URIRef("https://w3id.org/khronika/shapes")
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
FOLDER = Path(__file__).parents[2] / "shapes"
FILES = sorted(FOLDER.glob("*.ttl"))
SEVERITIES = (SH.Violation, SH.Warning, SH.Info)
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_parses_and_says_what_it_is_about(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# ")
    assert list(pyoxigraph.parse(path=path))
    assert len(rdflib.Graph().parse(path))


def test_the_rules_are_valid_shacl(shapes) -> None:
    """Held against the shapes of shapes (SHACL appendix C)."""
    conforms, _, found = pyshacl.validate(rdflib.Graph(), shacl_graph=shapes.graph, meta_shacl=True)
    assert conforms, found


def languages(graph: rdflib.Graph, node: rdflib.term.Node, property_: rdflib.URIRef) -> list[str | None]:
    return sorted(text.language for text in graph.objects(node, property_) if str(text).strip())


def test_each_rule_has_an_iri_that_is_a_sentence(shapes) -> None:
    assert shapes.rules
    for rule in shapes.rules:
        assert re.fullmatch(re.escape(KHS) + "[a-z]+(-[a-z]+){2,}", rule), rule


def test_each_rule_has_a_label_in_english_and_russian(shapes) -> None:
    for rule in shapes.rules:
        assert languages(shapes.graph, rule, RDFS.label) == ["en", "ru"], rule


def test_each_rule_has_one_message_a_language_where_it_is_read(shapes) -> None:
    """On the constraint where the rule is a query: SHACL 5.3.2 does not look at the shape's there."""
    for rule in shapes.rules:
        asked = shapes.queries.get(rule)
        assert languages(shapes.graph, asked or rule, SH.message) == ["en", "ru"], rule
        if asked:
            assert not list(shapes.graph.objects(rule, SH.message)), f"{rule}: this message is never shown"


def test_russian_is_russian_and_english_is_not(shapes) -> None:
    for subject, text in [*shapes.graph.subject_objects(RDFS.label), *shapes.graph.subject_objects(SH.message)]:
        outside_code = re.sub(r"`[^`]*`|\"[^\"]*\"@..|skos:\w+", "", str(text))
        assert bool(re.search("[а-яё]", outside_code)) == (text.language == "ru"), (subject, text)


def test_each_rule_has_one_severity_a_group_a_place_in_it_and_a_target(shapes) -> None:
    places = set()
    for rule in shapes.rules:
        (severity,) = shapes.graph.objects(rule, SH.severity)
        assert severity in SEVERITIES, rule
        (group,) = shapes.graph.objects(rule, SH.group)
        assert (group, RDF.type, SH.PropertyGroup) in shapes.graph, rule
        (order,) = shapes.graph.objects(rule, SH.order)
        assert (group, order) not in places, f"{rule}: another rule of its group has the same sh:order"
        places.add((group, order))
        assert any((rule, target, None) in shapes.graph for target in TARGETS), rule
        assert (rule, RDFS.isDefinedBy, DOCUMENT) in shapes.graph, rule


def test_a_file_holds_the_rules_of_one_subject() -> None:
    for path in FILES:
        graph = rdflib.Graph().parse(path)
        groups = set(graph.objects(None, SH.group))
        assert groups <= {rdflib.URIRef(KHS + path.stem)}, path


def test_every_shape_that_has_a_target_is_a_rule(shapes) -> None:
    targeted = {shape for target in TARGETS for shape in shapes.graph.subjects(target)}
    assert targeted == set(shapes.rules)


def test_every_constraint_belongs_to_one_rule_that_is_nothing_but_a_query(shapes) -> None:
    assert set(shapes.graph.subjects(RDF.type, SH.SPARQLConstraint)) == set(shapes.queries.values())
    assert set(shapes.graph.subjects(SH.select)) == set(shapes.queries.values())
    for rule, query in shapes.queries.items():
        assert list(shapes.graph.objects(rule, SH.sparql)) == [query]
        assert (rule, RDF.type, SH.NodeShape) in shapes.graph
        assert query == rdflib.URIRef(f"{rule}-query")


def test_each_query_parses_in_both_engines_alone_and_over_the_whole_graph(shapes) -> None:
    empty = pyoxigraph.Store()
    for rule in shapes.queries:
        for query in (shapes.with_prefixes(rule, shapes.select(rule)), shapes.of_the_whole_graph(rule)):
            prepareQuery(query)
            assert list(empty.query(query)) == [], rule


def test_each_query_can_be_asked_set_wise(shapes) -> None:
    """The constructs SHACL 5.3.1 forbids to pre-bound queries, and those that mean something else unbound."""
    for rule in shapes.queries:
        text = shapes.select(rule)
        assert re.match(r"\s*SELECT DISTINCT \$this( \?path \?value)?\s+WHERE \{", text), rule
        assert "?this" not in text, f"{rule}: one spelling, $this"
        forbidden = (
            r"\b(MINUS|VALUES|SERVICE|GRAPH|GROUP|HAVING|COUNT|LIMIT|ORDER|RAND|UUID|BNODE)\b|\$PATH|\$shapesGraph"
        )
        assert not re.search(forbidden, text), rule
        assert text.count("SELECT") == 1, f"{rule}: no nested SELECT"
        assert "\\." not in text, f"{rule}: write [.]"


def test_every_prefix_of_a_query_is_declared(shapes) -> None:
    for rule in shapes.queries:
        bare = re.sub(r'"[^"]*"', "", shapes.select(rule))
        assert set(re.findall(r"(?<![\w?$:-])([a-z][a-z-]*):", bare)) <= set(shapes.prefixes(rule)), rule


def test_no_query_of_the_house_is_left_to_pyshacl(house: Rules) -> None:
    """Each is asked once of the whole graph; one that could not be would cost seconds without a word."""
    asked = {q.constraint for q in read_queries(house)}
    assert asked == {constraint for _, constraint in house.facts.pairs(OURS("sparql"))}
