"""Dates as sources give them: EDTF (ISO 8601-2:2019, annex A) levels 0 and 1, with the first and last day they allow.

Written here because it is a page, and exact: the package `edtf` 5.0.2 raises TypeError on `../2017-04-01` and takes
0.1 s to import; the tests hold the two against each other. Seasons, years before 1 or after 9999 and sets are
refused: they have no bounds one could compare, or none that a reader would expect.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from pyoxigraph import Literal

from graph.terms import EDTF, XSD

EXAMPLES = "Write 2017, 2017-04, 2017-04-01, ../2017-04-01 (then or before), 2017-04/2017-06, with ~ or ? if unsure."
MOMENT_EXAMPLES = "Write 2017-04-01, 2017-04-01T08:09, or with a zone 2017-04-01T08:09+03:00."

_POINT = re.compile(r"(\d{4}|\d{3}X|\d{2}XX)(?:-(\d\d|XX)(?:-(\d\d|XX))?)?[?~%]?", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A date as written, and the first and last day it can mean; None where it is open or unknown."""

    edtf: str
    earliest: date | None
    latest: date | None

    @property
    def day(self) -> date | None:
        """The one day it is, where it is written as one."""
        return self.earliest if self.earliest and self.edtf == self.earliest.isoformat() else None

    @property
    def literal(self) -> Literal:
        """The date as an EDTF literal."""
        return Literal(self.edtf, datatype=EDTF)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a day and a time of it; `time` is the whole xsd:dateTime, without zone where the source has none."""

    span: Span
    time: str | None

    @property
    def literal(self) -> Literal | None:
        """xsd:dateTime or xsd:date; None for a date that is not one day."""
        if self.time:
            return Literal(self.time, datatype=XSD("dateTime"))
        return day_literal(self.span.day) if self.span.day else None


def day_literal(day: date) -> Literal:
    """A day as an xsd:date."""
    return Literal(day.isoformat(), datatype=XSD("date"))


def read_span(text: str) -> Span:
    """The date in `text`; ValueError says what is wrong with it."""
    if "/" not in text:
        return Span(text, *_bounds(text))
    start, _, end = text.partition("/")
    if start in ("", "..") and end in ("", ".."):
        raise ValueError(f"'{text}' says nothing: both ends are open")
    earliest = None if start in ("", "..") else _bounds(start)[0]
    latest = None if end in ("", "..") else _bounds(end)[1]
    if earliest and latest and earliest > latest:
        raise ValueError(f"'{text}' ends before it begins")
    return Span(text, earliest, latest)


def read_moment(text: str) -> Moment:
    """The date, or date and time, in `text`; ValueError says what is wrong with it."""
    match = _MOMENT.fullmatch(text)
    if not match:
        return Moment(read_span(text), None)
    day, clock, seconds, zone = match.groups()
    written = f"{day}T{clock}{seconds or ':00'}{zone or ''}"
    span = read_span(day)
    try:
        datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"there is no time '{text[11:]}'") from None
    return Moment(span, written)


def _bounds(text: str) -> tuple[date, date]:
    """The first and last day of a date that is no interval."""
    match = _POINT.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is not a date")
    year, month, day = match.groups()
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if first == 0:
        raise ValueError(f"'{text}': there is no year 0 here")
    if month is None:
        return date(first, 1, 1), date(last, 12, 31)
    if "X" in year or (month == "XX" and day not in (None, "XX")):
        raise ValueError(f"'{text}' leaves open what it is a part of")
    if month == "XX":
        return date(first, 1, 1), date(first, 12, 31)
    return _within(first, month, day)


def _within(year: int, month: str, day: str | None) -> tuple[date, date]:
    if not 1 <= int(month) <= 12:
        raise ValueError(f"there is no month {month}")
    days = monthrange(year, int(month))[1]
    if day in (None, "XX"):
        return date(year, int(month), 1), date(year, int(month), days)
    if not 1 <= int(str(day)) <= days:
        raise ValueError(f"{year}-{month} has no day {day}")
    exact = date(year, int(month), int(str(day)))
    return exact, exact
