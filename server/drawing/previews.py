"""The picture a page is shown with where somebody links to it. Made when asked for, kept in memory and nowhere else."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from graph.formats import Format
from graph.publish.claims import claim, claims_where, quotation
from graph.publish.events import event_page
from graph.publish.kinds import kind_of
from graph.publish.lens import Lens, Ref
from graph.terms import KH, SCHEMA
from server.drawing.painting import Picture, can_paint, paint
from server.http.answering import Representation, send
from server.http.asked import checked_path, reader_language
from server.http.caching import Rendered
from server.http.negotiation import choose
from server.messages import Messages
from server.pages.documents import find, missing, not_acceptable
from server.problems import problem
from server.site import Site, this_site
from server.templating import STATUSES, in_language

blueprint = Blueprint("previews", __name__)

PNG = Format("png", "image/png", ".png")
FOLDERS = {"doc/": "id/", "record/": "record/"}  # pages that have a picture of their own, and where their IRIs lie
EVENTS = ("incident", "act", "intervention", "event")


@blueprint.get("/preview")
def of_site() -> Response:
    """The picture of every page that has none of its own: the site's title."""
    site = this_site()
    language, _ = reader_language(site)
    title = in_language(site.settings.title, language)
    with site.releases.reading() as reader:
        lens = Lens(reader, site.settings, site.vocabulary, language)
        return _send(site, lens, "preview", lambda: Picture("", "", title, site.settings.publisher, ""))


@blueprint.get("/preview/<path:name>")
def of_page(name: str) -> Response:
    """The picture of the page of a thing or a record: its kind and name, and how many documents tell of it."""
    site = this_site()
    language, _ = reader_language(site)
    path = checked_path().removeprefix("preview/")
    folder = next((f for f in FOLDERS if path.startswith(f)), "")
    with site.releases.reading() as reader:
        lens = Lens(reader, site.settings, site.vocabulary, language)
        if not folder:
            return missing(site, reader, path)
        name = FOLDERS[folder] + path.removeprefix(folder)
        node = find(lens, site.settings.base + FOLDERS[folder], path.removeprefix(folder))
        if node is None:
            return missing(site, reader, name)
        return _send(site, lens, "preview/" + path, lambda: picture_of(site, lens, node))


def picture_of(site: Site, lens: Lens, node: NamedNode) -> Picture:
    """What the picture of a page says: nothing that the page does not say at its head."""
    say, kind = site.messages[lens.language], kind_of(lens, node)
    words = lens.text(node, SCHEMA("text")) if kind in ("claim", "quotation") else None
    voices = _voices(lens, node, kind)
    return Picture(
        kicker=say("kind." + kind),
        lead=_lead(say, lens, node, kind),
        title=(words or lens.ref(node).label).words,
        site=in_language(site.settings.title, lens.language),
        voices=say("preview.voices", n=voices) if voices else "",
    )


def _lead(say: Messages, lens: Lens, node: NamedNode, kind: str) -> str:
    """Who says what follows."""
    if kind == "quotation":
        return _names(quotation(lens, node).speakers)
    if kind != "claim":
        return ""
    found = claim(lens, node)
    status = found.status if found.status in STATUSES else "other"
    return f"{_names(found.speakers)} {say('says.' + status, n=len(found.speakers) or 1)}" if found.speakers else ""


def _names(speakers: Sequence[Ref]) -> str:
    return ", ".join(speaker.label.words for speaker in speakers)


def _voices(lens: Lens, node: NamedNode, kind: str) -> int:
    """In how many documents the claims stand that a page of this kind shows."""
    if kind in EVENTS:
        return len(event_page(lens, node).voices)
    if kind == "claim":
        return len(lens.nodes(node, KH("statedIn")))
    return len({ref.iri for each in claims_where(lens, SCHEMA("about"), node) for ref in each.documents})


def _send(site: Site, lens: Lens, key: str, picture: Callable[[], Picture]) -> Response:
    if not can_paint():
        say = site.messages[lens.language]
        return problem(404, say("problem.missing"), say("preview.none"))
    if choose(request.headers.get("Accept"), (PNG,), PNG) is None:
        return not_acceptable(site, key, (PNG,))
    what = Representation(key, PNG, lens.language)
    response = send(site, lens.reader, what, lambda: Rendered(paint(picture())))
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # it is made to stand in other people's pages
    return response
