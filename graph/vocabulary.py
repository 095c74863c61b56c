"""The words of the ontology: what each term and concept is called, what it means, and which IRI a word stands for.

Read from `ontology/*.ttl` with pyoxigraph alone, so that a worker or a light command can afford it; a site's own
concepts are added from its `concepts/` folder.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from typing import Literal as Choice

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from graph.errors import AuthoringError
from graph.terms import LABEL, ONTOLOGY_GRAPH, OWL, RDF, RDFS, SCHEMA, SKOS, VOCAB, VOCABULARY_GRAPH, A

if TYPE_CHECKING:
    from hashlib import _Hash

Kind = Choice["ontology", "class", "property", "scheme", "concept"]

LANGUAGES = ("en", "ru")  # of every label and comment, in the order in which they stand in for each other

_KINDS: Mapping[str, Kind] = {
    OWL("Ontology").value: "ontology",
    OWL("Class").value: "class",
    OWL("ObjectProperty").value: "property",
    OWL("DatatypeProperty").value: "property",
    RDF("Property").value: "property",
    SKOS("ConceptScheme").value: "scheme",
    SKOS("Concept").value: "concept",
}
# Which field of a term each statement fills. By string: hashing an engine's node costs several times as much.
_FIELDS: Mapping[str, str] = {
    A.value: "kind",
    SKOS("prefLabel").value: "labels",
    LABEL.value: "labels",
    SKOS("definition").value: "comments",
    RDFS("comment").value: "comments",
    RDFS("subClassOf").value: "parents",
    RDFS("subPropertyOf").value: "parents",
    SKOS("broader").value: "parents",
    SKOS("exactMatch").value: "close",
    SKOS("closeMatch").value: "close",
    SKOS("broadMatch").value: "close",
    SKOS("relatedMatch").value: "close",
    RDFS("domain").value: "domains",
    SCHEMA("domainIncludes").value: "domains",
    RDFS("range").value: "ranges",
    SCHEMA("rangeIncludes").value: "ranges",
    SKOS("inScheme").value: "scheme",
    RDFS("isDefinedBy").value: "defined_by",
    SKOS("notation").value: "notations",
}
Statements = list[Quad]


@dataclass(frozen=True, slots=True)
class Term:
    """One class, property, concept scheme or concept, or the ontology itself.

    `name` is what an editor or a URL calls it (`Claim`, `statedIn`, `act`, `killing`); `labels` and `comments` are by
    language; `parents` are what it is a kind of (rdfs:subClassOf, rdfs:subPropertyOf, skos:broader), `close` what it
    is close to elsewhere (skos:*Match); `defined_by` is the vocabulary that owns it; `scheme` the IRI of a concept's
    scheme; `linking` is true of a property whose values are things. All IRIs are strings, in the order of the file.
    """

    iri: str
    kind: Kind
    name: str
    labels: Mapping[str, str]
    comments: Mapping[str, str]
    parents: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    scheme: str | None = None
    defined_by: str | None = None
    notations: tuple[str, ...] = ()
    linking: bool = False


class Vocabulary:
    """Every term the data may use. Made by `load_vocabulary`; nothing in it changes afterwards."""

    def __init__(self, statements: Mapping[NamedNode, Statements], digest: str = "") -> None:
        """`digest` is the SHA-256 of the files it was read from, in their order."""
        self._statements, self.digest = statements, digest
        self.terms: Mapping[str, Term] = MappingProxyType(_terms(chain.from_iterable(statements.values())))
        concepts: defaultdict[str, dict[str, Term]] = defaultdict(dict)
        for term in self.terms.values():
            if term.kind == "scheme":
                concepts[_local(term.iri)]
            elif term.kind == "concept" and term.scheme:
                concepts[_local(term.scheme)][term.name] = term
        self._concepts = dict(concepts)

    def __reduce__(self) -> tuple[type["Vocabulary"], tuple[dict[NamedNode, Statements], str]]:
        """For another process of ours, which must know the same words whatever the files say by then."""
        return Vocabulary, (dict(self._statements), self.digest)

    def concept(self, scheme: str, word: str) -> NamedNode | None:
        """The concept that `word` stands for in a scheme: `("act", "killing")`; None for an unknown one."""
        term = self._concepts.get(scheme, {}).get(word)
        return NamedNode(term.iri) if term else None

    def words(self, scheme: str) -> list[str]:
        """The words one may use in a scheme, in the order of its file; empty for an unknown scheme."""
        return list(self._concepts.get(scheme, ()))

    def schemes(self) -> list[str]:
        """The names of all concept schemes, sorted."""
        return sorted(self._concepts)

    def label(self, iri: str, language: str) -> str | None:
        """What a term is called, in `language` or else English; None for a term we do not know."""
        term = self.terms.get(iri)
        return _said(term.labels, language) if term else None

    def comment(self, iri: str, language: str) -> str | None:
        """What a term means, in `language` or else English; None for a term we do not know."""
        term = self.terms.get(iri)
        return _said(term.comments, language) if term else None

    def superclasses(self, iri: str) -> tuple[str, ...]:
        """Every class, ours or another vocabulary's, that a class is a kind of: nearest first, itself left out."""
        found: dict[str, None] = {}
        waiting = [iri]
        for name in waiting:
            term = self.terms.get(name)
            for parent in term.parents if term and term.kind == "class" else ():
                if parent not in found and parent != iri:
                    found[parent] = None
                    waiting.append(parent)
        return tuple(found)

    def schema_class(self, iri: str) -> str | None:
        """The schema.org class a concept is shown as to search engines (`NewsArticle`), its own or a broader one's."""
        seen: set[str] = set()
        while (term := self.terms.get(iri)) is not None and iri not in seen:
            seen.add(iri)
            for match in term.close:
                if match.startswith(SCHEMA.base) and _local(match)[:1].isupper():
                    return _local(match)
            if term.kind != "concept" or not term.parents:
                return None
            iri = term.parents[0]
        return None

    def triples(self) -> Iterator[Triple]:
        """All of it, whichever graph it is in."""
        return (s.triple for statements in self._statements.values() for s in statements)

    def quads(self) -> Iterator[Quad]:
        """All of it for the store: terms in the ontology's graph, concepts and schemes in the vocabulary's."""
        for graph, statements in self._statements.items():
            yield from (Quad(s.subject, s.predicate, s.object, graph) for s in statements)


def load_vocabulary(*extra: Path) -> Vocabulary:
    """The house's vocabulary and a site's own concepts: each of `extra` is a Turtle file or a folder of them.

    A folder need not exist. `AuthoringError` for a file that cannot be read, is not Turtle, or gives a concept that
    is in no scheme or whose word is taken.
    """
    house = files("ontology")
    terms: Statements = []
    whole = sha256()
    for name in ("khronika.ttl", "reused.ttl"):
        terms += parse(_read(house.joinpath(name), whole), RdfFormat.TURTLE)
    concepts: Statements = []
    for file in sorted(house.joinpath("vocab").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".ttl"):
            concepts += parse(_read(file, whole), RdfFormat.TURTLE)
    for path in extra:
        for file in sorted(path.glob("*.ttl")) if path.suffix != ".ttl" else (path,):
            concepts += _site_concepts(file, concepts, whole)
    return Vocabulary({ONTOLOGY_GRAPH: terms, VOCABULARY_GRAPH: concepts}, whole.hexdigest())


def _read(file: Traversable, whole: "_Hash") -> bytes:
    content = file.read_bytes()
    whole.update(sha256(content).digest())
    return content


def _site_concepts(path: Path, known: Statements, whole: "_Hash") -> Statements:
    """The concepts of one file of a site, checked against all that came before it."""
    try:
        found = list(parse(_read(path, whole), RdfFormat.TURTLE))
    except OSError as error:
        hint = "Name a Turtle file that exists."
        raise AuthoringError(path, None, f"cannot be read: {error.strerror}.", hint) from None
    except SyntaxError as error:
        raise AuthoringError(path, error.lineno, f"not Turtle: {error.msg}", "Mend the line, then try again.") from None
    taken = {(_local(_text(s.object)), _local(_text(s.subject))): s.subject for s in known if _in_scheme(s)}
    schemes = {_local(_text(s.subject)) for s in (*known, *found) if s.object == SKOS("ConceptScheme")}
    placed = [s for s in found if _in_scheme(s)]
    concepts = {s.subject for s in found if s.object == SKOS("Concept")}
    for concept in sorted(map(_text, concepts - {s.subject for s in placed})):
        hint = f"Add: skos:inScheme <{VOCAB.base}act> (or another of the schemes)."
        raise AuthoringError(path, None, f"the concept <{concept}> is in no scheme.", hint)
    for statement in placed:
        scheme, word = _local(_text(statement.object)), _local(_text(statement.subject))
        if scheme not in schemes:
            hint = f"Schemes: {', '.join(sorted(schemes))}."
            raise AuthoringError(path, None, f"'{word}' is put in an unknown scheme, '{scheme}'.", hint)
        if taken.get((scheme, word), statement.subject) != statement.subject:
            hint = f"It stands for {taken[scheme, word]}: choose another last part for the IRI."
            raise AuthoringError(path, None, f"the word '{word}' of the scheme '{scheme}' is taken.", hint)
    return found


def _in_scheme(statement: Quad) -> bool:
    return statement.predicate == _IN_SCHEME


_IN_SCHEME = SKOS("inScheme")
_LINKING = OWL("ObjectProperty").value


def _terms(statements: Iterable[Quad]) -> dict[str, Term]:
    """The terms the statements describe; what is only mentioned (an alignment's far end) is not one."""
    said: defaultdict[str, defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for statement in statements:
        name = _FIELDS.get(statement.predicate.value)
        if name is not None:
            said[_text(statement.subject)][name].append(statement.object)
    found = {}
    for iri, facts in said.items():
        kind = next((_KINDS[t.value] for t in facts["kind"] if t.value in _KINDS), None)
        if kind is not None:
            found[iri] = _term(iri, kind, facts)
    return found


def _term(iri: str, kind: Kind, facts: Mapping[str, list[Any]]) -> Term:
    def values(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(o.value for o in facts.get(name, ())))

    def texts(name: str) -> Mapping[str, str]:
        return MappingProxyType({o.language or "": o.value for o in reversed(facts.get(name, ()))})

    return Term(
        iri=iri,
        kind=kind,
        name=_local(iri),
        labels=texts("labels"),
        comments=texts("comments"),
        parents=values("parents"),
        close=values("close"),
        domains=values("domains"),
        ranges=values("ranges"),
        scheme=next(iter(values("scheme")), None),
        defined_by=next(iter(values("defined_by")), None),
        notations=values("notations"),
        linking=_LINKING in values("kind"),
    )


def _said(words: Mapping[str, str], language: str) -> str | None:
    for choice in (language, *LANGUAGES):
        if choice in words:
            return words[choice]
    return next(iter(words.values()), None)


def _local(iri: str) -> str:
    """The last part of an IRI, which is the word people use for it."""
    return iri.rsplit("#", 1)[-1].rstrip("/").rsplit("/", 1)[-1]


def _text(node: NamedNode | BlankNode | Literal | Triple) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)
