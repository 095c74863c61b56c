"""One representation of one resource, sent with what HTTP needs to cache it: RFC 9110 §8.8, §13, RFC 9111."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from werkzeug.http import http_date, is_resource_modified

from graph.formats import HTML, Format
from graph.store.base import Reader
from server.asked import depth
from server.caching import Rendered
from server.site import Site
from server.urls import escaped

CACHE_CONTROL = "public, no-cache"  # keep it, ask each time: a withdrawal reaches caches at once, and a 304 is cheap
WORTH_CODING = 1024  # bytes; a shorter body would hardly shrink below one packet less
GZIP_LEVEL = 6  # each page is coded once a release; higher levels take twice the time for one part in a hundred
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
    coded = gzip_is_welcome(request.headers.get("Accept-Encoding"))
    tag = f"{plain}-gzip" if coded else plain  # another coding is another representation (RFC 9110 §8.8.3.3)
    if not is_resource_modified(request.environ, etag=f'"{tag}"', last_modified=reader.released):
        return _dated(Response(status=304), tag, what, reader.released)
    rendered = site.cache.get(tag)
    if rendered is None:
        rendered = site.cache.get(plain) or render()
        if coded and len(rendered.body) >= WORTH_CODING:
            rendered = Rendered(gzip.compress(rendered.body, GZIP_LEVEL, mtime=0), rendered.links, coded=True)
        site.cache.keep(tag, rendered)
    response = Response(rendered.body, content_type=content_type(what.format))
    if rendered.coded:
        response.headers["Content-Encoding"] = "gzip"
    for link in rendered.links:
        response.headers.add("Link", str(link))
    if what.format is not HTML:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Content-Location, ETag, Link"
    return _dated(response, tag, what, reader.released)


def gzip_is_welcome(accept_encoding: str | None) -> bool:
    """Whether a client takes gzip: named with a weight above 0, or met by `*` (RFC 9110 §12.5.3)."""
    weights: dict[str, float] = {}
    for member in (accept_encoding or "").split(","):
        coding, _, parameter = member.partition(";")
        name, _, value = parameter.partition("=")
        try:
            weights[coding.strip().lower()] = float(value) if name.strip().lower() == "q" else 1.0
        except ValueError:
            weights[coding.strip().lower()] = 0.0
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def content_type(wanted: Format) -> str:
    """The media type, with its charset where one is defined for it (RFC 6657: text/*)."""
    return wanted.media_type + ("; charset=utf-8" if wanted.media_type.startswith("text/") else "")


def _dated(response: Response, tag: str, what: Representation, released: datetime) -> Response:
    headers = response.headers
    headers["ETag"] = f'"{tag}"'
    headers["Last-Modified"] = http_date(released)
    headers["Cache-Control"] = CACHE_CONTROL
    response.vary.add("Accept-Encoding")
    if what.language:
        headers["Content-Language"] = what.language
    if what.location:
        headers["Content-Location"] = "../" * depth() + escaped(what.location)  # relative: right under any prefix
    return response
