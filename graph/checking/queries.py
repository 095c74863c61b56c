"""SPARQL-based constraints (SHACL 5): read from the shapes, and asked of a whole graph at once.

SHACL asks a query once a focus node, with `$this` bound. Here the targets join the query's body and all focus nodes
are asked about in one go. That is the same question only where every group that uses `$this` also matches it, or sees
it from outside as SPARQL's filters do: `asked_at_once` decides, and what it does not pass is left to pySHACL.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store

from graph.checking.facts import Facts, kinds_below
from graph.checking.paths import Path, path_text, read_path, sparql
from graph.checking.query_reading import read_select
from graph.checking.query_text import Group, NotUnderstood, Select, tokens
from graph.checking.report import Finding, Node
from graph.checking.rules import Rules, expected_elsewhere
from graph.checking.targets import Targets, Unit
from graph.checking.wording import fallback, filled
from graph.terms import OWL, PREFIXES, SH, A

# SHACL appendix A: pre-binding is not defined for the first three. And what is checked is one graph.
_FORBIDDEN = ("MINUS", "VALUES", "SERVICE", "GRAPH")
_COMPONENT = SH("SPARQLConstraintComponent").value


@dataclass(frozen=True, slots=True)
class Query:
    """One query of one shape: whom it is about, its text with `$PATH` filled in, and what is understood of it."""

    shape: Node
    constraint: Node
    targets: Targets
    text: str
    prefixes: Mapping[str, str]
    path: Path | None
    select: Select


def read_queries(rules: Rules) -> tuple[Query, ...]:
    """The queries that can be asked at once; the others are pySHACL's. `ShapesError` for one that is no query."""
    found = []
    elsewhere = expected_elsewhere(rules)
    units = {u.shape: u for u in rules.units}
    for shape, constraint in list(rules.facts.pairs(SH("sparql"))):
        query = _read(rules, shape, constraint, units.get(shape))
        alone = shape in units and not _asked_for(rules, shape, elsewhere)
        if query and alone and asked_at_once(query.select):
            found.append(query)
    return tuple(found)


def _asked_for(rules: Rules, shape: Node, elsewhere: set[Node]) -> bool:
    """Whether the verdict of a shape counts for anything but its own focus nodes: then its query stays where it is."""
    owners = rules.facts.pointing(SH("property"), shape)
    nested = any(o in elsewhere or rules.values(o, "path") or rules.facts.pointing(SH("property"), o) for o in owners)
    return shape in elsewhere or nested


def _read(rules: Rules, shape: Node, constraint: Node, unit: Unit | None) -> Query | None:
    texts = rules.values(constraint, "select")
    if len(texts) != 1 or not isinstance(texts[0], Literal):
        hint = "Give it one sh:select with the text of a SELECT query; https://www.w3.org/TR/shacl/#sparql-constraints"
        raise rules.error(constraint, "a sh:sparql constraint without its one sh:select.", hint)
    path_node = rules.value(shape, "path")
    path = read_path(rules.facts, path_node) if path_node else None
    prefixes = _prefixes(rules, constraint)
    text = _with_path(rules, constraint, texts[0].value, path)
    _refuse_what_cannot_be(rules, constraint, text, prefixes)
    if unit is None or rules.deactivated(constraint):
        return None
    try:
        select = read_select(text, prefixes)
    except NotUnderstood:
        return None
    return Query(shape, constraint, unit.targets, text, prefixes, path, select)


def _prefixes(rules: Rules, constraint: Node) -> dict[str, str]:
    """The prefixes a constraint may use (SHACL 5.2.1): what its sh:prefixes declare, and what those import."""
    found = {name: PREFIXES[name] for name in ("rdf", "rdfs", "owl")}
    waiting = list(rules.values(constraint, "prefixes"))
    for ontology in waiting:
        waiting += [o for o in rules.facts.about(ontology).get(OWL("imports"), ()) if o not in waiting]
        for declaration in rules.values(ontology, "declare"):
            prefix, namespace = rules.value(declaration, "prefix"), rules.value(declaration, "namespace")
            if prefix is None or namespace is None:
                hint = "Give each sh:declare one sh:prefix and one sh:namespace."
                raise rules.error(ontology, "a prefix declaration that is not whole.", hint)
            found[prefix.value] = namespace.value
    return found


def _with_path(rules: Rules, constraint: Node, text: str, path: Path | None) -> str:
    """The text with the shape's path for `$PATH` (SHACL 5.2.3)."""
    places = [t for t in tokens(text) if t.kind == "variable" and t.text[1:] == "PATH"]
    if places and path is None:
        hint = "Put the query on a property shape, or name the property in it."
        raise rules.error(constraint, "uses $PATH, but its shape has no sh:path.", hint)
    for token in reversed(places):
        text = text[: token.end - len(token.text)] + sparql(path) + text[token.end :] if path else text
    return text


def _refuse_what_cannot_be(rules: Rules, constraint: Node, text: str, prefixes: Mapping[str, str]) -> None:
    found = tokens(text)
    words = {t.text.upper() for t in found if t.kind == "word"}
    for one, other in pairwise(found):
        if one.text.upper() == "AS" and other.kind == "variable" and other.text[1:] == "this":
            raise rules.error(constraint, "binds $this, which is bound already.", "Bind another variable with AS.")
    for word in _FORBIDDEN:
        if word in words:
            hint = "Say it with FILTER NOT EXISTS, FILTER … IN or BIND; https://www.w3.org/TR/shacl/#pre-binding"
            raise rules.error(constraint, f"{word} may not stand in the query of a rule.", hint)
    try:
        answer = Store().query(text, prefixes=dict(prefixes))
    except SyntaxError as error:
        hint = "Prefixes come from sh:declare of the node named by sh:prefixes."
        raise rules.error(constraint, f"its query is not SPARQL: {error.msg}", hint) from None
    if not isinstance(answer, QuerySolutions):
        raise rules.error(constraint, "its sh:select is not a SELECT query.", "Write SELECT $this WHERE { … }.")


def asked_at_once(select: Select) -> bool:
    """Whether a query means the same with `$this` joined to its body as with `$this` put in for each focus node."""
    reserved = ("currentShape", "shapesGraph", "failure")
    if any(select.where.mentions(name) or name in select.projected for name in reserved):
        return False
    return _whole(select) and all(_sees_this(g) for g in select.where.groups)


def _whole(select: Select) -> bool:
    """Whether a query hands `$this` out and does not mix focus nodes by counting or cutting across them."""
    return select.projects("this") and not select.sliced and (not select.aggregates or "this" in select.grouped)


def _sees_this(group: Group) -> bool:
    """Whether a group within a query knows which focus node is meant wherever that matters to it."""
    if group.kind == "subselect" and group.select:
        inner = group.select.where
        return _whole(group.select) and inner.matches("this") and all(map(_sees_this, inner.groups))
    if group.kind != "exists" and group.mentions("this") and not group.matches("this"):
        return False
    return all(map(_sees_this, group.groups))


def ask(query: Query, rules: Rules, store: Store, facts: Facts) -> list[Finding]:
    """What a query finds in a store, whose default graph holds the same as `facts`."""
    target = _target_group(query.targets, facts)
    if target is None:
        return []
    text = query.text[: query.select.opens] + target + query.text[query.select.opens :]
    answer = store.query(text, prefixes=dict(query.prefixes))
    assert isinstance(answer, QuerySolutions)
    names = [v.value for v in answer.variables]
    found: dict[tuple[object, ...], Finding] = {}
    for row in answer:
        terms = {name: term for name, term in zip(names, row, strict=True) if term is not None}
        finding = _finding(query, rules, terms)
        found.setdefault((finding.node, finding.path, finding.object, *sorted(finding.messages.items())), finding)
    return list(found.values())


def _target_group(targets: Targets, facts: Facts) -> str | None:
    """The focus nodes as a group of SPARQL, each once; None where there can be none."""
    kinds = [k for c in targets.classes for k in kinds_below(facts, c) if isinstance(k, NamedNode)]
    choices = [f"?this {A} {kind}" for kind in dict.fromkeys(sorted(kinds, key=str))]
    choices += [f"?this {predicate} ?kh_object" for predicate in targets.subjects_of]
    choices += [f"?kh_subject {predicate} ?this" for predicate in targets.objects_of]
    named = " ".join(str(n) for n in targets.nodes if not isinstance(n, BlankNode))
    choices += [f"VALUES ?this {{ {named} }}"] if named else []
    if not choices:
        return None
    return _TARGET_OPENS + " UNION ".join(f"{{ {choice} }}" for choice in choices) + _TARGET_CLOSES


_TARGET_OPENS, _TARGET_CLOSES = " { SELECT DISTINCT ?this WHERE { ", " } } "


def _finding(query: Query, rules: Rules, terms: Mapping[str, Node]) -> Finding:
    """One solution as a validation result (SHACL 5.3.2)."""
    node, path, value = terms["this"], terms.get("path"), terms.get("value")
    shape, constraint = query.shape, query.constraint
    if value is None and query.path is None:
        value = node
    own = terms.get("message")
    messages = {own.language or "": own.value} if isinstance(own, Literal) else rules.messages(constraint)
    messages = messages or rules.messages(shape) or fallback(rules.name(shape))
    return Finding(
        rule=rules.name(shape),
        severity=rules.severity(shape),
        node=node,
        path=path.value if isinstance(path, NamedNode) else path_text(query.path),
        object=value,
        messages=filled(messages, terms),
        shape=shape.value if isinstance(shape, NamedNode) else str(shape),
        component=_COMPONENT,
        constraint=constraint.value if isinstance(constraint, NamedNode) else None,
    )
