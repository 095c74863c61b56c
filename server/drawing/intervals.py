"""Figures drawn to scale: where each source's interval lies on one line. Numbers only; the template makes the SVG."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph.publish.claims import Comparison, Figure

WIDTH = 1000  # of the drawing, in its own units
MARGIN = 0.12  # of the span, left free at both ends, so that an open end has room to fade into


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure's interval from `left` to `right`, in units of the drawing; open where the source leaves it open."""

    left: float
    right: float
    opens_left: bool
    opens_right: bool
    point: float | None

    @property
    def width(self) -> float:
        """At least a hair, so that an exact number is seen."""
        return max(self.right - self.left, 6)


@dataclass(frozen=True, slots=True)
class Scale:
    """The bars of a comparison, in its order, and the ends of its line."""

    bars: Sequence[Bar]
    low: int
    high: int


def scale(comparison: Comparison) -> Scale | None:
    """The drawing of a comparison; None when there is nothing to compare or a figure has no number."""
    figures = [c.figure for c in comparison.claims if c.figure]
    known = [n for f in figures for n in (f.value, f.least, f.most) if n is not None]
    if len(figures) < 2 or not known:
        return None
    low, high = min(known), max(known)
    room = max((high - low) * MARGIN, 1)
    start, end = max(0.0, low - room), high + room

    def place(number: float) -> float:
        return round((number - start) / (end - start) * WIDTH, 1)

    return Scale([_bar(f, place) for f in figures], math.floor(start), math.ceil(end))


def _bar(figure: Figure, place: Callable[[float], float]) -> Bar:
    point = place(figure.value) if figure.value is not None else None
    if figure.least is None and figure.most is None:  # "about": a point, with nothing excluded
        at = point if point is not None else 0.0
        return Bar(at, at, True, True, point)
    left = place(figure.least) if figure.least is not None else 0.0
    right = place(figure.most) if figure.most is not None else float(WIDTH)
    return Bar(left, right, figure.least is None, figure.most is None, point)
