"""What can be wrong with a search."""

from pathlib import Path

from graph.errors import KhronikaError


class SearchError(KhronikaError):
    """The root of this room."""


class IndexUnusable(SearchError):
    """A file is not the index of the release it lies with; an index can be made anew from the release."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, problem)
        self.path, self.problem = path, problem

    def __str__(self) -> str:
        return f"{self.path}: not the index of this release: {self.problem}"


class NoSuchPage(SearchError):
    """Results were turned past their last page; `last` is that page, from 1."""

    def __init__(self, page: int, last: int) -> None:
        super().__init__(page, last)
        self.page, self.last = page, last

    def __str__(self) -> str:
        return f"There is no page {self.page}: the last one is {self.last}."
