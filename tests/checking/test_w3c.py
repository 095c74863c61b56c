"""The W3C's own tests of SHACL: through our runner, each ends as it does with pySHACL alone.

Not the question whether pySHACL is right; the question whether the screen, the view of our facts and the queries that
are asked at once change anything. The suite lies beside the repository, or where KHRONIKA_CONFORMANCE says.
"""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import rdflib
from pyshacl import errors

from graph.checking.errors import ShapesError
from graph.checking.examining import examine
from graph.checking.facts import Statements
from graph.checking.rules import read_rules

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "conformance"
SUITE = Path(os.environ.get("KHRONIKA_CONFORMANCE", BESIDE)) / "data-shapes" / "tests"
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
FAULTS = (
    errors.ShapeLoadError, errors.ConstraintLoadError, errors.ReportableRuntimeError, errors.ValidationFailure,
    NotImplementedError,
)  # fmt: skip

# Where we do better than pySHACL on purpose. Each is a case of the suite that pySHACL fails.
BETTER: dict[str, str] = {}


def cases() -> list[object]:
    found = [p for p in sorted(SUITE.rglob("*.ttl")) if "sht:Validate" in p.read_text(encoding="utf-8")]
    return [pytest.param(p, id=str(p.relative_to(SUITE))) for p in found] or [
        pytest.param(None, marks=pytest.mark.skip(reason=f"the W3C suite is not beside the repository: no {SUITE}"))
    ]


@pytest.mark.parametrize("path", cases())
@pytest.mark.parametrize("thorough", [False, True], ids=["screened", "thorough"])
def test_a_case_ends_as_with_pyshacl_alone(path: Path, thorough: bool, shacl: SimpleNamespace) -> None:
    manifest = rdflib.Graph().parse(path, publicID=path.as_uri())
    for action in manifest.objects(None, MF.action):
        data, shapes = (_file(manifest.value(action, part)) for part in (SHT.dataGraph, SHT.shapesGraph))
        expected = _by_pyshacl(data, shapes, shacl)
        found = _by_us(data, shapes, thorough, shacl)
        assert found == expected


def _file(node: object) -> Path:
    return Path(str(node).removeprefix("file://"))


def _by_pyshacl(data: Path, shapes: Path, shacl: SimpleNamespace) -> object:
    try:
        return shacl.by_pyshacl(*(rdflib.Graph().parse(p, publicID=p.as_uri()) for p in (data, shapes)))
    except FAULTS:
        return "failure"


def _by_us(data: Path, shapes: Path, thorough: bool, shacl: SimpleNamespace) -> object:
    try:
        rules = read_rules([(shapes, shapes.read_bytes())], base=shapes.as_uri())
        graph = shacl.triples(data.read_bytes(), base=data.as_uri())
        return shacl.verdicts(examine(rules, graph, Statements(graph), thorough=thorough))
    except ShapesError:
        return "failure"
