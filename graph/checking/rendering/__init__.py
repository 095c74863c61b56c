"""A report in the forms that people and machines read: text, JSON, Turtle, HTML, annotations of a code host."""

from graph.checking.rendering.annotations import annotations
from graph.checking.rendering.as_html import as_html
from graph.checking.rendering.as_json import as_json
from graph.checking.rendering.as_rdf import as_turtle
from graph.checking.rendering.text import text
from graph.checking.report import Report
from graph.settings import Settings

FORMS = ("text", "json", "turtle", "html", "github")


def render(report: Report, form: str, language: str, settings: Settings, *, colour: bool = False) -> str:
    """The report of a check of the site `settings`, ending in a line break; `form` is one of `FORMS`.

    `language` is `en` or `ru`; `colour` only matters to `text`. JSON and Turtle hold every language there is.
    """
    match form:
        case "json":
            return as_json(report, settings)
        case "turtle":
            return as_turtle(report, settings)
        case "html":
            return as_html(report, language, settings)
        case "github":
            return annotations(report, language)
        case _:
            return text(report, language, colour=colour)
