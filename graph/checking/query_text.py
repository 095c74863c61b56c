"""What of a rule's query one must know to ask it of many nodes at once: its groups, patterns and tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from graph.checking.paths import Path
from graph.checking.report import Node

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |(?P<name>(?:[A-Za-z][\w.-]*)?:(?:[\w:%\\-](?:[\w.:%\\-]*[\w:%\\-])?)?)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<mark>\^\^|\|\||&&|!=|<=|>=|.)""",
    re.VERBOSE | re.DOTALL,
)

End = str | Node  # of a triple pattern: the name of a variable, or a term


class NotUnderstood(Exception):
    """The text holds something we do not read; whoever asked must do without."""


class Pattern(NamedTuple):
    """A triple pattern; a predicate that is a variable is a step of any predicate."""

    subject: End
    path: Path
    object: End


@dataclass(slots=True)
class Group:
    """What stands between two braces. `kind` is where, plain, branch (of a UNION), optional, exists or subselect."""

    kind: str
    patterns: list[Pattern] = field(default_factory=list)
    groups: list["Group"] = field(default_factory=list)
    used: set[str] = field(default_factory=set)  # variables of its filters and binds
    select: "Select | None" = None  # of a subselect

    def everything(self) -> Iterator["Group"]:
        """The group and all groups in it."""
        yield self
        for group in self.groups:
            yield from group.everything()

    def mentions(self, name: str) -> bool:
        """Whether a variable occurs in it anywhere."""
        return any(name in g.used or any(name in (p.subject, p.object) for p in g.patterns) for g in self.everything())

    def matches(self, name: str) -> bool:
        """Whether a triple pattern of its own binds a variable."""
        return any(name in (p.subject, p.object) for p in self.patterns)


@dataclass(slots=True)
class Select:
    """A SELECT query: what it projects (`*` among them for everything), how it groups, and where its body opens."""

    projected: set[str]
    where: Group
    opens: int  # where in the text the body begins, just behind its brace
    grouped: set[str] = field(default_factory=set)
    aggregates: bool = False
    sliced: bool = False  # has LIMIT or OFFSET

    def projects(self, name: str) -> bool:
        """Whether it hands a variable out."""
        return name in self.projected or "*" in self.projected


class Token(NamedTuple):
    """A token, its kind and where in the text it ends."""

    kind: str
    text: str
    end: int


@lru_cache(maxsize=64)  # each query is looked at several times on the way
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a query, without space and comments."""
    found = (Token(m.lastgroup or "", m[0], m.end()) for m in _TOKEN.finditer(text))
    return tuple(t for t in found if t.kind != "skip")
