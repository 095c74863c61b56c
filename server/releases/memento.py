"""Earlier versions by date, RFC 7089: a TimeGate and a TimeMap for every document, and the headers of versions.

The pattern is 2.1 of the RFC: the TimeGate is a resource of its own and redirects, so documents need no
`Vary: Accept-Datetime` and caches keep one copy of them. A version lies at `?release=N` of its document.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode
from werkzeug.http import http_date

from graph.formats import JSON_LD, N_TRIPLES, TURTLE
from graph.publish.documents import write
from graph.publish.history.changes import Change
from graph.publish.history.rdf import versions_quads
from graph.publish.jsonld import write_json_ld
from server.http.answering import Representation, send
from server.http.asked import checked_path, reader_language, urls
from server.http.caching import Rendered
from server.http.negotiation import choose
from server.http.urls import escaped
from server.pages.documents import missing, not_acceptable
from server.problems import problem
from server.releases.versions import (
    LINK_FORMAT,
    Original,
    end_links,
    find_original,
    memento_link,
    original_link,
    timegate_link,
    timemap_link,
)
from server.sentences import translated
from server.site import Site, this_site

blueprint = Blueprint("memento", __name__)

FORMATS = (LINK_FORMAT, TURTLE, JSON_LD, N_TRIPLES)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_DATE = re.compile(r"(\w{3}), (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII)


@blueprint.get("/timegate/<path:name>")
def timegate(name: str) -> Response:
    """302 to the version of a document at the moment in `Accept-Datetime`; to the newest where there is none."""
    site = this_site()
    name = checked_path().removeprefix("timegate/")
    with site.releases.reading() as reader:
        original = find_original(site, name)
        if original is None or not original.versions:
            return _varied(missing(site, reader, name))
    wanted = request.headers.get("Accept-Datetime")
    moment = read_date(wanted) if wanted is not None else datetime.max.replace(tzinfo=UTC)
    if moment is None:
        detail = "Accept-Datetime must be a date such as 'Thu, 06 Apr 2017 12:00:00 GMT' (RFC 7089, 2.1.1)."
        say = site.messages[reader_language(site)[0]]
        return _varied(problem(400, say("problem.date"), translated(say, detail)))
    chosen = version_at(original.versions, moment)
    response = Response(status=302)
    response.headers["Location"] = f"{urls(site).root}{escaped(original.path)}?release={chosen.release}"
    response.autocorrect_location_header = False
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    for link in [original_link(site, original.path), timemap_link(site, original.path), *end_links(site, original)]:
        response.headers.add("Link", str(link))
    return _varied(response)


@blueprint.get("/timemap/<path:name>")
def timemap(name: str) -> Response:
    """Every version of a document: the releases in which what it is about changed."""
    site = this_site()
    name = checked_path().removeprefix("timemap/")
    with site.releases.reading() as reader:
        original = find_original(site, name)
        if original is None or not original.versions:
            return missing(site, reader, name)
        wanted = choose(request.headers.get("Accept"), FORMATS, LINK_FORMAT)
        if wanted is None:
            return not_acceptable(site, "timemap/" + original.path, FORMATS)
        what = Representation("timemap/" + original.path, wanted)

        def render() -> Rendered:
            links = [original_link(site, original.path), timegate_link(site, original.path)]
            if wanted is LINK_FORMAT:
                return Rendered(_link_format(site, original).encode("ascii"), links)
            document = NamedNode(site.settings.base + escaped(original.path))
            here = NamedNode(site.settings.base + "timemap/" + escaped(original.path))
            quads = list(versions_quads(here, document, original.changes))
            return Rendered(write_json_ld(quads) if wanted is JSON_LD else write(quads, wanted, site.settings), links)

        return send(site, reader, what, render)


def read_date(word: str) -> datetime | None:
    """A date of RFC 1123 as RFC 7089 wants it, None for anything else, a wrong day of the week included."""
    found = _DATE.fullmatch(word.strip())
    if not found or found[3] not in _MONTHS:
        return None
    try:
        day, year, hour, minute, second = (int(found[n]) for n in (2, 4, 5, 6, 7))
        moment = datetime(year, _MONTHS.index(found[3]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return moment if _DAYS[moment.weekday()] == found[1] else None


def version_at(versions: Sequence[Change], moment: datetime) -> Change:
    """The version at a moment: the last one that is not later, the first for a moment before all (RFC 7089, 4.5.3)."""
    return next((v for v in reversed(versions) if v.recorded <= moment), versions[0])


def _varied(response: Response) -> Response:
    response.vary.add("Accept-Datetime")
    return response


def _link_format(site: Site, original: Original) -> str:
    """The TimeMap as links (RFC 7089, 5; RFC 6690)."""
    versions = original.versions
    first, last = (http_date(versions[n].recorded) for n in (0, -1))
    own = f'{timemap_link(site, original.path)}; from="{first}"; until="{last}"'.replace('rel="timemap"', 'rel="self"')
    lines = [str(original_link(site, original.path)), own, str(timegate_link(site, original.path))]
    for place, version in enumerate(versions):
        words = {w for w, at in (("first", 0), ("last", len(versions) - 1)) if at == place}
        lines.append(memento_link(site, original, version, words))
    return ",\n".join(lines) + "\n"
