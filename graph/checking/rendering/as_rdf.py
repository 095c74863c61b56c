"""The report as RDF: one sh:ValidationReport (SHACL 3.6), each result with an IRI, and where it was written."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from graph.checking.paths import Alternative, Inverse, Path, Repeated, Sequence, Step, path_text, read_path
from graph.checking.report import SEVERITIES, Finding, Report
from graph.checking.rules import Rules, site_rules
from graph.layout import laid_out
from graph.settings import Settings
from graph.terms import PREFIXES, RDF, SCHEMA, SH, XSD, A

_IRIS = {severity: iri for iri, severity in SEVERITIES.items()}


def as_turtle(report: Report, settings: Settings) -> str:
    """The report in Turtle; a result's `schema:url` is its file, below the site, its `schema:position` the line."""
    triples = list(report_triples(report, settings))
    return laid_out((serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode())


def report_triples(report: Report, settings: Settings) -> Iterator[Triple]:
    """The report as triples; only complex paths have blank nodes, as SHACL writes them (2.3.1)."""
    rules = site_rules(settings)
    whole = NamedNode(f"{settings.base}report")
    yield Triple(whole, A, SH("ValidationReport"))
    yield Triple(whole, SH("conforms"), Literal(str(not report.findings).lower(), datatype=XSD("boolean")))
    for number, finding in enumerate(report.findings, 1):
        result = NamedNode(f"{whole.value}#result-{number}")
        yield Triple(whole, SH("result"), result)
        yield from _result(result, finding, rules, settings)


def _result(result: NamedNode, finding: Finding, rules: Rules, settings: Settings) -> Iterator[Triple]:
    yield Triple(result, A, SH("ValidationResult"))
    yield Triple(result, SH("focusNode"), finding.node)
    yield Triple(result, SH("resultSeverity"), _IRIS[finding.severity])  # type: ignore[arg-type]  # they are IRIs
    yield Triple(result, SH("sourceShape"), _node(finding.shape))
    yield Triple(result, SH("sourceConstraintComponent"), NamedNode(finding.component))
    if finding.constraint:
        yield Triple(result, SH("sourceConstraint"), _node(finding.constraint))
    if finding.object is not None:
        yield Triple(result, SH("value"), finding.object)
    if finding.path is not None:
        yield from _path(result, finding, rules)
    for language, message in finding.messages.items():
        said = Literal(message, language=language) if language else Literal(message)
        yield Triple(result, SH("resultMessage"), said)
    if finding.file:
        name = str(finding.file).removeprefix(f"{settings.folder}/")
        yield Triple(result, SCHEMA("url"), Literal(name))
    if finding.line:
        yield Triple(result, SCHEMA("position"), Literal(str(finding.line), datatype=XSD("integer")))


def _node(name: str) -> NamedNode | BlankNode:
    return BlankNode(name.removeprefix("_:")) if name.startswith("_:") else NamedNode(name)


def _path(result: NamedNode, finding: Finding, rules: Rules) -> Iterator[Triple]:
    """`sh:resultPath`: the predicate, or the path of the shape that a finding spells as SPARQL."""
    assert finding.path is not None
    if (at := rules.value(_node(finding.shape), "path")) is not None:
        path = read_path(rules.facts, at)
        if path is not None and path_text(path) == finding.path:
            node, triples = _written(path)
            yield Triple(result, SH("resultPath"), node)
            yield from triples
            return
    try:
        yield Triple(result, SH("resultPath"), NamedNode(finding.path))
    except ValueError:
        return  # a path of a nested shape; the source shape has it


def _written(path: Path) -> tuple[NamedNode | BlankNode, list[Triple]]:
    """A path as SHACL writes it."""
    match path:
        case Step(predicate) if predicate is not None:
            return predicate, []
        case Inverse(inner):
            return _wrapped("inversePath", inner)
        case Repeated(inner, least, once):
            return _wrapped("zeroOrOnePath" if once else "oneOrMorePath" if least else "zeroOrMorePath", inner)
        case Sequence(paths):
            return _listed(paths)
        case Alternative(paths):
            head, triples = _listed(paths)
            node = BlankNode()
            return node, [Triple(node, SH("alternativePath"), head), *triples]
    raise ValueError("a path of any predicate is no SHACL path")


def _wrapped(word: str, inner: Path) -> tuple[BlankNode, list[Triple]]:
    node = BlankNode()
    end, triples = _written(inner)
    return node, [Triple(node, SH(word), end), *triples]


def _listed(paths: tuple[Path, ...]) -> tuple[BlankNode, list[Triple]]:
    nodes = [BlankNode() for _ in paths]
    triples: list[Triple] = []
    for node, rest, path in zip(nodes, [*nodes[1:], RDF("nil")], paths, strict=True):
        member, more = _written(path)
        triples += [Triple(node, RDF("first"), member), Triple(node, RDF("rest"), rest), *more]
    return nodes[0], triples
