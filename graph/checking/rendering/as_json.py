"""The report for programs: one object, its keys stable, every message in every language."""

import json

from graph.checking.rendering.saying import below
from graph.checking.report import Report


def as_json(report: Report) -> str:
    """`{conforms, records, rules, findings: [{rule, severity, focus, path, value, messages, file, line}]}`.

    `severity` is `violation`, `warning` or `info`; `file` is relative to the site; what is not known is null.
    """
    findings = [
        {
            "rule": f.rule,
            "severity": f.severity.name.lower(),
            "focus": f.focus,
            "path": f.path,
            "value": f.value,
            "messages": dict(sorted(f.messages.items())),
            "file": below(f.file, report) if f.file else None,
            "line": f.line,
        }
        for f in report.findings
    ]
    whole = {"conforms": report.conforms, "records": report.records, "rules": report.rules, "findings": findings}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
