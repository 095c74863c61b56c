"""One representation of one resource, sent with what HTTP needs to cache it: RFC 9110 §8.8, §13, RFC 9111."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask import Response, request
from werkzeug.http import http_date, is_resource_modified

from graph.formats import HTML, Format
from graph.store.base import Reader
from server.http.asked import depth
from server.http.caching import Rendered
from server.http.coding import WORTH, coded, coding_for
from server.http.urls import escaped
from server.site import Site

CACHE_CONTROL = "public, no-cache"  # keep it, ask each time: a withdrawal reaches caches at once, and a 304 is cheap
VARY = "Accept-Encoding"  # what else all answers vary with, `server.http.headers` adds
TAG_LENGTH = 32  # hex digits; half a sha256 is beyond chance


@dataclass(frozen=True, slots=True)
class Representation:
    """What will be sent, named before it is made: `key` and the rest of it tell any two bodies of a release apart."""

    key: str
    format: Format
    language: str = ""
    choice: str = ""
    location: str = ""  # path below the root of the URL that always gives this representation

    def tag(self, site: Site, reader: Reader) -> str:
        """The strong entity tag: known without rendering, because a release and an edition never change."""
        parts = (
            site.edition, reader.digest, str(reader.release), reader.released.isoformat(),
            self.key, self.format.name, self.language, self.choice,
        )  # fmt: skip
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:TAG_LENGTH]


def send(site: Site, reader: Reader, what: Representation, render: Callable[[], Rendered]) -> Response:
    """The representation, from the cache where it was made before; 304 without making it where the client has it."""
    plain = what.tag(site, reader)
    coding = coding_for(request.headers.get("Accept-Encoding"))
    tag = f"{plain}-{coding}" if coding else plain  # another coding is another representation (RFC 9110 §8.8.3.3)
    if not is_resource_modified(request.environ, etag=f'"{tag}"', last_modified=reader.released):
        return _dated(Response(status=304), tag, what, reader.released)
    generation = site.cache.generation
    rendered = site.cache.get(tag)
    if rendered is None:
        rendered = site.cache.get(plain) or render()
        if coding and len(rendered.body) >= WORTH:
            rendered = Rendered(coded(rendered.body, coding), rendered.links, coding)
        site.cache.keep(tag, rendered, generation)
    response = Response(rendered.body, content_type=content_type(what.format))
    if rendered.coding:
        response.headers["Content-Encoding"] = rendered.coding
    for link in rendered.links:
        response.headers.add("Link", str(link))
    if what.format is not HTML:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Content-Location, ETag, Link"
    return _dated(response, tag, what, reader.released)


def content_type(wanted: Format) -> str:
    """The media type, with its charset where one is defined for it (RFC 6657: text/*)."""
    return wanted.media_type + ("; charset=utf-8" if wanted.media_type.startswith("text/") else "")


@lru_cache(maxsize=8)
def _written(released: datetime) -> str:
    return http_date(released)


def _dated(response: Response, tag: str, what: Representation, released: datetime) -> Response:
    headers = response.headers
    headers["ETag"] = f'"{tag}"'
    headers["Last-Modified"] = _written(released)
    headers["Cache-Control"] = CACHE_CONTROL
    headers["Vary"] = VARY  # an answer that is new here varies with nothing else yet
    if what.language:
        headers["Content-Language"] = what.language
    if what.location:
        headers["Content-Location"] = "../" * depth() + escaped(what.location)  # relative: right under any prefix
    return response
