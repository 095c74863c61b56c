"""What a check says, ours and pySHACL's, in one form: what can be said in several ways is left out."""

import logging
import warnings
from collections.abc import Iterable

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode
from pyshacl import Validator
from pyshacl.errors import ShapeRecursionWarning
from pyshacl.graph_abstraction import DataGraph
from rdflib.namespace import SH

from graph.checking.report import Finding

Verdict = tuple[str, str | None, str | None, str, str]  # focus node, path, value, component, severity


def verdicts(found: Iterable[Finding]) -> set[Verdict]:
    """What a report says, without what can be said in several ways: blank nodes, shapes without a name."""
    return {
        (plain(f.node), f.path if f.path and f.path[:4] == "http" else bool(f.path) and "path", plain(f.object),
         f.component, f.severity.name.capitalize())
        for f in found
    }  # fmt: skip


def plain(node: object) -> str | None:
    """A term, with numbers and such as rdflib writes them and blank nodes without their labels."""
    if node is None:
        return None
    if isinstance(node, BlankNode | rdflib.BNode):
        return "_"
    if isinstance(node, NamedNode | rdflib.URIRef):
        return str(node).strip("<>")
    assert isinstance(node, Literal | rdflib.Literal)
    if isinstance(node, Literal):
        node = rdflib.Literal(node.value, lang=node.language, datatype=None if node.language else node.datatype.value)
    return f"{node}^^{node.datatype if node.datatype != rdflib.XSD.string else None}@{node.language}"


def by_pyshacl(data: rdflib.Graph, shapes: rdflib.Graph) -> set[Verdict]:
    """What pySHACL alone says, of everything and with everything."""
    return said_by(report_of(data, shapes))


def report_of(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """The report of pySHACL alone, of everything and with everything."""
    logger = logging.getLogger("pyshacl of the tests")
    logger.setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShapeRecursionWarning)
        options = {"inplace": True, "logger": logger}
        report = Validator(DataGraph.from_rdflib(data), shacl_graph=shapes, options=options).run()[1]
    assert isinstance(report, rdflib.Graph)
    return report


def said_by(report: rdflib.Graph) -> set[Verdict]:
    """The verdicts of a report of pySHACL's."""
    found = set()
    for head in report.subjects(SH.conforms):
        for result in report.objects(head, SH.result):
            path = report.value(result, SH.resultPath)
            severity = str(report.value(result, SH.resultSeverity)).removeprefix(str(SH))
            found.add((
                plain(report.value(result, SH.focusNode)),
                str(path) if isinstance(path, rdflib.URIRef) else bool(path) and "path",
                plain(report.value(result, SH.value)),
                str(report.value(result, SH.sourceConstraintComponent)),
                severity if severity in ("Info", "Warning") else "Violation",
            ))  # fmt: skip
    return found
