"""For who visits without being asked: a sitemap with dates, and what robots may ask."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from graph.formats import Format
from graph.publish.sitemap import Place, places
from server.http.answering import Representation, send
from server.http.asked import MalformedParameter
from server.http.caching import Rendered
from server.http.urls import escaped, path_of
from server.site import Site, this_site

blueprint = Blueprint("crawling", __name__)

SITEMAP = Format("sitemap", "application/xml", ".xml")
PAGES = 50_000  # of one sitemap file, by its protocol (sitemaps.org)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
ROBOTS = """User-agent: *
Disallow: {root}sparql
Disallow: {root}search
Disallow: {root}card/
Disallow: {root}embed/
Disallow: {root}oembed
Disallow: {root}reply
Allow: {root}

Sitemap: {base}sitemap.xml
"""


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page of a thing and of a record, with the day it was last worked on; an index of parts past 50,000."""
    site = this_site()
    part = request.args.get("part", "")
    if part and not part.isdecimal():
        raise MalformedParameter("part", "a whole number")
    with site.releases.reading() as reader:
        what = Representation(f"sitemap/{part}", SITEMAP)

        def render() -> Rendered:
            found = sorted(places(reader, site.settings), key=lambda place: place.iri)
            if part:
                start = int(part) * PAGES
                return Rendered(_pages(site, found[start : start + PAGES]).encode("utf-8"))
            text = _pages(site, found) if len(found) <= PAGES else _index(site, found)
            return Rendered(text.encode("utf-8"))

        return send(site, reader, what, render)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Pages may be read by anybody; what costs a query or repeats a page is not for crawlers."""
    base = this_site().settings.base
    root = "/" + base.partition("://")[2].partition("/")[2]
    response = Response(ROBOTS.format(base=base, root=root), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _pages(site: Site, found: list[Place]) -> str:
    return HEAD + f"<urlset {XMLNS}>\n" + "".join(_entries(site, found)) + "</urlset>\n"


def _entries(site: Site, found: list[Place]) -> Iterator[str]:
    for place in found:
        url = escape(site.settings.base + escaped(path_of(site.settings, place.iri) or ""))
        day = f"<lastmod>{place.modified}</lastmod>" if place.modified else ""
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{url}?lang={language}"/>'
            for language in site.languages
        )
        yield f"<url><loc>{url}</loc>{day}{others}</url>\n"


def _index(site: Site, found: list[Place]) -> str:
    parts = range(-(-len(found) // PAGES))
    lines = "".join(f"<sitemap><loc>{escape(site.settings.base)}sitemap.xml?part={n}</loc></sitemap>\n" for n in parts)
    return HEAD + f"<sitemapindex {XMLNS}>\n{lines}</sitemapindex>\n"
