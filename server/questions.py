"""The site's named questions, each with its query, ready to be run."""

from flask import Blueprint, Response

from graph.asking import read_questions
from graph.formats import HTML
from server.answering import Representation, send
from server.asked import reader_language, urls
from server.caching import Link, Rendered
from server.documents import refuse_all_but_html
from server.site import this_site
from server.templating import Page

blueprint = Blueprint("questions", __name__)


@blueprint.get("/questions")
def questions() -> Response:
    """All questions of `queries/`."""
    site = this_site()
    refuse_all_but_html(site, "questions")
    language, choice = reader_language(site)
    asked = read_questions(site.settings.queries)
    with site.releases.reading() as reader:
        key = "\0".join(("questions", *(q.text for q in asked)))
        what = Representation(key, HTML, language, choice or "")

        def render() -> Rendered:
            page = Page(site.settings, site.messages[language], urls(site), "questions")
            body = site.jinja.get_template("questions.html").render(page=page, say=page.say, questions=asked)
            return Rendered(body.encode("utf-8"), [Link(site.settings.base + "questions", "canonical")])

        return send(site, reader, what, render)
