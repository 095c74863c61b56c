"""Rules that cannot be used are told by file, line and name; much that is broken stays readable; nothing hangs."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import rdflib

from graph.authoring.records import Record
from graph.checking.checks import check
from graph.checking.errors import ShapesError
from graph.checking.rendering import render
from graph.checking.report import Severity
from graph.settings import Settings
from graph.vocabulary import Vocabulary, load_vocabulary

NAMED = """
ex:named a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path rdfs:label ; sh:minCount 1 ;
  sh:message "Give it a label."@en , "Дайте название."@ru .
"""


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture
def thing(shacl: SimpleNamespace) -> Record:
    return shacl.record("a", "ex:a a ex:Thing .", lines={("https://example.org/a", None): 7})


def refused(site: Settings, record: Record, words: Vocabulary) -> ShapesError:
    with pytest.raises(ShapesError) as caught:
        check([record], site, vocabulary=words)
    return caught.value


def test_a_file_that_does_not_parse_is_told_by_line(
    site: Settings, thing: Record, words: Vocabulary, shacl: SimpleNamespace
) -> None:
    path = shacl.give_rules(site, NAMED + "\nex:broken sh:path .\n")
    error = refused(site, thing, words)
    assert (error.path, error.line) == (path, path.read_text().splitlines().index("ex:broken sh:path .") + 1)
    assert str(error).startswith(f"{path}:{error.line}: not Turtle: ")
    assert "Mend the line" in str(error)


def test_a_file_that_cannot_be_read(site: Settings, thing: Record, words: Vocabulary) -> None:
    (site.shapes / "folder.ttl").mkdir()
    assert "cannot be read" in str(refused(site, thing, words))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("ex:typo a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path rdfs:label ; sh:minCnt 1 .", "sh:minCount?"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:xyzzy 1 .", "no word of SHACL"),
        ("ex:typo a sh:NodeShape ; sh:target [ sh:select 'SELECT ?this {}' ] .", "is not run here"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:rule [ ] .", "is not run here"),
        ("ex:typo a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path 'label' .", "no property path"),
        ("ex:typo a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path ( rdfs:label ) .", "no property path"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:severity sh:Info , sh:Warning .", "several severities"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:message 'x' ] .", "its one sh:select"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:node ex:nowhere .", "described nowhere"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:or ( ex:nowhere ) .", "described nowhere"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:select 'SELECT $this' ] .", "not SPARQL"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:select 'ASK { $this a ?x }' ] .", "SELECT"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:select "
         "'SELECT $this WHERE { $this a ?x MINUS { $this rdfs:label ?l } }' ] .", "MINUS may not stand"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:select "
         "'SELECT $this WHERE { ?x a ex:Thing }' ] .", "Prefix not found"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:select "
         "'SELECT $this WHERE { $this $PATH ?x }' ] .", "$PATH"),
        ("ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:select "
         "'SELECT $this WHERE { ?x a ?y BIND(?x AS $this) }' ] .", "bound already"),
        ("ex:o sh:declare [ sh:prefix 'x' ] . ex:typo a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ "
         "sh:prefixes ex:o ; sh:select 'SELECT $this WHERE { $this a ?y }' ] .", "not whole"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_used_is_named(
    shape: str, said: str, site: Settings, thing: Record, words: Vocabulary, shacl: SimpleNamespace
) -> None:
    path = shacl.give_rules(site, shape)
    error = refused(site, thing, words)
    assert said in str(error)
    assert error.path == path
    assert "https://example.org/" in error.problem
    assert error.hint


@pytest.mark.parametrize(
    "shape",
    [
        "ex:odd a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path rdfs:label ; sh:minCount 'one' .",
        "ex:odd a sh:NodeShape ; sh:targetClass ex:Thing ; sh:minCount 1 .",
        "ex:odd a sh:NodeShape ; sh:targetClass ex:Thing ; sh:ignoredProperties ( rdfs:label ) .",
        "ex:odd a sh:NodeShape ; sh:targetClass ex:Thing ; sh:datatype xsd:date , xsd:string .",
        "ex:odd a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ "
        "sh:select 'SELECT $this WHERE { $this a ?shape . FILTER(?shape = $shapesGraph) }' ] .",
    ],
)
def test_what_pyshacl_refuses_names_the_shape_and_leaves_rdflib_as_it_was(
    shape: str, site: Settings, thing: Record, words: Vocabulary, shacl: SimpleNamespace
) -> None:
    path = shacl.give_rules(site, NAMED + shape)
    error = refused(site, thing, words)
    assert "https://example.org/odd: " in str(error)
    assert error.path == path
    assert rdflib.NORMALIZE_LITERALS is True
    assert rdflib.Literal("1", datatype=rdflib.XSD.boolean).value is True


def test_a_shape_without_a_message_still_says_what_is_wrong(
    site: Settings, thing: Record, words: Vocabulary, shacl: SimpleNamespace
) -> None:
    shacl.give_rules(
        site,
        "ex:mute a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path rdfs:label ; sh:minCount 1 ."
        "ex:silent a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:select 'SELECT $this { $this a ?x }' ] .",
    )
    found = {f.rule: f for f in check([thing], site, vocabulary=words).findings}
    assert found.keys() == {"https://example.org/mute", "https://example.org/silent"}
    for rule, finding in found.items():
        assert rule in finding.message("en")
        assert "нарушает правило" in finding.message("ru")
    assert "Less than 1 values" in found["https://example.org/mute"].message("en")


def test_a_circle_of_places_ends(site: Settings, words: Vocabulary, shacl: SimpleNamespace) -> None:
    settings = Settings(folder=site.folder, title=site.title, base=site.base, publisher="x")
    places = [f"<https://example.org/id/place/{n}>" for n in range(50)]
    within = zip(places, [*places[1:], places[0]], strict=True)
    ring = "".join(f"{one} a schema:Place ; schema:containedInPlace {other} ." for one, other in within)
    begun = time.monotonic()
    found = check([shacl.record("places", ring)], settings, vocabulary=words).findings
    assert time.monotonic() - begun < 20
    assert sum(f.rule.endswith("#place-is-not-within-itself") for f in found) == 50


def test_recursive_shapes_end(site: Settings, words: Vocabulary, shacl: SimpleNamespace) -> None:
    """SHACL leaves their meaning open (3.4.3); they are taken as pySHACL takes them, without a hang or a warning."""
    shacl.give_rules(
        site, "ex:ring a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:next ; sh:node ex:ring ] ."
    )
    data = "ex:a a ex:Thing ; ex:next ex:b . ex:b a ex:Thing ; ex:next ex:a ."
    assert check([shacl.record("a", data)], site, vocabulary=words).findings == ()


def test_ten_thousand_violations_are_found_quickly_and_stay_readable(
    site: Settings, words: Vocabulary, shacl: SimpleNamespace
) -> None:
    shacl.give_rules(site, NAMED)
    data = "".join(f"ex:thing{n} a ex:Thing ." for n in range(10_000))
    begun = time.monotonic()
    report = check([shacl.record("many", data)], site, vocabulary=words)
    assert time.monotonic() - begun < 60
    assert report.count(Severity.VIOLATION) == 10_000
    text = render(report, "text", "en")
    assert "and 9,980 more that break named" in text
    assert len(text.splitlines()) < 60


def test_a_blank_node_where_an_iri_belongs_is_found(site: Settings, words: Vocabulary, shacl: SimpleNamespace) -> None:
    settings = Settings(folder=site.folder, title=site.title, base=site.base, publisher="x")
    data = "<https://example.org/id/claim/c> a kh:Claim ; schema:about [ rdfs:label 'somebody'@en ] ."
    found = check([shacl.record("blank", data)], settings, vocabulary=words).findings
    about = {f.rule.rpartition("#")[2] for f in found if f.path == "https://schema.org/about"}
    assert about >= {"claim-is-about-something", "node-has-an-iri"}
    assert all(f.message("en") and f.message("ru") for f in found)


def test_a_target_that_is_a_literal_or_a_blank_node(site: Settings, words: Vocabulary, shacl: SimpleNamespace) -> None:
    shacl.give_rules(
        site, "ex:iri a sh:NodeShape ; sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI ; sh:message 'No IRI.'@en ."
    )
    report = check([shacl.record("a", "ex:a ex:p 'text' , 5 , [ ex:q 1 ] , ex:b .")], site, vocabulary=words)
    assert sorted(f.focus[:2] for f in report.findings) == ["5", "_:", "te"]
    assert "No IRI." in render(report, "turtle", "en")


def test_rules_of_the_site_stand_alone_or_beside_the_house(
    site: Settings, thing: Record, words: Vocabulary, shacl: SimpleNamespace
) -> None:
    assert check([thing], site, vocabulary=words).rules == 0
    path: Path = shacl.give_rules(site, NAMED)
    alone = check([thing], site, vocabulary=words)
    assert (alone.rules, shacl.names(alone.findings), alone.findings[0].line) == (1, ["named"], 7)
    beside = Settings(folder=path.parent.parent, title=site.title, base=site.base, publisher="x")
    assert check([thing], beside, vocabulary=words).rules > 70


def test_a_site_can_switch_a_rule_of_the_house_off(site: Settings, words: Vocabulary, shacl: SimpleNamespace) -> None:
    settings = Settings(folder=site.folder, title=site.title, base=site.base, publisher="x")
    record = shacl.record("a", "<https://example.org/id/claim/c> a kh:Claim .")
    rule = "https://w3id.org/khronika/shapes#claim-names-its-document"
    assert rule in {f.rule for f in check([record], settings, vocabulary=words).findings}
    shacl.give_rules(site, f"<{rule}> sh:deactivated true .")
    assert rule not in {f.rule for f in check([record], settings, vocabulary=words).findings}
