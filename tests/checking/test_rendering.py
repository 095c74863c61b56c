"""The report in its forms: each holds every finding, says where, and says it in the language asked for."""

import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from graph.checking.rendering import FORMS, render
from graph.checking.report import Finding, Report, Severity
from graph.settings import Settings
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


@pytest.fixture
def settings() -> Settings:
    return Settings(folder=Path("/sites/x"), title={"": "X"}, base="https://site.example/", publisher="X")


def test_text_says_where_what_and_the_verdict(settings: Settings) -> None:
    text = render(Report((finding(14),), records=2, rules=76), "text", "en", settings)
    assert "records/a.yaml:14: violation: Say where: `in:`." in text
    assert "[claim-names-its-document]" in text
    assert "1 violation, 0 warnings, 0 notes." in text
    assert "This may not be published. 2 records held against 76 rules." in text
    assert "\x1b" not in text
    assert "\x1b[31m" in render(Report((finding(14),)), "text", "en", settings, colour=True)


def test_text_in_russian(settings: Settings) -> None:
    text = render(Report((finding(14),)), "text", "ru", settings)
    assert "нарушение: Укажите где" in text
    assert "нарушений: 1" in text


def test_ten_thousand_findings_stay_readable_and_are_counted(settings: Settings) -> None:
    report = Report(tuple(finding(n) for n in range(10_000)))
    text = render(report, "text", "en", settings)
    assert len(text.splitlines()) < 60
    assert "and 9,980 more that break claim-names-its-document" in text
    assert "10,000 violations" in text
    assert "9,980" in render(report, "html", "en", settings)
    assert len(json.loads(render(report, "json", "en", settings))["findings"]) == 10_000


def test_json_keeps_its_keys(settings: Settings) -> None:
    whole = json.loads(render(Report((finding(3, object=Literal("x")),), records=1, rules=2), "json", "en", settings))
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


def test_turtle_is_one_validation_report_in_both_languages(settings: Settings) -> None:
    text = render(Report((finding(3), finding(4))), "turtle", "en", settings)
    store = Store()
    store.extend(q for q in parse(text, format=RdfFormat.TURTLE))
    assert store.query("ASK { ?r a ?t ; ?c false . FILTER(STRENDS(STR(?t), 'ValidationReport')) }")
    messages = [q.object.language for q in store.quads_for_pattern(None, SH("resultMessage"), None)]
    assert sorted(messages) == ["en", "en", "ru", "ru"]
    assert len(list(store.quads_for_pattern(None, SH("result"), None))) == 2
    assert text == render(Report((finding(3), finding(4))), "turtle", "en", settings), "same input, same bytes"


def test_turtle_writes_a_complex_path_as_shacl_does(settings: Settings) -> None:
    shape = "https://w3id.org/khronika/shapes#source-has-a-title-or-a-description"
    path = "<https://schema.org/name>|<https://schema.org/description>"
    text = render(Report((finding(3, rule=shape, shape=shape, path=path),)), "turtle", "en", settings)
    store = Store()
    store.extend(q for q in parse(text, format=RdfFormat.TURTLE))
    assert list(store.quads_for_pattern(None, SH("alternativePath"), None)), text


def test_a_conforming_report_says_so_everywhere(settings: Settings) -> None:
    report = Report((), records=7, rules=76)
    assert "Nothing forbids publishing." in render(report, "text", "en", settings)
    assert "sh:conforms true" in render(report, "turtle", "en", settings)
    assert json.loads(render(report, "json", "en", settings))["conforms"] is True
    assert render(report, "github", "en", settings) == ""


def test_annotations_escape_what_the_host_reads(settings: Settings) -> None:
    messages = {"en": "50% of\nlines"}
    said = render(Report((finding(3, messages=messages),)), "github", "en", settings)
    assert said.startswith("::error file=")
    assert ",line=3,title=claim-names-its-document::50%25 of%0Alines" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("form", FORMS)
def test_hostile_words_stay_words(settings: Settings, form: str) -> None:
    evil = "<script>alert(1)</script>\x1b[2J"
    report = Report((finding(3, messages={"en": evil}, object=Literal(evil)),))
    text = render(report, form, "en", settings, colour=False)
    assert "\x1b" not in text or form in ("json", "turtle", "html", "github")
    assert form != "html" or "<script>" not in text
    assert form != "text" or "\x1b" not in text


def test_a_finding_nowhere_in_a_file(settings: Settings) -> None:
    text = render(Report((finding(3, file=None, line=None),)), "text", "en", settings)
    assert "(nowhere in a file)" in text
