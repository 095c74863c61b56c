"""The report's own words in English and Russian, and how findings are named, counted and kept to a readable number."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from graph.checking.report import Finding, Report, Severity

MOST_OF_ONE_RULE = 20  # a rule broken more often is one mistake made often: twenty places show what it is

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "VIOLATION": "violation",
        "WARNING": "warning",
        "INFO": "note",
        "more": "and {count} more that break {rule}",
        "nowhere": "(nowhere in a file)",
        "summary": "By rule",
        "conforms": "Nothing forbids publishing.",
        "refused": "This may not be published.",
        "line": "line {line}",
        "records": "{records} records held against {rules} rules.",
    },
    "ru": {
        "VIOLATION": "нарушение",
        "WARNING": "предупреждение",
        "INFO": "замечание",
        "more": "и ещё {count} по правилу {rule}",
        "nowhere": "(не привязано к файлу)",
        "summary": "По правилам",
        "conforms": "Публикации ничто не мешает.",
        "refused": "Так публиковать нельзя.",
        "line": "строка {line}",
        "records": "Записей: {records}, правил: {rules}.",
    },
}
_PLURALS: Mapping[Severity, str] = {
    Severity.VIOLATION: "violations",
    Severity.WARNING: "warnings",
    Severity.INFO: "notes",
}
_COUNTED_RU: Mapping[Severity, str] = {
    Severity.VIOLATION: "нарушений",
    Severity.WARNING: "предупреждений",
    Severity.INFO: "замечаний",
}


def short(rule: str) -> str:
    """What one types after `khronika explain`: the last part of a rule's IRI."""
    return rule.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def counted(report: Report, language: str) -> str:
    """`0 violations, 1 warning, 2 notes`."""
    numbers = Counter(f.severity for f in report.findings)
    if language == "ru":
        return ", ".join(f"{_COUNTED_RU[s]}: {numbers[s]}" for s in sorted(Severity, reverse=True))
    one = WORDS["en"]
    return ", ".join(
        f"{numbers[s]:,} {one[s.name] if numbers[s] == 1 else _PLURALS[s]}" for s in sorted(Severity, reverse=True)
    )


def verdict(report: Report, language: str) -> str:
    """Whether it may be published, in a sentence, and what was held against what."""
    words = WORDS[language]
    looked = words["records"].format(records=f"{report.records:,}", rules=report.rules)
    return f"{words['conforms' if report.conforms else 'refused']} {looked}"


def readable(findings: Iterable[Finding]) -> tuple[list[Finding], dict[str, int]]:
    """The first findings of each rule, and how many more there are of a rule, by its IRI."""
    seen: Counter[str] = Counter()
    kept: list[Finding] = []
    for finding in findings:
        seen[finding.rule] += 1
        if seen[finding.rule] <= MOST_OF_ONE_RULE:
            kept.append(finding)
    return kept, {rule: n - MOST_OF_ONE_RULE for rule, n in seen.items() if n > MOST_OF_ONE_RULE}


def below(path: Path, report: Report) -> str:
    """A file as its path below the site, with slashes, the same wherever the site lies."""
    inside = report.folder is not None and path.is_relative_to(report.folder)
    return (path.relative_to(report.folder) if inside and report.folder else path).as_posix()


def plain(words: str | None) -> str:
    """One line, without characters that could steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in words or "")


def shown(path: Path) -> str:
    """A file as one would type it from here: relative where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
    return relative if len(relative) < len(str(path)) else str(path)
