"""What kind of thing a node is to a reader: the first class that fits decides which page it gets."""

from pyoxigraph import NamedNode

from graph.publish.lens import Lens, Term
from graph.terms import FOAF, KH, OA, ORG, SCHEMA, SKOS, A

# The order matters: a profile is a source too, an act an event, and the page is that of the nearer class.
KINDS: tuple[tuple[str, NamedNode], ...] = (
    ("profile", KH("Profile")),
    ("claim", KH("Claim")),
    ("count", KH("Count")),
    ("quotation", SCHEMA("Quotation")),
    ("incident", KH("Incident")),
    ("act", KH("Act")),
    ("intervention", KH("Intervention")),
    ("event", KH("Event")),
    ("source", KH("Source")),
    ("person", SCHEMA("Person")),
    ("organization", SCHEMA("Organization")),
    ("group", FOAF("Group")),
    ("membership", ORG("Membership")),
    ("contact", SCHEMA("ContactPoint")),
    ("place", SCHEMA("Place")),
    ("series", SCHEMA("CreativeWorkSeries")),
    ("list", SCHEMA("ItemList")),
    ("passage", OA("SpecificResource")),
    ("record", KH("Record")),
    ("scheme", SKOS("ConceptScheme")),
    ("concept", SKOS("Concept")),
)


_RANKS: dict[Term, int] = {class_: rank for rank, (_, class_) in enumerate(KINDS)}


def kind_of(lens: Lens, node: NamedNode) -> str:
    """The kind of a node, `thing` for one of none of ours."""
    ranks = [_RANKS[t] for t in lens.facts(node).get(A, ()) if t in _RANKS]
    return KINDS[min(ranks)][0] if ranks else "thing"
