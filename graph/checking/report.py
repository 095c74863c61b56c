"""What a check found: findings a person can act on, and one verdict over all of them. No rendering here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode

from graph.terms import SH

Node = NamedNode | BlankNode | Literal

LANGUAGES = ("en", "ru")  # in which a message is looked for, when the one asked for has none


class Severity(IntEnum):
    """How bad it is (SHACL 2.1.4): a violation stops a publication, a warning wants a reason, info wants an eye."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3


SEVERITIES: Mapping[Node, Severity] = {
    SH("Info"): Severity.INFO,
    SH("Warning"): Severity.WARNING,
    SH("Violation"): Severity.VIOLATION,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken by one thing (SHACL 3.6.2, a validation result).

    `rule` is the IRI of the rule, `shape` and `component` those of the shape and the kind of constraint behind it.
    `node` and `object` are the focus node and the offending value as terms, `focus` and `value` the same as text;
    `path` is an IRI or a SPARQL property path. `messages` has every language the shape speaks. `file` and `line` say
    where the editor wrote it, where that is known.
    """

    rule: str
    severity: Severity
    node: Node
    path: str | None
    object: Node | None
    messages: Mapping[str, str]
    shape: str
    component: str
    constraint: str | None = None  # of a SPARQL-based rule, the IRI of its query
    file: Path | None = None
    line: int | None = None

    @property
    def focus(self) -> str:
        """The focus node as text, an IRI for everything a site names."""
        return self.node.value if not isinstance(self.node, BlankNode) else str(self.node)

    @property
    def value(self) -> str | None:
        """The offending value as text; None where the rule complains of an absence."""
        if self.object is None:
            return None
        return self.object.value if not isinstance(self.object, BlankNode) else str(self.object)

    def message(self, language: str) -> str:
        """What to do, in `language` where the rule speaks it, else English, else what there is."""
        for choice in (language, *LANGUAGES, ""):
            if choice in self.messages:
                return self.messages[choice]
        return next(iter(self.messages.values()))


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a check found, worst first, then by file, line and rule; the same input gives the same order."""

    findings: tuple[Finding, ...]
    records: int = 0  # how many were looked at
    rules: int = 0  # how many rules they were held against
    base: str = ""  # of the site, so that things can be named as editors name them
    folder: Path | None = None  # of the site, so that files can be named as below it

    @property
    def conforms(self) -> bool:
        """Whether this may be published: no violation. Warnings and infos do not stop it."""
        return self.worst is not Severity.VIOLATION

    @property
    def worst(self) -> Severity | None:
        """The worst severity found, None when nothing was."""
        return max((f.severity for f in self.findings), default=None)

    def count(self, severity: Severity) -> int:
        """How many findings there are of one severity."""
        return sum(f.severity is severity for f in self.findings)
