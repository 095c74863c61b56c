"""`/places`: all places on one map, each as exactly as it is told, and the same as a list."""

from flask import Blueprint, Response

from graph.formats import HTML
from graph.publish.lens import Lens
from graph.publish.places import places_page
from server.http.answering import Representation, send
from server.http.asked import reader_language, urls
from server.http.caching import Link, Rendered
from server.pages.documents import refuse_all_but_html
from server.site import this_site
from server.templating import Page

blueprint = Blueprint("places", __name__)


@blueprint.get("/places")
def places() -> Response:
    """Every place of the current release."""
    site = this_site()
    refuse_all_but_html(site, "places")
    language, choice = reader_language(site)
    with site.releases.reading() as reader:
        what = Representation("places", HTML, language, choice or "")

        def render() -> Rendered:
            page = Page(site.settings, site.messages[language], urls(site), "places")
            view = places_page(Lens(reader, site.settings, site.vocabulary, language))
            body = site.jinja.get_template("places.html").render(page=page, say=page.say, view=view)
            return Rendered(body.encode("utf-8"), [Link(site.settings.base + "places", "canonical")])

        return send(site, reader, what, render)
