"""Which page a kind of thing gets: a template, and the view that `graph.publish` makes for it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote_plus

from jinja2 import Template
from markupsafe import Markup, escape
from pyoxigraph import NamedNode

from graph.publish.agents import agent_page, contact, membership
from graph.publish.claims import claim, passage, quotation
from graph.publish.description import describe
from graph.publish.events import event_page
from graph.publish.history.cited import SHOWN, permanent
from graph.publish.kinds import kind_of
from graph.publish.lens import Lens
from graph.publish.lists import claim_list
from graph.publish.places import place_page
from graph.publish.profiles import profile
from graph.publish.schema_org import page_block, schema_type, written
from graph.publish.series import series_page
from graph.publish.sources import source_page
from graph.publish.trail import with_trail
from graph.publish.vocabulary.entries import concept_page
from graph.settings import Settings
from graph.store.base import Reader
from graph.terms import PROV, SCHEMA, SKOS
from server.blanks import Blank, gap
from server.http.urls import escaped
from server.pages.trails import crumbs, in_public
from server.site import Site
from server.templating import Page

WIDTH, HEIGHT = 560, 260  # pixels a card asks for; it fits any width from 240 and scrolls when it must
SUMMARY = 300  # characters; what previews show at most

View = Callable[[Lens, NamedNode], object]

# What has no entry gets `thing.html`, which shows any description.
PAGES: Mapping[str, tuple[str, View]] = {
    "profile": ("profile.html", profile),
    "claim": ("claim.html", claim),
    "quotation": ("quotation.html", quotation),
    "incident": ("event.html", event_page),
    "act": ("event.html", event_page),
    "intervention": ("event.html", event_page),
    "event": ("event.html", event_page),
    "source": ("source.html", source_page),
    "person": ("agent.html", agent_page),
    "organization": ("agent.html", agent_page),
    "group": ("agent.html", agent_page),
    "membership": ("membership.html", membership),
    "contact": ("contact.html", contact),
    "place": ("place.html", place_page),
    "series": ("series.html", series_page),
    "list": ("list.html", claim_list),
    "passage": ("passage.html", passage),
    "concept": ("concept.html", concept_page),
}


# The blocks of `thing_layout.html` that show the thing itself.
BLOCKS = ("signposts", "trail", "kicker", "heading", "lede", "body", "pointing", "everything", "records")
DOCUMENT = "doc/"
_PLAIN_PATH = re.compile(r"doc(/[A-Za-z0-9_.~-]+)+")  # the same wherever it stands, but for how `/` is written


@dataclass(frozen=True)
class About:
    """What every page of a thing shows besides its own view."""

    kind: str
    iri: str
    json_ld: Markup


@dataclass(frozen=True)
class Release:
    """The release a page shows; `digest` as addresses name it, empty where there is none."""

    number: int
    day: date
    digest: str


def render_thing(site: Site, lens: Lens, node: NamedNode, page: Page, number: int) -> str:
    """The page of a thing; `number` is the page of its incoming links."""
    kind = kind_of(lens, node)
    template, view = PAGES.get(kind, ("thing.html", None))
    shown = view(lens, node) if view else None
    return render_as(site, template, lens, node, page, kind, shown, number)


def render_as(
    site: Site, template: str, lens: Lens, node: NamedNode, page: Page, kind: str, view: object, number: int
) -> str:
    """The page of a thing of a `kind`, by a template that extends `thing_layout.html`."""
    canonical, name = site.settings.base + escaped(page.path), lens.ref(node).label.words
    above = crumbs(lens, node, page)
    block = with_trail(page_block(lens, node, canonical), in_public(page, above, name, canonical))
    json_ld = Markup(written(block))  # noqa: S704 - `written` leaves no < > &
    own: dict[str, object] = {
        "view": view,
        "trail": above,
        "about": About(kind, node.value, json_ld),
        "description": describe(lens, node, number),
        "release": release_of(lens.reader),
    }
    summary, made = _summary(lens, node, page, kind), site.jinja.get_template(template)
    if number > 1 or not _fits_blank(page, node):
        return made.render(page=page, **own, **_around(page, lens.reader, name, name, summary))
    key = (kind, page.urls.depth, page.path.count("/"), page.past, lens.reader.release, lens.reader.digest)
    blank = made.blank(key, page.language, lambda of: _blank(of, lens.reader, page, kind))
    path = page.path.removeprefix(DOCUMENT)
    words = {
        "path": path,
        "parameter": path.replace("/", "%2F"),  # nothing else in it needs an escape, else it would fit no blank
        "words": escape(name),
        "cited": escape(name.rstrip(".")),
        "frame": escape(str(escape(name))),  # it is an attribute in a text
        "summary": escape(summary),
        "json_ld": json_ld,
    }
    return blank.filled(words, {"page": page, **own})


def _fits_blank(page: Page, node: NamedNode) -> bool:
    """Whether all that follows from a page's address follows from it as from any other with as many parts."""
    usual = page.version is None and page.urls.choice is None and not page.query
    own = page.settings.base + "id/" + page.path.removeprefix(DOCUMENT)
    return usual and node.value == own and _PLAIN_PATH.fullmatch(page.path) is not None


def _blank(template: Template, reader: Reader, page: Page, kind: str) -> Blank:
    """What all pages of a kind and depth share in a release; `page` is any of them."""
    name = "/".join(gap(f"part{number}") for number in range(page.path.count("/")))
    path = DOCUMENT + name
    other = replace(page, path=path)
    stand_in = {
        "page": other,
        "about": About(kind, f"{page.settings.base}id/{name}", gap("json_ld")),
        "release": release_of(reader),
        **_around(other, reader, gap("words"), gap("frame"), gap("summary")),
        "cited": gap("cited"),
    }
    return Blank(template, stand_in, BLOCKS, {name: "path", quote_plus(name): "parameter"})


def _around(page: Page, reader: Reader, name: str, framed: str, summary: str) -> dict[str, object]:
    """What `thing_layout.html` is handed besides what is said of the thing; `framed` is its name on a card."""
    canonical = page.settings.base + escaped(page.path)
    return {
        "canonical": canonical,
        "permanent": permanent(canonical, reader.release, reader.digest),
        "frame": frame_of(page.settings, page.path, framed, page.language),
        "words": name,
        "cited": name.rstrip("."),
        "summary": summary,
    }


def frame_of(settings: Settings, path: str, name: str, language: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The HTML that puts the card of the page at `path`, which has this `name`, into somebody else's."""
    source = f"{settings.base}{escaped('card/' + path)}?lang={language}"
    return (
        f'<iframe src="{escape(source)}" title="{escape(name)}" width="{width}" height="{height}" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation" '
        'loading="lazy" referrerpolicy="no-referrer" frameborder="0"></iframe>'
    )


def release_of(reader: Reader) -> Release:
    """The release a reader has open, as pages name it."""
    return Release(reader.release, reader.released.date(), reader.digest[:SHOWN])


def schema_types(lens: Lens, node: NamedNode) -> list[str]:
    """The schema.org classes of a page for its `type` links: what it is about, and that it is about something."""
    return list(dict.fromkeys((schema_type(lens, node), "AboutPage")))


def _summary(lens: Lens, node: NamedNode, page: Page, kind: str) -> str:
    """One sentence for search results and previews; for a claim, with who says it first."""
    words = lens.text(node, SCHEMA("text"), SKOS("definition"), SCHEMA("description"))
    speakers = lens.refs(lens.nodes(node, PROV("wasAttributedTo"), SCHEMA("spokenByCharacter")))
    said = words.words if words else lens.ref(node).label.words
    if words and speakers:
        said = f"{', '.join(s.label.words for s in speakers)}: “{said}”"
    elif not words:
        said = f"{page.say('kind.' + kind)}: {said} · {page.site_title}"
    return said if len(said) <= SUMMARY else said[: SUMMARY - 1].rsplit(" ", 1)[0] + "…"
