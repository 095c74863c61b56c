"""The way from the first page down to a thing: which list it is found in, and what it is a part of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.kinds import kind_of
from graph.publish.lens import Lens, Ref
from graph.terms import KH, OA, ORG, SCHEMA, SKOS

STEPS = 12  # from a village to the world and some; a cycle ends here

# By kind, what leads from a thing to what it is a part of. Followed while it leads on, so not from a claim's document
# to the series of that.
_UP: Mapping[str, NamedNode] = {
    "profile": SCHEMA("isPartOf"),
    "source": SCHEMA("isPartOf"),
    "claim": KH("statedIn"),
    "quotation": KH("statedIn"),
    "act": SCHEMA("superEvent"),
    "incident": SCHEMA("superEvent"),
    "intervention": SCHEMA("superEvent"),
    "event": SCHEMA("superEvent"),
    "membership": ORG("organization"),
    "place": SCHEMA("containedInPlace"),
    "passage": OA("hasSource"),
    "concept": SKOS("broader"),
}


@dataclass(frozen=True, slots=True)
class Trail:
    """`kind` of the list that the trail begins in, then what the thing is a part of, the widest first, itself not."""

    kind: str
    steps: Sequence[Ref]


def trail(lens: Lens, node: NamedNode) -> Trail:
    """The trail to a thing; of several things it is a part of, the first."""
    kind = kind_of(lens, node)
    above = lens.pointing(KH("quantity"), node)[:1] if kind == "count" else _above(lens, node, _UP.get(kind))
    if kind == "concept":
        above += lens.nodes(node, SKOS("inScheme"))[:1]
    return Trail(kind_of(lens, above[-1]) if above else kind, lens.refs(reversed(above)))


def _above(lens: Lens, node: NamedNode, up: NamedNode | None) -> list[NamedNode]:
    found: list[NamedNode] = []
    while up is not None and len(found) < STEPS:
        wider = lens.node(found[-1] if found else node, up)
        if wider is None or wider in found or wider == node or not lens.facts(wider):
            break
        found.append(wider)
    return found


def with_trail(block: Mapping[str, object], crumbs: Sequence[tuple[str, str]]) -> dict[str, object]:
    """The schema.org block of a page with the way to it: (name, absolute URL) from the first page to itself.

    A block is of the thing that its page is about; unless this is a page itself, the page is said to be about it.
    """
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(crumbs, 1)
    ]
    way = {"@type": "BreadcrumbList", "itemListElement": items}
    if block["@type"] == "WebPage":
        return {**block, "breadcrumb": way}
    return {**block, "mainEntityOfPage": {"@type": "WebPage", "@id": crumbs[-1][1], "breadcrumb": way}}
