"""Every rule explains itself; a mistyped one is guessed at."""

from itertools import pairwise
from pathlib import Path

import pytest

from graph.checking.explaining import UnknownRule, explain, explained, said
from graph.checking.report import Severity
from graph.checking.rules import site_rules
from graph.settings import Settings

RULES = site_rules(Settings(folder=Path("/nonexistent"), title={}, base="https://example.org/", publisher=""))


def test_every_rule_has_a_subject_a_label_and_a_message_in_both_languages() -> None:
    found = explained(RULES)
    assert len(found) == len({rule.iri for rule in found}) > 70
    for rule in found:
        assert all(rule.label.get(tag) and rule.messages.get(tag) and rule.subject.get(tag) for tag in ("en", "ru")), (
            rule
        )


def test_rules_come_subject_by_subject() -> None:
    subjects = [said(rule.subject, "en") for rule in explained(RULES)]
    assert subjects[0] == "Claims"
    assert len([1 for a, b in pairwise(subjects) if a != b]) == len(set(subjects)) - 1


def test_one_by_name_or_iri() -> None:
    by_name = explain(RULES, "named-person-has-a-basis")
    assert by_name == explain(RULES, by_name.iri)
    assert by_name.severity is Severity.VIOLATION
    assert "pseudonym" in said(by_name.messages, "en")
    assert "псевдоним" in said(by_name.messages, "ru")
    assert said(by_name.messages, "fr") == said(by_name.messages, "en")


def test_a_mistyped_one_is_guessed() -> None:
    with pytest.raises(UnknownRule, match="Did you mean claim-names-its-document"):
        explain(RULES, "claim-name-its-document")
    with pytest.raises(UnknownRule, match="lists all rules"):
        explain(RULES, "zzzzzz")
