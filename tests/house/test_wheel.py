"""The wheel: built, listed, and run from a folder that is not the repository."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked on its own; what it depends on comes from the environment of the tests."""
    target = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def run(installed: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, cwd=cwd, env=environment, timeout=120
    )


def test_it_carries_every_file_that_is_read_at_run_time(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    folders = ("graph", "khronika", "ontology", "server", "shapes")
    listed = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, check=True, capture_output=True, text=True)
    kept = listed.stdout.split("\n")
    assert not {name for name in kept if name and (ROOT / name).exists()} - inside
    assert any(name.startswith("server/static/vendor/") for name in inside), "make assets was not run"


def test_it_carries_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "graph",
        "khronika",
        "ontology",
        "server",
        "shapes",
    }


def test_it_runs_elsewhere_even_beside_a_folder_called_ontology(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "shapes").mkdir()
    where = run(
        installed,
        tmp_path,
        "-c",
        "import graph, ontology, shapes; print(graph.__file__, ontology.__file__, shapes.__file__)",
    )
    assert where.stdout.count(str(installed)) == 3, where.stdout + where.stderr
    assert run(installed, tmp_path, "-m", "khronika", "init", "s").returncode == 0
    done = run(installed, tmp_path, "-m", "khronika", "publish", "s")
    assert done.returncode == 0, done.stderr
    assert "Release 1" in done.stdout
