"""The report as RDF: one sh:ValidationReport (SHACL 3.6), each result with an IRI, and where it was written."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from graph.checking.paths import Alternative, Inverse, Path, Repeated, Sequence, Step
from graph.checking.query_reading import read_path_text
from graph.checking.rendering.saying import below
from graph.checking.report import SEVERITIES, Finding, Report
from graph.formats import RDF_XML, TRIG, TURTLE, Format
from graph.layout import laid_out
from graph.terms import PREFIXES, RDF, SCHEMA, SH, XSD, A

_NOWHERE = "urn:khronika:"  # the base of a report on no site
_IRIS = {severity: iri for iri, severity in SEVERITIES.items()}


def as_rdf(report: Report, form: Format) -> str:
    """The report in a format of graphs.

    A result's `schema:url` is its file, below the site, its `schema:position` the line. `sh:conforms` is SHACL's: false
    as soon as there is any result, be it an info.
    """
    has_prefixes = form in (TURTLE, TRIG, RDF_XML)
    text = serialize(report_triples(report), format=form.rdf, prefixes=PREFIXES if has_prefixes else None) or b""
    return laid_out(text.decode()) if form in (TURTLE, TRIG) else text.decode()


def report_triples(report: Report) -> Iterator[Triple]:
    """The report as triples; only complex paths have blank nodes, as SHACL writes them (2.3.1)."""
    whole = NamedNode(f"{report.base or _NOWHERE}report")
    yield Triple(whole, A, SH("ValidationReport"))
    yield Triple(whole, SH("conforms"), Literal(str(not report.findings).lower(), datatype=XSD("boolean")))
    for number, finding in enumerate(report.findings, 1):
        result = NamedNode(f"{whole.value}#result-{number}")
        yield Triple(whole, SH("result"), result)
        yield from _result(result, finding, report)


def _result(result: NamedNode, finding: Finding, report: Report) -> Iterator[Triple]:
    yield Triple(result, A, SH("ValidationResult"))
    yield Triple(result, SH("focusNode"), finding.node)
    yield Triple(result, SH("resultSeverity"), _IRIS[finding.severity])
    yield Triple(result, SH("sourceShape"), _node(finding.shape))
    yield Triple(result, SH("sourceConstraintComponent"), NamedNode(finding.component))
    if finding.constraint:
        yield Triple(result, SH("sourceConstraint"), _node(finding.constraint))
    if finding.object is not None:
        yield Triple(result, SH("value"), finding.object)
    if finding.path is not None:
        yield from _path(result, finding.path)
    for language, message in finding.messages.items():
        said = Literal(message, language=language) if language else Literal(message)
        yield Triple(result, SH("resultMessage"), said)
    if finding.file:
        yield Triple(result, SCHEMA("url"), Literal(below(finding.file, report)))
    if finding.line:
        yield Triple(result, SCHEMA("position"), Literal(str(finding.line), datatype=XSD("integer")))


def _node(name: str) -> NamedNode | BlankNode:
    return BlankNode(name.removeprefix("_:")) if name.startswith("_:") else NamedNode(name)


def _path(result: NamedNode, text: str) -> Iterator[Triple]:
    """`sh:resultPath`: the predicate, or the path that a finding spells as SPARQL."""
    path = read_path_text(text)
    if path is not None:
        writing = _Writing(result.value.rsplit("-", 1)[-1])
        yield Triple(result, SH("resultPath"), writing.node(path))
        yield from writing.triples


class _Writing:
    """A path as SHACL writes it, its blank nodes named by the number of their result, so that bytes do not change."""

    def __init__(self, number: str) -> None:
        self.triples: list[Triple] = []
        self._number = number

    def node(self, path: Path) -> NamedNode | BlankNode:
        """The node that stands for a path; what it consists of is added to `triples`."""
        match path:
            case Step(predicate) if predicate is not None:
                return predicate
            case Inverse(inner):
                return self._holding("inversePath", self.node(inner))
            case Repeated(inner, least, once):
                word = "zeroOrOnePath" if once else "oneOrMorePath" if least else "zeroOrMorePath"
                return self._holding(word, self.node(inner))
            case Sequence(paths):
                return self._list(paths)
            case Alternative(paths):
                return self._holding("alternativePath", self._list(paths))
        raise ValueError("a path of any predicate is no SHACL path")

    def _blank(self) -> BlankNode:
        return BlankNode(f"path{self._number}n{len(self.triples)}")

    def _holding(self, word: str, value: NamedNode | BlankNode) -> BlankNode:
        node = self._blank()
        self.triples.append(Triple(node, SH(word), value))
        return node

    def _list(self, paths: tuple[Path, ...]) -> NamedNode | BlankNode:
        rest: NamedNode | BlankNode = RDF("nil")
        for path in reversed(paths):
            member = self.node(path)
            node = self._blank()
            self.triples += [Triple(node, RDF("first"), member), Triple(node, RDF("rest"), rest)]
            rest = node
        return rest
