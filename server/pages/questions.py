"""Questions with their queries, ready to be run: those the site names, and what is asked first about each term."""

from urllib.parse import quote

from flask import Blueprint, Response, request

from graph.asking import read_questions
from graph.formats import HTML
from graph.publish.context import prefixed
from graph.publish.lens import Lens
from graph.publish.vocabulary.cookbook import recipes_in
from server.http.answering import Representation, send
from server.http.asked import reader_language, urls
from server.http.caching import Link, Rendered
from server.pages.documents import missing, refuse_all_but_html
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


@blueprint.get("/cookbook")
def cookbook() -> Response:
    """Ready queries about the class or property `term`, by prefixed name or IRI; without one, all that have some."""
    site = this_site()
    refuse_all_but_html(site, "cookbook")
    language, choice = reader_language(site)
    wanted = request.args.get("term", "")
    term = next((t for t in site.vocabulary.terms.values() if wanted and wanted in (t.iri, prefixed(t.iri))), None)
    with site.releases.reading() as reader:
        if wanted and (term is None or term.kind not in ("class", "property")):
            return missing(site, reader, "cookbook")
        what = Representation(f"cookbook?{term.iri if term else ''}", HTML, language, choice or "")

        def render() -> Rendered:
            written = prefixed(term.iri) if term else ""
            here = site.settings.base + "cookbook" + (f"?term={quote(written)}" if term else "")
            page = Page(
                site.settings, site.messages[language], urls(site), "cookbook", {"term": written} if term else {}
            )
            lens = Lens(reader, site.settings, site.vocabulary, language)
            found = recipes_in(lens)
            body = site.jinja.get_template("cookbook.html").render(
                page=page,
                term=term,
                written=written,
                label=(site.vocabulary.label(term.iri, language) or written) if term else "",
                canonical=here,
                recipes=found(term) if term else (),
                terms=[] if term else [(prefixed(t.iri), t) for t in site.vocabulary.terms.values() if found(t)],
            )
            return Rendered(body.encode("utf-8"), [Link(here, "canonical")])

        return send(site, reader, what, render)
