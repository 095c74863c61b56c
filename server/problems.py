"""The one table from exceptions to statuses, and how a problem is told: RFC 9457 to machines, a page to people."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from graph.errors import KhronikaError
from graph.formats import HTML, Format
from graph.history.errors import JournalError
from graph.releases.errors import NothingPublished, SiteBusy, StateDamaged, UnknownRelease, Withdrawing
from graph.replies import LettersShut, TooManyLetters
from graph.store.lane import errors as lane
from server.http.asked import MalformedParameter, MalformedPath, reader_language, refuse_unreadable, urls
from server.http.negotiation import choose
from server.messages import Messages
from server.releases.past import OtherContent, PastBusy
from server.replies.letters import LetterForeign, LetterRejected, LettersTooOften
from server.sentences import SOURCE, translated
from server.site import this_site
from server.templating import Page

PROBLEM_JSON = Format("problem", "application/problem+json", ".json", aliases=("application/json",))

# The status of every error that a request can meet, and the message that titles it (`problem.…` in the catalogue); the
# nearest class in its ancestry counts.
STATUSES: Mapping[type[Exception], tuple[int, str]] = {
    MalformedPath: (400, "path"),
    MalformedParameter: (400, "parameter"),
    LetterForeign: (403, "refused"),
    LetterRejected: (422, "letter"),
    LettersTooOften: (429, "letter"),
    TooManyLetters: (503, "letter"),
    LettersShut: (507, "letter"),
    lane.QuerySyntaxError: (400, "query"),
    lane.QueryRefused: (403, "refused"),
    lane.QueryTooLong: (413, "query-long"),
    lane.QueryTooLarge: (422, "answer-large"),
    lane.QueryUnsayable: (406, "unsayable"),
    lane.QueryMemory: (422, "memory"),
    lane.QueryTimeout: (504, "timeout"),
    lane.QueryLost: (503, "lost"),
    lane.ServiceFailed: (502, "service"),
    lane.LaneBusy: (503, "busy"),
    OtherContent: (409, "cited"),
    UnknownRelease: (404, "release"),
    NothingPublished: (503, "unpublished"),
    SiteBusy: (503, "busy"),
    PastBusy: (503, "busy"),
    Withdrawing: (503, "busy"),
    JournalError: (503, "journal"),
    StateDamaged: (503, "damaged"),
}
# Their texts name files and commands of this machine: for whoever runs the site, not for its readers.
INTERNAL = (NothingPublished, SiteBusy, Withdrawing, JournalError, StateDamaged, TooManyLetters, LettersShut)
LETTERS_SECONDS = 3600  # until an editor may have looked after the letters


@dataclass(frozen=True, slots=True)
class Explained:
    """An error in the reader's language: what is wrong, and how to go on ("" where nothing is to be done).

    `foreign` says that `detail` is in English whatever the reader's language is: the engine's own words.
    """

    title: str
    detail: str
    advice: str = ""
    foreign: bool = False


def problem(
    status: int,
    title: str,
    detail: str = "",
    *,
    headers: Mapping[str, object] | None = None,
    foreign: bool = False,
    **more: object,
) -> Response:
    """An error as its client can read it: `application/problem+json`, or a page where the client prefers HTML.

    `title` and `detail` are in the reader's language; `foreign` says that `detail` is in English whatever that is.
    `more` are extension members (RFC 9457 §3.2); `headers` are not told but sent.
    """
    said = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    if choose(request.headers.get("Accept"), (PROBLEM_JSON, HTML), PROBLEM_JSON) is HTML:
        response = Response(_page(said, foreign), status, content_type="text/html; charset=utf-8")
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
    say = _say()
    known = _looked_up(error)
    if known is None:
        current_app.logger.error("%s %s", request.method, request.url_rule, exc_info=error)
        return problem(500, say("problem.500"), say("problem.500.detail"))
    status, key = known
    if isinstance(error, INTERNAL):
        current_app.logger.error("%s %s: %s", request.method, request.url_rule, error)
        return problem(
            status, say(f"problem.{key}"), say("problem.again"), headers=_headers(error) or {"Retry-After": 1}
        )
    said, more = explained(error), _more(error)
    if said.advice:
        more = {"advice": said.advice, **more}
    return problem(status, said.title, said.detail, headers=_headers(error), foreign=said.foreign, **more)


def explained(error: Exception) -> Explained:
    """What an error of the table says to the reader of this request."""
    say = _say()
    _, key = _looked_up(error) or (500, "500")
    title = say(f"problem.{key}")
    if isinstance(error, LetterRejected):
        return Explained(title, say(error.key, **error.values))
    reason, advice = str(error), ""
    if isinstance(error, lane.QueryError):
        reason, advice = error.reason, error.advice
    if isinstance(error, UnknownRelease):
        reason = f"Releases run from 1 to {error.newest}."
    detail = translated(say, reason)
    if detail:
        return Explained(title, detail, translated(say, advice) if advice else "")
    general = _general(say, key, vars(error))
    return Explained(title, general or reason, "" if general else advice, foreign=not general)


def status_of(error: KhronikaError) -> tuple[int, Mapping[str, str]]:
    """The status of an error that a view tells in its own way, and the headers that go with it."""
    status, _ = _looked_up(error) or (500, "")
    return status, _headers(error)


def register(app: Flask) -> None:
    """Have every error of `app` told this way."""
    app.before_request(refuse_unreadable)
    for kind in (HTTPException, KhronikaError):
        app.register_error_handler(kind, told)
    if not app.testing:
        app.register_error_handler(Exception, told)


def _say() -> Messages:
    site = this_site()
    return site.messages[reader_language(site)[0]]


def _general(say: Messages, key: str, values: Mapping[str, object]) -> str:
    """What is always true of such an error, in the reader's language: "" for English, and where nothing is written."""
    name = f"problem.{key}.detail"
    return say(name, **values) if say.language != SOURCE and name in say.keys() else ""  # noqa: SIM118 - no mapping


def _looked_up(error: Exception) -> tuple[int, str] | None:
    """Status and title of an error by the table."""
    if isinstance(error, lane.LaneBusy) and error.own_doing:
        return 429, "share"
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)


def _of_werkzeug(error: HTTPException) -> Response:
    status, say = error.code or 500, _say()
    headers = {name: value for name, value in error.get_headers(request.environ) if name in ("Allow", "Location")}
    own = f"problem.{status}"
    title = say(own) if own in say.keys() else HTTPStatus(status).phrase.capitalize()  # noqa: SIM118 - no mapping
    # a view that gave a reason of its own has the better detail; werkzeug's is the same for every address
    given = error.description if error.description != type(error).description else ""
    said = translated(say, given) if given else _general(say, str(status), {})
    detail = said or given or error.description or ""
    return problem(status, title, detail, headers=headers, foreign=detail != said)


def _more(error: Exception) -> dict[str, object]:
    """What else is told of an error to a program: the place in the query, the release that was meant."""
    more: dict[str, object] = {}
    if isinstance(error, UnknownRelease):
        more |= {"newest": error.newest}
    if isinstance(error, OtherContent):
        more |= {"release": error.release, "digest": error.digest}
    if isinstance(error, lane.QuerySyntaxError) and error.line:
        more |= {"line": error.line, "column": error.column}
    return more


def _headers(error: Exception) -> dict[str, str]:
    """When to come again, in whole seconds (RFC 9110 §10.2.3)."""
    if isinstance(error, lane.LaneBusy):
        return {"Retry-After": str(max(1, math.ceil(error.retry_after)))}
    if isinstance(error, PastBusy | LettersTooOften):
        return {"Retry-After": str(math.ceil(error.seconds))}
    if isinstance(error, TooManyLetters | LettersShut):
        return {"Retry-After": str(LETTERS_SECONDS)}
    return {"Retry-After": "1"} if isinstance(error, lane.QueryLost) else {}


def _page(said: Mapping[str, object], foreign: bool) -> str:
    site = this_site()
    language, _ = reader_language(site)
    page = Page(site.settings, site.messages[language], urls(site), "")
    return site.jinja.get_template("problem.html").render(
        page=page, say=page.say, said=said, detail_language=SOURCE if foreign and language != SOURCE else ""
    )
