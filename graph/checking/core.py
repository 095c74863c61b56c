"""pySHACL at work: the nodes a screen could not clear, against the shapes they are suspected of breaking.

pySHACL patches rdflib's globals while it loads shapes and, when that fails, does not put them back; we do. It must
never run in a thread of a web server.
"""

import logging
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import rdflib
from pyoxigraph import NamedNode, Triple
from rdflib.namespace import SH as RSH
from rdflib.term import Node as RdflibNode

from graph.checking.bridge import from_rdflib, graph_of, to_rdflib, view_of
from graph.checking.errors import ShapesError
from graph.checking.facts import Facts
from graph.checking.paths import path_text, read_path
from graph.checking.report import SEVERITIES, Finding, Node, Severity
from graph.checking.rules import Rules
from graph.checking.targets import TARGET_WORDS
from graph.checking.wording import fallback, filled
from graph.terms import RDFS, SH, A

_TARGETS = frozenset(SH(word) for word in TARGET_WORDS)
_LOG = logging.getLogger("graph.checking.pyshacl")


def validate(rules: Rules, facts: Facts, handled: Collection[Node]) -> list[Finding]:
    """Everything pySHACL finds, unscreened; `handled` are sh:sparql constraints that are evaluated elsewhere."""
    return _findings(rules, _run(rules, facts, _without(rules, handled), ()))


def validate_suspects(
    rules: Rules, facts: Facts, suspects: Mapping[Node, Collection[Node]], handled: Collection[Node]
) -> list[Finding]:
    """What pySHACL finds of each shape among its suspects: the shapes are given to it with these as their targets."""
    if not any(suspects.values()):
        return []
    classes = {RDFS("Class"), *rules.facts.pointing(RDFS("subClassOf"), RDFS("Class"))}
    shapes = [
        t
        for t in _without(rules, handled)
        if t.predicate not in _TARGETS and not (t.predicate == A and t.object in classes)
    ]
    return _findings(rules, _run(rules, facts, shapes, suspects))


def _without(rules: Rules, handled: Collection[Node]) -> list[Triple]:
    """The shapes without the constraints that are handled."""
    return [t for t in rules.triples if not (t.predicate == SH("sparql") and t.object in handled)]


def _run(
    rules: Rules, facts: Facts, shapes: list[Triple], suspects: Mapping[Node, Collection[Node]] | tuple[()]
) -> rdflib.Graph:
    shapes_graph = graph_of(shapes)
    data = view_of(facts)
    target = to_rdflib(SH("targetNode"))
    pairs = [(shape, node) for shape in suspects for node in suspects[shape]] if suspects else []
    for shape, node in pairs:
        shapes_graph.add((to_rdflib(shape), target, data.theirs(node)))
    try:
        return _report(data.graph, shapes_graph)
    except _pyshacl_errors() as error:
        raise _named(rules, facts, shapes, error) from error


def _pyshacl_errors() -> tuple[type[Exception], ...]:
    from pyshacl import errors

    return (
        errors.ShapeLoadError, errors.ConstraintLoadError, errors.ReportableRuntimeError, errors.ValidationFailure,
        NotImplementedError,
    )  # fmt: skip


def _report(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """The report of one run. Recursive shapes, undefined in SHACL (3.4.3), are taken as pySHACL takes them."""
    from pyshacl import Validator
    from pyshacl.errors import ShapeRecursionWarning
    from pyshacl.graph_abstraction import DataGraph

    _LOG.setLevel(logging.CRITICAL)  # what it would say of shapes, it also raises
    with warnings.catch_warnings(), _globals_of_rdflib_kept():
        warnings.simplefilter("ignore", ShapeRecursionWarning)
        validator = Validator(
            DataGraph.from_rdflib(data), shacl_graph=shapes, options={"inplace": True, "logger": _LOG}
        )
        report = validator.run()[1]  # type: ignore[no-untyped-call]
    assert isinstance(report, rdflib.Graph)
    return report


@contextmanager
def _globals_of_rdflib_kept() -> Iterator[None]:
    from rdflib.term import _toPythonMapping

    boolean = rdflib.XSD.boolean
    kept: tuple[bool, Any] = (rdflib.NORMALIZE_LITERALS, _toPythonMapping[boolean])
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS, _toPythonMapping[boolean] = kept


def _named(rules: Rules, facts: Facts, shapes: list[Triple], error: Exception) -> ShapesError:
    """PySHACL says what is wrong but not with which shape: try them one by one until one says the same."""
    said = str(getattr(error, "message", "") or error)
    nobody = to_rdflib(NamedNode("urn:khronika:nobody"))
    data = view_of(facts)
    untargeted = [t for t in shapes if t.predicate not in _TARGETS and t.predicate != SH("targetNode")]
    culprit: Node | None = None
    for unit in rules.units:
        shapes_graph = graph_of(untargeted)
        nodes = [to_rdflib(n) for n in list(unit.targets.find(facts))[:1]] or [nobody]
        shapes_graph.add((to_rdflib(unit.shape), to_rdflib(SH("targetNode")), nodes[0]))
        try:
            _report(data.graph, shapes_graph)
        except type(error):
            culprit = unit.shape
            break
    hint = "Nothing was checked. Mend the shape; https://www.w3.org/TR/shacl/ says what it may hold."
    if culprit is None:
        return ShapesError(None, None, said, hint)
    return rules.error(culprit, said, hint)


def _findings(rules: Rules, report: rdflib.Graph) -> list[Finding]:
    return [
        _finding(rules, report, result)
        for head in report.subjects(RSH.conforms, None)
        for result in report.objects(head, RSH.result)
    ]


def _finding(rules: Rules, report: rdflib.Graph, result: RdflibNode) -> Finding:
    def one(predicate: RdflibNode) -> Node | None:
        value = report.value(result, predicate)
        return from_rdflib(value) if value is not None else None

    shape, node, component = one(RSH.sourceShape), one(RSH.focusNode), one(RSH.sourceConstraintComponent)
    assert shape is not None, "each result has one (SHACL 3.6.2)"
    assert node is not None
    assert component is not None
    path, value, constraint = one(RSH.resultPath), one(RSH.value), one(RSH.sourceConstraint)
    known = read_path(rules.facts, path) if path else None
    said = report.objects(result, RSH.resultMessage)
    messages = rules.messages(constraint) if constraint else {}
    messages = messages or rules.messages(shape) or fallback(rules.name(shape), "; ".join(sorted(map(str, said))))
    severity = one(RSH.resultSeverity)
    terms = {"this": node, "path": path, "value": value}
    return Finding(
        rule=rules.name(shape),
        severity=SEVERITIES.get(severity, Severity.VIOLATION) if severity else Severity.VIOLATION,
        node=node,
        path=path_text(known),
        object=value,
        messages=filled(messages, {name: term for name, term in terms.items() if term is not None}),
        shape=shape.value if isinstance(shape, NamedNode) else str(shape),
        component=component.value,
        constraint=constraint.value if isinstance(constraint, NamedNode) else None,
    )
