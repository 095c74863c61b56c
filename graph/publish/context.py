"""The JSON-LD context: one short name for every term our data uses, made from the ontology.

Two rules keep words and terms apart. A property whose values are concepts has a context of its own that lists the
words of its scheme, so that the claim type `position` is not taken for schema:position (JSON-LD 1.1, 4.1.8). And
dcterms:type, whose words depend on what is typed, has one name a scheme: scoping by `@type` would fail on nodes of
two types, where the type that sorts last wins (JSON-LD 1.1 API, 5.1.2 step 11). Words are listed, not made from an
`@vocab`: a term of the outer context would win over that. Behind such a key stands a word or an IRI, never a node with
keys of its own: the scope would be theirs too (5.1.2 step 8).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from graph.terms import DCTERMS, EDTF, KH, NAMESPACES, ORG, PREFIXES, RDF, VOCAB, XSD, A
from graph.vocabulary import Term, Vocabulary, load_vocabulary

CONTEXT_FILE = "context.jsonld"

# Properties whose values are concepts: the name in JSON, the property, the scheme of its words.
WORDED = (
    ("accessRights", DCTERMS("accessRights"), "access"),
    ("actType", DCTERMS("type"), "act"),
    ("assertionStatus", KH("assertionStatus"), "status"),
    ("bound", KH("bound"), "bound"),
    ("claimType", DCTERMS("type"), "claim-type"),
    ("classification", ORG("classification"), "org-type"),
    ("consentScope", KH("consentScope"), "consent"),
    ("eventType", DCTERMS("type"), "event"),
    ("geoPrecision", KH("geoPrecision"), "precision"),
    ("ground", KH("ground"), "ground"),
    ("interventionType", DCTERMS("type"), "intervention"),
    ("measure", KH("measure"), "measure"),
    ("publicationBasis", KH("publicationBasis"), "basis"),
    ("role", ORG("role"), "role"),
    ("sourceType", DCTERMS("type"), "source"),
    ("withdrawalReason", DCTERMS("type"), "withdrawal"),
)

_TEXT = RDF("langString").value  # its values are written by language: {"en": …, "ru": …}
_COERCED = {XSD(name).value for name in ("boolean", "date", "decimal", "integer")} | {EDTF.value}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of JSON-LD: the property it stands for and how its values are written.

    `kind` is "@id" (an IRI), "@vocab" (a word of `scheme`), "@language" (texts by language), the IRI of a datatype,
    or "" where a value says for itself what it is.
    """

    name: str
    property: str
    kind: str = ""
    scheme: str = ""


def keys(vocabulary: Vocabulary) -> tuple[Key, ...]:
    """Every key of the context that stands for a property, sorted by name."""
    worded = [Key(name, node.value, "@vocab", scheme) for name, node, scheme in WORDED]
    taken = {key.property for key in worded} | {A.value}
    plain = [
        Key(name, term.iri, _kind(term))
        for name, term in _named(vocabulary)
        if term.kind == "property" and term.iri not in taken
    ]
    return tuple(sorted([*worded, *plain], key=lambda key: key.name))


def make_context(vocabulary: Vocabulary) -> Mapping[str, Any]:
    """The whole document, `{"@context": …}`: prefixes, then classes, then properties."""
    prefixes = {**PREFIXES, VOCAB.prefix: VOCAB.base}
    classes = {
        n: prefixed(term.iri) for n, term in _named(vocabulary) if term.kind == "class" and n != prefixed(term.iri)
    }
    properties = {key.name: _definition(key, vocabulary) for key in keys(vocabulary)}
    head = {"@version": 1.1, "id": "@id", "type": "@type"}
    return {"@context": {**head, **dict(sorted(prefixes.items())), **dict(sorted(classes.items())), **properties}}


def context_text(vocabulary: Vocabulary) -> str:
    """The context as a file: same ontology, same bytes."""
    return json.dumps(make_context(vocabulary), ensure_ascii=False, indent=1) + "\n"


def read_context() -> bytes:
    """The context as it is served."""
    return files("ontology").joinpath(CONTEXT_FILE).read_bytes()


def _definition(key: Key, vocabulary: Vocabulary) -> str | Mapping[str, Any]:
    iri = prefixed(key.property)
    if key.name == iri:  # given in full: Comunica's parser takes a prefixed name that stands for itself as a mistake
        iri = key.property
    match key.kind:
        case "":
            return iri
        case "@language":
            return {"@id": iri, "@container": "@language"}
        case "@vocab":
            words = {word: f"{VOCAB.prefix}:{key.scheme}/{word}" for word in sorted(vocabulary.words(key.scheme))}
            return {"@id": iri, "@type": "@vocab", "@context": words}
        case kind:
            return {"@id": iri, "@type": kind if kind == "@id" else prefixed(kind)}


def _named(vocabulary: Vocabulary) -> Iterator[tuple[str, Term]]:
    """The classes and properties with their names: where two vocabularies share one, the house's order decides.

    W3C ORG comes before schema.org: memberships, which records hold, use its `member`.
    """
    rank = {namespace.base: number for number, namespace in enumerate(dict.fromkeys((KH, ORG, *NAMESPACES)))}
    taken = set(PREFIXES) | {VOCAB.prefix, "id", "type"} | {name for name, _, _ in WORDED}
    terms = (term for term in vocabulary.terms.values() if term.kind in ("class", "property"))
    for term in sorted(terms, key=lambda t: (rank.get(t.iri.removesuffix(t.name), len(rank)), t.name)):
        yield (term.name if term.name not in taken else prefixed(term.iri)), term
        taken.add(term.name)


def _kind(term: Term) -> str:
    if _TEXT in term.ranges:
        return "@language"
    datatypes = [r for r in term.ranges if r in _COERCED]
    if len(datatypes) == 1 and len(term.ranges) == 1:
        return datatypes[0]
    return "@id" if term.linking else ""


def prefixed(iri: str) -> str:
    """`schema:name`, or the IRI itself in a namespace that has no prefix here."""
    for namespace in (*NAMESPACES, VOCAB):
        if iri.startswith(namespace.base) and len(iri) > len(namespace.base):
            return f"{namespace.prefix}:{iri[len(namespace.base) :]}"
    return iri


if __name__ == "__main__":
    print(context_text(load_vocabulary()), end="")
