"""Dates as sources give them: exact, imprecise or open. Parsed to what a page can phrase, never made more exact."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal as Choice

Precision = Choice["day", "month", "year", "time"]

_PART = re.compile(r"(?P<year>-?\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?P<mark>[?~%]?)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, month, year or time: `value` is its first instant, `precision` how much of it is said."""

    value: date
    precision: Precision
    uncertain: bool = False
    approximate: bool = False

    @property
    def machine(self) -> str:
        """As HTML's `datetime` attribute takes it."""
        if self.precision == "time":
            return self.value.isoformat()
        return self.value.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]

    @property
    def zoneless(self) -> bool:
        """True for a time whose source gave no zone."""
        return isinstance(self.value, datetime) and self.value.tzinfo is None


@dataclass(frozen=True, slots=True)
class When:
    """A date as written, and its ends: the same one twice for a single date, None for an open end.

    `written` is the EDTF or xsd form. A form that is not understood here has two open ends and is shown as written.
    """

    written: str
    start: Moment | None = None
    end: Moment | None = None

    @property
    def single(self) -> bool:
        """True for one date rather than a span."""
        return self.start is not None and self.start == self.end

    def phrase(self, say: Callable[..., str], name: Callable[[Moment, bool], str]) -> str:
        """In words: `say` has the messages; `name` writes one moment, inflected where it follows a preposition."""
        if self.start and self.end:
            if self.single:
                return name(self.start, False)
            return say("date.span", start=name(self.start, False), end=name(self.end, False))
        if self.start:
            return say("date.from", start=name(self.start, True))
        if self.end:
            return say("date.until", end=name(self.end, True))
        return self.written


@lru_cache(maxsize=4096)
def read_when(written: str) -> When:
    """What an EDTF date (level 0, `~ ? %`, open intervals), an xsd:date or an xsd:dateTime says."""
    first, slash, last = written.partition("/")
    if not slash:
        moment = _moment(first)
        return When(written, moment, moment)
    return When(written, _moment(first), _moment(last))


def _moment(text: str) -> Moment | None:
    if "T" in text:
        try:
            return Moment(datetime.fromisoformat(text), "time")
        except ValueError:
            return None
    match = _PART.fullmatch(text)
    if match is None:
        return None
    year, month, day = match["year"], match["month"], match["day"]
    precision: Precision = "day" if day else "month" if month else "year"
    try:
        value = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return Moment(value, precision, uncertain=match["mark"] in ("?", "%"), approximate=match["mark"] in ("~", "%"))
