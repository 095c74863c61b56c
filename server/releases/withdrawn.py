"""What was withdrawn is gone at every address at once: looked up before any view, whichever release is being made.

Also of a past release, of a history, and while nothing else can be read because the next release is on its way.
"""

from collections.abc import Iterator

from flask import Flask, Response, request

from graph.formats import FORMATS
from graph.store.base import Tombstone
from server.http.asked import MalformedPath, checked_path, iris, reader_language
from server.problems import problem
from server.site import Site, this_site

REASONS = "https://w3id.org/khronika/vocab/withdrawal/"
# addresses about another address, which follows
IN_FRONT = ("history/", "timegate/", "timemap/", "card/", "cite/", "embed/", "preview/")
OWN = ("id/", "record/")


def register(app: Flask) -> None:
    """Have every request looked at."""
    app.before_request(refuse_withdrawn)


def refuse_withdrawn() -> Response | None:
    """410 for an address of something withdrawn, in any format and of any time; None for every other."""
    site = this_site()
    if not site.blocklist.now().tombstones:
        return None
    try:
        name = _named(checked_path())
    except MalformedPath:  # told by the view
        return None
    tombstone = next(tombstones(site, name), None) if name else None
    return gone(site, tombstone) if tombstone else None


def gone(site: Site, tombstone: Tombstone) -> Response:
    """410 with a tombstone that names nothing: since which day, and why in one word of a list."""
    say = site.messages[reader_language(site)[0]]
    reason = site.vocabulary.label(REASONS + tombstone.reason, say.language)
    detail = say("problem.gone.detail", day=say.day(tombstone.day), reason=reason or tombstone.reason)
    response = problem(410, say("problem.gone"), detail)
    if request.method == "OPTIONS":
        response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response


def _named(path: str) -> str | None:
    """The path below the base of the thing or record that an address is about; None for any other address."""
    for before in IN_FRONT:
        path = path.removeprefix(before)
    if path.startswith("doc/"):
        path = "id/" + path.removeprefix("doc/")
    return path if path.startswith(OWN) else None


def tombstones(site: Site, name: str) -> Iterator[Tombstone]:
    """Those that stand for a path below the base: of the thing, of a thing whose node it is, of the record.

    Whatever the suffix.
    """
    suffix = next((f.suffix for f in FORMATS if name.endswith(f.suffix)), "")
    for each in dict.fromkeys((name, name.removesuffix(suffix))):
        while each.count("/") > (0 if each.startswith("record/") else 1):
            for node in iris(site.settings.base, each):
                found = site.blocklist.tombstone(node.value)
                if found:
                    yield found
            if each.startswith("record/"):
                break
            each = each.rpartition("/")[0]  # noqa: PLW2901 - on to the thing it belongs to
