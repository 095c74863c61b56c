"""The plain facts of a site, `record/derived`: what undisputed editorial or verified claims carry, and nothing else."""

from collections import defaultdict
from collections.abc import Sequence
from importlib.resources import files
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Triple

from graph.store.base import Bindable, Row, Term
from graph.terms import KH


class Asked(Protocol):
    """Whatever answers a SELECT over a union of graphs: a `Reader`, or a store that is being published."""

    def select(self, query: str, **terms: Bindable | Sequence[Bindable]) -> list[Row]:
        """The rows of a SELECT."""


def derive(site: Asked) -> tuple[Triple, ...]:
    """The content of the derived graph, sorted and unique.

    Another claim, whosever, that gives one property of one thing a different text, date or number disputes it even if
    nobody says so: then no plain fact follows. Links may be many (members, places), so they never conflict. What the
    house says of its own accord (`kh:`: who is at risk, who is accused) is not for a claim to make a plain fact.
    """
    question = files("graph").joinpath("questions/plain_facts.rq").read_text(encoding="utf-8")
    values: defaultdict[tuple[NamedNode, NamedNode], set[Term]] = defaultdict(set)
    told: defaultdict[tuple[NamedNode, NamedNode], set[Term]] = defaultdict(set)
    for row in site.select(question):
        subject, predicate = row["subject"], row["predicate"]
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode):
            values[subject, predicate].add(row["object"])
            told[subject, predicate].add(row["told"])
    facts = (
        Triple(subject, predicate, value)
        for (subject, predicate), found in values.items()
        if not predicate.value.startswith(KH.base)
        for value in found
        if not _disputed(value, told[subject, predicate])
    )
    return tuple(sorted(facts, key=str))


def _disputed(value: Term, told: set[Term]) -> bool:
    """Whether another literal says otherwise; the same said in another language is not otherwise."""
    if not isinstance(value, Literal):
        return False
    return any(isinstance(o, Literal) and o != value and o.language == value.language for o in told)
