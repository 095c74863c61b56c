"""The first page, and what a site says of itself to machines at its base."""

from flask import Blueprint, Response
from markupsafe import Markup

from graph.asking import read_questions
from graph.formats import HTML, TURTLE
from graph.publish.home import home
from graph.publish.lens import Lens
from graph.publish.schema_org import site_block, written
from server.http.answering import Representation, send
from server.http.asked import reader_language, urls
from server.http.caching import Link, Rendered
from server.pages.documents import refuse_all_but_html
from server.pages.things import release_of
from server.site import this_site
from server.templating import Page

blueprint = Blueprint("home", __name__)

QUESTIONS = 5  # on the first page; the others are a click away


@blueprint.get("/")
def first() -> Response:
    """What is here, newest first."""
    site = this_site()
    refuse_all_but_html(site, "")
    language, choice = reader_language(site)
    with site.releases.reading() as reader:
        what = Representation("home", HTML, language, choice or "")

        def render() -> Rendered:
            page = Page(site.settings, site.messages[language], urls(site), "")
            block = site_block(
                page.site_title, page.site_description, site.settings.base, site.settings.publisher, site.languages
            )
            body = site.jinja.get_template("home.html").render(
                page=page,
                say=page.say,
                view=home(Lens(reader, site.settings, site.vocabulary, language)),
                release=release_of(reader),
                questions=read_questions(site.settings.queries)[:QUESTIONS],
                json_ld=Markup(written(block)),  # noqa: S704 - `written` leaves no < > &
            )
            links = [
                Link(site.settings.base, "canonical"),
                Link(site.settings.base + "sparql", "service", TURTLE.media_type),
            ]
            return Rendered(body.encode("utf-8"), links)

        return send(site, reader, what, render)
