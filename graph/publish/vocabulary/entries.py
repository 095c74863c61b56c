"""A concept as a reader looks it up: what it means, what is broader and narrower, what it is called elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.lens import Lens, Ref
from graph.publish.literals import Text
from graph.terms import SKOS


@dataclass(frozen=True, slots=True)
class ConceptPage:
    """One concept of a scheme."""

    ref: Ref
    definition: Text | None
    scheme: Sequence[Ref]
    broader: Sequence[Ref]
    narrower: Sequence[Ref]
    matches: Sequence[Ref]
    notations: Sequence[str]


def concept_page(lens: Lens, node: NamedNode) -> ConceptPage:
    """A concept by its IRI."""
    term = lens.vocabulary.terms.get(node.value)
    matches = (SKOS("exactMatch"), SKOS("closeMatch"), SKOS("broadMatch"), SKOS("relatedMatch"))
    return ConceptPage(
        ref=lens.ref(node),
        definition=lens.text(node, SKOS("definition")),
        scheme=lens.refs(lens.nodes(node, SKOS("inScheme"))),
        broader=lens.refs(lens.nodes(node, SKOS("broader"))),
        narrower=lens.refs(lens.pointing(SKOS("broader"), node)),
        matches=lens.refs(lens.nodes(node, *matches)),
        notations=term.notations if term else (),
    )
