"""Turtle straight from terms: what the engine would write and `graph.layout` lay out, for a third of the time.

Only what is plain: a name that needs more than a slash escaped, a triple in a triple, two folders of one prefix are
left to the engine. Prefixes are those that are used, and not also those of which only words speak.
"""

import re
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.publish.lens import Kept
from graph.settings import Settings
from graph.terms import PREFIXES, VOCAB, XSD, A

Statement = tuple[NamedNode | BlankNode | Triple, NamedNode, NamedNode | BlankNode | Literal | Triple]
Spelt = tuple[str, str, str]  # how an IRI is written, the prefix in it and what that stands for; both may be empty

SPELT = 16_384  # IRIs whose spelling is remembered with a release, about 5 MB
PREFIX_NAME = re.compile(r"[a-z](?:[\w-]*\w)?", re.ASCII)
_LOCAL = re.compile(r"[A-Za-z0-9_\u0400-\u04ff](?:[A-Za-z0-9_\u0400-\u04ff/-]|\.(?=.))*", re.DOTALL)
_SHORT = {  # datatypes whose values are written as they are, where they are written so (Turtle 1.1, 2.5.2 and 2.5.3)
    XSD("integer"): re.compile(r"[+-]?[0-9]+"),
    XSD("decimal"): re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD("double"): re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
    XSD("boolean"): re.compile("true|false"),
}
_STRING = XSD("string")
_END = " .\n\n"  # of what is said of a subject
_SLASH = "\\/"


class NotPlain(Exception):
    """Something that is left to the engine."""


class Spelling:
    """IRIs as a site's Turtle has them: a prefix for each kind of thing and each concept scheme, and the house's."""

    def __init__(self, settings: Settings) -> None:
        self._things = settings.base + "id/"
        self._known: Kept[str, Spelt] = Kept(SPELT)
        bases = (*PREFIXES.values(), VOCAB.base)
        # Where one lies in another, the engine alone knows which it takes.
        self._nested = any(self._things.startswith(base) or base.startswith(self._things) for base in bases)

    def __call__(self, iri: str) -> Spelt:
        """How an IRI is written; `NotPlain` where the engine has to say."""
        return self._known.get(iri) or self._known.keep(iri, self._spelt(iri))

    def _spelt(self, iri: str) -> Spelt:
        if self._nested:
            raise NotPlain
        for base in (self._things, VOCAB.base):
            folder, slash, local = iri[len(base) :].partition("/") if iri.startswith(base) else ("", "", "")
            name = prefix_of(folder, is_concept=base == VOCAB.base)
            if slash and name:
                return _prefixed(name, f"{base}{folder}/", local)
        for name, base in PREFIXES.items():
            if iri.startswith(base):
                return _prefixed(name, base, iri[len(base) :])
        return f"<{iri}>", "", ""


def prefix_of(folder: str, *, is_concept: bool) -> str:
    """The prefix of a kind of things or of a concept scheme: `claim`, `vocab-bound`; "" where it would be none."""
    name = "vocab-" + folder if is_concept else folder if folder not in PREFIXES else "site-" + folder
    return name if PREFIX_NAME.fullmatch(name) else ""


def write_turtle(statements: Iterable[Statement], spelling: Spelling) -> bytes:
    """Statements in their order, a subject that follows itself once, laid out; `NotPlain` where the engine has to."""
    used: dict[str, str] = {}
    parts: list[str] = []
    subject: object = None
    predicate: object = None
    for s, p, o in statements:
        if s != subject:
            end = _END if parts else ""
            parts.append(f"{end}{_written(s, spelling, used)} {_verb(p, spelling, used)} ")
        elif p != predicate:
            parts.append(f" ;\n\t{_verb(p, spelling, used)} ")
        else:
            parts.append(" , ")
        parts.append(_written(o, spelling, used))
        subject, predicate = s, p
    parts.append(" .\n" if parts else "")
    head = "".join(f"@prefix {name}: <{used[name]}> .\n" for name in sorted(used))
    return f"{head}\n{''.join(parts)}".encode()


def _verb(predicate: NamedNode, spelling: Spelling, used: dict[str, str]) -> str:
    return "a" if predicate == A else _written(predicate, spelling, used)


def _written(node: object, spelling: Spelling, used: dict[str, str]) -> str:
    if isinstance(node, NamedNode):
        text, name, base = spelling(node.value)
        if name and used.setdefault(name, base) != base:
            raise NotPlain
        return text
    if not isinstance(node, Literal):
        raise NotPlain
    kind = node.datatype
    if kind == _STRING or node.language:
        return str(node)
    short = _SHORT.get(kind)
    if short is not None and short.fullmatch(node.value):
        return node.value
    return f"{Literal(node.value)}^^{_written(kind, spelling, used)}"


def _prefixed(name: str, base: str, local: str) -> Spelt:
    if not _LOCAL.fullmatch(local):
        raise NotPlain
    return f"{name}:{local.replace('/', _SLASH)}", name, base
