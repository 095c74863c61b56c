"""From a question to an answer: known before it is computed where it can be, whole in every case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import FileIO
from typing import Any

from flask import Flask, Response, current_app
from werkzeug.http import is_resource_modified
from werkzeug.wrappers import Request
from werkzeug.wsgi import wrap_file

from graph.store.workers import Answer, Ask, Snapshot, etag
from server.http.answering import CACHE_CONTROL, content_type
from server.http.caching import PageCache, Rendered
from server.site import Site, site_of

KEPT_BYTES = 1 << 20  # an answer up to this is worth memory; a longer one is asked for once
CACHE = "khronika-answers"
EXPOSED = "ETag, Link, Retry-After, Content-Length, Khronika-Release"  # what a script of another site may read
TO_SCRIPTS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}  # no cookies to abuse


@dataclass(slots=True)
class Told:
    """What will be sent: 304 without a body, or 200 with all of it, in memory or in a file that is the taker's."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes | None = None
    file: FileIO | None = None


def prepare(app: Flask) -> None:
    """Give the application its memory of answers, apart from that of pages."""
    app.extensions[CACHE] = PageCache(site_of(app).settings.limits.cache_mb << 20)


def kept_of(app: Flask) -> PageCache:
    """The application's memory of answers."""
    kept = app.extensions[CACHE]
    assert isinstance(kept, PageCache)
    return kept


def respond(site: Site, request: Request, ask: Ask, snapshot: Snapshot) -> Response:
    """The answer to `ask` as a response; raises as `tell`."""
    told = tell(site, kept_of(current_app), request.environ, ask, snapshot)
    body: Iterable[bytes] | bytes | None = told.body
    if told.file is not None:
        if request.method == "HEAD":
            told.file.close()
            body = ()
        else:
            body = wrap_file(request.environ, told.file)
    response = Response(body, told.status, direct_passthrough=told.file is not None)
    response.headers.clear()
    for name, value in told.headers:
        response.headers.add(name, value)
    return response


def tell(site: Site, kept: PageCache, environ: Mapping[str, Any], ask: Ask, snapshot: Snapshot) -> Told:
    """The answer to `ask`: 304 or a kept answer where the same was asked of this release, else from the lane.

    Raises `QueryError` where there is none.
    """
    assert site.lane is not None
    telling = Telling(kept, environ, ask, snapshot)
    return telling.known() or telling.told(site.lane.ask(ask, snapshot))


class Telling:
    """One answer on its way: what is known of it before it is computed, and what is sent when it is."""

    def __init__(self, kept: PageCache, environ: Mapping[str, Any], ask: Ask, snapshot: Snapshot) -> None:
        assert ask.reading is not None
        self._kept, self._generation = kept, kept.generation
        self._environ, self._ask = environ, ask
        self._headers = [("Khronika-Release", str(snapshot.release)), *TO_SCRIPTS.items()]
        if ask.reading.changing:  # NOW(), RAND(): the same question has another answer each time
            self._tag = ""
            self._headers.append(("Cache-Control", "no-store"))
        else:
            self._tag = etag(ask, snapshot)
            self._quoted = f'W/"{self._tag}"' if ask.reading.renaming else f'"{self._tag}"'
            self._headers += [("Cache-Control", CACHE_CONTROL), ("ETag", self._quoted)]

    def known(self) -> Told | None:
        """304 where the client has it, the answer where it was given before."""
        if not self._tag:
            return None
        if "HTTP_IF_NONE_MATCH" in self._environ and not is_resource_modified(
            dict(self._environ), etag=self._quoted, ignore_if_range=True
        ):
            return Told(304, self._headers)
        found = self._kept.get(self._tag)
        return None if found is None else self._whole(found.body, None, len(found.body))

    def told(self, answer: Answer) -> Told:
        """What the lane answered, kept where that is worth the memory."""
        if answer.file is not None and answer.length <= KEPT_BYTES:
            answer.body, answer.file = answer.read(), None
        if answer.body is not None and self._tag:
            self._kept.keep(self._tag, Rendered(answer.body), self._generation)
        return self._whole(answer.body, answer.file, answer.length)

    def _whole(self, body: bytes | None, file: FileIO | None, length: int) -> Told:
        more = [("Content-Type", content_type(self._ask.format)), ("Content-Length", str(length))]
        return Told(200, [*self._headers, *more], body, file)


def opened_to_scripts(response: Response) -> Response:
    """Anybody's page may ask (CORS); there are no cookies that could be abused."""
    for name, value in TO_SCRIPTS.items():
        response.headers[name] = value
    return response
