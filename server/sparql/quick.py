"""Plain questions of programs, answered before Flask: the same bytes with less on the way. All else goes through.

A quarter of what a short question costs the server is spent on routes, contexts and headers (`make bench-quick`).
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from time import monotonic
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request
from werkzeug.wsgi import wrap_file

from graph.errors import KhronikaError
from graph.formats import HTML
from graph.store.lane.errors import QueryError
from graph.store.workers import Ask, Snapshot
from server.http.asked import MalformedParameter
from server.http.caching import PageCache
from server.http.headers import ALWAYS, VARY
from server.site import Site
from server.sparql.answering import Told, tell
from server.sparql.pinning import addressed, citation
from server.sparql.protocol import read_request
from server.sparql.reading import read_question

PATH = "/sparql"
FAILED = "khronika.failed"  # in the environment of a request: why a question that was put already has no answer
BEGUN = "khronika.begun"  # since when it has been under way, for those who count
DRESS = [*ALWAYS.items(), ("Vary", VARY)]

Application = Callable[[Any, Any], Iterable[bytes]]


class Quick:
    """A WSGI application before another one. `note` is told route, method, status and seconds of what it answers."""

    def __init__(
        self, application: Application, site: Site, kept: PageCache, note: Callable[[str, str, int, float], None]
    ) -> None:
        self._application, self._site, self._kept, self._note = application, site, kept, note

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a GET of the newest release by a program, or let the application answer."""
        if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] != "GET":
            return self._application(environ, start_response)
        begun = monotonic()
        ask = self._read(environ)
        if ask is None:
            return self._application(environ, start_response)
        told = self._told(environ, ask, begun)
        if told is None:
            return self._application(environ, start_response)
        self._note(PATH, "GET", told.status, monotonic() - begun)
        start_response(f"{told.status} {HTTPStatus(told.status).phrase.upper()}", [*told.headers, *DRESS])
        if told.file is not None:
            return wrap_file(environ, told.file)
        return () if told.body is None else (told.body,)

    def _read(self, environ: dict[str, Any]) -> Ask | None:
        """The question, None where there is none, it cannot be read, or a page or a past release is wanted."""
        if self._site.lane is None:
            return None
        request = Request(environ)
        try:
            asked = read_request(request, self._site.settings.limits.query_kb << 10)
            if asked.query is None or asked.release is not None or asked.digest is not None:
                return None
            ask = read_question(self._site, request, asked, asked.query)
        except (HTTPException, MalformedParameter, QueryError):
            return None  # said by the view, which meets it too
        return ask if ask is not None and ask.format is not HTML else None

    def _told(self, environ: dict[str, Any], ask: Ask, begun: float) -> Told | None:
        """The answer; None where the application has to say why there is none, or to ask another release."""
        assert self._site.lane is not None
        try:
            newest: Snapshot = self._site.lane.newest()
            ask = addressed(self._site, ask, newest)
            told = tell(self._site, self._kept, environ, ask, newest)
            superseded = self._site.lane.newest().path != newest.path
        except QueryError as error:
            environ[FAILED], environ[BEGUN] = error, begun
            return None
        except KhronikaError:  # what is published cannot be read: the view meets it too
            return None
        if superseded:
            if told.file is not None:
                told.file.close()
            return None
        link = citation(ask)
        if link is not None:
            told.headers.append(("Link", str(link)))
        return told
