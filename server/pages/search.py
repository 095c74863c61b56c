"""Search: a page of results that works without script, and names that begin with what was typed so far."""

import json
from collections.abc import Sequence

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from graph.formats import HTML, Format
from graph.publish.lens import Lens, Ref
from graph.search.errors import NoSuchPage
from graph.search.query import CHARACTERS, Query
from graph.search.results import suggested
from server.http.answering import Representation, send
from server.http.asked import MalformedParameter, reader_language, urls
from server.http.caching import Link, Rendered
from server.http.negotiation import choose
from server.pages.documents import not_acceptable
from server.pages.results import Asked, Results, index_of, read_asked, results
from server.problems import problem
from server.site import Site, this_site
from server.templating import Page

blueprint = Blueprint("search", __name__)

JSON = Format("suggestions", "application/json", ".json")


@blueprint.get("/search")
def search() -> Response:
    """What has the words of `?q=`, narrowed by kind, year, place, publisher, source, language."""
    return answer("search")


def answer(path: str) -> Response:
    """The page at `path`, with what the request asks for; its template has the same name."""
    site = this_site()
    if choose(request.headers.get("Accept"), (HTML,), HTML) is None:
        return not_acceptable(site, path, (HTML,))
    asked = read_asked(site)
    language, choice = reader_language(site)
    with site.releases.reading() as reader:
        what = Representation(f"{path}\0{asked.key}", HTML, language, choice or "")
        lens = Lens(reader, site.settings, site.vocabulary, language)

        def render() -> Rendered:
            return Rendered(_page(site, lens, path, asked), [Link(site.settings.base + path, "canonical")])

        try:
            return send(site, reader, what, render)
        except NoSuchPage as error:
            say = site.messages[language]
            return problem(404, say("search.no-page", page=error.page), say("search.last-page", n=error.last))


def _page(site: Site, lens: Lens, path: str, asked: Asked) -> bytes:
    turned = {"page": str(asked.page)} if asked.page > 1 else {}
    typed = {"q": asked.query.typed} if asked.query.typed else {}
    query = typed | dict(asked.parameters) | turned
    page = Page(site.settings, site.messages[lens.language], urls(site), path, query=query)
    asks = not asked.query.empty or bool(asked.chosen) or path != "search"
    found: Results | None = results(site, lens, page, asked) if asks else None
    body = site.jinja.get_template(f"{path}.html").render(
        page=page,
        say=page.say,
        asked=asked,
        found=found,
        named=_named(site, lens, asked.query, found),
        meant_words=_meant(site, lens, page, asked, found),
    )
    return body.encode("utf-8")


def _named(site: Site, lens: Lens, query: Query, found: Results | None) -> Sequence[Ref]:
    """Things whose names begin with what was typed, for who typed only a beginning and has no script."""
    if query.empty or (found and found.answer.total and not found.answer.loosely):
        return ()
    return lens.refs(NamedNode(f.iri) for f in index_of(site, lens.reader).suggest(query.typed))


def _meant(site: Site, lens: Lens, page: Page, asked: Asked, found: Results | None) -> tuple[str, str] | None:
    """What was probably meant, and the URL that asks for it, where nothing has all that was typed."""
    if asked.query.empty or found is None or (found.answer.total and not found.answer.loosely):
        return None
    typed = index_of(site, lens.reader).meant(asked.query, asked.chosen)
    return (typed, page.urls.to(page.path, q=typed, **asked.parameters)) if typed else None


@blueprint.get("/search/suggest")
def suggest() -> Response:
    """Names that begin with the words of `?q=`, in either script, with the kind of thing and its page, as JSON."""
    site = this_site()
    if choose(request.headers.get("Accept"), (JSON,), JSON) is None:
        return not_acceptable(site, "search/suggest", (JSON,))
    typed = request.args.get("q", "")
    if len(typed) > CHARACTERS:
        raise MalformedParameter("q", f"at most {CHARACTERS} characters long")
    language, choice = reader_language(site)
    with site.releases.reading() as reader:
        what = Representation(f"suggest\0{typed}", JSON, language, choice or "")
        lens = Lens(reader, site.settings, site.vocabulary, language)
        page = Page(site.settings, site.messages[language], urls(site), "search/suggest")

        def render() -> Rendered:
            rows = []
            for found in index_of(site, reader).suggest(typed):
                name = suggested(lens, found, typed)
                kind, url = page.say(f"kind.{found.kind}"), page.href(found.iri)
                rows.append({"label": name.words, "lang": name.language, "kind": kind, "url": url})
            body = json.dumps({"q": typed, "suggestions": rows}, ensure_ascii=False)
            return Rendered(body.encode("utf-8", "replace") + b"\n")

        return send(site, reader, what, render)
