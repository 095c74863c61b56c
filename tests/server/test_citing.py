"""Permanent addresses: they name a release and its digest, and lead to that or to an explanation."""

import json
import re
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pytest
from flask.testing import FlaskClient

from graph.terms import PREFIXES

BASE = "https://site.example/"


def digest(past: FlaskClient, release: int) -> str:
    found = re.search(
        r"hasVersion> <[^>]*release=(\d+)&digest=([0-9a-f]{32})>", past.get(f"/record/us.nt?release={release}").text
    )
    assert found
    assert int(found[1]) == release
    return found[2]


@pytest.mark.parametrize("path", ["doc/org/us", "record/us", "doc/org/us.ttl", "id/org/us", "record/us.jsonld"])
def test_an_address_with_the_digest_of_its_release_is_that_version(past: FlaskClient, path: str) -> None:
    for release in (1, 5):
        named = digest(past, release)
        plain = past.get(f"/{path}?release={release}")
        for spelling in (named, named[:16]):
            cited = past.get(f"/{path}?release={release}&digest={spelling}")
            assert (cited.status_code, cited.data) == (plain.status_code, plain.data)
            assert cited.headers.get("ETag") == plain.headers.get("ETag")


@pytest.mark.parametrize("path", ["doc/org/us", "record/us.ttl", "id/org/us"])
def test_an_address_with_another_digest_says_why_it_is_none(past: FlaskClient, path: str) -> None:
    for release in (1, 5):
        response = past.get(f"/{path}?release={release}&digest={digest(past, 3)}")
        assert response.status_code == 409
        told = json.loads(response.data)
        assert told["digest"].startswith(digest(past, release))
        assert "withdrawn from this release since it was cited" in told["detail"]
        assert response.headers["Cache-Control"] == "no-store"
    page = past.get(f"/{path}?release=1&digest={'0' * 32}", headers={"Accept": "text/html"})
    assert page.status_code == 409
    assert "The release is not what was cited" in page.text


@pytest.mark.parametrize(
    "named", ["digest=" + "0" * 32, "release=1&digest=", "release=1&digest=short", "release=1&digest=" + "g" * 32]
)
def test_a_digest_that_is_none_or_without_a_release_is_refused(past: FlaskClient, named: str) -> None:
    response = past.get(f"/doc/org/us?{named}")
    assert response.status_code == 400
    assert "'digest'" in json.loads(response.data)["detail"]


def test_a_page_is_cited_by_its_release_and_digest(past: FlaskClient) -> None:
    named = f"{BASE}doc/org/us?release=5&digest={digest(past, 5)}"
    page = past.get("/doc/org/us", headers={"Accept": "text/html"}).text
    assert named.replace("&", "&amp;") in page
    assert f"release=5&amp;digest={digest(past, 5)}" in page
    assert named in past.get("/cite/doc/org/us?format=csl").text
    assert named in past.get("/cite/doc/org/us?format=bibtex").text
    assert named.replace("&", "&amp;") in past.get("/doc/org/us?lang=ru", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("path", ["doc/org/us", "record/us"])
def test_a_version_says_how_to_cite_it_and_what_is_shown_has_the_name_of_the_thing(
    past: FlaskClient, path: str
) -> None:
    for release in (1, 5):
        links = past.get(f"/{path}.ttl?release={release}").headers.getlist("Link")
        assert f'<{BASE}{path}?release={release}&digest={digest(past, release)}>; rel="cite-as"' in links
    today = past.get(f"/{path}.ttl").headers.getlist("Link")
    assert f'<{BASE}{path.replace("doc/", "id/")}>; rel="cite-as"' in today


def test_a_page_of_a_moment_checks_the_digest_too(past: FlaskClient) -> None:
    at = quote("2026-01-02T12:00:00Z")
    assert past.get(f"/record/us.ttl?asOf={at}&digest={digest(past, 1)}").status_code == 200
    assert past.get(f"/record/us.ttl?asOf={at}&digest={digest(past, 5)}").status_code == 409


def test_a_name_that_ends_with_a_full_stop_is_cited_with_one(example_url: str) -> None:
    """A claim is called by its words, which are whole sentences."""
    rows = ask(example_url, "SELECT ?it { ?it a kh:Claim ; rdfs:label ?name FILTER(STRENDS(?name, '.')) } ORDER BY ?it")
    path = rows[0].removeprefix("https://rights-in-russia.example/id/")
    for language, ending in (("en", r"[^.]\.”"), ("ru", r"[^.]»\.")):
        with urlopen(f"{example_url}/doc/{path}.html?lang={language}", timeout=20) as page:
            line = re.search(r'<p class="citation">(.*?)</p>', page.read().decode(), re.DOTALL)
        assert line
        assert re.search(ending, line[1]), line[1]


def ask(url: str, query: str) -> list[str]:
    """The first column of an answer."""
    prefixes = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in PREFIXES.items())
    request = Request(f"{url}/sparql?{urlencode({'query': prefixes + query})}", headers={"Accept": "text/csv"})
    with urlopen(request, timeout=20) as answer:
        return [line.split(",")[0] for line in answer.read().decode().splitlines()[1:]]
