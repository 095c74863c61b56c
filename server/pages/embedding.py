"""A page inside other people's pages: a card for an iframe that carries who says it, and oEmbed to find it by.

The card needs no script, sets nothing, and may be framed by anybody: its own policy says so.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import unquote
from xml.sax.saxutils import escape as xml_escape

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from graph.formats import HTML, Format
from graph.publish.claims import Claim, Quotation, claim, claims_where, quotation
from graph.publish.kinds import kind_of
from graph.publish.lens import Lens
from graph.publish.literals import Text
from graph.publish.schema_org import page_block, written
from graph.terms import SCHEMA
from server.http.answering import Representation, send
from server.http.asked import MalformedParameter, checked_path, reader_language, urls
from server.http.caching import Link, Rendered
from server.http.headers import CARD_POLICY
from server.http.urls import escaped
from server.pages.documents import described
from server.pages.things import HEIGHT, WIDTH, frame_of, release_of
from server.problems import problem
from server.site import Site, this_site
from server.templating import Page, in_language

blueprint = Blueprint("embedding", __name__)

THEMES = ("auto", "light", "dark")
CLAIMS = 2  # on the card of anything but a claim: as many as fit with who says them
TEXT = Format("text", "text/plain", ".txt")
OEMBED_JSON = Format("oembed-json", "application/json", ".json")
OEMBED_XML = Format("oembed-xml", "text/xml", ".xml")
DAY = 86_400  # seconds a consumer may keep an oEmbed answer; the card itself is asked for anew


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows: a claim or quotation with its speaker, or a thing with the first claims about it."""

    kind: str
    name: Text
    quotation: Quotation | None
    claims: tuple[Claim, ...]
    iri: str
    theme: str


@blueprint.get("/card/doc/<path:name>")
def card(name: str) -> Response:
    """The card of a thing. `theme` is auto, light or dark, `lang` a language of the site."""
    site = this_site()
    theme = request.args.get("theme", "auto")
    if theme not in THEMES:
        raise MalformedParameter("theme", "auto, light or dark")
    language, choice = reader_language(site)
    name = checked_path().removeprefix("card/doc/")
    with described(site, name, language) as (lens, node):
        what = Representation(f"card/{name}?{theme}/{urls(site).depth}", HTML, language, choice or "")

        def render() -> Rendered:
            page = Page(site.settings, site.messages[language], urls(site), "doc/" + name)
            body = site.jinja.get_template("card.html").render(
                page=page, say=page.say, card=_card(lens, node, theme), release=release_of(lens.reader)
            )
            return Rendered(body.encode("utf-8"), [Link(site.settings.base + escaped("doc/" + name), "canonical")])

        return _framed(send(site, lens.reader, what, render))


@blueprint.get("/embed/doc/<path:name>")
def block(name: str) -> Response:
    """A page's block in schema.org terms, as text to copy into a page of one's own."""
    site = this_site()
    language, choice = reader_language(site)
    name = checked_path().removeprefix("embed/doc/")
    with described(site, name, language) as (lens, node):
        what = Representation(f"embed/{name}", TEXT, language, choice or "")

        def render() -> Rendered:
            found = page_block(lens, node, site.settings.base + escaped("doc/" + name))
            return Rendered(f'<script type="application/ld+json">\n{written(found)}\n</script>\n'.encode())

        return send(site, lens.reader, what, render)


@blueprint.get("/oembed")
def oembed() -> Response:
    """OEmbed 1.0 for the pages of things: `url` is the page's or the thing's own, `format` json or xml."""
    site = this_site()
    wanted = {"json": OEMBED_JSON, "xml": OEMBED_XML}.get(request.args.get("format", "json"))
    say = site.messages[reader_language(site)[0]]
    if wanted is None:  # oEmbed 1.0, 2.3.4.1
        return problem(501, say("problem.oembed-format"), say("problem.oembed-format.detail"))
    name = _name_in(site, request.args.get("url", ""))
    language, choice = reader_language(site)
    width, height = _at_most("maxwidth", WIDTH), _at_most("maxheight", HEIGHT)
    if not name:
        return problem(404, say("problem.missing"), say("problem.missing.detail"))
    with described(site, name, language) as (lens, node):
        what = Representation(f"oembed/{name}?{width}x{height}", wanted, language, choice or "")

        def render() -> Rendered:
            told = _told(site, lens, node, name, width, height)
            text = _xml(told) if wanted is OEMBED_XML else json.dumps(told, ensure_ascii=False) + "\n"
            return Rendered(text.encode("utf-8"))

        return send(site, lens.reader, what, render)


def _card(lens: Lens, node: NamedNode, theme: str) -> Card:
    kind = kind_of(lens, node)
    claims = [claim(lens, node)] if kind == "claim" else claims_where(lens, SCHEMA("about"), node)[:CLAIMS]
    quoted = quotation(lens, node) if kind == "quotation" else None
    return Card(kind, lens.ref(node).label, quoted, tuple(claims), node.value, theme)


def _told(site: Site, lens: Lens, node: NamedNode, name: str, width: int, height: int) -> dict[str, str | int]:
    title = lens.ref(node).label.words
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": in_language(site.settings.title, lens.language),
        "provider_url": site.settings.base,
        "cache_age": DAY,
        "html": frame_of(site.settings, "doc/" + name, title, lens.language, width, height),
        "width": width,
        "height": height,
    }


def _xml(told: dict[str, str | int]) -> str:
    lines = "".join(f"<{key}>{xml_escape(_printable(str(value)))}</{key}>" for key, value in told.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{lines}</oembed>\n'


def _printable(text: str) -> str:
    """Without what XML 1.0 cannot carry in any spelling (section 2.2)."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


def _name_in(site: Site, url: str) -> str:
    """The name of the thing that a URL of this site is about, "" for a URL of anybody else's."""
    for folder in ("doc/", "id/", "card/doc/"):
        base = site.settings.base + folder
        if url.startswith(base):
            return unquote(url.removeprefix(base).partition("?")[0].partition("#")[0]).removesuffix(".html")
    return ""


def _at_most(parameter: str, own: int) -> int:
    word = request.args.get(parameter, "")
    if not word:
        return own
    if not re.fullmatch(r"[1-9][0-9]{0,4}", word):
        raise MalformedParameter(parameter, "a whole number of pixels")
    return min(own, int(word))


def _framed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CARD_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
