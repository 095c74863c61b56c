"""`/timeline`: events in time, as exactly as their sources date them."""

import re

from flask import Blueprint, Response, request
from markupsafe import Markup

from graph.formats import HTML
from graph.publish.lens import Lens
from graph.publish.listings import list_block
from graph.publish.schema_org import written
from graph.publish.timeline import timeline
from server.http.answering import Representation, send
from server.http.asked import MalformedParameter, reader_language, urls
from server.http.caching import Link, Rendered
from server.pages.documents import refuse_all_but_html
from server.site import this_site
from server.templating import Page

blueprint = Blueprint("timeline", __name__)


@blueprint.get("/timeline")
def time_line() -> Response:
    """All years, or the one of `?year=` (0 for what has no date)."""
    site = this_site()
    refuse_all_but_html(site, "timeline")
    language, choice = reader_language(site)
    word = request.args.get("year", "")
    if word and not re.fullmatch(r"[0-9]{1,4}", word):
        raise MalformedParameter("year", "a year, such as 2017, or 0 for what has no date")
    year = int(word) if word else None
    with site.releases.reading() as reader:
        what = Representation(f"timeline?{year}", HTML, language, choice or "")

        def render() -> Rendered:
            query = {} if year is None else {"year": str(year)}
            page = Page(site.settings, site.messages[language], urls(site), "timeline", query=query)
            lens = Lens(reader, site.settings, site.vocabulary, language)
            view = timeline(lens, year)
            title, lede = page.say("timeline.title"), page.say("timeline.lede")
            total = sum(count for _, count in view.counts)
            block = list_block(lens, page.absolute("timeline"), title, lede, view.refs, total)
            body = site.jinja.get_template("timeline.html").render(
                page=page,
                say=page.say,
                view=view,
                json_ld=Markup(written(block)),  # noqa: S704 - `written` leaves no < > &
            )
            return Rendered(body.encode("utf-8"), [Link(site.settings.base + "timeline", "canonical")])

        return send(site, reader, what, render)
