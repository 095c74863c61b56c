"""Records, the named graphs: each at its own IRI, whole, in every format."""

from collections.abc import Sequence

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from graph.formats import HTML, JSON_LD
from graph.publish.documents import record_quads, write
from graph.publish.jsonld import write_json_ld
from graph.publish.lens import Lens
from graph.publish.records import record_page
from server.http.answering import Representation, send
from server.http.asked import checked_path, page_number, reader_language, urls
from server.http.caching import Link, Rendered
from server.http.signposts import RDF_FORMATS, choose_for_document, in_page, signposts
from server.pages.documents import find_document, missing, not_acceptable
from server.pages.things import render_as
from server.releases.past import Version, asked_release, named
from server.releases.versions import dressed
from server.site import Site, this_site
from server.templating import Page

blueprint = Blueprint("records", __name__)


@blueprint.get("/record/<path:name>")
def record(name: str) -> Response:
    """A record's statements, and what the catalogue says of it. It is a document, so its own IRI answers 200."""
    site = this_site()
    with asked_release(site) as (reader, version):
        lens = Lens(reader, site.settings, site.vocabulary, site.languages[0])
        base = site.settings.base + "record/"
        name = checked_path().removeprefix("record/")
        node, name, wanted = find_document(lens, base, name)
        if node is None:
            return missing(site, reader, "record/" + name)
        path, asked_suffix = "record/" + name, wanted.suffix if wanted else ""
        wanted = wanted or choose_for_document(request.headers.get("Accept"))
        if wanted is None:
            return not_acceptable(site, path)
        language, choice = reader_language(site) if wanted is HTML else ("", None)
        number, depth = page_number(), urls(site).depth if wanted is HTML else 0
        key = f"{path}?{number}/{depth}{named(version)}"
        what = Representation(key, wanted, language, choice or "", path + wanted.suffix)

        def render() -> Rendered:
            own = lens.speaking(language or site.languages[0])
            links = list(signposts(site, own, node, path, wanted, version))
            if wanted is HTML:
                return Rendered(_page(site, own, node, path, number, version, links).encode("utf-8"), links)
            quads = record_quads(own, node)
            body = write_json_ld(quads) if wanted is JSON_LD else write(quads, wanted, site.settings)
            return Rendered(body, links)

        return dressed(send(site, reader, what, render), site, path + asked_suffix, node.value, version)


def _page(
    site: Site, lens: Lens, node: NamedNode, path: str, number: int, version: Version | None, links: Sequence[Link]
) -> str:
    page = Page(
        site.settings,
        site.messages[lens.language],
        urls(site).within(version.number if version else None),
        path,
        formats=RDF_FORMATS,
        past=site.history.kept,
        version=version,
        signposts=in_page(links),
        about=node.value,
    )
    return render_as(site, "record.html", lens, node, page, "record", record_page(lens, node), number)
