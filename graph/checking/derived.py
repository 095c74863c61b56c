"""The plain facts of a site, `record/derived`: what undisputed editorial or verified claims carry, and nothing else."""

from collections import defaultdict
from collections.abc import Sequence
from importlib.resources import files
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Triple

from graph.store.base import Bindable, Row, Term


class Asked(Protocol):
    """Whatever answers a SELECT over a union of graphs: a `Reader`, or a store that is being published."""

    def select(self, query: str, **terms: Bindable | Sequence[Bindable]) -> list[Row]:
        """The rows of a SELECT."""


def derive(site: Asked) -> tuple[Triple, ...]:
    """The content of the derived graph, sorted and unique.

    Two claims that give one property of one thing different texts, dates or numbers dispute each other even if neither
    says so: then no plain fact follows from either. Links may be many (members, places), so they never conflict.
    """
    question = files("graph").joinpath("questions/plain_facts.rq").read_text(encoding="utf-8")
    values: defaultdict[tuple[NamedNode, NamedNode], set[Term]] = defaultdict(set)
    for row in site.select(question):
        subject, predicate = row["subject"], row["predicate"]
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode):
            values[subject, predicate].add(row["object"])
    facts = (
        Triple(subject, predicate, value)
        for (subject, predicate), told in values.items()
        for value in told
        if not _disputed(value, told)
    )
    return tuple(sorted(facts, key=str))


def _disputed(value: Term, told: set[Term]) -> bool:
    """Whether another literal says otherwise; the same said in another language is not otherwise."""
    if not isinstance(value, Literal):
        return False
    return any(isinstance(o, Literal) and o != value and o.language == value.language for o in told)
