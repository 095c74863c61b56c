"""People, organizations and unnamed groups: what they are to each other, what they say, what is said of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.claims import Claim, Comparison, Quotation, claims_where, compare, quotations_where
from graph.publish.dates import When, read_when
from graph.publish.lens import Lens, Ref
from graph.publish.lists import OpenList, claim_list
from graph.publish.literals import Text
from graph.terms import DCTERMS, KH, ORG, PROV, SCHEMA, SKOS


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody's role in an organization, as far as it is known since and until when."""

    ref: Ref
    members: Sequence[Ref]
    organizations: Sequence[Ref]
    roles: Sequence[Ref]
    date: When | None
    notes: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach an organization that it has made public, such as a hotline."""

    ref: Ref
    providers: Sequence[Ref]
    areas: Sequence[Ref]
    types: Sequence[Ref]
    type_text: Text | None
    notes: Sequence[Text]


@dataclass(frozen=True, slots=True)
class AgentPage:
    """Somebody, with both directions of speech: what they say (`says`, `quoted`) and what is said of them (`about`)."""

    ref: Ref
    kinds: Sequence[Ref]
    other_names: Sequence[Text]
    url: str
    basis: Sequence[Ref]
    members: Sequence[Membership]
    parents: Sequence[Ref]
    contacts: Sequence[Contact]
    facts: Sequence[tuple[Ref, When | Text | Ref]]
    says: Sequence[Claim]
    quoted: Sequence[Quotation]
    about: Sequence[Claim]
    figures: Sequence[Comparison]
    lists: Sequence[OpenList]
    profiles: Sequence[Ref]
    wrote: Sequence[Ref]
    acted_in: Sequence[Ref]
    suffered: Sequence[Ref]
    helped_by: Sequence[Ref]
    notes: Sequence[Text]


def agent_page(lens: Lens, node: NamedNode) -> AgentPage:
    """A person, organization or group by its IRI."""
    about = claims_where(lens, SCHEMA("about"), node)
    lists = [claim_list(lens, n) for n in lens.pointing(SCHEMA("about"), node) if lens.is_a(n, SCHEMA("ItemList"))]
    listed = {item.ref.iri for each in lists for item in each.items}
    says = [c for c in claims_where(lens, PROV("wasAttributedTo"), node) if c.ref.iri not in listed]
    own = {c.ref.iri for c in says}
    written = dict.fromkeys([*lens.pointing(SCHEMA("author"), node), *lens.pointing(SCHEMA("publisher"), node)])
    return AgentPage(
        ref=lens.ref(node),
        kinds=lens.refs(lens.nodes(node, ORG("classification"))),
        other_names=lens.texts(node, SCHEMA("alternateName")),
        url=lens.word(node, SCHEMA("url")) or "",
        basis=lens.refs(lens.nodes(node, KH("publicationBasis"))),
        members=memberships_of(lens, node),
        parents=lens.refs(lens.nodes(node, SCHEMA("parentOrganization"))),
        contacts=contacts_of(lens, node),
        facts=plain_facts(lens, node),
        says=says,
        quoted=quotations_where(lens, SCHEMA("spokenByCharacter"), node),
        about=[c for c in about if c.ref.iri not in listed and c.ref.iri not in own],
        figures=[c for c in compare(about) if len(c.claims) > 1],
        lists=sorted(lists, key=lambda each: (each.position, each.ref.iri)),
        profiles=lens.refs(lens.pointing(SCHEMA("mainEntity"), node)),
        wrote=lens.refs(n for n in written if lens.is_a(n, KH("Source"))),
        acted_in=lens.refs(lens.pointing(PROV("wasAssociatedWith"), node)),
        suffered=lens.refs(lens.pointing(KH("victim"), node)),
        helped_by=lens.refs(lens.pointing(KH("beneficiary"), node)),
        notes=lens.texts(node, SKOS("editorialNote")),
    )


def memberships_of(lens: Lens, node: NamedNode) -> list[Membership]:
    """The roles of a person, or in an organization."""
    found = dict.fromkeys([*lens.pointing(ORG("member"), node), *lens.pointing(ORG("organization"), node)])
    return [membership(lens, n) for n in found]


def membership(lens: Lens, node: NamedNode) -> Membership:
    """A role by its IRI."""
    return Membership(
        ref=lens.ref(node),
        members=lens.refs(lens.nodes(node, ORG("member"))),
        organizations=lens.refs(lens.nodes(node, ORG("organization"))),
        roles=lens.refs(lens.nodes(node, ORG("role"))),
        date=lens.when(node, DCTERMS("date")),
        notes=lens.texts(node, SKOS("editorialNote")),
    )


def contacts_of(lens: Lens, node: NamedNode) -> list[Contact]:
    """The public contact points of an organization."""
    return [contact(lens, n) for n in lens.pointing(SCHEMA("provider"), node) if lens.is_a(n, SCHEMA("ContactPoint"))]


def contact(lens: Lens, node: NamedNode) -> Contact:
    """A contact point by its IRI."""
    return Contact(
        ref=lens.ref(node),
        providers=lens.refs(lens.nodes(node, SCHEMA("provider"))),
        areas=lens.refs(lens.nodes(node, SCHEMA("areaServed"))),
        types=lens.refs(lens.nodes(node, SCHEMA("contactType"))),
        type_text=lens.text(node, SCHEMA("contactType")),
        notes=lens.texts(node, SKOS("editorialNote")),
    )


def plain_facts(lens: Lens, node: NamedNode) -> list[tuple[Ref, When | Text | Ref]]:
    """What the generated graph says of a thing: only what undisputed claims carry."""
    found: list[tuple[Ref, When | Text | Ref]] = []
    for quad in sorted(lens.reader.quads(node, graph=lens.settings.record("derived")), key=str):
        if isinstance(quad.object, NamedNode):
            found.append((lens.ref(quad.predicate), lens.ref(quad.object)))
        else:
            when = read_when(getattr(quad.object, "value", ""))
            words = Text(when.written, getattr(quad.object, "language", None) or "")
            found.append((lens.ref(quad.predicate), when if when.start or when.end else words))
    return found
