"""`/places`: all places on one map, each as exactly as it is told, and the same as a list."""

from flask import Blueprint, Response
from markupsafe import Markup

from graph.formats import HTML
from graph.publish.lens import Lens
from graph.publish.listings import list_block
from graph.publish.places import places_page
from graph.publish.schema_org import written
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
            lens = Lens(reader, site.settings, site.vocabulary, language)
            view = places_page(lens)
            title, lede = page.say("places.title"), page.say("places.lede")
            block = list_block(lens, page.absolute("places"), title, lede, view.refs, view.total)
            body = site.jinja.get_template("places.html").render(
                page=page,
                say=page.say,
                view=view,
                json_ld=Markup(written(block)),  # noqa: S704 - `written` leaves no < > &
            )
            return Rendered(body.encode("utf-8"), [Link(site.settings.base + "places", "canonical")])

        return send(site, reader, what, render)
