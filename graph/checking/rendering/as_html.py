"""The report as a fragment of a page: headings, lists, nothing that needs a script or a style of its own."""

from collections.abc import Iterator
from html import escape
from itertools import groupby

from graph.checking.rendering.saying import WORDS, counted, readable, short, verdict
from graph.checking.report import Finding, Report
from graph.settings import Settings


def as_html(report: Report, language: str, settings: Settings) -> str:
    """A `<section>` that can stand in any page."""
    return "\n".join(_parts(report, language, settings)) + "\n"


def _parts(report: Report, language: str, settings: Settings) -> Iterator[str]:
    words = WORDS[language]
    kept, more = readable(report.findings)
    yield f'<section class="report" lang="{language}">'
    yield f"<p>{escape(counted(report, language))}. {escape(verdict(report, language))}</p>"
    by_file = sorted(kept, key=lambda f: (f.file is None, str(f.file), f.line or 0, -f.severity))
    for file, findings in groupby(by_file, key=lambda f: f.file):
        name = str(file).removeprefix(f"{settings.folder}/") if file else words["nowhere"]
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
        f'<a href="{escape(finding.rule)}">{escape(short(finding.rule))}</a></li>'
    )
