"""A page in schema.org terms, for search engines and embeds: plain values, one type each, claims with who makes them.

Nothing here is typed `Event`: to its consumers that is something one can attend. What an incident page is about is a
`Thing`, and what happened is left to the `Claim`s. The whole graph is a link away, in the documents.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from pyoxigraph import NamedNode

from graph.publish.claims import Claim, Quotation, claim, claims_where, quotation, quotations_where
from graph.publish.kinds import kind_of
from graph.publish.lens import Lens, Ref, local_name, once
from graph.publish.lists import claim_list
from graph.publish.mapping import position
from graph.publish.records import said_of
from graph.publish.sources import Source, source
from graph.terms import DCTERMS, KH, OA, ORG, SCHEMA, A

Json = dict[str, Any]
_ISO = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?")
PARTS = 100  # claims and quotations a page's block carries; the block is a summary, not the graph

# Of several types a thing may have, the first of these: the nearest to what it is.
_AGENT_TYPES = ("NGO", "NewsMediaOrganization", "GovernmentOrganization", "Person", "Organization")
_PLACE_TYPES = ("City", "AdministrativeArea", "Country", "Place")


def page_block(lens: Lens, node: NamedNode, url: str) -> Json:
    """The block of the page at `url` (absolute) about a node."""
    kind = kind_of(lens, node)
    about = _BUILDERS[kind](lens, node) if kind in _BUILDERS else _web_page(lens, node)
    head: Json = {"@context": "https://schema.org", "@type": about.pop("@type"), "@id": node.value}
    return _clean(
        head | about | {"url": url, "license": lens.settings.licence} if _is_work(head) else head | about | {"url": url}
    )


def site_block(title: str, description: str, base: str, publisher: str, languages: Sequence[str]) -> Json:
    """The block of the home page."""
    return _clean(
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "@id": base,
            "name": title,
            "description": description,
            "url": base,
            "inLanguage": list(languages),
            "publisher": {"@type": "Organization", "name": publisher},
        }
    )


def written(block: Json) -> str:
    """JSON that may stand in a script element: `<`, `>`, `&` escaped, and two line ends that old scripts trip over."""
    text = orjson.dumps(block).decode()
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def schema_type(lens: Lens, node: NamedNode) -> str:
    """The one schema.org class a thing's page block has."""
    kind = kind_of(lens, node)
    if kind in ("source", "profile"):
        return "ProfilePage" if kind == "profile" else _work_type(lens, node)
    if kind in ("person", "organization"):
        return _agent_type(lens, node)
    if kind == "place":
        return _nearest(lens, node, _PLACE_TYPES, "Place")
    return {
        "claim": "Claim",
        "quotation": "Quotation",
        "list": "ItemList",
        "series": "CreativeWorkSeries",
        "concept": "DefinedTerm",
        "scheme": "DefinedTermSet",
        "record": "Dataset",
    }.get(kind, "WebPage")


def _profile(lens: Lens, node: NamedNode) -> Json:
    from_page = _source(lens, node)
    subject = lens.node(node, SCHEMA("mainEntity"))
    parts = [n for p in _passages(lens, node) for n in lens.pointing(KH("passage"), p)]
    return from_page | {
        "@type": "ProfilePage",
        "breadcrumb": lens.word(node, SCHEMA("breadcrumb")) or "",
        "dateModified": lens.word(node, SCHEMA("dateModified")) or "",
        "mainEntity": _agent(lens, subject) if subject else None,
        "citation": [
            _work(lens, source(lens, n)) for n in sorted(lens.nodes(node, SCHEMA("citation")), key=lens.position)
        ],
        "hasPart": _parts(lens, dict.fromkeys(parts)),
    }


def _passages(lens: Lens, node: NamedNode) -> list[NamedNode]:
    return sorted(lens.pointing(OA("hasSource"), node), key=lens.position)


def _parts(lens: Lens, nodes: Iterable[NamedNode]) -> list[Json]:
    """The claims and quotations among some nodes, list items in the place of their list."""
    found: dict[str, Json] = {}
    for node in nodes:
        if len(found) >= PARTS:
            break
        if lens.is_a(node, KH("Claim")):
            found.setdefault(node.value, _claim(lens, claim(lens, node)))
        elif lens.is_a(node, SCHEMA("Quotation")):
            found.setdefault(node.value, _quotation(lens, quotation(lens, node)))
    return list(found.values())


def _source(lens: Lens, node: NamedNode) -> Json:
    return _work(lens, source(lens, node)) | {"inLanguage": lens.word(node, SCHEMA("inLanguage")) or ""}


def _source_page(lens: Lens, node: NamedNode) -> Json:
    nodes = (*lens.pointing(KH("statedIn"), node),)
    return _source(lens, node) | {"hasPart": _parts(lens, nodes)}


def _work(lens: Lens, item: Source) -> Json:
    """A document as one cites it."""
    node = NamedNode(item.ref.iri)
    return {
        "@type": _work_type(lens, node),
        "@id": item.ref.iri,
        "name": item.name.words,
        "headline": item.name.words if item.titled else None,
        "author": _agents(lens, item.authors),
        "publisher": _agents(lens, item.publishers),
        "datePublished": _day(lens.word(node, SCHEMA("datePublished")))
        or _day(item.date.written if item.date else None),
        "isPartOf": [{"@type": "CreativeWorkSeries", "@id": r.iri, "name": r.label.words} for r in item.part_of],
        "isBasedOn": [r.iri for r in item.derived_from],
        "sameAs": item.url,
    }


def _claim(lens: Lens, item: Claim) -> Json:
    """A claim: its words, who makes them, and the document they appear in."""
    return {
        "@type": "Claim",
        "@id": item.ref.iri,
        "name": item.ref.label.words,
        "text": item.text.words if item.text else (item.figure.written if item.figure else None),
        "author": _agents(lens, item.speakers),
        "datePublished": _day(item.date.written if item.date else None),
        "appearance": [_mention(lens, r) for r in item.documents],
        "citation": [_mention(lens, r) for r in item.citing],
        "about": [topic(lens, r) for r in item.about],
        "creativeWorkStatus": item.status_label.label.words if item.status_label else None,
    }


def _claim_page(lens: Lens, node: NamedNode) -> Json:
    return _claim(lens, claim(lens, node))


def _quotation(lens: Lens, item: Quotation) -> Json:
    return {
        "@type": "Quotation",
        "@id": item.ref.iri,
        "name": item.ref.label.words,
        "text": item.words.words if item.words else None,
        "spokenByCharacter": _agents(lens, item.speakers),
        "isPartOf": [_mention(lens, r) for r in item.documents],
        "about": [topic(lens, r) for r in item.about],
    }


def _quotation_page(lens: Lens, node: NamedNode) -> Json:
    return _quotation(lens, quotation(lens, node))


def _list(lens: Lens, node: NamedNode) -> Json:
    found = claim_list(lens, node)
    return {
        "@type": "ItemList",
        "name": found.name.words,
        "numberOfItems": len(found.items),
        "itemListElement": [
            {"@type": "ListItem", "position": place, "item": _claim(lens, item)}
            for place, item in enumerate(found.items, 1)
        ],
    }


def _agent(lens: Lens, node: NamedNode) -> Json:
    """A person or organization: name and what kind, nothing that is not public about them anyway."""
    ref = lens.ref(node)
    return {
        "@type": _agent_type(lens, node),
        "@id": ref.iri,
        "name": (lens.text(node, SCHEMA("name")) or ref.label).words,
        "alternateName": [t.words for t in lens.texts(node, SCHEMA("alternateName"))],
        "sameAs": lens.word(node, SCHEMA("url")),
        "memberOf": [
            {"@type": _agent_type(lens, org), "name": lens.ref(org).label.words}
            for m in lens.pointing(ORG("member"), node)
            for org in lens.nodes(m, ORG("organization"))
        ],
    }


def _agents(lens: Lens, refs: Iterable[Ref]) -> list[Json]:
    return [
        {"@type": _agent_type(lens, NamedNode(r.iri)), "@id": r.iri, "name": r.label.words}
        for r in refs
    ]  # fmt: skip


def _mention(lens: Lens, ref: Ref) -> Json:
    """A document in another block: name, who published it, when."""
    return _mentioned(lens, NamedNode(ref.iri))


@once
def _mentioned(lens: Lens, node: NamedNode) -> Json:
    whole = _work(lens, source(lens, node))
    return {key: whole[key] for key in ("@type", "@id", "name", "author", "publisher", "datePublished", "sameAs")}


def topic(lens: Lens, ref: Ref) -> Json:
    """A thing that a block is about or lists: its nearest class, its name."""
    node = NamedNode(ref.iri)
    name = schema_type(lens, node)
    return {"@type": "Thing" if name == "WebPage" else name, "@id": ref.iri, "name": ref.label.words}


def _place(lens: Lens, node: NamedNode) -> Json:
    parent = lens.node(node, SCHEMA("containedInPlace"))
    own = position(lens, node)
    exact = own is not None and own.exact  # who reads this draws a pin, and a pin on a region would be a lie
    return {
        "@type": _nearest(lens, node, _PLACE_TYPES, "Place"),
        "name": lens.ref(node).label.words,
        "containedInPlace": {"@type": "Place", "@id": parent.value, "name": lens.ref(parent).label.words}
        if parent
        else None,
        "latitude": lens.word(node, SCHEMA("latitude")) if exact else None,
        "longitude": lens.word(node, SCHEMA("longitude")) if exact else None,
    }


def _term(lens: Lens, node: NamedNode) -> Json:
    scheme = lens.vocabulary.terms[node.value].scheme if node.value in lens.vocabulary.terms else None
    return {
        "@type": "DefinedTerm",
        "name": lens.ref(node).label.words,
        "description": lens.vocabulary.comment(node.value, lens.language),
        "inDefinedTermSet": scheme,
    }


def _term_set(lens: Lens, node: NamedNode) -> Json:
    return _term(lens, node) | {"@type": "DefinedTermSet", "inDefinedTermSet": None}


def _record(lens: Lens, node: NamedNode) -> Json:
    return {
        "@type": "Dataset",
        "name": lens.ref(node).label.words,
        "description": said_of(lens, node),
        "dateModified": lens.word(node, DCTERMS("modified")),
        "creator": _agents(lens, lens.refs(lens.nodes(node, DCTERMS("creator")))),
    }


def _day(written: str | None) -> str | None:
    """A date as schema.org has them (ISO 8601): None for one that is open, approximate or in doubt."""
    return written if written and _ISO.fullmatch(written) else None


def _web_page(lens: Lens, node: NamedNode) -> Json:
    """What has no class of its own out there, an incident above all: a page about a thing, with its claims."""
    ref = lens.ref(node)
    said = [_claim(lens, c) for c in claims_where(lens, SCHEMA("about"), node)[:PARTS]]
    quoted = [_quotation(lens, q) for q in quotations_where(lens, SCHEMA("about"), node)[:PARTS]]
    return {
        "@type": "WebPage",
        "name": ref.label.words,
        "about": {"@type": "Thing", "@id": ref.iri, "name": ref.label.words},
        "hasPart": said + quoted,
    }


def _work_type(lens: Lens, node: NamedNode) -> str:
    kinds = (lens.vocabulary.schema_class(n.value) for n in lens.nodes(node, DCTERMS("type")))
    return next((k for k in kinds if k), "CreativeWork")


def _agent_type(lens: Lens, node: NamedNode) -> str:
    return _nearest(lens, node, _AGENT_TYPES, "Organization" if kind_of(lens, node) != "group" else "Thing")


def _nearest(lens: Lens, node: NamedNode, names: Sequence[str], otherwise: str) -> str:
    types = {local_name(n.value) for n in lens.nodes(node, A) if n.value.startswith(SCHEMA.base)}
    return next((name for name in names if name in types), otherwise)


def _is_work(head: Mapping[str, Any]) -> bool:
    """Licences belong to works, not to people and places."""
    return head["@type"] not in (*_AGENT_TYPES, *_PLACE_TYPES, "ItemList", "DefinedTerm")


def _clean(value: Json) -> Json:
    """Without what is empty; a list of one is that one, for the many readers that expect plain values."""
    found = _plain(value)
    assert isinstance(found, dict)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        found = {}
        for key, inner in value.items():
            plain = inner if isinstance(inner, str) else _plain(inner)  # most are, and a call each is a lot
            if plain or plain not in (None, "", [], {}):
                found[key] = plain
        return found
    if isinstance(value, list):
        items = [v if isinstance(v, str) else _plain(v) for v in value]
        return items[0] if len(items) == 1 else items
    return value


_BUILDERS = {
    "profile": _profile,
    "source": _source_page,
    "claim": _claim_page,
    "quotation": _quotation_page,
    "list": _list,
    "person": _agent,
    "organization": _agent,
    "place": _place,
    "concept": _term,
    "scheme": _term_set,
    "record": _record,
}
