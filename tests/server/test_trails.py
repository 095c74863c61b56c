"""The way to a page: links above the heading of every page of a thing, and the same in its block."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from graph.publish.kinds import KINDS
from graph.publish.trail import STEPS
from graph.terms import KH, LABEL, SCHEMA, A
from server.pages.trails import LISTS, NO_LIST

HTML = {"Accept": "text/html"}
BASE = "https://docs.example/"
# What each page stands below, by the names that lead there.
WAYS = {
    "/doc/profile/lantern": ["Home", "Series", "Rights Group of the Week"],
    "/doc/claim/over-100": ["Home", "Sources", "Dozens held"],
    "/doc/claim/over-100/count": ["Home", "Claims", "Over 100 detained"],
    "/doc/quote/unprecedented": ["Home", "Sources", "Dozens held"],
    "/doc/incident/riverton-2020": ["Home", "Reported incidents"],
    "/doc/act/detentions": ["Home", "Reported incidents", "Reported detentions in Riverton"],
    "/doc/intervention/hotline": ["Home", "Responses"],
    "/doc/source/courier-2020-05-01": ["Home", "Sources"],
    "/doc/person/ann-lee": ["Home", "People"],
    "/doc/org/lantern": ["Home", "Organizations"],
    "/doc/group/detained": ["Home", "Groups of people"],
    "/doc/membership/ann-lee-courier": ["Home", "Organizations", "The Courier"],
    "/doc/contact/lantern": ["Home", "Contacts"],
    "/doc/place/riverton": ["Home", "Places", "Riverland"],
    "/doc/series/rights-group-of-the-week": ["Home", "Series"],
    "/doc/list/goals": ["Home", "Lists"],
    "/doc/profile/lantern/passage/aa000001": ["Home", "Profiles", "Rights Group of the Week: Lantern"],
    "/record/names": ["Home", "Records"],
    "/vocab/act/killing": ["Home", "Lists of concepts", "types of act", "acts against life"],
}


def links(text: str, label: str) -> list[tuple[str, str]]:
    """The names and URLs of a page's trail."""
    (nav,) = re.findall(rf'<nav class="trail" aria-label="{label}">(.*?)</nav>', text, re.DOTALL)
    found = re.findall(r'<li><a href="([^"]*)">(.*?)</a></li>', nav)
    return [(unescape(re.sub("<[^>]*>", "", name)), unescape(url)) for url, name in found]


def way(text: str) -> list[dict[str, Any]]:
    """The items of the BreadcrumbList in a page's block."""
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    block = json.loads(script)
    page = block if block["@type"] == "WebPage" else block["mainEntityOfPage"]
    assert page["breadcrumb"]["@type"] == "BreadcrumbList"
    items: list[dict[str, Any]] = page["breadcrumb"]["itemListElement"]
    return items


@pytest.mark.parametrize(("path", "names"), WAYS.items())
def test_every_kind_of_page_says_what_it_stands_below(client: FlaskClient, path: str, names: list[str]) -> None:
    text = client.get(path, headers=HTML).text
    trail = links(text, "You are here")
    assert [name for name, _ in trail] == names
    for _, url in trail:
        assert client.get(urljoin("http://localhost" + path, url), headers=HTML).status_code == 200
    items = way(text)
    assert [item["position"] for item in items] == list(range(1, len(names) + 2))
    assert [item["name"] for item in items[:-1]] == names
    assert [item["item"] for item in items[:-1]] == [urljoin(BASE + path.removeprefix("/"), url) for _, url in trail]
    assert items[-1]["item"] == BASE + path.removeprefix("/")
    assert f">{items[-1]['name']}</h1>" in unescape(text), "its own name is its heading"


def test_a_list_of_concepts_stands_below_all_of_them(client: FlaskClient) -> None:
    text = client.get("/vocab/act", headers=HTML).text
    assert links(text, "You are here") == [("Home", "../"), ("Lists of concepts", "../vocab")]
    assert 'class="trail"' not in client.get("/ns", headers=HTML).text


@pytest.mark.parametrize("path", ["/doc/place/riverton", "/vocab/act/killing", "/doc/claim/over-100"])
def test_in_russian_too_and_the_choice_of_language_goes_along(client: FlaskClient, path: str) -> None:
    text = client.get(path + "?lang=ru", headers=HTML).text
    trail = links(text, "Вы здесь")
    assert trail[0] == ("Главная", "../../?lang=ru")
    assert all("lang=ru" in url for _, url in trail)
    assert not any("lang=" in item["item"] for item in way(text)), "the public address of a page is one"


def test_every_kind_has_a_list_with_a_name(client: FlaskClient) -> None:
    for kind, _ in KINDS:
        if kind not in NO_LIST and kind not in LISTS:
            text = client.get(f"/browse?kind={kind}", headers=HTML).text
            assert 'class="total"' in text, kind


def test_places_in_a_ring_and_what_is_described_nowhere(serve, tmp_path: Path) -> None:
    def node(name: str) -> NamedNode:
        return NamedNode(f"{BASE}id/{name}")

    graph = NamedNode(BASE + "record/x")
    ring = [node(f"place/{n}") for n in range(3)]
    said = [(place, A, SCHEMA("Place")) for place in ring]
    said += [(ring[n], SCHEMA("containedInPlace"), ring[(n + 1) % 3]) for n in range(3)]
    said += [(node("claim/x"), A, KH("Claim")), (node("claim/x"), KH("statedIn"), node("source/nowhere"))]
    said += [(node("thing/x"), LABEL, Literal("Neither this nor that"))]  # type: ignore[list-item]
    client = serve(tmp_path, [Quad(*each, graph) for each in said])
    names = [name for name, _ in links(client.get("/doc/place/0", headers=HTML).text, "You are here")]
    assert names == ["Home", "Places", "2", "1"]
    assert len(names) < STEPS
    for path, expected in (("/doc/claim/x", ["Home", "Claims"]), ("/doc/thing/x", ["Home"])):
        assert [name for name, _ in links(client.get(path, headers=HTML).text, "You are here")] == expected
