"""A command as a person types it: a process of its own, its output, its exit code."""

import os
import subprocess
import sys
from pathlib import Path


def khronika(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "khronika", *map(str, words)],
        capture_output=True, text=True, timeout=120, cwd=cwd, env={**os.environ, "COLUMNS": "100"}, check=False,
    )  # fmt: skip
