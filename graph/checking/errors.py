"""What can be wrong with the rules themselves; what is wrong with the data is a finding, not an error."""

from pathlib import Path

from graph.errors import KhronikaError, located


class ShapesError(KhronikaError):
    """A file of shapes that cannot be used: not Turtle, not SHACL, or a query in it that is not SPARQL."""

    def __init__(self, path: Path | None, line: int | None, problem: str, hint: str = "") -> None:
        super().__init__(path, line, problem, hint)
        self.path, self.line, self.problem, self.hint = path, line, problem, hint

    def __str__(self) -> str:
        return located(self.path or Path("shapes"), self.line, self.problem, self.hint)
