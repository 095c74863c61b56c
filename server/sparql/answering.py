"""From a question to a response: known before it is computed where it can be, whole in every case."""

import ipaddress
from collections.abc import Iterable

from flask import Flask, Response, current_app
from werkzeug.http import is_resource_modified
from werkzeug.wrappers import Request
from werkzeug.wsgi import wrap_file

from graph.store.workers import Ask, Snapshot, etag
from server.answering import CACHE_CONTROL, content_type
from server.caching import PageCache, Rendered
from server.site import Site, site_of

KEPT_BYTES = 1 << 20  # an answer up to this is worth memory; a longer one is asked for once
CACHE = "khronika-answers"
EXPOSED = "ETag, Link, Retry-After, Content-Length, Khronika-Release"  # what a script of another site may read


def prepare(app: Flask) -> None:
    """Give the application its memory of answers, apart from that of pages."""
    app.extensions[CACHE] = PageCache(site_of(app).settings.limits.cache_mb << 20)


def respond(site: Site, request: Request, ask: Ask, snapshot: Snapshot) -> Response:
    """The answer to `ask`: 304 or a kept answer where the same was asked of this release, else from the lane."""
    assert site.lane is not None
    assert ask.reading is not None
    if ask.reading.changing:  # NOW(), RAND(): the same question has another answer each time
        return _fresh(site, request, ask, snapshot, tag=None)
    tag = etag(ask, snapshot)
    quoted = f'W/"{tag}"' if ask.reading.renaming else f'"{tag}"'
    if not is_resource_modified(request.environ, etag=quoted, ignore_if_range=True):
        return _headed(Response(status=304), snapshot, quoted)
    kept = _cache().get(tag)
    if kept is not None:
        return _headed(Response(kept.body, content_type=content_type(ask.format)), snapshot, quoted)
    return _fresh(site, request, ask, snapshot, tag, quoted)


def _fresh(site: Site, request: Request, ask: Ask, snapshot: Snapshot, tag: str | None, quoted: str = "") -> Response:
    assert site.lane is not None
    answer = site.lane.ask(ask, snapshot)
    if answer.file is not None and answer.length <= KEPT_BYTES:
        answer.body = answer.read()
    if answer.body is not None:
        if tag:
            _cache().keep(tag, Rendered(answer.body))
        return _headed(Response(answer.body, content_type=content_type(ask.format)), snapshot, quoted)
    assert answer.file is not None
    body: Iterable[bytes]
    if request.method == "HEAD":
        answer.close()
        body = ()
    else:
        body = wrap_file(request.environ, answer.file)
    response = Response(body, content_type=content_type(ask.format), direct_passthrough=True)
    response.content_length = answer.length
    return _headed(response, snapshot, quoted)


def _cache() -> PageCache:
    cache = current_app.extensions[CACHE]
    assert isinstance(cache, PageCache)
    return cache


def _headed(response: Response, snapshot: Snapshot, quoted: str) -> Response:
    headers = response.headers
    if quoted:
        headers["ETag"] = quoted
        headers["Cache-Control"] = CACHE_CONTROL
    else:
        headers["Cache-Control"] = "no-store"
    headers["Khronika-Release"] = str(snapshot.release)
    return opened_to_scripts(response)


def opened_to_scripts(response: Response) -> Response:
    """Anybody's page may ask (CORS); there are no cookies that could be abused."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def client_of(request: Request) -> str:
    """Who asks, for the lane's budget only: an IPv4 address, or the /64 that one subscriber of IPv6 has."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
