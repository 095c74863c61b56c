"""The report as a fragment of a page: headings, lists, nothing that needs a script or a style of its own."""

from collections.abc import Iterator
from html import escape
from itertools import groupby

from graph.checking.rendering.saying import WORDS, below, counted, readable, short, verdict
from graph.checking.report import Finding, Report


def as_html(report: Report, language: str) -> str:
    """A `<section>` that can stand in any page."""
    return "\n".join(_parts(report, language)) + "\n"


def _parts(report: Report, language: str) -> Iterator[str]:
    words = WORDS[language]
    kept, more = readable(report.findings)
    yield f'<section class="report" lang="{language}">'
    yield f"<p>{escape(counted(report, language))}. {escape(verdict(report, language))}</p>"
    by_file = sorted(kept, key=lambda f: (f.file is None, str(f.file), f.line or 0, -f.severity))
    for file, findings in groupby(by_file, key=lambda f: f.file):
        name = below(file, report) if file else words["nowhere"]
        yield f"<h3>{escape(name)}</h3>\n<ul>"
        yield from (_item(finding, language) for finding in findings)
        yield "</ul>"
    for rule, count in more.items():
        yield f"<p>{escape(words['more'].format(count=f'{count:,}', rule=short(rule)))}</p>"
    yield "</section>"


def _item(finding: Finding, language: str) -> str:
    words = WORDS[language]
    line = f"{words['line'].format(line=finding.line)}, " if finding.line else ""
    value = f" = <code>{escape(finding.value)}</code>" if finding.value is not None else ""
    return (
        f'<li class="{finding.severity.name.lower()}"><strong>{escape(line)}{words[finding.severity.name]}:</strong> '
        f"{escape(finding.message(language))}<br><code>{escape(finding.focus)}</code>{value} "
        f"{_link(finding.rule)}</li>"
    )


def _link(rule: str) -> str:
    """A link to a rule, where a browser may follow it: the IRIs of a site's own rules are not ours."""
    name = escape(short(rule))
    return f'<a href="{escape(rule)}">{name}</a>' if rule.startswith(("https://", "http://")) else name
