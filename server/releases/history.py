"""What changed, in words: the history of one page, the list of releases, and each release statement by statement."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode, Quad

from graph.formats import HTML, JSON_LD, N_TRIPLES, TRIG, TURTLE, Format
from graph.publish.documents import write
from graph.publish.history.changes import Change
from graph.publish.history.one import Content, content_of
from graph.publish.history.rdf import release_quads
from graph.publish.jsonld import write_json_ld
from graph.publish.lens import Lens, Ref
from graph.releases.telling import Told
from graph.store.base import Reader
from server.http.answering import Representation, send
from server.http.asked import MalformedParameter, checked_path, reader_language, urls
from server.http.caching import Link, Rendered
from server.http.negotiation import choose
from server.pages.documents import missing, not_acceptable
from server.problems import problem
from server.releases.versions import LINK_FORMAT, find_original, timegate_link, timemap_link
from server.site import Site, this_site
from server.templating import Alternate, Page

blueprint = Blueprint("history", __name__)

UPDATE = Format("sparql-update", "application/sparql-update", ".ru")
LIST_FORMATS = (HTML, TURTLE, JSON_LD, N_TRIPLES)
RELEASE_FORMATS = (*LIST_FORMATS, UPDATE)
PARTS = ("added", "removed")
A_PAGE = 50  # releases: some months of a busy site
SHOWN = 200  # statements on a page; the files have all
NAMED = 100  # records on a page
_RELEASE = re.compile(r"([1-9][0-9]{0,8})(?:(\.[a-z]+)|/(added|removed)\.trig)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a page, as its history shows it."""

    change: Change
    about: Sequence[str]


@blueprint.get("/history/<path:name>")
def history(name: str) -> Response:
    """When and how what one page says changed."""
    site = this_site()
    name = checked_path().removeprefix("history/")
    with site.releases.reading() as reader:
        original = find_original(site, name)
        if original is None:
            return missing(site, reader, name)
        path = "history/" + original.path
        if choose(request.headers.get("Accept"), (HTML,), HTML) is None:
            return not_acceptable(site, path, (HTML,))
        language, choice = reader_language(site)

        def render() -> Rendered:
            lens = Lens(reader, site.settings, site.vocabulary, language)
            of = NamedNode(original.iri)
            steps = [Step(c, _words(lens, c.predicates)) for c in reversed(original.changes)]
            timemap = Alternate("link-format", LINK_FORMAT.media_type, "timemap/" + original.path)
            page = _page(site, path, language, elsewhere=[timemap])
            body = site.jinja.get_template("history.html").render(
                page=page, say=page.say, ref=lens.ref(of), path=original.path, steps=steps
            )
            links = [timegate_link(site, original.path), timemap_link(site, original.path)]
            return Rendered(body.encode("utf-8"), links)

        return send(site, reader, Representation(path, HTML, language, choice or ""), render)


@blueprint.get("/releases")
@blueprint.get("/releases<suffix>")
def releases(suffix: str = "") -> Response:
    """Every release, the newest first, some at a time."""
    site = this_site()
    with site.releases.reading() as reader:
        wanted = _wanted(suffix, LIST_FORMATS)
        if (suffix and not wanted) or not site.history.kept:
            return missing(site, reader, "releases" + suffix)
        if wanted is None:
            return not_acceptable(site, "releases", LIST_FORMATS)
        before = _before()
        language, choice = reader_language(site) if wanted is HTML else ("", None)
        what = Representation(
            f"releases?{before}/{urls(site).depth}", wanted, language, choice or "", "releases" + wanted.suffix
        )

        def render() -> Rendered:
            told = site.history.releases(before, A_PAGE)
            if wanted is HTML:
                query = {"before": str(before)} if before else {}
                page = _page(site, "releases", language, LIST_FORMATS, query=query)
                body = site.jinja.get_template("releases.html").render(page=page, say=page.say, releases=told)
                return Rendered(body.encode("utf-8"))
            quads = [q for each in told for q in release_quads(site.settings, each, site.settings.language)]
            return Rendered(_written(site, quads, wanted), _next(site, told))

        return send(site, reader, what, render)


@blueprint.get("/releases/<path:name>")
def release(name: str) -> Response:
    """One release: which records it added, changed and removed, and each statement more and less."""
    site = this_site()
    with site.releases.reading() as reader:
        found = _RELEASE.fullmatch(checked_path().removeprefix("releases/"))
        if not found or not site.history.kept:
            return missing(site, reader, "releases/" + name)
        told = site.history.release(int(found[1]))
        path = f"releases/{found[1]}"
        if found[3]:
            return _difference(site, reader, told, path, found[3])
        wanted = _wanted(found[2] or "", RELEASE_FORMATS)
        if wanted is None:
            return missing(site, reader, path + found[2]) if found[2] else not_acceptable(site, path, RELEASE_FORMATS)
        if wanted is UPDATE:
            return _difference(site, reader, told, path, "update")
        language, choice = reader_language(site) if wanted is HTML else ("", None)
        what = Representation(f"{path}?{urls(site).depth}", wanted, language, choice or "", path + wanted.suffix)

        def render() -> Rendered:
            if wanted is HTML:
                return Rendered(_release_page(site, reader, told, path, language).encode("utf-8"))
            quads = list(release_quads(site.settings, told, site.settings.language))
            return Rendered(_written(site, quads, wanted))

        return send(site, reader, what, render)


def _difference(site: Site, reader: Reader, told: Told, path: str, part: str) -> Response:
    """What was added or removed as TriG, or both as an update; 422 where it is too much for one file."""
    number = told.entry.number
    difference = content_of(site.settings, number).difference
    if difference is None:
        say = site.messages[reader_language(site)[0]]
        return problem(422, say("releases.one", release=number), say("releases.large"))
    wanted, place = (UPDATE, path + ".ru") if part == "update" else (TRIG, f"{path}/{part}.trig")

    def render() -> Rendered:
        if wanted is UPDATE:
            return Rendered(difference.as_update().encode("utf-8"))
        return Rendered(write(difference.added if part == "added" else difference.removed, TRIG, site.settings))

    return send(site, reader, Representation(place, wanted, location=place), render)


def _release_page(site: Site, reader: Reader, told: Told, path: str, language: str) -> str:
    lens = Lens(reader, site.settings, site.vocabulary, language)
    page = _page(site, path, language, RELEASE_FORMATS)
    content = content_of(site.settings, told.entry.number)
    kinds = (("added", told.added), ("changed", told.changed), ("removed", told.removed))
    return site.jinja.get_template("release.html").render(
        page=page,
        say=page.say,
        told=told,
        kinds=[(kind, len(names), _refs(lens, names[:NAMED])) for kind, names in kinds if names],
        content=content,
        excerpts=_excerpts(site, content),
        shown=SHOWN,
        newest=reader.release,
    )


def _excerpts(site: Site, content: Content) -> dict[str, str]:
    """The first statements added and removed, as Turtle with graphs."""
    if content.difference is None:
        return {}
    sides: dict[str, Sequence[Quad]] = {"added": content.difference.added, "removed": content.difference.removed}
    return {side: write(quads[:SHOWN], TRIG, site.settings).decode("utf-8") for side, quads in sides.items() if quads}


def _words(lens: Lens, predicates: Iterable[str]) -> list[str]:
    """What statements are about, in the reader's words, each once."""
    return sorted({lens.vocabulary.label(iri, lens.language) or iri.rpartition("/")[2] for iri in predicates})


def _refs(lens: Lens, names: Iterable[str]) -> list[Ref]:
    return [lens.ref(NamedNode(name)) for name in names]


def _page(
    site: Site,
    path: str,
    language: str,
    formats: Iterable[Format] = (),
    *,
    elsewhere: Sequence[Alternate] = (),
    query: dict[str, str] | None = None,
) -> Page:
    others = [each for each in formats if each is not HTML]
    say = site.messages[language]
    return Page(site.settings, say, urls(site), path, query=query or {}, formats=others, elsewhere=elsewhere)


def _wanted(suffix: str, formats: Sequence[Format]) -> Format | None:
    if suffix:
        return next((f for f in formats if f.suffix == suffix), None)
    return choose(request.headers.get("Accept"), formats, TURTLE)


def _before() -> int | None:
    word = request.args.get("before")
    if word is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", word, re.ASCII):
        raise MalformedParameter("before", "the number of a release")
    return int(word)


def _next(site: Site, told: Sequence[Told]) -> list[Link]:
    """Where older releases are told."""
    last = told[-1].entry.number if told else 1
    return [Link(f"{site.settings.base}releases?before={last}", "next")] if last > 1 else []


def _written(site: Site, quads: Sequence[Quad], wanted: Format) -> bytes:
    return write_json_ld(quads) if wanted is JSON_LD else write(quads, wanted, site.settings)
