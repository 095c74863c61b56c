"""One representation of one resource, sent with what HTTP needs to cache it: RFC 9110 §8.8, §13, RFC 9111."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

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
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")  # of the others see `server.conditions`
READ_BY_SCRIPTS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Content-Location, ETag, Link"),
)
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
        digest = _begun(site.edition, reader).copy()
        digest.update("\0".join((self.key, self.format.name, self.language, self.choice)).encode())
        return digest.hexdigest()[:TAG_LENGTH]


def _begun(edition: str, reader: Reader) -> "hashlib._Hash":
    """The digest of what all tags of a release begin with."""
    begun = reader.kept.get((Representation, edition))
    if begun is None:
        parts = (edition, reader.digest, str(reader.release), reader.released.isoformat(), "")
        begun = reader.kept.setdefault((Representation, edition), hashlib.sha256("\0".join(parts).encode()))
    return cast("hashlib._Hash", begun)


@dataclass(slots=True)
class Answer:
    """What is sent: as plain as WSGI takes it, but for what `server.http.headers` adds to every answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""


def send(site: Site, reader: Reader, what: Representation, render: Callable[[], Rendered]) -> Response:
    """The representation, as `answer` has it, to the request at hand."""
    given = answer(site, reader, what, render, request.environ, depth())
    return Response(given.body, given.status, given.headers)


def answer(
    site: Site,
    reader: Reader,
    what: Representation,
    render: Callable[[], Rendered],
    environ: dict[str, Any],
    depth: int,
) -> Answer:
    """The representation, from the cache where it was made before; 304 without making it where the client has it.

    `environ` is the request, and `depth` how many folders below the root it is.
    """
    plain = what.tag(site, reader)
    coding = coding_for(environ.get("HTTP_ACCEPT_ENCODING"))
    tag = f"{plain}-{coding}" if coding else plain  # another coding is another representation (RFC 9110 §8.8.3.3)
    dated = _dated(tag, what, reader.released, depth)
    conditional = any(condition in environ for condition in CONDITIONS)
    if conditional and not is_resource_modified(environ, etag=f'"{tag}"', last_modified=reader.released):
        return Answer(304, dated)
    generation = site.cache.generation
    rendered = site.cache.get(tag)
    if rendered is None:
        rendered = site.cache.get(plain) or render()
        if coding and len(rendered.body) >= WORTH:
            rendered = Rendered(coded(rendered.body, coding), rendered.links, coding)
        site.cache.keep(tag, rendered, generation)
    headers = [("Content-Type", content_type(what.format))]
    if rendered.coding:
        headers.append(("Content-Encoding", rendered.coding))
    headers += [("Link", str(link)) for link in rendered.links]
    if what.format is not HTML:
        headers += READ_BY_SCRIPTS
    return Answer(200, headers + dated, rendered.body)


def content_type(wanted: Format) -> str:
    """The media type, with its charset where one is defined for it (RFC 6657: text/*)."""
    return wanted.media_type + ("; charset=utf-8" if wanted.media_type.startswith("text/") else "")


@lru_cache(maxsize=8)
def _written(released: datetime) -> str:
    return http_date(released)


def _dated(tag: str, what: Representation, released: datetime, depth: int) -> list[tuple[str, str]]:
    """What an answer and its 304 have in common."""
    headers = [
        ("ETag", f'"{tag}"'),
        ("Last-Modified", _written(released)),
        ("Cache-Control", CACHE_CONTROL),
        ("Vary", VARY),  # an answer that is new here varies with nothing else yet
    ]
    if what.language:
        headers.append(("Content-Language", what.language))
    if what.location:
        headers.append(("Content-Location", "../" * depth + escaped(what.location)))  # relative: right under any prefix
    return headers
