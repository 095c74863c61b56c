"""`/cite/doc/X?format=bibtex` and `csl`: the citation of a page as reference managers take it."""

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from graph.formats import Format
from graph.publish.history.cited import permanent
from graph.publish.history.citing import Citation, bibtex, csl_json
from graph.publish.lens import Lens
from graph.terms import SCHEMA
from server.http.answering import Representation, send
from server.http.asked import MalformedParameter, checked_path, reader_language
from server.http.caching import Link, Rendered
from server.http.signposts import escaped_iri
from server.http.urls import escaped
from server.pages.documents import described
from server.site import Site, this_site
from server.templating import in_language

blueprint = Blueprint("citing", __name__)

BIBTEX = Format("bibtex", "application/x-bibtex", ".bib")
CSL = Format("csl", "application/vnd.citationstyles.csl+json", ".json")
WRITERS = {BIBTEX.name: (BIBTEX, bibtex), CSL.name: (CSL, csl_json)}


@blueprint.get("/cite/doc/<path:name>")
def cite(name: str) -> Response:
    """The citation of the page of a thing, in the reader's language."""
    site = this_site()
    wanted = WRITERS.get(request.args.get("format", BIBTEX.name))
    if wanted is None:
        raise MalformedParameter("format", " or ".join(WRITERS))
    format_, writer = wanted
    language, choice = reader_language(site)
    name = checked_path().removeprefix("cite/doc/")
    with described(site, name, language) as (lens, node):
        what = Representation(f"cite/{name}", format_, language, choice or "")

        def render() -> Rendered:
            citation = citation_of(site, lens, node, "doc/" + name)
            return Rendered(writer(citation).encode("utf-8"), [Link(escaped_iri(node), "describes")])

        response = send(site, lens.reader, what, render)
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(name)}{format_.suffix}"'
    return response


def citation_of(site: Site, lens: Lens, node: NamedNode, path: str) -> Citation:
    """The citation of a thing's page as it is in the release a reader has open."""
    authors = [lens.ref(n).label.words for n in lens.nodes(node, SCHEMA("author"), SCHEMA("publisher"))]
    return Citation(
        title=lens.ref(node).label.words,
        authors=authors,
        site=in_language(site.settings.title, lens.language),
        publisher=site.settings.publisher,
        release=lens.reader.release,
        released=lens.reader.released.date(),
        iri=node.value,
        url=permanent(site.settings.base + escaped(path), lens.reader.release, lens.reader.digest),
        language=lens.language,
    )


def _file_name(name: str) -> str:
    """A name for the download that no header and no file system trips over."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)[:80].strip("-") or "citation"
