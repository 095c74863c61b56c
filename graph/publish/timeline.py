"""Events in time: each as the span that its date leaves possible, by year, newest year first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from graph.publish.events import Event, event
from graph.publish.lens import Lens, Ref
from graph.store.base import Reader
from graph.terms import KH, A

WHOLE = 300  # events on one page; a longer history is shown a year at a time
YEAR = 1000.0  # a year's width in a drawing, in its own units
HAIR = 6.0  # the least width at which a day is seen


@dataclass(frozen=True, slots=True)
class Span:
    """Where an event lies in a year, from `left` to `right` of `YEAR` units; open where it may lie before or after."""

    left: float
    right: float
    opens_left: bool
    opens_right: bool

    @property
    def width(self) -> float:
        """At least a hair."""
        return max(self.right - self.left, HAIR)


@dataclass(frozen=True, slots=True)
class Row:
    """An event with its span in the year it is shown under; None for an undated one."""

    event: Event
    span: Span | None


@dataclass(frozen=True, slots=True)
class Year:
    """A year with its events in order; `number` 0 for what has no date."""

    number: int
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The years that are shown, and all there are with how many events each has, newest first."""

    years: Sequence[Year]
    counts: Sequence[tuple[int, int]]
    shown: int | None

    @property
    def refs(self) -> list[Ref]:
        """The events that are shown, in their order."""
        return [row.event.ref for year in self.years for row in year.rows]


def timeline(lens: Lens, year: int | None = None) -> Timeline:
    """The events of one year, or of all years; only the newest dated one where all would be too many."""
    dated = _dated(lens.reader)
    counts: dict[int, int] = {}
    for _, key in dated:
        counts[key] = counts.get(key, 0) + 1
    order = sorted(counts, reverse=True)  # 0, the undated, last
    if year is None and len(dated) > WHOLE:
        year = order[0]
    shown = [n for n in order if year is None or n == year]
    years = [Year(n, _rows(lens, (node for node, key in dated if key == n), n)) for n in shown]
    return Timeline(years, [(n, counts[n]) for n in order], year)


def _dated(reader: Reader) -> list[tuple[NamedNode, int]]:
    """Every event and the year it is shown under: that of its last possible day, else of its first; 0 for none."""
    years: dict[NamedNode, int] = {}
    for predicate in (KH("earliest"), KH("latest")):  # the latter wins
        for quad in reader.quads(None, predicate):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                day = _day(quad.object.value)
                if day is not None:
                    years[quad.subject] = day.year
    events = {q.subject for q in reader.quads(None, A, KH("Event")) if isinstance(q.subject, NamedNode)}
    return [(node, years.get(node, 0)) for node in sorted(events, key=lambda n: n.value)]


def _rows(lens: Lens, nodes: Iterable[NamedNode], year: int) -> list[Row]:
    rows = [Row(found := event(lens, node), _span(found, year)) for node in nodes]
    return sorted(rows, key=lambda row: (row.event.latest or row.event.earliest, row.event.earliest, row.event.ref.iri))


def _span(found: Event, year: int) -> Span | None:
    """The part of an event's span that falls into a year."""
    first, last = _day(found.earliest), _day(found.latest)
    if first is None and last is None:
        return None
    left = _place(first, year) if first and first.year == year else 0.0
    right = _place(last, year, after=True) if last and last.year == year else YEAR
    return Span(left, right, first is None or first.year < year, last is None or last.year > year)


def _place(day: date, year: int, *, after: bool = False) -> float:
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days if year < date.max.year else 365
    return round((day.timetuple().tm_yday - (not after)) / days * YEAR, 1)


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
