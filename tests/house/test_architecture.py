"""The walls of the house: who may import what, and that every room says what it is for."""

import ast
import re
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("graph", "khronika", "server")
MODULES = sorted(p.relative_to(ROOT) for room in ROOMS for p in (ROOT / room).rglob("*.py"))

# Who alone may import what. A prefix of the path, as posix.
DOORS = {
    "flask": ("server/",),
    "werkzeug": ("server/",),
    "uvicorn": ("server/front/",),
    "uvloop": ("server/front/",),
    "pyshacl": ("graph/checking/",),
    "SPARQLWrapper": ("graph/store/remote",),
    "multiprocessing": ("graph/store/", "graph/parallel.py"),
    "subprocess": ("graph/store/", "server/front/keeper.py", "server/front/seed.py"),
    "concurrent": ("graph/store/", "graph/parallel.py", "server/front/"),
    "ssl": ("graph/store/lane/elsewhere.py",),  # the one place that speaks to other machines
    "click": ("khronika/",),
    "snowballstemmer": ("graph/search/",),
    "PIL": ("server/drawing/painting.py",),
    "sqlite3": ("graph/history", "graph/search/", "graph/authoring/ledger.py", "graph/authoring/kept.py"),
}


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "absolute imports only"
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_go_through_their_doors(path: Path) -> None:
    name = path.as_posix()
    for imported in imports(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        top = imported.split(".")[0]
        allowed = DOORS.get(top)
        assert allowed is None or name.startswith(allowed), f"{name} imports {imported}; only {allowed} may"
        assert imported != "graph", "never `import graph`: the word is a variable in every RDF program"
        if name.startswith("graph/"):
            assert top not in ("server", "khronika"), f"{name} imports {imported}: graph knows neither"
        if name.startswith("server/"):
            assert top != "khronika" or imported == "khronika", (
                f"{name} imports {imported}: the server knows no commands"
            )


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_room_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    said = ast.get_docstring(tree)
    assert said, f"{path} has no docstring"
    assert not said.splitlines()[0].lower().startswith(("this module", "module ")), "say what it is for"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path}: {node.name} is public and says nothing"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_nobody_opens_the_engine_but_the_store(path: Path) -> None:
    """`pyoxigraph.Store` on a path is opened in graph/store alone; a Store in memory is a workbench anyone may use."""
    if path.as_posix().startswith("graph/store/"):
        return
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).removeprefix("pyoxigraph.")
            assert called != "Store" or not (node.args or node.keywords), f"{path}:{node.lineno} opens a store on disk"
            assert called != "Store.read_only", f"{path}:{node.lineno} opens a store on disk"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_query_is_built_from_strings(path: Path) -> None:
    """A question is a file or a constant and its terms are bound; an f-string with a query in it is an injection."""
    verbs = ("select ", "select\n", "construct ", "ask {", "insert ", "delete ", "describe ")
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            constant = "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant)).lower()
            braces = "where {" in constant or "where{" in constant
            assert not (braces and any(v in constant for v in verbs)), f"{path}:{node.lineno} builds a query"


def test_there_is_no_miscellany() -> None:
    forbidden = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers"}
    assert not [str(p) for p in MODULES if p.stem in forbidden or forbidden & set(p.parts)]


def test_tests_have_no_packages() -> None:
    """Two `conftest.py` of one name would shadow each other as packages; importlib mode needs none."""
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_everything_installed_runs_on_the_python_of_debian() -> None:
    """Version 12 has 3.11.2; what wants a later one is held back in constraints.txt."""
    wanted = {
        each.name: each.metadata["Requires-Python"] for each in distributions() if "Requires-Python" in each.metadata
    }
    assert [name for name, versions in wanted.items() if "3.11.2" not in SpecifierSet(versions)] == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_group_of_an_expression_is_possessive(path: Path) -> None:
    """Before 3.11.5 Python loses what such a group took and gave up (gh-106052)."""
    assert not re.search(r"\)(?:[*+?]|\{+[0-9,]+\}+)\+(?!,)", (ROOT / path).read_text(encoding="utf-8"))
