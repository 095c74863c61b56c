"""Pages that list things, in schema.org terms. What happened is a `Thing` there too: one can attend an `Event`."""

from collections.abc import Sequence

from graph.publish.lens import Lens, Ref
from graph.publish.schema_org import topic

LISTED = 100  # things that a page's block carries; it is a summary, not the graph


def list_block(lens: Lens, url: str, name: str, description: str, refs: Sequence[Ref], total: int) -> dict[str, object]:
    """The block of the page at `url` (absolute) that lists `total` things, of which `refs` are shown."""
    items = [
        {"@type": "ListItem", "position": place, "item": topic(lens, ref)} for place, ref in enumerate(refs[:LISTED], 1)
    ]
    return {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "@id": url,
        "url": url,
        "name": name,
        "description": description,
        "inLanguage": lens.language,
        "license": lens.settings.licence,
        "mainEntity": {"@type": "ItemList", "numberOfItems": total} | ({"itemListElement": items} if items else {}),
    }
