"""Lists of claims: goals, achievements; each item somebody's words, the list itself perhaps left open by its author."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.claims import Claim, Passage, claim, passages_of
from graph.publish.lens import Lens, Ref, once
from graph.publish.literals import Text
from graph.terms import KH, SCHEMA, SKOS


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list in its order: whose it is, which document has it, and remarks (such as words that leave it open)."""

    ref: Ref
    name: Text
    authors: Sequence[Ref]
    documents: Sequence[Ref]
    about: Sequence[Ref]
    items: Sequence[Claim]
    passages: Sequence[Passage]
    notes: Sequence[Text]

    @property
    def position(self) -> int:
        """Where it starts on its page."""
        places = [p.position for p in self.passages if p.position is not None]
        return min(places, default=min((c.place[0] for c in self.items), default=1 << 30))


@once
def claim_list(lens: Lens, node: NamedNode) -> OpenList:
    """A list by its IRI."""
    items = sorted(lens.nodes(node, SCHEMA("itemListElement")), key=lens.position)
    return OpenList(
        ref=lens.ref(node),
        name=lens.text(node, SCHEMA("name")) or lens.ref(node).label,
        authors=lens.refs(lens.nodes(node, SCHEMA("author"))),
        documents=lens.refs(lens.nodes(node, KH("statedIn"))),
        about=lens.refs(lens.nodes(node, SCHEMA("about"))),
        items=[claim(lens, n) for n in items],
        passages=passages_of(lens, node),
        notes=lens.texts(node, SKOS("editorialNote")),
    )
