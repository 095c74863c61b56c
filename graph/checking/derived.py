"""The plain facts of a site, `record/derived`: what undisputed editorial or verified claims carry, and nothing else."""

from collections.abc import Sequence
from typing import Protocol

from pyoxigraph import Triple

from graph.store.base import Bindable, Row


class Asked(Protocol):
    """Whatever answers a SELECT over a union of graphs: a `Reader`, or a store that is being published."""

    def select(self, query: str, **terms: Bindable | Sequence[Bindable]) -> list[Row]:
        """The rows of a SELECT."""


def derive(site: Asked) -> tuple[Triple, ...]:
    """The content of the derived graph, sorted and unique."""
    raise NotImplementedError
