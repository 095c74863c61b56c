"""The tree of errors. Each says what is wrong, where, and what to do next; their HTTP statuses are in `server`.

Every class has an explicit `__init__` that hands all its arguments to `Exception`, so that it survives pickling
between processes.
"""

from collections.abc import Sequence
from pathlib import Path


class KhronikaError(Exception):
    """The root: anything a user can mend. `str()` is the whole message."""


class SiteError(KhronikaError):
    """The folder is not a site, or its `site.toml` cannot be used."""

    def __init__(self, path: Path, problem: str, hint: str = "", line: int | None = None) -> None:
        super().__init__(path, problem, hint, line)
        self.path, self.problem, self.hint, self.line = path, problem, hint, line

    def __str__(self) -> str:
        return located(self.path, self.line, self.problem, self.hint)


class AuthoringError(KhronikaError):
    """One complaint about what an editor wrote; `line` counts from 1, None when the whole file is meant."""

    def __init__(self, path: Path, line: int | None, problem: str, hint: str = "") -> None:
        super().__init__(path, line, problem, hint)
        self.path, self.line, self.problem, self.hint = path, line, problem, hint

    def __str__(self) -> str:
        return located(self.path, self.line, self.problem, self.hint)


class AuthoringErrors(KhronikaError):
    """Every complaint of a reading, in the order of files and lines; nothing was published."""

    def __init__(self, problems: Sequence[AuthoringError]) -> None:
        super().__init__(problems)
        self.problems = tuple(sorted(problems, key=lambda e: (str(e.path), e.line or 0, e.problem)))

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def located(path: Path, line: int | None, problem: str, hint: str = "") -> str:
    """`records/x.yaml:14: what is wrong. What to do.`, the form editors and terminals can click."""
    where = f"{path}:{line}" if line else str(path)
    return f"{where}: {problem}" + (f"\n  {hint}" if hint else "")
