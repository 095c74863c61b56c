"""What each rule asks and what to do when it is broken: for `khronika explain`, the docs and the page of rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode

from graph.checking.report import LANGUAGES, Node, Severity
from graph.checking.rules import Rules
from graph.errors import KhronikaError
from graph.terms import RDFS, SH

_LAST = 1_000  # where a rule without sh:order stands among those of its subject


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule. `name` is the last part of its IRI; `subject` its group's label; texts are by language."""

    iri: str
    name: str
    severity: Severity
    subject: dict[str, str]
    label: dict[str, str]
    messages: dict[str, str]
    asked_as: str  # "core" for SHACL's own constraints, "query" for one in SPARQL


class UnknownRule(KhronikaError):
    """No rule of this name."""

    def __init__(self, name: str, nearest: Sequence[str]) -> None:
        super().__init__(name, nearest)
        self.name, self.nearest = name, nearest

    def __str__(self) -> str:
        hint = f"Did you mean {' or '.join(self.nearest)}?" if self.nearest else "khronika explain lists all rules."
        return f"There is no rule '{self.name}'.\n  {hint}"


def explained(rules: Rules) -> list[Explained]:
    """Every rule of a site, subject by subject, in the order their files give them."""
    return [_explained(rules, shape) for _, _, shape in sorted(_ordered(rules), key=lambda found: found[:2])]


def explain(rules: Rules, name: str) -> Explained:
    """The rule of that name, or of that IRI; `UnknownRule` with the nearest names otherwise."""
    found = explained(rules)
    wanted = name.rsplit("#", 1)[-1]
    for rule in found:
        if name == rule.iri or wanted == rule.name:
            return rule
    raise UnknownRule(name, get_close_matches(wanted, [rule.name for rule in found], 2))


def said(texts: dict[str, str], language: str) -> str:
    """A text in `language`, else English, else any; empty where there is none."""
    for choice in (language, *LANGUAGES, ""):
        if choice in texts:
            return texts[choice]
    return next(iter(texts.values()), "")


def _ordered(rules: Rules) -> Iterator[tuple[tuple[int, str], tuple[int, str], Node]]:
    for shape in rules.shapes():
        group = rules.value(shape, "group")
        of_group = (_order(rules, group), group.value if isinstance(group, NamedNode) else "")
        yield of_group, (_order(rules, shape), rules.name(shape)), shape


def _order(rules: Rules, node: Node | None) -> int:
    value = rules.value(node, "order") if node is not None else None
    return int(value.value) if isinstance(value, Literal) and value.value.isdecimal() else _LAST


def _explained(rules: Rules, shape: Node) -> Explained:
    queries = rules.facts.about(shape).get(SH("sparql"), ())
    messages = rules.messages(shape) or next(filter(None, map(rules.messages, queries)), {})
    group = rules.value(shape, "group")
    name = rules.name(shape)
    return Explained(
        iri=name,
        name=name.rsplit("#", 1)[-1],
        severity=rules.severity(shape),
        subject=rules.texts(group, RDFS("label")) if group is not None else {},
        label=rules.texts(shape, RDFS("label")),
        messages=messages,
        asked_as="query" if queries else "core",
    )
