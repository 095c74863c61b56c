"""A report in the forms that people and machines read: text, JSON, Turtle, HTML, annotations of a code host."""

from graph.checking.rendering.annotations import annotations
from graph.checking.rendering.as_html import as_html
from graph.checking.rendering.as_json import as_json
from graph.checking.rendering.as_rdf import as_rdf
from graph.checking.rendering.text import text
from graph.checking.report import Report
from graph.formats import GRAPH_FORMATS

_GRAPHS = {form.name: form for form in GRAPH_FORMATS}
FORMS = ("text", "json", "html", "github", *_GRAPHS)


def render(report: Report, form: str, language: str, *, colour: bool = False) -> str:
    """The report, ending in a line break; `form` is one of `FORMS`, `KeyError` for another.

    `language` is `en` or `ru`; `colour` only matters to `text`. JSON and the formats of graphs hold every language.
    """
    match form:
        case "json":
            return as_json(report)
        case "html":
            return as_html(report, language)
        case "github":
            return annotations(report, language)
        case "text":
            return text(report, language, colour=colour)
    return as_rdf(report, _GRAPHS[form])
