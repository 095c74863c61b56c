"""The table of keys: which words an editor may write where, what they become, and what to write behind them.

One home for all of it: the compiler reads its rows, and `docs/authoring.md` prints them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from pyoxigraph import NamedNode

from graph.terms import DCTERMS, FOAF, KH, LABEL, ORG, PROV, SCHEMA, SKOS


class Kind(Enum):
    """What stands behind a key."""

    TEXT = auto()  # in the record's language, or by language
    LINE = auto()  # as printed, in no language
    THING = auto()
    THINGS = auto()
    LINK = auto()
    CONCEPT = auto()
    CONCEPTS = auto()
    TYPES = auto()  # concepts, or words that stand for a class
    CONTACT = auto()  # a concept, else a text
    SPAN = auto()  # EDTF with bounds
    MOMENT = auto()  # of publication: day or time; without a property of its own, EDTF with bounds as well
    CLAIM_DATE = auto()  # a day is one of publication, anything less exact EDTF with bounds
    DAY = auto()
    NUMBER = auto()
    DECIMAL = auto()
    BOOLEAN = auto()
    LANGUAGE = auto()
    PASSAGE = auto()
    PART = auto()  # keys and items of its own, or a form of its own: handled where that part is read


KIND = DCTERMS("type")  # of all typologies


@dataclass(frozen=True, slots=True)
class Type:
    """What the first segment of an id says a thing is.

    `scheme` is where the words of its `type:` come from and `of` the property they are said with; `words` are words
    that stand for a class instead.
    """

    name: str
    classes: tuple[NamedNode, ...]
    scheme: str | None = None
    of: NamedNode = KIND
    words: tuple[str, ...] = ()
    standard: str | None = None  # the word that is meant where none is written


TYPES: Mapping[str, Type] = {
    t.name: t
    for t in (
        Type("source", (KH("Source"),), "source"),
        Type("profile", (KH("Profile"), KH("Source")), "source", standard="profile-page"),
        Type("person", (SCHEMA("Person"),)),
        Type(
            "org",
            (SCHEMA("Organization"),),
            "org-type",
            ORG("classification"),
            ("NGO", "NewsMediaOrganization", "GovernmentOrganization"),
        ),
        Type("group", (FOAF("Group"),)),
        Type("place", (SCHEMA("Place"),), words=("City", "AdministrativeArea", "Country")),
        Type("event", (KH("Event"),), "event"),
        Type("incident", (KH("Event"), KH("Incident")), "event"),
        Type("act", (KH("Event"), KH("Act")), "act"),
        Type("intervention", (KH("Event"), KH("Intervention")), "intervention"),
        Type("membership", (ORG("Membership"),)),
        Type("contact", (SCHEMA("ContactPoint"),)),
        Type("series", (SCHEMA("CreativeWorkSeries"),)),
        Type("list", (SCHEMA("ItemList"),)),
        Type("claim", (KH("Claim"),)),
        Type("quote", (SCHEMA("Quotation"),)),
    )
}

DOCUMENTS = ("source", "profile")
HAPPENINGS = ("event", "incident", "act", "intervention")
AGENTS = ("person", "org", "group")
NAMED = (*DOCUMENTS, "person", "org", "series", "list")  # those whose name is a schema:name beside the label
UNNAMED = ("group", "place", *HAPPENINGS, "membership", "contact")
THINGS = tuple(TYPES)

# What is not a thing but has keys of its own
INNER = ("record", "item", "count", "statement", "on-page")


@dataclass(frozen=True, slots=True)
class Key:
    """One row of the table.

    The word, on which things it stands, what is behind it, the property it becomes (None for a part), the sentence
    for an editor, the scheme its words come from, the types an id behind it may have, and whether it must be there.
    """

    word: str
    on: tuple[str, ...]
    kind: Kind
    property: NamedNode | None
    says: str
    scheme: str | None = None
    to: tuple[str, ...] = ()
    needed: bool = False


KEYS: tuple[Key, ...] = (
    # Everything
    Key("id", THINGS, Kind.PART, None, "What the thing is called: its type, a slash, a name."),
    Key("name", NAMED, Kind.TEXT, SCHEMA("name"), "Its name or title; also its label."),
    Key("name", UNNAMED, Kind.TEXT, LABEL, "What pages call it."),
    Key("label", THINGS, Kind.TEXT, LABEL, "What pages call it, where that is not its name."),
    Key("note", THINGS, Kind.TEXT, SKOS("editorialNote"), "A remark of the editors; a list for several."),
    Key("type", (*DOCUMENTS, "org", "place", *HAPPENINGS), Kind.TYPES, None, "What kind of thing it is."),
    # Documents
    Key("description", DOCUMENTS, Kind.TEXT, SCHEMA("description"), "What it is, where it has no title."),
    Key("author", DOCUMENTS, Kind.THINGS, SCHEMA("author"), "Who wrote it.", to=AGENTS),
    Key("publisher", (*DOCUMENTS, "series"), Kind.THINGS, SCHEMA("publisher"), "Who published it.", to=AGENTS),
    Key("published", DOCUMENTS, Kind.MOMENT, SCHEMA("datePublished"), "When it was published."),
    Key("posted", DOCUMENTS, Kind.MOMENT, SCHEMA("datePublished"), "The same, said of a page."),
    Key("updated", DOCUMENTS, Kind.MOMENT, SCHEMA("dateModified"), "When it was last changed."),
    Key("part-of", DOCUMENTS, Kind.THINGS, SCHEMA("isPartOf"), "The series it is in.", to=("series", *DOCUMENTS)),
    Key("url", (*DOCUMENTS, "org", "series", "contact"), Kind.LINK, SCHEMA("url"), "Where it is on the web."),
    Key("language", DOCUMENTS, Kind.LANGUAGE, SCHEMA("inLanguage"), "The language it is written in."),
    Key(
        "derived-from", DOCUMENTS, Kind.THINGS, PROV("wasDerivedFrom"), "The original of what was read here.",
        to=DOCUMENTS,
    ),
    Key(
        "citation", DOCUMENTS, Kind.LINE, DCTERMS("bibliographicCitation"),
        "How it is printed in a list of sources (`cites` does this by itself).",
    ),
    Key("about", ("source",), Kind.THINGS, SCHEMA("about"), "What it is about."),
    Key("about", ("profile",), Kind.THING, SCHEMA("mainEntity"), "Whom the page presents.", to=AGENTS),
    Key("breadcrumb", DOCUMENTS, Kind.LINE, SCHEMA("breadcrumb"), "The line that says where the page stands."),
    Key("says", DOCUMENTS, Kind.PART, None, "A list of the claims it makes."),
    Key("quotes", (*DOCUMENTS, "item", "claim"), Kind.PART, None, "A list of the quotations in it."),
    Key("text", DOCUMENTS, Kind.PART, None, "The page itself, passage by passage, in its own order."),
    # What happened
    Key("date", (*DOCUMENTS, *HAPPENINGS, "membership"), Kind.SPAN, DCTERMS("date"), "When, as exactly as is known."),
    Key("place", HAPPENINGS, Kind.THINGS, SCHEMA("location"), "Where.", to=("place",)),
    Key("part-of", HAPPENINGS, Kind.THINGS, SCHEMA("superEvent"), "The bigger event it is a part of.", to=HAPPENINGS),
    Key("victim", HAPPENINGS, Kind.THINGS, KH("victim"), "To whom it was done.", to=AGENTS),
    Key("beneficiary", HAPPENINGS, Kind.THINGS, KH("beneficiary"), "For whom it was done.", to=AGENTS),
    Key("ground", HAPPENINGS, Kind.CONCEPTS, KH("ground"), "The reported ground of discrimination.", scheme="ground"),
    Key(
        "by", ("event", "intervention"), Kind.THINGS, PROV("wasAssociatedWith"),
        "Who did it. (Who is accused of an act is said in a claim.)", to=AGENTS,
    ),
    # People, groups, organisations, places
    Key("at-risk", ("person", "group", "place"), Kind.BOOLEAN, KH("atRisk"), "Could publication harm them?"),
    Key("basis", ("person",), Kind.CONCEPTS, KH("publicationBasis"), "Why they may be named.", scheme="basis"),
    Key("risk-reviewed", ("person", "group"), Kind.DAY, KH("riskReviewed"), "When that was last asked."),
    Key("pseudonymous", ("person",), Kind.BOOLEAN, KH("pseudonymous"), "Is the name not their own?"),
    Key("also-called", ("org",), Kind.TEXT, SCHEMA("alternateName"), "Another name; a list for several."),
    Key("parent", ("org",), Kind.THINGS, SCHEMA("parentOrganization"), "What it is a part of.", to=("org",)),
    Key("precision", ("place",), Kind.CONCEPT, KH("geoPrecision"), "How exactly it is located.", scheme="precision"),
    Key("in", ("place",), Kind.THINGS, SCHEMA("containedInPlace"), "The place it lies in.", to=("place",)),
    Key("latitude", ("place",), Kind.DECIMAL, SCHEMA("latitude"), "Degrees north, only where safe."),
    Key("longitude", ("place",), Kind.DECIMAL, SCHEMA("longitude"), "Degrees east, only where safe."),
    Key("member", ("membership",), Kind.THING, ORG("member"), "Who is a member.", to=("person", "org")),
    Key("organization", ("membership",), Kind.THING, ORG("organization"), "Of what.", to=("org",)),
    Key("role", ("membership",), Kind.CONCEPT, ORG("role"), "As what.", scheme="role"),
    Key("provider", ("contact",), Kind.THINGS, SCHEMA("provider"), "Who answers there.", to=AGENTS),
    Key("serves", ("contact",), Kind.THINGS, SCHEMA("areaServed"), "Where it is meant for.", to=("place",)),
    Key("type", ("contact",), Kind.CONTACT, SCHEMA("contactType"), "What one gets there, as `hotline`; else a text.",
        scheme="intervention"),
    # Claims
    Key("kind", ("claim",), Kind.CONCEPT, DCTERMS("type"), "What kind of claim it is.", scheme="claim-type"),
    Key("kind", ("list",), Kind.CONCEPT, None, "What kind of claims its items are.", scheme="claim-type"),
    Key(
        "status", ("claim",), Kind.CONCEPT, KH("assertionStatus"), "How it stands; mostly found by itself.",
        scheme="status",
    ),
    Key("status", ("list",), Kind.CONCEPT, None, "How its items stand; mostly found by itself.", scheme="status"),
    Key(
        "by", ("claim",), Kind.THINGS, PROV("wasAttributedTo"), "Who says so; else the document's author, else its "
        "publisher.", to=AGENTS,
    ),
    Key("by", ("quote",), Kind.THINGS, SCHEMA("spokenByCharacter"), "Who said it.", to=AGENTS),
    Key("by", ("list",), Kind.THINGS, SCHEMA("author"), "Who says so, in all its items.", to=AGENTS),
    Key(
        "in", ("claim", "quote", "list"), Kind.THING, KH("statedIn"), "The document that says so; else the one "
        "around it.", to=DOCUMENTS,
    ),
    Key("citing", ("claim",), Kind.THINGS, PROV("hadPrimarySource"), "The documents it relies on.", to=DOCUMENTS),
    Key("about", ("claim", "quote", "list"), Kind.THINGS, SCHEMA("about"), "What it is about."),
    Key("text", ("claim",), Kind.TEXT, SCHEMA("text"), "What is said; else the words of the passage."),
    Key("date", ("claim", "quote"), Kind.CLAIM_DATE, SCHEMA("datePublished"), "When it was said, if not on the "
        "document's own date."),
    Key("count", ("claim",), Kind.PART, None, "The figure it gives."),
    Key("statement", ("claim",), Kind.PART, None, "What it says as subject, predicate and object."),
    Key("responds-to", ("claim",), Kind.THINGS, KH("respondsTo"), "The claims it answers.", to=("claim",)),
    Key("passage", THINGS, Kind.PASSAGE, KH("passage"), "Where it stands, word for word. In the text of a page the "
        "passage around it is known already."),
    Key("words", ("quote",), Kind.TEXT, SCHEMA("text"), "What was said, word for word; else the words of the passage."),
    # Lists
    Key("items", ("list",), Kind.PART, None, "The claims of the list: texts, or claims with keys.", needed=True),
    Key("open", ("list",), Kind.PART, None, "The words that leave the list open."),
    # The page itself
    Key("passage", ("item",), Kind.PART, None, "The words on the page.", needed=True),
    Key("says", ("item",), Kind.PART, None, "A list of the claims this passage carries."),
    Key("list", ("item",), Kind.PART, None, "A list of claims alike that follows this passage."),
    Key("cites", ("item",), Kind.THINGS, SCHEMA("citation"), "The source whose printed line this is. What is said in "
        "the line is said by that source.", to=DOCUMENTS),
    Key("carries", ("item",), Kind.THINGS, KH("passage"), "What else stands in this passage: ids, or `page`."),
    Key("in", ("item",), Kind.THING, KH("statedIn"), "The document that says it, for all its claims and quotations.",
        to=DOCUMENTS),
    Key("by", ("item",), Kind.THINGS, PROV("wasAttributedTo"), "Who says it, for all its claims and quotations.",
        to=AGENTS),
    Key("note", ("item",), Kind.TEXT, SKOS("editorialNote"), "A remark of the editors on this passage."),
    # Figures
    Key("of", ("count",), Kind.CONCEPT, KH("measure"), "What is counted.", scheme="measure", needed=True),
    Key("bound", ("count",), Kind.CONCEPT, KH("bound"), "What the number is.", scheme="bound", needed=True),
    Key("value", ("count",), Kind.NUMBER, SCHEMA("value"), "The number.", needed=True),
    Key("words", ("count",), Kind.LINE, KH("asWritten"), "The source's own words for it.", needed=True),
    # Structured content
    Key("subject", ("statement",), Kind.THING, None, "Else what the claim is about."),
    Key("predicate", ("statement",), Kind.PART, None, "A property, as `schema:foundingDate`.", needed=True),
    Key("object", ("statement",), Kind.PART, None, "An id, a date, a number, a text or a term, as `vocab:act/x`.",
        needed=True),
    # A passage on another page
    Key("on", ("on-page",), Kind.THING, None, "The page on which the words stand.", to=DOCUMENTS, needed=True),
    Key("words", ("on-page",), Kind.PART, None, "The words.", needed=True),
    # The record
    Key("title", ("record",), Kind.TEXT, DCTERMS("title"), "What the record is called."),
    Key("access", ("record",), Kind.CONCEPT, DCTERMS("accessRights"), "Who may read it.", scheme="access"),
    Key("licence", ("record",), Kind.PART, DCTERMS("license"), "An SPDX name or an address."),
    Key("editor", ("record",), Kind.THINGS, DCTERMS("creator"), "Who answers for it.", to=AGENTS),
    Key("modified", ("record",), Kind.DAY, DCTERMS("modified"), "When it was last worked on."),
    Key("embargo", ("record",), Kind.DAY, DCTERMS("available"), "Not to be published before this day."),
    Key("note", ("record",), Kind.TEXT, SKOS("editorialNote"), "A remark of the editors on the whole record."),
)  # fmt: skip


@cache
def keys_of(owner: str) -> Mapping[str, Key]:
    """The keys that may stand on a thing of a type, or on one of `INNER`, by word."""
    return {key.word: key for key in KEYS if owner in key.on}
