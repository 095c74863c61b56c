"""The report as workflow commands: GitHub shows each beside the line it is about."""

from collections.abc import Mapping

from graph.checking.rendering.saying import plain, short, shown
from graph.checking.report import Finding, Report, Severity

_COMMANDS: Mapping[Severity, str] = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def annotations(report: Report, language: str) -> str:
    """One `::error file=…,line=…::message` a finding, in their order; all of them, since a machine counts them."""
    return "".join(_annotation(finding, language) for finding in report.findings)


def _annotation(finding: Finding, language: str) -> str:
    properties = {"title": short(finding.rule)}
    if finding.file:
        properties["file"] = shown(finding.file)
    if finding.line:
        properties["line"] = str(finding.line)
    listed = ",".join(f"{name}={_value(value)}" for name, value in sorted(properties.items()))
    message = f"{finding.message(language)} ({finding.focus})"
    return f"::{_COMMANDS[finding.severity]} {listed}::{_escaped(message)}\n"


def _escaped(text: str) -> str:
    lines = (plain(line).replace("%", "%25") for line in text.splitlines())
    return "%0A".join(lines)


def _value(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
