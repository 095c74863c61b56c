"""What changed, in words: histories of pages, the list of releases, each release statement by statement."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, RdfFormat, Store, parse

from graph.publish.history import one as room
from graph.releases.derived.statistics import STATISTICS
from graph.settings import read_settings
from graph.store.open import open_reader
from graph.terms import DCAT, DCTERMS

BASE = "https://site.example/"
HTML = {"Accept": "text/html"}


def test_a_page_tells_its_history(growing: Path, past: FlaskClient) -> None:
    page = past.get("/history/record/them", headers=HTML)
    assert page.status_code == 200
    assert page.text.count("<li>") - page.text.count("hreflang") >= 3
    assert "day 1" in page.text
    assert "day 3" in page.text
    assert "day 2" not in page.text
    assert 'href="../../record/them?release=1"' in page.text
    assert 'href="../../releases/3"' in page.text
    assert "Not described any more" in page.text
    assert "about:" in page.text
    assert "ann" not in page.text.replace("announce", ""), "who publishes is nobody's business"
    assert "история" in past.get("/history/doc/org/us?lang=ru", headers=HTML).text.lower()


def test_a_history_names_what_machines_read_instead(past: FlaskClient) -> None:
    """The TimeMap of the same thing, at an address of its own (RFC 7089 §5)."""
    page = past.get("/history/record/them", headers=HTML).text
    assert '<link rel="alternate" type="application/link-format" href="../../timemap/record/them">' in page
    assert (
        '<link rel="alternate" type="text/turtle" href="../releases/3.ttl">'
        in past.get("/releases/3", headers=HTML).text
    )


def test_a_record_leads_to_its_history_and_its_lasting_address(past: FlaskClient) -> None:
    page = past.get("/record/us", headers=HTML).text
    assert 'href="../history/record/us"' in page
    assert re.search(r'href="../record/us\?release=5&amp;digest=[0-9a-f]{32}"', page)


@pytest.mark.parametrize(
    "path", ["history/record/none", "history/doc/org/none", "history/ns", "releases/0", "releases/x"]
)
def test_what_never_was_has_no_history(past: FlaskClient, path: str) -> None:
    assert past.get(f"/{path}").status_code == 404


@pytest.mark.parametrize("path", ["releases/6", "releases/6.ru", "releases/999999999"])
def test_a_release_to_come_is_not_there(past: FlaskClient, path: str) -> None:
    assert past.get(f"/{path}").status_code == 404


def test_releases_are_listed_and_turned(past: FlaskClient) -> None:
    page = past.get("/releases", headers=HTML).text
    assert [f"Release {n}" in page for n in range(1, 7)] == [True] * 5 + [False]
    earlier = past.get("/releases?before=3", headers=HTML).text
    assert "Release 2" in earlier
    assert "Release 3" not in earlier
    assert past.get("/releases?before=x").status_code == 400
    quads = list(parse(past.get("/releases.ttl").data, RdfFormat.TURTLE))
    versions = {q.object.value for q in quads if q.predicate == DCAT("version")}
    assert versions == set("12345")
    assert past.get("/releases", headers={"Accept": "image/png"}).status_code == 406


def test_a_release_tells_what_it_changed(past: FlaskClient) -> None:
    page = past.get("/releases/3", headers=HTML).text
    assert "Them later on" in page
    assert "Them at first" in page
    assert "1 January" not in page
    assert "4 January 2026" in page
    described = list(parse(past.get("/releases/3.ttl").data, RdfFormat.TURTLE))
    issued = [q.object.value for q in described if q.predicate == DCTERMS("issued")]
    assert issued == ["2026-01-04T12:00:00Z"]


def test_updates_make_each_release_out_of_the_one_before(growing: Path, past: FlaskClient) -> None:
    settings = read_settings(growing)
    store = Store()
    for number in range(1, 6):
        store.update(past.get(f"/releases/{number}.ru").text)
        with open_reader(settings, number) as reader:
            held = [q for q in reader.quads() if q.graph_name != settings.well_known(STATISTICS)]  # each store's own
            said = {q for q in held if q.predicate not in (DCAT("version"), DCTERMS("issued"))}
        assert set(store) == said, number
        assert any(q.graph_name == DefaultGraph() for q in store)


def test_what_a_release_added_and_removed_is_turtle(past: FlaskClient) -> None:
    removed = list(parse(past.get("/releases/4/removed.trig").data, RdfFormat.TRIG))
    assert f"{BASE}id/org/them" in {q.subject.value for q in removed}
    added = past.get("/releases/4/added.trig")
    assert added.status_code == 200
    assert not list(parse(added.data, RdfFormat.TRIG))


def test_too_much_is_not_laid_out(past: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_BYTES", 10)
    assert past.get("/releases/2.ru").status_code == 422
    page = past.get("/releases/2?lang=en", headers=HTML)
    assert page.status_code == 200
    assert "too much" in page.text
    monkeypatch.setattr(room, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(room, "MOST_PARTS", 0)
    assert past.get("/releases/3.ru").status_code == 422


def test_times_are_those_of_the_releases(growing: Path) -> None:
    with open_reader(read_settings(growing), 2) as reader:
        assert reader.released == datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=2)
