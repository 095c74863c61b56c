"""Conditions under which something is wanted only as it was (RFC 9110 §13.1.1, §13.1.4): where it is another, 412."""

from flask import Flask, Response, request
from werkzeug.http import parse_date, parse_etags, unquote_etag

from server.http.asked import reader_language
from server.problems import problem
from server.site import this_site

MATCH, UNCHANGED = "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"
ASIDE = "khronika."  # where they lie while the request is answered: werkzeug would answer 304 for a tag that differs


def register(app: Flask) -> None:
    """Have every reading answer of `app` held to them; call it after whoever dresses answers."""
    app.before_request(_lay_aside)
    app.after_request(_held)


def _lay_aside() -> None:
    environ = request.environ
    if request.method in ("GET", "HEAD"):
        for name in (MATCH, UNCHANGED):
            if name in environ:
                environ[ASIDE + name] = environ.pop(name)


def _held(response: Response) -> Response:
    environ = request.environ
    match, unchanged = environ.get(ASIDE + MATCH), environ.get(ASIDE + UNCHANGED)
    if (match is None and unchanged is None) or response.status_code not in (200, 304):
        return response
    if _is_met(match, unchanged, response):
        return response
    response.close()
    say = this_site().messages[reader_language(this_site())[0]]
    return problem(412, say("problem.412"), say("problem.412.detail"))


def _is_met(match: str | None, unchanged: str | None, response: Response) -> bool:
    if match is not None:  # goes before the date (§13.2.2)
        wanted = parse_etags(match)
        tag, weak = unquote_etag(response.headers.get("ETag"))
        return wanted.star_tag or (tag is not None and not weak and wanted.is_strong(tag))
    then, changed = parse_date(unchanged), parse_date(response.headers.get("Last-Modified"))
    return then is None or changed is None or changed <= then
