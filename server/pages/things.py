"""Which page a kind of thing gets: a template, and the view that `graph.publish` makes for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

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
from graph.store.base import Reader
from graph.terms import PROV, SCHEMA, SKOS
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
    return site.jinja.get_template(template).render(
        page=page,
        view=view(lens, node) if view else None,
        **furniture(site, lens, node, page, kind, number),
    )


def furniture(site: Site, lens: Lens, node: NamedNode, page: Page, kind: str, number: int) -> dict[str, object]:
    """What `thing_layout.html` needs for any thing."""
    canonical = site.settings.base + escaped(page.path)
    name = lens.ref(node).label.words
    above = crumbs(lens, node, page)
    block = with_trail(page_block(lens, node, canonical), in_public(page, above, name, canonical))
    return {
        "trail": above,
        "say": page.say,
        "about": About(kind, node.value, Markup(written(block))),  # noqa: S704 - `written` leaves no < > &
        "description": describe(lens, node, number),
        "canonical": canonical,
        "summary": _summary(lens, node, page, kind),
        "release": release_of(lens.reader),
        "permanent": permanent(canonical, lens.reader.release, lens.reader.digest),
        "frame": frame_of(site, lens, node, page.path),
    }


def frame_of(site: Site, lens: Lens, node: NamedNode, path: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The HTML that puts the card of the page at `path` into somebody else's."""
    source = f"{site.settings.base}{escaped('card/' + path)}?lang={lens.language}"
    return (
        f'<iframe src="{escape(source)}" title="{escape(lens.ref(node).label.words)}" width="{width}" '
        f'height="{height}" sandbox="allow-popups allow-popups-to-escape-sandbox '
        'allow-top-navigation-by-user-activation" loading="lazy" referrerpolicy="no-referrer" frameborder="0"></iframe>'
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
