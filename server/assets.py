"""Files of ours: the style sheet, fonts, the JSON-LD context. Nothing a page needs comes from anywhere else."""

import hashlib
import mimetypes
from functools import lru_cache
from importlib.resources import files

from flask import Blueprint, Response, abort, request
from werkzeug.http import is_resource_modified

from graph.formats import JSON_LD
from server.http.coding import coded, coding_for
from server.site import this_site

blueprint = Blueprint("assets", __name__)

YEAR = 31_536_000  # seconds; a file asked for with its digest never changes
DAY = 86_400
SHRINK = (".css", ".js", ".svg")  # fonts are compressed already
TYPES = {
    ".ico": "image/vnd.microsoft.icon",
    ".png": "image/png",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """A file by its name. Names are looked up among those that were there at the start, never joined to a path."""
    return _file(name)


@blueprint.get("/favicon.ico")
def icon() -> Response:
    """What browsers and feed readers ask for unasked, at the root."""
    return _file("favicon.ico")


@blueprint.get("/apple-touch-icon.png")
@blueprint.get("/apple-touch-icon-precomposed.png")
def touch_icon() -> Response:
    """The same for the home screens of phones."""
    return _file("touch-icon.png")


def _file(name: str) -> Response:
    version = this_site().versions.get(name)
    if version is None:
        abort(404)
    suffix = name[name.rfind(".") :]
    coding = coding_for(request.headers.get("Accept-Encoding")) if suffix in SHRINK else ""
    immutable = request.args.get("v") == version
    headers = {
        "ETag": f'"{version}-{coding}"' if coding else f'"{version}"',
        "Cache-Control": f"public, max-age={YEAR}, immutable" if immutable else f"public, max-age={DAY}",
        "Vary": "Accept-Encoding",
    }
    if not is_resource_modified(request.environ, etag=headers["ETag"]):
        return Response(status=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(_content(name, version, coding), headers=headers, content_type=kind)


@lru_cache(maxsize=64)
def _content(name: str, version: str, coding: str) -> bytes:  # noqa: ARG001 - the version names the content
    content = files("server").joinpath("static", *name.split("/")).read_bytes()
    return coded(content, coding, lasting=True) if coding else content


@blueprint.get("/context.jsonld")
def context() -> Response:
    """The JSON-LD context of the house, for who writes in it; our own documents carry the part they use."""
    content = files("ontology").joinpath("context.jsonld").read_bytes()
    tag = hashlib.sha256(content).hexdigest()[:32]
    headers = {"ETag": f'"{tag}"', "Cache-Control": f"public, max-age={DAY}", "Access-Control-Allow-Origin": "*"}
    if not is_resource_modified(request.environ, etag=headers["ETag"]):
        return Response(status=304, headers=headers)
    return Response(content, headers=headers, content_type=JSON_LD.media_type)
