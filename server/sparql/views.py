"""The endpoint's routes: reads the request, chooses the format, hands the question on."""

from typing import cast

from flask import Blueprint, Flask, Response, request

from graph.formats import GRAPH_FORMATS, HTML, JSON_RESULTS, TURTLE, Format
from graph.store.base import Reader
from graph.store.lane.errors import LaneBusy, QueryError, QuerySyntaxError
from graph.store.workers import QueryLane, read
from server.http.answering import Representation, send
from server.http.asked import reader_language
from server.http.caching import Link, Rendered
from server.http.negotiation import choose
from server.problems import problem
from server.sentences import translated
from server.site import Site, this_site
from server.sparql import completion
from server.sparql.answering import opened_to_scripts, prepare, respond
from server.sparql.description import describe, written
from server.sparql.formats import choose_format, listed
from server.sparql.pages import editor_page, error_page, result_page
from server.sparql.pinning import Superseded, addressed, cited, pinned
from server.sparql.protocol import METHODS, Asked, read_request
from server.sparql.reading import base_of, diagnosed_in_turn, read_question
from server.sparql.short import FAILED

blueprint = Blueprint("sparql", __name__)
blueprint.record_once(lambda state: prepare(cast(Flask, state.app)))

TRIES = 3  # when another release comes while a question is answered, it is put to that one
DAY_SECONDS = 86_400  # how long a browser may remember a preflight


@blueprint.route("/sparql", methods=METHODS, provide_automatic_options=False)
@blueprint.route("/sparql/", methods=METHODS, provide_automatic_options=False)
def sparql() -> Response:
    """Answer a query, show the page to ask from, or say what this endpoint is."""
    if request.method == "OPTIONS":
        return _preflight()
    site = this_site()
    asked = read_request(request, site.settings.limits.query_kb << 10)
    if asked.query is None:
        return _introduced(site, asked)
    try:
        return _answered(site, asked, asked.query)
    except QuerySyntaxError as error:
        raise diagnosed_in_turn(site, request, asked.query, error) from None


@blueprint.get("/sparql/terms.json")
def terms() -> Response:
    """What the editor completes with."""
    site = this_site()
    lane = _lane(site)
    return opened_to_scripts(completion.terms(site, lane, request, lane.newest()))


def _answered(site: Site, asked: Asked, query: str) -> Response:
    lane = _lane(site)
    failed = request.environ.get(FAILED)  # asked already by the short way
    if failed is not None:
        raise failed
    try:
        ask = read_question(site, request, asked, query)
    except QueryError as error:
        if choose(request.headers.get("Accept"), (JSON_RESULTS, HTML), JSON_RESULTS) is HTML and not asked.wishes:
            return error_page(site, query, error)
        raise
    if ask is None:
        return _unacceptable(listed(read(query, base_of(site), site.settings.endpoints).form))
    for _ in range(TRIES):
        try:
            with pinned(site, lane, asked.release, asked.digest) as snapshot:
                ask = addressed(site, ask, snapshot)
                if ask.format is HTML:
                    response = result_page(site, ask, asked, snapshot)
                else:
                    response = respond(site, request, ask, snapshot)
        except Superseded:
            _discard(response)
        else:
            return cited(response, ask, asked.release, snapshot, lane.newest().release)
    raise LaneBusy("Releases follow each other faster than this can be answered.", 1.0)


def _introduced(site: Site, asked: Asked) -> Response:
    """No query: a page for a browser, the service description for a machine (Service Description §2)."""
    offered = (HTML, *GRAPH_FORMATS)
    chosen = choose(request.headers.get("Accept"), offered, TURTLE)
    if asked.wishes:
        chosen = choose_format("DESCRIBE", asked.wishes, None)
    if chosen is None:
        return _unacceptable([f.media_type for f in offered])
    if chosen is HTML:
        return editor_page(site)
    language = reader_language(site)[0]
    with site.releases.reading() as reader:
        what = Representation("service description", chosen, language)
        response = send(site, reader, what, lambda: _description(site, reader, chosen, language))
    return opened_to_scripts(response)


def _description(site: Site, reader: Reader, chosen: Format, language: str) -> Rendered:
    told = written(describe(site.settings, reader.named_graphs(), language), chosen)
    return Rendered(told, [Link(site.settings.well_known("void").value, "describedby")])


def _unacceptable(available: list[str]) -> Response:
    site = this_site()
    say = site.messages[reader_language(site)[0]]
    detail = translated(say, "This answer can be had as " + ", ".join(available) + ".")
    return problem(406, say("problem.format"), detail, available=available)


def _preflight() -> Response:
    """Another site's script asks whether it may ask (CORS)."""
    response = Response(status=204)
    headers = response.headers
    headers["Allow"] = ", ".join(METHODS)
    headers["Access-Control-Allow-Methods"] = ", ".join(METHODS)
    headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match"
    headers["Access-Control-Max-Age"] = str(DAY_SECONDS)
    return opened_to_scripts(response)


def _discard(response: Response) -> None:
    """Close the file of an answer that will not be sent."""
    close = getattr(response.response, "close", None)
    if close is not None:
        close()


def _lane(site: Site) -> QueryLane:
    if site.lane is None:
        raise LaneBusy("This server was started without workers for queries.", 60.0)
    return site.lane
