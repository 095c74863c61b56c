"""The report for a terminal: by file and line, then by rule, then the verdict."""

from collections import Counter
from collections.abc import Mapping
from itertools import groupby

from graph.checking.rendering.saying import WORDS, counted, plain, readable, short, shown, verdict
from graph.checking.report import Finding, Report, Severity

_COLOURS: Mapping[Severity, str] = {Severity.VIOLATION: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def text(report: Report, language: str, *, colour: bool = False) -> str:
    """The whole report; `file:line` at the start of a line is what editors and terminals open on a click."""
    words = WORDS[language]
    kept, more = readable(report.findings)
    lines: list[str] = []
    in_files = sorted(kept, key=lambda f: (f.file is None, str(f.file), f.line or 0, -f.severity))
    for file, findings in groupby(in_files, key=lambda f: f.file):
        lines.append(_bold(shown(file) if file else words["nowhere"], colour))
        lines += [line for finding in findings for line in _lines(finding, language, colour)]
        lines.append("")
    lines += [words["more"].format(count=f"{count:,}", rule=short(rule)) for rule, count in more.items()]
    if more:
        lines.append("")
    if report.findings:
        lines += [_bold(words["summary"], colour), *_summary(report), ""]
    lines += [f"{counted(report, language)}.", verdict(report, language)]
    return "\n".join(lines) + "\n"


def _lines(finding: Finding, language: str, colour: bool) -> list[str]:
    word = WORDS[language][finding.severity.name]
    if colour:
        word = f"\x1b[{_COLOURS[finding.severity]}m{word}\x1b[0m"
    where = f"{shown(finding.file)}:{finding.line}" if finding.file and finding.line else ""
    value = f"  = {plain(finding.value)}" if finding.value is not None else ""
    first = f"  {where + ': ' if where else ''}{word}: {plain(finding.message(language))}"
    return [first, f"      {plain(finding.focus)}{value}  [{short(finding.rule)}]"]


def _summary(report: Report) -> list[str]:
    numbers = Counter((f.severity, f.rule) for f in report.findings)
    ordered = sorted(numbers.items(), key=lambda item: (-item[0][0], -item[1], item[0][1]))
    return [f"{count:>7,}  {short(rule)}" for (_, rule), count in ordered]


def _bold(words: str, colour: bool) -> str:
    return f"\x1b[1m{words}\x1b[0m" if colour else words
