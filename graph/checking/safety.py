"""Who is named and on what basis, and how exactly places are given: what an editor looks over before publishing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from graph.authoring.record import Record
from graph.checking.facts import Kinds, Said, Statements
from graph.checking.report import Node
from graph.terms import FOAF, KH, LABEL, SCHEMA
from graph.vocabulary import Vocabulary

REVIEW_YEARS = 2  # a risk looked at longer ago than this is looked at again; a rule warns of the same
PINPOINTING = tuple(map(SCHEMA, ("latitude", "longitude", "geo", "address", "hasMap")))


@dataclass(frozen=True, slots=True)
class Person:
    """A person, or a group of unnamed people, as records describe them. `at_risk` is None where nobody has said.

    `basis` holds IRIs of vocab/basis, `reviewed` the last date of a risk review as written, `victim_of` the labels of
    events, `files` the records that describe them. `named` is false for groups and for whoever has a pseudonym.
    """

    iri: str
    label: str
    named: bool
    group: bool
    basis: tuple[str, ...]
    at_risk: bool | None
    reviewed: str | None
    victim_of: tuple[str, ...]
    files: tuple[Path, ...]

    def review_due(self, today: date) -> bool:
        """Whether the risk to one person at risk was never looked at, or longer ago than it should be."""
        if self.group or not self.at_risk:
            return False
        limit = today.replace(year=today.year - REVIEW_YEARS, day=min(today.day, 28))
        return self.reviewed is None or self.reviewed[:10] < limit.isoformat()


@dataclass(frozen=True, slots=True)
class Place:
    """A place with the precision it is given in (an IRI of vocab/precision), and whether anything pinpoints it."""

    iri: str
    label: str
    precision: str | None
    at_risk: bool | None
    pinpointed: bool
    events: int
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Safety:
    """People, those to look at first before the others, and places, the most exact first."""

    people: tuple[Person, ...]
    places: tuple[Place, ...]


def look_over(records: Sequence[Record], vocabulary: Vocabulary, language: str) -> Safety:
    """Everybody and every place that the records describe, labelled in `language` where they are."""
    words = (Triple(q.subject, q.predicate, q.object) for q in vocabulary.quads())
    facts = Statements(chain(words, *(record.triples for record in records)))
    looking = _Looking(facts, records, language)
    return Safety(looking.people(), looking.places())


class _Looking:
    """One look over one site."""

    def __init__(self, facts: Statements, records: Iterable[Record], language: str) -> None:
        self._facts, self._language = facts, language
        self._kinds = Kinds(facts)
        self._files: dict[str, list[Path]] = {}
        for record in records:
            for subject in dict.fromkeys(subject for subject, predicate in record.lines if predicate is None):
                self._files.setdefault(subject, []).append(record.path)

    def people(self) -> tuple[Person, ...]:
        found = [self._person(node, group=False) for node in self._of(SCHEMA("Person"))]
        found += [self._person(node, group=True) for node in self._of(FOAF("Group"))]
        return tuple(sorted(found, key=lambda p: (not p.at_risk, not p.victim_of, not p.named, p.iri)))

    def places(self) -> tuple[Place, ...]:
        found = [self._place(node) for node in self._of(SCHEMA("Place"))]
        return tuple(sorted(found, key=lambda p: (not p.at_risk, not p.pinpointed, p.iri)))

    def _of(self, kind: NamedNode) -> list[NamedNode]:
        nodes = [n for n in self._facts.subjects() if isinstance(n, NamedNode) and self._kinds.has(n, kind)]
        return sorted(nodes, key=str)

    def _person(self, node: NamedNode, *, group: bool) -> Person:
        said = self._facts.about(node)
        return Person(
            iri=node.value,
            label=self._label(node),
            named=not group and _flag(said, KH("pseudonymous")) is not True,
            group=group,
            basis=tuple(sorted(v.value for v in said.get(KH("publicationBasis"), ()))),
            at_risk=_flag(said, KH("atRisk")),
            reviewed=max((v.value for v in said.get(KH("riskReviewed"), ())), default=None),
            victim_of=tuple(sorted(map(self._label, self._facts.pointing(KH("victim"), node)))),
            files=tuple(sorted(self._files.get(node.value, ()))),
        )

    def _place(self, node: NamedNode) -> Place:
        said = self._facts.about(node)
        return Place(
            iri=node.value,
            label=self._label(node),
            precision=next((v.value for v in said.get(KH("geoPrecision"), ())), None),
            at_risk=_flag(said, KH("atRisk")),
            pinpointed=any(word in said for word in PINPOINTING),
            events=len(self._facts.pointing(SCHEMA("location"), node)),
            files=tuple(sorted(self._files.get(node.value, ()))),
        )

    def _label(self, node: Node) -> str:
        labels = {v.language: v.value for v in self._facts.about(node).get(LABEL, ()) if isinstance(v, Literal)}
        for choice in (self._language, "en", None):
            if choice in labels:
                return labels[choice]
        return next(iter(labels.values()), node.value)


def _flag(said: Said, predicate: NamedNode) -> bool | None:
    """A yes or no; where records disagree, yes, as the rules want it."""
    values = {_word(v) for v in said.get(predicate, ())}
    return True if "true" in values else False if "false" in values else None


def _word(node: Node) -> str:
    return {"1": "true", "0": "false"}.get(node.value, node.value)
