"""Figures about the same thing side by side: which differ, and which cannot both be right."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import combinations

from pyoxigraph import Literal, NamedNode

from graph.store.base import Reader, Row


@dataclass(frozen=True, slots=True, order=True)
class Figure:
    """What a claim counts. All IRIs as strings; `least` and `most` are None where the source leaves that end open."""

    about: str
    measure: str
    value: int
    bound: str
    words: str
    claim: str
    least: int | None = None
    most: int | None = None

    def meets(self, other: "Figure") -> bool:
        """Whether some number satisfies both; what is open at both ends meets everything."""
        return not (_before(self.most, other.least) or _before(other.most, self.least))


@dataclass(frozen=True, slots=True)
class Difference:
    """Two figures of one measure about one thing that do not say the same; `incompatible` if no number fits both."""

    one: Figure
    other: Figure
    incompatible: bool


def read_figures(site: Reader, about: Sequence[NamedNode] = ()) -> tuple[Figure, ...]:
    """The figures about some things (about anything when none is named), sorted; counts without a number left out."""
    question = files("graph").joinpath("questions/figures.rq").read_text(encoding="utf-8")
    rows = site.select(question, about=about) if about else site.select(question)
    return tuple(sorted(_figure(row) for row in rows))


def differences(figures: Iterable[Figure]) -> tuple[Difference, ...]:
    """Every two figures that count the same about the same thing and say otherwise, in the order of their figures."""
    alike: defaultdict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in sorted(figures):
        alike[figure.about, figure.measure].append(figure)
    return tuple(
        Difference(one, other, not one.meets(other))
        for group in alike.values()
        for one, other in combinations(group, 2)
        if (one.value, one.bound) != (other.value, other.bound)
    )


def _before(end: int | None, start: int | None) -> bool:
    return end is not None and start is not None and end < start


def _figure(row: Row) -> Figure:
    def text(name: str) -> str:
        term = row[name]
        return term.value if isinstance(term, NamedNode | Literal) else str(term)

    least, most = (int(text(name)) if name in row else None for name in ("least", "most"))
    return Figure(text("about"), text("measure"), int(text("value")), text("bound"), text("words"), text("claim"),
                  least, most)  # fmt: skip
