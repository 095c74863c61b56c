"""What a process that only reads has to load: workers are started often, and a light command should be light."""

import subprocess
import sys

import pytest

HEAVY = ("flask", "rdflib", "pyshacl", "ruamel", "click", "graph.authoring", "graph.checking.checks")


@pytest.mark.parametrize("module", ["graph.store.open", "graph.releases.steps", "graph.releases.past", "graph.asking"])
def test_reading_loads_nothing_heavy(module: str) -> None:
    script = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
