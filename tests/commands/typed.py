"""A command as a person types it: its output, its exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from khronika.main import main

Done = subprocess.CompletedProcess[str]
COLUMNS = {"COLUMNS": "100"}


def khronika(*words: str | Path, cwd: Path | None = None) -> Done:
    """In a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "khronika", *map(str, words)],
        capture_output=True, text=True, timeout=120, cwd=cwd, env={**os.environ, **COLUMNS}, check=False,
    )  # fmt: skip


def khronika_here(*words: str | Path, cwd: Path | None = None) -> Done:
    """In this process, which takes a tenth of the time: for what a command says, not for how it starts and ends."""
    typed = [str(word) for word in words]
    with pytest.MonkeyPatch.context() as patch:
        if cwd:
            patch.chdir(cwd)
        done = CliRunner().invoke(main, typed, env=COLUMNS, catch_exceptions=False)
    return subprocess.CompletedProcess(typed, done.exit_code, done.stdout, done.stderr)
