"""Versions of documents: by release, by moment, by Accept-Datetime; what RFC 7089 asks of each answer."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

BASE = "https://site.example/"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)  # release N is of N days later


def day(number: float) -> str:
    return format_datetime(START + timedelta(days=number), usegmt=True)


def links(response: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for header in response.headers.getlist("Link"):  # type: ignore[attr-defined]
        target, relations = re.match(r'<([^>]*)>; rel="([^"]*)"', header).groups()  # type: ignore[union-attr]
        for relation in relations.split():
            found.setdefault(relation, []).append(target)
    return found


def words(body: bytes) -> set[str]:
    return {q.object.value for q in parse(body, RdfFormat.TURTLE) if hasattr(q.object, "language")}


@pytest.mark.parametrize("path", ["doc/org/them", "doc/org/them.ttl", "record/them", "record/them.ttl"])
def test_a_document_is_what_it_was(past: FlaskClient, path: str) -> None:
    now = past.get(f"/{path}", headers={"Accept": "text/turtle"})
    then = past.get(f"/{path}?release=1", headers={"Accept": "text/turtle"})
    later = past.get(f"/{path}?release=3", headers={"Accept": "text/turtle"})
    assert now.status_code == 404
    assert "Them at first" in words(then.data)
    assert "Them later on" not in words(then.data)
    assert "Them later on" in words(later.data)
    assert then.headers["Memento-Datetime"] == day(1)
    assert "immutable" in then.headers["Cache-Control"]
    assert "s-maxage=0" in then.headers["Cache-Control"]
    assert then.headers["ETag"] != later.headers["ETag"]
    assert then.headers["Content-Location"].endswith(".ttl?release=1")


def test_a_moment_names_the_newest_release_then(past: FlaskClient) -> None:
    for moment in ("2026-01-02T12:00:00Z", "2026-01-02", "2026-01-03T11:59:59", "2026-01-03T14:59:59%2B03:00"):
        response = past.get(f"/record/them.ttl?asOf={moment}")
        assert response.headers["Khronika-Release"] == "1", moment
        assert "immutable" in response.headers["Cache-Control"]
    newest = past.get("/record/us.ttl?asOf=2026-06-01")
    assert newest.headers["Khronika-Release"] == "5"
    assert "immutable" not in newest.headers["Cache-Control"], (
        "another release could still be recorded with that moment"
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("release=6", 404), ("release=0", 404), ("release=-1", 400), ("release=x", 400), ("asOf=yesterday", 400),
        ("asOf=2025-01-01", 404), ("asOf=9999-01-01", 404), ("release=1&release=2", 400), ("release=1&asOf=2", 400),
        ("release=99999999999999999999", 400), ("asOf=0001-01-01T00:00:00%2B23:00", 400), ("release=", 400),
        ("release=%D9%A1", 400),
    ],
)  # fmt: skip
def test_a_release_that_is_not_there_is_said_to_be_so(past: FlaskClient, query: str, status: int) -> None:
    response = past.get(f"/record/us?{query}", headers={"Accept": "application/json"})
    assert response.status_code == status, response.data
    assert response.json["detail"]


def test_a_past_page_says_so_and_leads_to_today(past: FlaskClient) -> None:
    page = past.get("/record/us?release=2", headers={"Accept": "text/html"}).text
    assert "past-note" in page
    assert "release 2" in page
    assert 'href="../record/us"' in page
    assert 'href="../doc/org/us?release=2"' in page, "links stay in the release"
    assert "past-note" not in past.get("/record/us", headers={"Accept": "text/html"}).text
    fixed = past.get("/record/us?release=5", headers={"Accept": "text/html"}).text
    assert "newest so far" in fixed


def test_an_identifier_keeps_the_release(past: FlaskClient) -> None:
    assert past.get("/id/org/them").status_code == 404
    response = past.get("/id/org/them?release=1")
    assert response.status_code == 303
    assert response.headers["Location"].endswith("doc/org/them?release=1")


@pytest.mark.parametrize(
    ("when", "release"),
    [(day(-400), 1), (day(1), 1), (day(2.5), 1), (day(3), 3), (day(4), 3), (day(400), 3), (None, 3)],
)
def test_the_timegate_leads_to_the_version_of_a_date(past: FlaskClient, when: str | None, release: int) -> None:
    response = past.get("/timegate/doc/org/them", headers={"Accept-Datetime": when} if when else {})
    assert response.status_code == 302
    assert response.headers["Location"] == f"../../../doc/org/them?release={release}"
    assert "accept-datetime" in response.headers["Vary"].lower()
    assert "Memento-Datetime" not in response.headers
    found = links(response)
    assert found["original"] == [f"{BASE}doc/org/them"]
    assert found["timemap"] == [f"{BASE}timemap/doc/org/them"]
    assert found["first"] == [f"{BASE}doc/org/them?release=1"]
    assert found["last"] == [f"{BASE}doc/org/them?release=3"]


@pytest.mark.parametrize(
    "date",
    ["yesterday", "2026-01-02T12:00:00Z", "", "Fri, 02 Jan 2026 12:00:00", "Fri, 02 Jan 2026 12:00:00 EST",
     "Thu, 02 Jan 2026 12:00:00 GMT", "Fri, 32 Jan 2026 12:00:00 GMT", "Friday, 02-Jan-26 12:00:00 GMT"],
)  # fmt: skip
def test_a_date_that_cannot_be_read_is_refused(past: FlaskClient, date: str) -> None:
    response = past.get("/timegate/doc/org/them", headers={"Accept-Datetime": date})
    assert response.status_code == 400
    assert "accept-datetime" in response.headers["Vary"].lower()


def test_a_version_names_its_neighbours(past: FlaskClient) -> None:
    found = links(past.get("/doc/org/them.ttl?release=2"))
    assert found["original"] == [f"{BASE}doc/org/them.ttl"]
    assert found["timegate"] == [f"{BASE}timegate/doc/org/them.ttl"]
    assert found["timemap"] == [f"{BASE}timemap/doc/org/them.ttl"]
    assert found["first"] == [f"{BASE}doc/org/them.ttl?release=1"]
    assert found["next"] == found["last"] == [f"{BASE}doc/org/them.ttl?release=3"]
    assert "prev" not in found
    last = links(past.get("/doc/org/them.ttl?release=3"))
    assert last["prev"] == [f"{BASE}doc/org/them.ttl?release=1"]
    today = links(past.get("/doc/org/us"))
    assert today["timegate"] == [f"{BASE}timegate/doc/org/us"]
    assert "memento" not in today


def test_a_timemap_lists_the_releases_that_changed_something(past: FlaskClient) -> None:
    response = past.get("/timemap/doc/org/them")
    assert response.headers["Content-Type"] == "application/link-format"
    listed = dict(re.findall(r'<([^>]*)>; rel="[^"]*memento"; datetime="([^"]*)"', response.text))
    assert {target: parsedate_to_datetime(date) for target, date in listed.items()} == {
        f"{BASE}doc/org/them?release=1": START + timedelta(days=1),
        f"{BASE}doc/org/them?release=3": START + timedelta(days=3),
    }
    assert f'<{BASE}doc/org/them>; rel="original"' in response.text
    assert f'<{BASE}timegate/doc/org/them>; rel="timegate"' in response.text
    assert f'<{BASE}timemap/doc/org/them>; rel="self"; type="application/link-format"; from="{day(1)}"' in response.text
    us = past.get("/timemap/record/us").text
    assert re.findall(r"\?release=(\d)", us) == ["1", "5"]


@pytest.mark.parametrize("media", ["text/turtle", "application/ld+json", "application/n-triples"])
def test_a_timemap_is_a_collection_in_rdf(past: FlaskClient, media: str) -> None:
    response = past.get("/timemap/record/them", headers={"Accept": media})
    assert response.headers["Content-Type"].startswith(media)
    form = {"text/turtle": RdfFormat.TURTLE, "application/ld+json": RdfFormat.JSON_LD}.get(media, RdfFormat.N_TRIPLES)
    if form is RdfFormat.JSON_LD:
        assert "hadMember" in response.text
        return
    quads = list(parse(response.data, form))
    members = [q.object.value for q in quads if q.predicate.value.endswith("#hadMember")]
    assert sorted(members) == [f"{BASE}record/them?release=1", f"{BASE}record/them?release=3"]
    ended = [q.object.value for q in quads if q.predicate.value.endswith("#invalidatedAtTime")]
    assert sorted(ended) == ["2026-01-04T12:00:00Z", "2026-01-05T12:00:00Z"]


@pytest.mark.parametrize("path", ["doc/org/nobody", "record/none", "ns", "sparql", "doc/org/them/x"])
def test_what_never_was_has_no_versions(past: FlaskClient, path: str) -> None:
    assert past.get(f"/timegate/{path}").status_code == 404
    assert past.get(f"/timemap/{path}").status_code == 404


def test_versions_are_revalidated_by_their_tags(past: FlaskClient) -> None:
    first = past.get("/record/us.ttl?release=1")
    again = past.get("/record/us.ttl?release=1", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Memento-Datetime"] == day(1)
    assert past.get("/record/us.ttl?release=2").headers["ETag"] != first.headers["ETag"]
