"""Where an editor wrote what a finding complains of: the file and the line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from graph.authoring.records import Record
from graph.checking.report import Finding


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
