"""What a site says of itself as a whole, where programs look for it (RFC 8615): its statistics and its questions."""

from flask import Blueprint, Response, request

from graph.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from graph.publish.documents import write
from graph.publish.jsonld import write_json_ld
from server.http.answering import Representation, send
from server.http.caching import Link, Rendered
from server.http.negotiation import choose
from server.pages.documents import missing, not_acceptable
from server.site import this_site

blueprint = Blueprint("well_known", __name__)

FORMATS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)


@blueprint.get("/.well-known/void", defaults={"name": "void"})
@blueprint.get("/.well-known/void<suffix>", defaults={"name": "void"})
@blueprint.get("/.well-known/sparql-examples", defaults={"name": "sparql-examples"})
@blueprint.get("/.well-known/sparql-examples<suffix>", defaults={"name": "sparql-examples"})
def graph(name: str, suffix: str = "") -> Response:
    """One graph of the release, as it can also be asked at `/sparql`: for machines, so there is no page of it."""
    site = this_site()
    path = f".well-known/{name}"
    wanted = next((f for f in FORMATS if f.suffix == suffix), None)
    if suffix and wanted is None:
        with site.releases.reading() as reader:
            return missing(site, reader, path + suffix)
    wanted = wanted or choose(request.headers.get("Accept"), FORMATS, TURTLE)
    if wanted is None:
        return not_acceptable(site, path, FORMATS)
    node = site.settings.well_known(name)
    with site.releases.reading() as reader:
        what = Representation(path, wanted, location=path + wanted.suffix)

        def render() -> Rendered:
            quads = sorted(reader.quads(graph=node), key=str)
            links = [Link(node.value, "canonical"), Link(site.settings.licence, "license")]
            links += [Link(node.value + f.suffix, "alternate", f.media_type) for f in FORMATS if f is not wanted]
            return Rendered(write_json_ld(quads) if wanted is JSON_LD else write(quads, wanted, site.settings), links)

        return send(site, reader, what, render)
