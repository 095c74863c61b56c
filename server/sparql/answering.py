"""From a question to an answer: known before it is computed where it can be, whole in every case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import FileIO
from typing import Any

from flask import Flask, Response, current_app
from werkzeug.http import is_resource_modified
from werkzeug.wrappers import Request
from werkzeug.wsgi import wrap_file

from graph.store.workers import Ask, Snapshot, etag
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
    assert ask.reading is not None
    headers = [("Khronika-Release", str(snapshot.release)), *TO_SCRIPTS.items()]
    if ask.reading.changing:  # NOW(), RAND(): the same question has another answer each time
        headers.append(("Cache-Control", "no-store"))
        return _asked(site, ask, snapshot, headers)
    tag = etag(ask, snapshot)
    quoted = f'W/"{tag}"' if ask.reading.renaming else f'"{tag}"'
    headers += [("Cache-Control", CACHE_CONTROL), ("ETag", quoted)]
    if "HTTP_IF_NONE_MATCH" in environ and not is_resource_modified(dict(environ), etag=quoted, ignore_if_range=True):
        return Told(304, headers)
    found = kept.get(tag)
    if found is not None:
        return _whole(Told(200, headers, found.body), ask, len(found.body))
    told = _asked(site, ask, snapshot, headers)
    if told.body is not None:
        kept.keep(tag, Rendered(told.body))
    return told


def _asked(site: Site, ask: Ask, snapshot: Snapshot, headers: list[tuple[str, str]]) -> Told:
    assert site.lane is not None
    answer = site.lane.ask(ask, snapshot)
    if answer.file is not None and answer.length <= KEPT_BYTES:
        answer.body, answer.file = answer.read(), None
    return _whole(Told(200, headers, answer.body, answer.file), ask, answer.length)


def _whole(told: Told, ask: Ask, length: int) -> Told:
    told.headers += [("Content-Type", content_type(ask.format)), ("Content-Length", str(length))]
    return told


def opened_to_scripts(response: Response) -> Response:
    """Anybody's page may ask (CORS); there are no cookies that could be abused."""
    for name, value in TO_SCRIPTS.items():
        response.headers[name] = value
    return response
