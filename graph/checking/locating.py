"""Where an editor wrote what a finding complains of: the file and the line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode

from graph.authoring.files import SUFFIXES
from graph.authoring.record import Record
from graph.checking.report import Finding
from graph.settings import Settings
from graph.store.base import Reader


def locate(findings: Sequence[Finding], records: Iterable[Record]) -> Iterator[Finding]:
    """The findings with file and line, as far as one of the records says something of their focus node.

    A thing may be described in several records: the one that gives the offending value is meant, else one that gives
    the property, else the first that describes the thing.
    """
    describing: dict[str, list[Record]] = {f.focus: [] for f in findings}
    for record in records if findings else ():
        for subject in describing.keys() & {record.iri.value, *(subject for subject, _ in record.lines)}:
            describing[subject].append(record)
    for finding in findings:
        candidates = describing[finding.focus]
        yield _placed(finding, max(candidates, key=lambda r: _fit(r, finding))) if candidates else finding


def _placed(finding: Finding, record: Record) -> Finding:
    lines = record.lines
    line = lines.get((finding.focus, finding.path)) or lines.get((finding.focus, None))
    return replace(finding, file=record.path, line=line)


def _fit(record: Record, finding: Finding) -> int:
    if finding.path is None or (finding.focus, finding.path) not in record.lines:
        return 0
    about = (t for t in record.triples if t.subject == finding.node)
    said = any(t.predicate.value == finding.path and t.object == finding.object for t in about)
    return 2 if said else 1


def elsewhere(findings: Iterable[Finding], base: Reader, settings: Settings) -> Iterator[Finding]:
    """The findings with the file of a record that describes their focus node in a release; its line is not known."""
    for finding in findings:
        files = _files_about(finding.node, base, settings) if isinstance(finding.node, NamedNode) else ()
        yield replace(finding, file=next(iter(files), None))


def _files_about(node: NamedNode, base: Reader, settings: Settings) -> Iterator[Path]:
    graphs = {quad.graph_name.value for quad in base.quads(subject=node) if isinstance(quad.graph_name, NamedNode)}
    for name in sorted({*graphs, node.value}):
        inside = settings.of_site(name) or ""
        if inside.startswith("record/"):
            file = settings.records / inside.removeprefix("record/")
            yield from (path for suffix in SUFFIXES if (path := file.with_name(file.name + suffix)).is_file())
