"""The one table from exceptions to statuses, and how a problem is told: RFC 9457 to machines, a page to people."""

import json
import math
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from graph.errors import KhronikaError
from graph.formats import HTML, Format
from graph.history.errors import JournalError
from graph.releases.errors import NothingPublished, SiteBusy, StateDamaged, UnknownRelease, Withdrawing
from graph.store.lane.errors import (
    LaneBusy,
    QueryError,
    QueryLost,
    QueryMemory,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    QueryTooLong,
)
from server.asked import MalformedParameter, MalformedPath, reader_language, urls
from server.negotiation import choose
from server.past import PastBusy
from server.site import this_site
from server.templating import Page

PROBLEM_JSON = Format("problem", "application/problem+json", ".json", aliases=("application/json",))

# The status and title of every error that a request can meet; the nearest class in its ancestry counts.
STATUSES: Mapping[type[Exception], tuple[int, str]] = {
    MalformedPath: (400, "The address cannot be read"),
    MalformedParameter: (400, "A parameter cannot be read"),
    QuerySyntaxError: (400, "The query cannot be read"),
    QueryRefused: (403, "Not done here"),
    QueryTooLong: (413, "The query is too long"),
    QueryTooLarge: (422, "The answer is too large"),
    QueryMemory: (422, "The query needs too much memory"),
    QueryTimeout: (504, "The query takes too long"),
    QueryLost: (503, "The answer was lost on the way"),
    LaneBusy: (503, "Too busy"),
    UnknownRelease: (404, "There is no such release"),
    NothingPublished: (503, "Nothing is published yet"),
    SiteBusy: (503, "Too busy"),
    PastBusy: (503, "Too busy"),
    Withdrawing: (503, "Too busy"),
    JournalError: (503, "The history of this site cannot be read"),
    StateDamaged: (503, "What is published here cannot be read"),
}
# Their texts name files and commands of this machine: for whoever runs the site, not for its readers.
INTERNAL = (NothingPublished, SiteBusy, Withdrawing, JournalError, StateDamaged)
COME_AGAIN = "Come again in a moment. If it stays so, tell whoever runs this site."


def problem(
    status: int, title: str, detail: str = "", *, headers: Mapping[str, object] | None = None, **more: object
) -> Response:
    """An error as its client can read it: `application/problem+json`, or a page where the client prefers HTML.

    `more` are extension members (RFC 9457 §3.2); `headers` are not told but sent.
    """
    said = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    if choose(request.headers.get("Accept"), (PROBLEM_JSON, HTML), PROBLEM_JSON) is HTML:
        response = Response(_page(said), status, content_type="text/html; charset=utf-8")
    else:
        response = Response(json.dumps(said, ensure_ascii=False) + "\n", status, content_type=PROBLEM_JSON.media_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.vary.add("Accept")
    for name, value in (headers or {}).items():
        response.headers[name] = str(value)
    return response


def told(error: Exception) -> Response:
    """The answer to an exception: by the table, by its own status, or 500 without a word of what went wrong inside."""
    if isinstance(error, HTTPException):
        return _of_werkzeug(error)
    known = _looked_up(error)
    if isinstance(error, INTERNAL) and known is not None:
        current_app.logger.error("%s %s: %s", request.method, request.url_rule, error)
        return problem(*known, COME_AGAIN, headers={"Retry-After": 1})
    if known is not None:
        status, title = known
        more = _more(error)
        detail = str(more.pop("detail", error))
        return problem(status, title, detail, headers=_headers(error), **more)
    current_app.logger.error("%s %s", request.method, request.url_rule, exc_info=error)
    return problem(500, "Something went wrong here", "It is not your doing. It has been noted for who runs this site.")


def status_of(error: QueryError) -> tuple[int, Mapping[str, str]]:
    """The status of an error that a view tells in its own way, and the headers that go with it."""
    status, _ = _looked_up(error) or (500, "")
    return status, _headers(error)


def register(app: Flask) -> None:
    """Have every error of `app` told this way."""
    for kind in (HTTPException, KhronikaError):
        app.register_error_handler(kind, told)
    if not app.testing:
        app.register_error_handler(Exception, told)


def _looked_up(error: Exception) -> tuple[int, str] | None:
    """Status and title of an error by the table."""
    if isinstance(error, LaneBusy) and error.own_doing:
        return 429, "Too many queries of yours"
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)


def _of_werkzeug(error: HTTPException) -> Response:
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers(request.environ) if name in ("Allow", "Location")}
    phrase = HTTPStatus(status).phrase.capitalize()
    return problem(status, phrase, error.description or "", headers=headers)


def _more(error: Exception) -> dict[str, object]:
    """What else is told of an error: the place in the query, the way on."""
    more: dict[str, object] = {}
    if isinstance(error, UnknownRelease):
        more |= {"detail": f"Releases run from 1 to {error.newest}.", "newest": error.newest}
    if isinstance(error, QueryError):
        more["detail"] = error.reason
        if error.advice:
            more["advice"] = error.advice
    if isinstance(error, QuerySyntaxError) and error.line:
        more |= {"line": error.line, "column": error.column}
    return more


def _headers(error: Exception) -> dict[str, str]:
    """When to come again, in whole seconds (RFC 9110 §10.2.3)."""
    if isinstance(error, LaneBusy):
        return {"Retry-After": str(max(1, math.ceil(error.retry_after)))}
    if isinstance(error, PastBusy):
        return {"Retry-After": str(math.ceil(error.seconds))}
    return {"Retry-After": "1"} if isinstance(error, QueryLost) else {}


def _page(said: Mapping[str, object]) -> str:
    site = this_site()
    language, _ = reader_language(site)
    page = Page(site.settings, site.messages[language], urls(site), "")
    return site.jinja.get_template("problem.html").render(page=page, say=page.say, said=said)
