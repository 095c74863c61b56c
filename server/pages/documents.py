"""Things and their documents: `/id/X` points to `/doc/X`, which has one URL a format and negotiates without suffix."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from pyoxigraph import NamedNode, Quad

from graph.formats import HTML, JSON_LD, TRIG, Format, by_suffix
from graph.publish.description import is_described
from graph.publish.documents import thing_quads, thing_statements, write, write_statements
from graph.publish.jsonld import write_json_ld
from graph.publish.lens import Lens
from graph.store.base import Reader
from server.http.answering import Representation, send
from server.http.asked import checked_path, depth, iris, page_number, reader_language, urls
from server.http.caching import Rendered
from server.http.negotiation import choose
from server.http.signposts import OFFERED, RDF_FORMATS, choose_for_document, in_page, signposts
from server.http.urls import Urls, escaped
from server.pages.things import render_thing
from server.problems import problem
from server.releases.past import Version, asked_release, named
from server.releases.versions import dressed
from server.site import Site, this_site
from server.templating import Page

blueprint = Blueprint("documents", __name__)

RULE = "/doc/<path:name>"


@blueprint.get("/id/<path:name>")
def thing(name: str) -> Response:
    """A thing is not a document: 303 See Other to the one about it (httpRange-14), for people and machines alike."""
    site = this_site()
    with asked_release(site) as (reader, _):
        lens = Lens(reader, site.settings, site.vocabulary, site.languages[0])
        name = checked_path().removeprefix("id/")
        node = find(lens, site.settings.base + "id/", name)
        if node is None:
            return missing(site, reader, "id/" + name)
    response = Response(status=303)
    question = request.query_string.decode("latin-1")
    response.headers["Location"] = urls(site).root + escaped("doc/" + name) + (f"?{question}" if question else "")
    response.autocorrect_location_header = False
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get(RULE)
def document(name: str) -> Response:
    """What is said of a thing, in the format of the suffix, or the one the client likes best."""
    site = this_site()
    with asked_release(site) as (reader, version):
        lens = Lens(reader, site.settings, site.vocabulary, site.languages[0])
        name = checked_path().removeprefix("doc/")
        node, name, wanted = find_document(lens, site.settings.base + "id/", name)
        if node is None:
            return missing(site, reader, "id/" + name)
        response = represent(site, lens, node, "doc/" + name, wanted, version)
        return dressed(response, site, "doc/" + name + (wanted.suffix if wanted else ""), node.value, version)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which representation of a document is wanted. `depth`: of the address it is asked at, in folders."""

    format: Format
    depth: int
    language: str = ""
    choice: str | None = None
    page: int = 1
    version: Version | None = None


def represent(
    site: Site, lens: Lens, node: NamedNode, path: str, wanted: Format | None, version: Version | None = None
) -> Response:
    """The document at `path` (without suffix) about a node; `wanted` None negotiates, 406 where nothing fits."""
    wanted = wanted or choose_for_document(request.headers.get("Accept"))
    if wanted is None:
        return not_acceptable(site, path)
    language, choice = reader_language(site) if wanted is HTML else ("", None)
    wish = Wish(wanted, depth(), language, choice, page_number(), version)
    return send(site, lens.reader, representation(path, wish), lambda: rendered(site, lens, node, path, wish))


def representation(path: str, wish: Wish) -> Representation:
    """The name of what will be sent for the document at `path`."""
    depth_ = wish.depth if wish.format is HTML else ""
    return Representation(
        key=f"{path}?{wish.page}/{depth_}{named(wish.version)}",
        format=wish.format,
        language=wish.language,
        choice=wish.choice or "",
        location=path + wish.format.suffix,
    )


def rendered(site: Site, lens: Lens, node: NamedNode, path: str, wish: Wish) -> Rendered:
    """The document at `path` about a node, made."""
    wanted, version, page = wish.format, wish.version, wish.page
    own = lens.speaking(wish.language or site.languages[0])
    if wanted is HTML:
        own.around(node)  # its links, its view and its description ask what points here: once is enough
    links = list(signposts(site, own, node, path, wanted, version))
    if wanted is HTML:
        shown = Page(
            site.settings,
            site.messages[wish.language],
            Urls(wish.depth, wish.choice, site.versions, version.number if version else None),
            path,
            query={"page": str(page)} if page > 1 else {},
            formats=RDF_FORMATS,
            past=site.history.kept,
            version=version,
            signposts=in_page(links),
            about=node.value,
        )
        return Rendered(render_thing(site, own, node, shown, page).encode("utf-8"), links)
    about = NamedNode(site.settings.base + escaped(path))
    if wanted is TRIG:
        return Rendered(write(thing_quads(own, node, about), wanted, site.settings), links)
    said = thing_statements(own, node, about)
    if wanted is JSON_LD:  # which could keep records apart; ours says all in one, for who reads it as a page's data
        return Rendered(write_json_ld(Quad(*each) for each in said), links)
    return Rendered(write_statements(said, wanted, own), links)


def find(lens: Lens, base: str, name: str) -> NamedNode | None:
    """The described IRI that a name in a URL stands for, None when there is none."""
    return next((node for node in iris(base, name) if is_described(lens, node)), None)


def find_document(lens: Lens, base: str, name: str) -> tuple[NamedNode | None, str, Format | None]:
    """What a name in a URL stands for, as it is or without its suffix; the name without it, and the format it asks for.

    A thing whose own name ends like a suffix is found as it is.
    """
    node = find(lens, base, name)
    if node is not None:
        return node, name, None
    name, wanted = without_suffix(name)
    return (find(lens, base, name) if wanted else None), name, wanted


@contextmanager
def described(site: Site, name: str, language: str) -> Iterator[tuple[Lens, NamedNode]]:
    """The thing of a name below `id/` in the current release, and a lens on it; 404 or 410 where there is none."""
    with site.releases.reading() as reader:
        lens = Lens(reader, site.settings, site.vocabulary, language)
        node = find(lens, site.settings.base + "id/", name)
        if node is None:
            abort(missing(site, reader, "id/" + name))
        yield lens, node


def refuse_all_but_html(site: Site, path: str) -> None:
    """406 for a client that takes no HTML, at an address that has nothing else."""
    if choose(request.headers.get("Accept"), (HTML,), HTML) is None:
        abort(not_acceptable(site, path, (HTML,)))


def without_suffix(name: str) -> tuple[str, Format | None]:
    """A name and the format its suffix asks for; the whole name and None when it has no suffix of ours."""
    for wanted in OFFERED:
        if name.endswith(wanted.suffix):
            assert by_suffix(wanted.suffix) is wanted
            return name.removesuffix(wanted.suffix), wanted
    return name, None


def missing(site: Site, reader: Reader, name: str) -> Response:
    """404, or 410 with a tombstone that names nothing for what was withdrawn."""
    say = site.messages[reader_language(site)[0]]
    for node in iris(site.settings.base, name):
        tombstone = reader.withdrawn(node.value)
        if tombstone is not None:
            reason = site.vocabulary.label(
                f"https://w3id.org/khronika/vocab/withdrawal/{tombstone.reason}", say.language
            )
            detail = say("problem.gone.detail", day=say.day(tombstone.day), reason=reason or tombstone.reason)
            return problem(410, say("problem.gone"), detail)
    return problem(404, say("problem.missing"), say("problem.missing.detail"))


def not_acceptable(site: Site, path: str, formats: Sequence[Format] = OFFERED) -> Response:
    """406 that lists what there is."""
    say = site.messages[reader_language(site)[0]]
    one = len(formats) == 1  # what has one form has no suffixes either
    offered = [
        {"type": f.media_type, "url": urls(site).root + escaped(path + ("" if one else f.suffix))} for f in formats
    ]
    response = problem(406, say("problem.not-acceptable"), say("problem.not-acceptable.detail"), offered=offered)
    for offer in offered:
        response.headers.add("Link", f'<{offer["url"]}>; rel="alternate"; type="{offer["type"]}"')
    return response
