"""The way to a page of a thing: as links above its heading, and as names and public URLs for its block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from graph.publish.lens import Lens
from graph.publish.literals import Text
from graph.publish.trail import trail
from graph.search.entries import LEFT_OUT
from server.http.urls import escaped
from server.templating import Page

# Kinds whose list is a page of its own: its message and its path. Of the others, browsing has a list.
LISTS: Mapping[str, tuple[str, str]] = {
    "place": ("places.title", "places"),
    "concept": ("vocabulary.schemes", "vocab"),
    "scheme": ("vocabulary.schemes", "vocab"),
}
NO_LIST = LEFT_OUT | {"thing"}


@dataclass(frozen=True, slots=True)
class Crumb:
    """One page above: its name, its path below the root, what it is asked."""

    label: Text
    path: str
    query: Mapping[str, str] = field(default_factory=dict)


def crumbs(lens: Lens, node: NamedNode, page: Page) -> Sequence[Crumb]:
    """The pages above the page of a thing, from the first page down; itself is not among them."""
    way = trail(lens, node)
    found = [first(page)]
    if way.kind not in NO_LIST:
        found.append(listed_at(way.kind, page))
    shown = ((ref, page.below(ref.iri)) for ref in way.steps)
    return [*found, *(Crumb(ref.label, path) for ref, path in shown if path)]


def first(page: Page) -> Crumb:
    """The first page."""
    return Crumb(Text(page.say("trail.home"), page.language), "")


def listed_at(kind: str, page: Page) -> Crumb:
    """The page that lists all of a kind."""
    message, path = LISTS.get(kind, (f"kinds.{kind}", "browse"))
    return Crumb(Text(page.say(message), page.language), path, {"kind": kind} if path == "browse" else {})


def in_public(page: Page, above: Sequence[Crumb], name: str, url: str) -> list[tuple[str, str]]:
    """Names and public URLs of the pages above, then those of the page itself."""
    base = page.settings.base
    told = [(c.label.words, base + escaped(c.path) + (f"?{urlencode(c.query)}" if c.query else "")) for c in above]
    return [*told, (name, url)]
