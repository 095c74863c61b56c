"""The report in its forms: each holds every finding, says where, and says it in the language asked for."""

import json
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, RdfFormat, Store, parse

from graph.checking.rendering import FORMS, render
from graph.checking.report import Finding, Report, Severity
from graph.formats import GRAPH_FORMATS
from graph.terms import SH

RULE = "https://w3id.org/khronika/shapes#claim-names-its-document"


def finding(number: int = 1, **changes: object) -> Finding:
    given: dict[str, object] = {
        "rule": RULE,
        "severity": Severity.VIOLATION,
        "node": NamedNode(f"https://site.example/id/claim/{number}"),
        "path": "https://w3id.org/khronika/ns#statedIn",
        "object": None,
        "messages": {"en": "Say where: `in:`.", "ru": "Укажите где: `in:`."},
        "shape": RULE,
        "component": SH("MinCountConstraintComponent").value,
        "file": Path("/sites/x/records/a.yaml"),
        "line": number,
        **changes,
    }
    return Finding(**given)  # type: ignore[arg-type]


def report(*findings: Finding, records: int = 0, rules: int = 0) -> Report:
    return Report(findings, records, rules, "https://site.example/", Path("/sites/x"))


def test_text_says_where_what_and_the_verdict() -> None:
    text = render(report(finding(14), records=2, rules=76), "text", "en")
    assert "records/a.yaml:14: violation: Say where: `in:`." in text
    assert "[claim-names-its-document]" in text
    assert "1 violation, 0 warnings, 0 notes." in text
    assert "This may not be published. 2 records held against 76 rules." in text
    assert "\x1b" not in text
    assert "\x1b[31m" in render(report(finding(14)), "text", "en", colour=True)


def test_text_in_russian() -> None:
    text = render(report(finding(14)), "text", "ru")
    assert "нарушение: Укажите где" in text
    assert "нарушений: 1" in text


def test_ten_thousand_findings_stay_readable_and_are_counted() -> None:
    many = report(*(finding(n) for n in range(10_000)))
    text = render(many, "text", "en")
    assert len(text.splitlines()) < 60
    assert "and 9,980 more that break claim-names-its-document" in text
    assert "10,000 violations" in text
    assert "9,980" in render(many, "html", "en")
    assert len(json.loads(render(many, "json", "en"))["findings"]) == 10_000


def test_json_keeps_its_keys() -> None:
    whole = json.loads(render(report(finding(3, object=Literal("x")), records=1, rules=2), "json", "en"))
    assert whole["conforms"] is False
    assert whole["findings"] == [
        {
            "rule": RULE,
            "severity": "violation",
            "focus": "https://site.example/id/claim/3",
            "path": "https://w3id.org/khronika/ns#statedIn",
            "value": "x",
            "messages": {"en": "Say where: `in:`.", "ru": "Укажите где: `in:`."},
            "file": "records/a.yaml",
            "line": 3,
        }
    ]


def test_turtle_is_one_validation_report_in_both_languages() -> None:
    text = render(report(finding(3), finding(4)), "turtle", "en")
    store = Store()
    store.extend(q for q in parse(text, format=RdfFormat.TURTLE))
    assert store.query("ASK { ?r a ?t ; ?c false . FILTER(STRENDS(STR(?t), 'ValidationReport')) }")
    messages = [q.object.language for q in store.quads_for_pattern(None, SH("resultMessage"), None)]
    assert sorted(messages) == ["en", "en", "ru", "ru"]
    assert len(list(store.quads_for_pattern(None, SH("result"), None))) == 2
    assert text == render(report(finding(3), finding(4)), "turtle", "en"), "same input, same bytes"


def test_turtle_writes_a_complex_path_as_shacl_does() -> None:
    shape = "https://w3id.org/khronika/shapes#source-has-a-title-or-a-description"
    path = "<https://schema.org/name>|<https://schema.org/description>"
    text = render(report(finding(3, rule=shape, shape=shape, path=path)), "turtle", "en")
    store = Store()
    store.extend(q for q in parse(text, format=RdfFormat.TURTLE))
    assert list(store.quads_for_pattern(None, SH("alternativePath"), None)), text


def test_a_conforming_report_says_so_everywhere() -> None:
    clean = report(records=7, rules=76)
    assert "Nothing forbids publishing." in render(clean, "text", "en")
    assert "sh:conforms true" in render(clean, "turtle", "en")
    assert json.loads(render(clean, "json", "en"))["conforms"] is True
    assert render(clean, "github", "en") == ""


def test_annotations_escape_what_the_host_reads() -> None:
    messages = {"en": "50% of\nlines"}
    said = render(report(finding(3, messages=messages)), "github", "en")
    assert said.startswith("::error file=")
    assert ",line=3,title=claim-names-its-document::50%25 of%0Alines" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("form", ["json-ld", "n-triples", "rdf-xml", "trig", "n-quads"])
def test_any_format_of_graphs_says_the_same(form: str) -> None:
    """Every result has an IRI; only a path of several steps has blank nodes, which SHACL wants there."""
    formats = {f.name: f for f in GRAPH_FORMATS}
    found = report(finding(3, path="^<https://schema.org/about>/<https://schema.org/name>*"), finding(4))

    def said(name: str) -> Dataset:
        data = Dataset(parse(render(found, name, "en"), format=formats[name].rdf, without_named_graphs=False))
        data.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
        return data

    assert said(form) == said("turtle")
    results = said(form).quads_for_predicate(SH("result"))
    assert all(isinstance(quad.object, NamedNode) for quad in results)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(KeyError):
        render(report(), "paper", "en")


@pytest.mark.parametrize("form", FORMS)
def test_hostile_words_stay_words(form: str) -> None:
    evil = "<script>alert(1)</script>\x1b[2J"
    said = report(finding(3, messages={"en": evil}, object=Literal(evil)))
    text = render(said, form, "en", colour=False)
    if form in ("text", "github"):  # read on terminals
        assert "\x1b" not in text
    if form == "html":
        assert "<script>" not in text


def test_a_rule_that_would_run_is_no_link() -> None:
    text = render(report(finding(3, rule="javascript:alert(1)")), "html", "en")
    assert "href" not in text


def test_a_finding_nowhere_in_a_file() -> None:
    text = render(report(finding(3, file=None, line=None)), "text", "en")
    assert "(nowhere in a file)" in text
