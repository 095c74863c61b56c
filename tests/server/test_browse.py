"""Browsing: everything, in pages, narrowed by kind, year, place, publisher and source, each with its true count."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

HTML = {"Accept": "text/html"}


def read(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200, path
    return response.text


def total(text: str) -> int:
    found = re.search(r'<h2 class="total">([\d,]+) result', text)
    assert found is not None
    return int(found.group(1).replace(",", ""))


def values(text: str, field: str) -> dict[str, tuple[str, int]]:
    """Of a facet: the words of each value, with its URL and count."""
    section = re.search(rf'<section>\s*<h2 id="(?:facet-)?{field}">.*?</section>', text, re.DOTALL)
    if section is None:
        return {}
    rows = re.findall(
        r'<li><a href="([^"]*)"[^>]*>(.*?)</a> <span class="count">(\d+)</span>', section.group(), re.DOTALL
    )
    return {re.sub("<[^>]*>", "", label): (unescape(url), int(count)) for url, label, count in rows}


def test_everything_is_there_and_the_kinds_add_up(client: FlaskClient) -> None:
    text = read(client, "/browse")
    kinds = values(text, "kind")
    assert sum(count for _, count in kinds.values()) == total(text)
    assert kinds["Claim"][1] >= 5
    assert {"Person", "Organization", "Place", "Source", "Profile"} <= set(kinds)


def test_records_and_words_are_listed_apart(client: FlaskClient) -> None:
    apart = values(read(client, "/browse"), "apart")
    assert set(apart) == {"Record", "List of concepts", "Concept"}
    for label, (url, count) in apart.items():
        text = read(client, "/" + url.removeprefix("./"))
        assert total(text) == count, label
        assert f'<p class="kicker">{label}' in text
    assert values(read(client, "/browse?kind=concept"), "apart") == {}
    assert values(read(client, "/browse?q=killing"), "apart") == {}


@pytest.mark.parametrize("field", ["kind", "year", "place", "publisher", "source", "language"])
def test_each_value_leads_to_as_many_as_it_says(client: FlaskClient, field: str) -> None:
    found = values(read(client, "/browse"), field)
    assert found
    for label, (url, count) in found.items():
        assert total(read(client, "/" + url.removeprefix("./"))) == count, (field, label)


def test_two_choices_are_both_kept_and_each_can_be_changed(client: FlaskClient) -> None:
    text = read(client, "/browse?kind=claim&place=place/riverton")
    kinds = values(text, "kind")
    assert len(kinds) > 1, "other kinds in the same place can be had instead"
    assert "place=place%2Friverton" in kinds["Claim"][0] or "place=place/riverton" in kinds["Claim"][0]
    assert "kind=" not in kinds["Claim"][0], "the one chosen is taken back"
    assert kinds["Claim"][1] == total(text)


def test_pages_follow_each_other_and_show_each_thing_once(client: FlaskClient) -> None:
    seen: list[str] = []
    path = "/browse"
    while path:
        text = read(client, path)
        seen += re.findall(r'(?:<h3><a|<a class="said-words") href="([^"]*)"', text)
        later = re.search(r'<a href="([^"]*)" rel="next">', text)
        path = "/" + unescape(later.group(1)).removeprefix("./") if later else ""
    assert len(seen) == len(set(seen)) == total(read(client, "/browse"))
    assert all(urlsplit(url).path.startswith("./doc/") for url in seen)


def test_choices_are_told_in_the_readers_language(client: FlaskClient) -> None:
    text = client.get("/browse?place=place/riverton", headers=HTML | {"Accept-Language": "ru"}).text
    assert 'aria-label="Снять: Место, Ривертон"' in text


def test_only_the_whole_is_for_search_engines(client: FlaskClient) -> None:
    assert "noindex" not in read(client, "/browse")
    assert "noindex" in read(client, "/browse?kind=claim")


def test_past_the_last_page(client: FlaskClient) -> None:
    response = client.get("/browse?page=500", headers=HTML)
    assert response.status_code == 404
    assert "There is no page 500" in response.text
    assert "pages of results" in response.text
