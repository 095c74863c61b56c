"""Events in time: spans as long as the source leaves open, by year, a year at a time where there are many."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from graph.publish import timeline as room
from graph.publish.lens import Lens
from graph.publish.timeline import Span, timeline
from graph.store.embedded import EmbeddedReader
from graph.terms import EDTF, KH, LABEL, XSD, A
from graph.vocabulary import load_vocabulary

BASE = "https://docs.example/"


def events(*dates: tuple[str, str, str]) -> list[Quad]:
    graph, quads = NamedNode(BASE + "record/x"), []
    for name, first, last in dates:
        node = NamedNode(BASE + "id/event/" + name)
        quads += [Quad(node, A, KH("Event"), graph), Quad(node, LABEL, Literal(name, language="en"), graph)]
        for predicate, day in ((KH("earliest"), first), (KH("latest"), last)):
            if day:
                quads.append(Quad(node, predicate, Literal(day, datatype=XSD("date")), graph))
    return quads


def lens(settings, tmp_path: Path, quads: list[Quad]) -> Lens:
    return Lens(EmbeddedReader.of(quads), settings(tmp_path), load_vocabulary(), "en")


@pytest.mark.parametrize(
    ("first", "last", "year", "span"),
    [
        ("2017-01-01", "2017-12-31", 2017, Span(0.0, 1000.0, False, False)),
        ("2017-01-01", "2017-01-01", 2017, Span(0.0, 2.7, False, False)),
        ("", "2017-12-31", 2017, Span(0.0, 1000.0, True, False)),
        ("2017-01-01", "", 2017, Span(0.0, 1000.0, False, True)),
        ("2016-05-01", "2017-12-31", 2017, Span(0.0, 1000.0, True, False)),
        ("2016-12-31", "2016-12-31", 2016, Span(997.3, 1000.0, False, False)),
        ("9999-01-01", "9999-12-31", 9999, Span(0.0, 1000.0, False, False)),
        ("soon", "2017-13-40", 0, None),
        ("", "", 0, None),
    ],
)
def test_a_span_is_as_long_as_the_date_is_open(settings, tmp_path, first, last, year, span) -> None:
    found = timeline(lens(settings, tmp_path, events(("x", first, last))))
    assert [y.number for y in found.years] == [year]
    assert found.years[0].rows[0].span == span


def test_a_day_is_wide_enough_to_be_seen() -> None:
    assert Span(10.0, 12.7, False, False).width == room.HAIR


def test_years_go_from_the_newest_and_the_undated_come_last(settings, tmp_path: Path) -> None:
    quads = events(("a", "2006-04-01", "2006-04-30"), ("b", "2017-04-01", ""), ("c", "", ""), ("d", "2017-01-01", ""))
    found = timeline(lens(settings, tmp_path, quads))
    assert found.counts == [(2017, 2), (2006, 1), (0, 1)]
    assert [row.event.ref.label.words for year in found.years for row in year.rows] == ["d", "b", "a", "c"]


def test_a_long_history_comes_a_year_at_a_time(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WHOLE", 2)
    quads = events(("a", "2006-04-01", "2006-04-30"), ("b", "2017-04-01", ""), ("c", "2017-05-01", ""))
    seen = lens(settings, tmp_path, quads)
    assert ([y.number for y in timeline(seen).years], timeline(seen).shown) == ([2017], 2017)
    assert [y.number for y in timeline(seen, 2006).years] == [2006]
    assert timeline(seen, 1999).years == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_shows_dates_as_they_are_written(client: FlaskClient, read, language: str) -> None:
    page = read("/timeline", language)
    assert page.faults == []
    assert ("April 2020" if language == "en" else "апрель 2020") in page.text
    assert "Detentions in Riverton" in page.text
    assert EDTF.value not in page.text
    assert client.get("/timeline?year=2020").status_code == 200
    assert client.get("/timeline?year=x").status_code == 400
    assert client.get("/timeline", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("first", "last", "arrows"),
    [("2017-04-01", "2017-04-05", 0), ("", "2017-04-05", 1), ("2017-04-01", "", 1), ("2016-04-01", "2017-04-05", 1)],
)
def test_what_may_lie_outside_of_the_year_has_an_arrow_there(serve, tmp_path: Path, first, last, arrows) -> None:
    text = serve(tmp_path, events(("x", first, last))).get("/timeline", headers={"Accept": "text/html"}).text
    assert text.count('<path class="point"') == arrows
