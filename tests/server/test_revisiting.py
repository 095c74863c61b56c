"""Who comes again with what they have is told that it is still so, before anything is drawn."""

import pytest
from flask.testing import FlaskClient
from werkzeug.http import parse_date

from server.pages import documents, plain
from server.site import site_of

CLAIM = "/doc/claim/over-100"


@pytest.mark.parametrize("path", [CLAIM + ".ttl", CLAIM + ".html", "/", "/record/profile/lantern.jsonld", "/ns.html"])
def test_a_client_that_has_it_gets_304_with_the_same_tag(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Content-Location"):
        assert again.headers.get(name) == first.headers.get(name)
    assert client.get(path, headers={"If-None-Match": f'W/{tag}, "other"'}).status_code == 304
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == 304


def test_the_tag_is_known_without_rendering(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = client.get(CLAIM + ".ttl").headers["ETag"]

    def fail(*_: object) -> None:
        raise AssertionError("rendered")

    monkeypatch.setattr(documents, "thing_quads", fail)
    assert client.get(CLAIM + ".ttl", headers={"If-None-Match": f'{tag}, "x"'}).status_code == 304


def test_last_modified_is_the_time_of_the_release(client: FlaskClient) -> None:
    response = client.get(CLAIM + ".ttl")
    assert response.headers["Last-Modified"] == "Fri, 20 Nov 2026 09:30:00 GMT"
    since = {"If-Modified-Since": response.headers["Last-Modified"]}
    assert client.get(CLAIM + ".ttl", headers=since).status_code == 304
    earlier = {"If-Modified-Since": "Thu, 19 Nov 2026 09:30:00 GMT"}
    assert client.get(CLAIM + ".ttl", headers=earlier).status_code == 200
    assert parse_date(response.headers["Last-Modified"]) is not None


def test_representations_have_different_tags(client: FlaskClient) -> None:
    asked = [
        (CLAIM, {"Accept": "text/turtle"}),
        (CLAIM, {"Accept": "application/ld+json"}),
        (CLAIM, {"Accept": "text/html", "Accept-Language": "en"}),
        (CLAIM, {"Accept": "text/html", "Accept-Language": "ru"}),
        (CLAIM + "?lang=ru", {"Accept": "text/html", "Accept-Language": "ru"}),
        ("/doc/claim/at-most-ninety", {"Accept": "text/turtle"}),
        ("/doc/org/courier?page=2", {"Accept": "text/html"}),
        ("/doc/org/courier", {"Accept": "text/html"}),
    ]
    tags = [client.get(path, headers=headers).headers["ETag"] for path, headers in asked]
    assert len(set(tags)) == len(tags)


def test_who_wants_it_only_as_it_was_is_told_that_it_is_another(client: FlaskClient) -> None:
    """RFC 9110 §13.1.1: never 304 for a tag that differs, which would be taken for the client's own copy."""
    first = client.get(CLAIM + ".ttl")
    tag = first.headers["ETag"]
    for wanted in (tag, "*", f'"other", {tag}'):
        assert client.get(CLAIM + ".ttl", headers={"If-Match": wanted}).data == first.data
    for wanted in ('"other"', f"W/{tag}", '"a", "b"'):
        for path in (CLAIM + ".ttl", "/static/style.css", "/sitemap.xml", "/feed/releases.atom", "/context.jsonld"):
            answer = client.get(path, headers={"If-Match": wanted})
            assert (answer.status_code, "ETag" in answer.headers) == (412, False)
            assert answer.json["title"] == "No longer as it was"
            assert "Accept" in answer.headers["Vary"]
    assert client.get(CLAIM + ".ttl", headers={"If-Match": tag, "If-None-Match": tag}).status_code == 304
    assert client.get(CLAIM + ".ttl", headers={"If-Match": '"other"', "If-None-Match": tag}).status_code == 412
    assert client.get("/doc/none", headers={"If-Match": '"other"'}).status_code == 404
    russian = client.get(CLAIM, headers={"If-Match": '"other"', "Accept": "text/html", "Accept-Language": "ru"})
    assert (russian.status_code, "Уже не то, что было" in russian.text) == (412, True)


def test_who_wants_it_only_unchanged_since_a_day(client: FlaskClient) -> None:
    tag = client.get(CLAIM + ".ttl").headers["ETag"]
    long_ago, tomorrow = "Thu, 01 Jan 2015 00:00:00 GMT", "Thu, 01 Jan 2099 00:00:00 GMT"
    for day, match, status in (
        (long_ago, None, 412),
        (tomorrow, None, 200),
        ("a day", None, 200),
        (long_ago, tag, 200),
    ):
        headers = {"If-Unmodified-Since": day} | ({"If-Match": match} if match else {})
        assert client.get(CLAIM + ".ttl", headers=headers).status_code == status


@pytest.mark.parametrize(("changes", "kept"), [(False, True), (True, False)], ids=["as before", "withdrawn meanwhile"])
def test_what_was_drawn_is_kept_unless_something_was_withdrawn_meanwhile(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, changes: bool, kept: bool
) -> None:
    cache = site_of(client.application).cache
    cache.follow("long ago")
    cache.follow("before")
    draw = plain.rendered

    def drawn(*given: object) -> object:
        made = draw(*given)  # type: ignore[arg-type]
        cache.follow("after" if changes else "before")
        return made

    monkeypatch.setattr(plain, "rendered", drawn)
    tag = client.get(CLAIM + ".nt").headers["ETag"].strip('"')
    assert (cache.get(tag) is not None) is kept


@pytest.mark.parametrize("path", ["/", CLAIM, CLAIM + ".ttl", "/doc/none", "/doc/%zz", "/sparql", "/static/style.css"])
def test_every_answer_says_what_a_page_may_load_and_that_it_is_what_it_says(client: FlaskClient, path: str) -> None:
    headers = client.get(path, headers={"Accept": "text/html, */*;q=0.5"}).headers
    assert headers.getlist("Content-Security-Policy")[0].startswith("default-src 'none'; ")
    assert len(headers.getlist("Content-Security-Policy")) == 1
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
