"""Dates: what they allow, what is refused, and that the package `edtf` agrees where it has an answer."""

from calendar import monthrange
from contextlib import suppress
from datetime import date, datetime

import pytest
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.authoring.dates import read_moment, read_span


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2017-04-05", date(2017, 4, 5), date(2017, 4, 5)),
        ("2017-04~", date(2017, 4, 1), date(2017, 4, 30)),
        ("2017-04-05?", date(2017, 4, 5), date(2017, 4, 5)),
        ("2017%", date(2017, 1, 1), date(2017, 12, 31)),
        ("201X", date(2010, 1, 1), date(2019, 12, 31)),
        ("20XX", date(2000, 1, 1), date(2099, 12, 31)),
        ("2017-XX", date(2017, 1, 1), date(2017, 12, 31)),
        ("2017-04-XX", date(2017, 4, 1), date(2017, 4, 30)),
        ("2017-XX-XX", date(2017, 1, 1), date(2017, 12, 31)),
        ("../2017-04-01", None, date(2017, 4, 1)),
        ("/2017-04-01", None, date(2017, 4, 1)),
        ("2017-04/..", date(2017, 4, 1), None),
        ("2017-04/", date(2017, 4, 1), None),
        ("2016/2017-04", date(2016, 1, 1), date(2017, 4, 30)),
        ("2017-04/2017-04-01", date(2017, 4, 1), date(2017, 4, 1)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999-12-31", date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_what_a_date_allows(text: str, earliest: date | None, latest: date | None) -> None:
    span = read_span(text)
    assert (span.earliest, span.latest) == (earliest, latest)
    assert span.literal.value == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2017-13-40", "no month 13"),
        ("2017-02-30", "2017-02 has no day 30"),
        ("2017-00", "no month 00"),
        ("2017-01-00", "no day 00"),
        ("0000", "no year 0"),
        ("000X", "no year 0"),
        ("17", "not a date"),
        ("1 April 2017", "not a date"),
        ("01.04.2017", "not a date"),
        ("20170401", "not a date"),
        ("2017-4-1", "not a date"),
        ("٢٠١٧", "not a date"),
        ("2017-21", "no month 21"),
        ("-0044", "not a date"),
        ("Y17000", "not a date"),
        ("[2017, 2018]", "not a date"),
        ("2X17", "not a date"),
        ("201X-04", "leaves open"),
        ("2017-XX-05", "leaves open"),
        ("2018/2017", "ends before it begins"),
        ("../..", "both ends are open"),
        ("/", "both ends are open"),
        ("2017/2018/2019", "not a date"),
        ("2017-04-01 ", "not a date"),
        ("", "not a date"),
    ],
)
def test_what_is_no_date(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_span(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2017-04-10T08:09", "2017-04-10T08:09:00"),
        ("2017-04-10 08:09", "2017-04-10T08:09:00"),
        ("2017-04-10T08:09:30", "2017-04-10T08:09:30"),
        ("2017-04-10T08:09+03:00", "2017-04-10T08:09:00+03:00"),
        ("2017-04-10T08:09:30Z", "2017-04-10T08:09:30Z"),
    ],
)
def test_a_time_has_a_zone_only_where_the_source_gives_one(text: str, written: str) -> None:
    moment = read_moment(text)
    assert moment.time == written
    assert moment.span.day == date(2017, 4, 10)
    assert moment.literal is not None
    assert moment.literal.datatype.value.endswith("#dateTime")


@pytest.mark.parametrize("text", ["2017-04-10T24:00", "2017-04-10T08:61", "2017-04-10T08:09+25:00", "2017-04-31T08:09"])
def test_a_time_that_does_not_exist(text: str) -> None:
    with pytest.raises(ValueError, match=r"no time|no day"):
        read_moment(text)


def test_a_month_is_no_day_of_publication() -> None:
    assert read_moment("2017-04").literal is None
    assert read_moment("2017-04-01").literal is not None


POINTS = st.builds(
    lambda y, m, d, depth, mark: "-".join([f"{y:04}", f"{m:02}", f"{d:02}"][:depth]) + mark,
    st.integers(1000, 9999),
    st.integers(1, 12),
    st.integers(1, 31),
    st.integers(1, 3),
    st.sampled_from(["", "?", "~", "%"]),
)


def _edtf(text: str) -> tuple[date, date] | None:
    """The bounds by the package; None where it finds no date."""
    try:
        read = parse_edtf(text)
    except EDTFParseException:
        return None
    return tuple(date(*bound[:3]) for bound in (read.lower_strict(), read.upper_strict()))  # type: ignore[return-value]


@settings(deadline=None)
@given(POINTS)
def test_the_package_agrees_on_dates(text: str) -> None:
    year, month, day = (*text.rstrip("?~%").split("-"), "01", "01")[:3]
    if int(day) > monthrange(int(year), int(month))[1]:
        with pytest.raises(ValueError, match="no day"):
            read_span(text)
        return
    span = read_span(text)
    assert (span.earliest, span.latest) == _edtf(text)


@settings(deadline=None)
@given(POINTS, POINTS)
def test_the_package_agrees_on_intervals(start: str, end: str) -> None:
    try:
        span = read_span(f"{start}/{end}")
    except ValueError:
        return
    assert span.earliest is not None
    assert span.latest is not None
    assert span.earliest <= span.latest
    assert (span.earliest, span.latest) == (read_span(start).earliest, read_span(end).latest)
    theirs = _edtf(f"{start}/{end}")
    assert theirs is None or theirs == (span.earliest, span.latest)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_text_is_a_date_or_no_date(text: str) -> None:
    for read in (read_span, read_moment):
        with suppress(ValueError):
            assert read(text)


@settings(deadline=None)
@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))
def test_every_minute_can_be_written(moment: datetime) -> None:
    text = moment.isoformat(timespec="minutes")
    read = read_moment(text)
    assert read.time == text + ":00"
    assert read.span.day == moment.date()
