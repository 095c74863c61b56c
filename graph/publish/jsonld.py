"""Statements as JSON-LD 1.1 in the house's context, each document with the part of the context it uses.

A general compaction (JSON-LD 1.1 API, 5.6) takes 20 ms a document and calls a claim's type `actType`, because it may
not look into scoped contexts when it chooses a term. This writer does: it knows the few forms our context is made of,
and a test reads every document back with two other implementations.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from graph.terms import XSD, A

Json = Any
_INTEGER, _BOOLEAN, _STRING = XSD("integer"), XSD("boolean"), XSD("string")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the context. `coercion` is `@id`, `@vocab`, `@language` (a map by language), a datatype's IRI or ""."""

    name: str
    coercion: str
    concepts: Mapping[str, str]  # IRI -> word, of its scoped context


class Context:
    """The house's context, turned round: from IRIs to terms."""

    def __init__(self, source: Mapping[str, Json]) -> None:
        self.source = source
        self.prefixes = {k: v for k, v in source.items() if isinstance(v, str) and v.endswith(("#", "/"))}
        self.names = {self.expanded(v): k for k, v in source.items() if self._is_plain(k, v)}
        self.terms: dict[str, list[Term]] = {}
        for name, entry in source.items():
            if isinstance(entry, dict):
                coercion = "@language" if entry.get("@container") == "@language" else entry.get("@type", "")
                words = {k: v for k, v in entry.get("@context", {}).items() if not k.startswith("@")}
                concepts = {self.expanded(v): k for k, v in words.items()}
                term = Term(name, self.expanded(coercion), concepts)
                self.terms.setdefault(self.expanded(entry["@id"]), []).append(term)

    def expanded(self, name: str) -> str:
        """The IRI of a compact one; anything else as it is."""
        prefix, colon, local = name.partition(":")
        return self.prefixes[prefix] + local if colon and prefix in self.prefixes else name

    def compacted(self, iri: str) -> str:
        """`schema:url` for an IRI under a prefix of the context, else the IRI."""
        for prefix, base in self.prefixes.items():
            if iri.startswith(base) and iri != base and not iri[len(base) :].startswith("//"):
                return f"{prefix}:{iri[len(base) :]}"
        return iri

    def part(self, used: Iterable[str]) -> dict[str, Json]:
        """What of the context a document needs that uses these names; `term/word` is a word of a scoped context."""
        names = set(used)
        found: dict[str, Json] = {}
        for name, entry in self.source.items():
            if name in ("@version", "id", "type") or (isinstance(entry, str) and name in names):
                found[name] = entry
            elif isinstance(entry, dict) and name in names:
                scoped = entry.get("@context", {})
                words = {k: v for k, v in scoped.items() if k.startswith("@") or f"{name}/{k}" in names}
                found[name] = entry | {"@context": words} if scoped else entry
        needed = {p for entry in found.values() for p in _prefixes_of(entry, self.prefixes)}
        heads = {p: b for p, b in self.prefixes.items() if p in needed | names}
        first = {k: v for k, v in found.items() if k in ("@version", "id", "type")}
        return first | heads | {k: v for k, v in found.items() if k not in first and k not in heads}

    def _is_plain(self, name: str, entry: Json) -> bool:
        """True for a class, or a property without a coercion: a term that is just another name."""
        if not isinstance(entry, str) or name.startswith("@") or entry.startswith("@"):
            return False
        return name not in self.prefixes and self.expanded(entry) != entry


@cache
def house_context() -> Context:
    """The context of `ontology/context.jsonld`."""
    return Context(json.loads(files("ontology").joinpath("context.jsonld").read_bytes())["@context"])


def write_json_ld(quads: Iterable[Quad]) -> bytes:
    """Statements, without their graphs, as one JSON-LD document: subjects in their first order, inner nodes nested.

    Equal quads give equal bytes. The document needs no network: its context is in it.
    """
    triples = list(dict.fromkeys(q.triple for q in quads))
    if any(_is_ambiguous(n) for t in triples for n in (t.subject, t.predicate, t.object)):
        return _expanded(triples)
    writer = _Writer(house_context())
    nodes = writer.nodes(triples)
    context = writer.context.part(writer.used)
    document = {"@context": context} | (nodes[0] if len(nodes) == 1 else {"@graph": nodes})
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _is_ambiguous(node: object) -> bool:
    """True for an IRI whose scheme is a prefix of the context (`kh:x`): JSON-LD would take it for a short one."""
    return isinstance(node, NamedNode) and node.value.partition(":")[0] in house_context().source


def _expanded(triples: list[Triple]) -> bytes:
    """The same without any context: every name in full."""
    written = serialize(triples, format=RdfFormat.JSON_LD)
    assert written is not None
    return written


class _Writer:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.used: set[str] = set()

    def nodes(self, triples: Iterable[Triple]) -> list[dict[str, Json]]:
        """The node objects of all subjects, those that belong to another one inside it."""
        said: dict[NamedNode | BlankNode, list[Triple]] = {}
        for triple in triples:
            assert isinstance(triple.subject, NamedNode | BlankNode)
            said.setdefault(triple.subject, []).append(triple)
        nested: set[NamedNode | BlankNode] = set()
        for subject, group in said.items():
            nested.update(o for t in group if isinstance(o := t.object, NamedNode) and o in said and _below(subject, o))
        return [self._node(s, said, nested) for s in said if s not in nested]

    def _node(
        self,
        subject: NamedNode | BlankNode,
        said: Mapping[NamedNode | BlankNode, list[Triple]],
        nested: set[NamedNode | BlankNode],
    ) -> dict[str, Json]:
        found: dict[str, Json] = {"id": _id(subject)}
        for triple in said[subject]:
            if triple.predicate == A and isinstance(triple.object, NamedNode):
                _add(found, "type", self._name(triple.object.value))
            elif isinstance(triple.object, NamedNode) and triple.object in nested and _below(subject, triple.object):
                key = self._key(triple.predicate, "@id")
                _add(found, key, self._node(triple.object, said, nested))
            else:
                self._say(found, triple)
        return found

    def _say(self, found: dict[str, Json], triple: Triple) -> None:
        for term in self.context.terms.get(triple.predicate.value, ()):
            if self._with_term(found, term, triple.object):
                return
        key = self._key(triple.predicate, "")
        _add(found, key, self._whole(triple.object))

    def _with_term(self, found: dict[str, Json], term: Term, node: object) -> bool:
        """Say an object by a term if its form fits; a word that means something else in the term's scope never does."""
        value: Json = None
        if isinstance(node, Literal):
            if term.coercion == "@language" and node.language:
                self.used.add(term.name)
                _add(found.setdefault(term.name, {}), node.language, node.value)
                return True
            value = _native(node) if term.coercion == node.datatype.value else None
        elif isinstance(node, NamedNode | BlankNode) and term.coercion == "@id":
            value = _id(node)
        elif isinstance(node, NamedNode) and term.coercion == "@vocab" and node.value in term.concepts:
            value = term.concepts[node.value]
            self.used.add(f"{term.name}/{value}")
        if value is None:
            return False
        self.used.add(term.name)
        _add(found, term.name, value)
        return True

    def _key(self, predicate: NamedNode, coercion: str) -> str:
        """The name of a predicate whose values are written out: a term without a contrary coercion, else its IRI."""
        for term in self.context.terms.get(predicate.value, ()):
            if coercion and term.coercion == coercion:
                self.used.add(term.name)
                return term.name
        return self._name(predicate.value)

    def _name(self, iri: str) -> str:
        name = self.context.names.get(iri)
        if name is not None:
            self.used.add(name)
            return name
        return self._compact(iri)

    def _compact(self, iri: str) -> str:
        name = self.context.compacted(iri)
        if name != iri:
            if name in self.context.source:  # a term of the same spelling says something else
                return iri
            self.used.add(name.partition(":")[0])
        return name

    def _whole(self, node: object) -> Json:
        """An object that needs nothing of the context but its prefixes."""
        if isinstance(node, Literal):
            if node.language:
                return {"@value": node.value, "@language": node.language}
            if node.datatype == _STRING:
                return node.value
            return {"@value": node.value, "@type": self._compact(node.datatype.value)}
        assert isinstance(node, NamedNode | BlankNode)
        return {"id": _id(node)}


def _native(node: Literal) -> Json:
    """A number or truth as JSON has it where that gives the same literal back, else its words."""
    if node.datatype == _INTEGER and node.value.lstrip("-").isdigit() and str(int(node.value)) == node.value:
        return int(node.value) if abs(int(node.value)) < 1 << 53 else node.value
    if node.datatype == _BOOLEAN and node.value in ("true", "false"):
        return node.value == "true"
    return node.value


def _id(node: NamedNode | BlankNode) -> str:
    return node.value if isinstance(node, NamedNode) else f"_:{node.value}"


def _below(owner: NamedNode | BlankNode, node: NamedNode) -> bool:
    return isinstance(owner, NamedNode) and node.value.startswith((owner.value + "/", owner.value + "#"))


def _add(found: dict[str, Json], key: str, value: Json) -> None:
    """Put a value under a key; the second makes a list of them."""
    if key not in found:
        found[key] = value
    elif isinstance(found[key], list):
        found[key].append(value)
    else:
        found[key] = [found[key], value]


def _prefixes_of(entry: Json, prefixes: Mapping[str, str]) -> Iterable[str]:
    """The prefixes that an entry of a context is written with."""
    values = entry.values() if isinstance(entry, dict) else (entry,)
    for value in values:
        if isinstance(value, dict):
            yield from _prefixes_of(value, prefixes)
        elif isinstance(value, str) and value.partition(":")[0] in prefixes:
            yield value.partition(":")[0]
