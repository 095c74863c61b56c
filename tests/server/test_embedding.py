"""Pages inside other people's pages, citations for reference managers, and what crawlers are told."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from graph.settings import Replies
from graph.terms import LABEL, SCHEMA, A

BASE = "https://docs.example/"
CLAIM = BASE + "doc/claim/over-100"
PAYLOAD = '<script>alert(1)</script> & "quotes" {braces} \\tex %'


def test_a_card_says_who_before_what_and_may_be_framed_by_anybody(client: FlaskClient, read_page) -> None:
    response = client.get("/card/doc/claim/over-100")
    page = read_page(response.text)
    assert page.faults == []
    assert page.text.index("The Courier") < page.text.index("Over 100 people were detained")
    for words in ("Dozens held", "over 100", "101 or more", "Docs", "Release 3"):
        assert words in page.text
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert page.all("script") == []
    assert page.all("base") == [{"target": "_top"}]
    assert {"Accept", "Accept-Language"} <= set(response.vary)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("quote/unprecedented", ["Ann Lee", "unprecedented"]),
        ("incident/riverton-2020", ["Reported incident", "Reported detentions in Riverton"]),
        ("act/detentions", ["The Courier", "reports", "Over 100 people", "Lantern", "states"]),
        ("org/lantern", ["Lantern", "The Editors"]),
    ],
)
def test_every_thing_has_a_card_with_its_attribution_inside(client: FlaskClient, read_page, name: str, words) -> None:
    text = read_page(client.get(f"/card/doc/{name}").text).text
    assert [w for w in words if w not in text] == []


def test_a_card_comes_in_both_languages_and_each_theme(client: FlaskClient, read_page) -> None:
    russian = read_page(client.get("/card/doc/claim/over-100?lang=ru&theme=dark").text)
    assert russian.all("html")[0]["lang"] == "ru"
    assert "dark" in russian.all("html")[0]["class"]
    assert "сообщает" in russian.text
    assert client.get("/card/doc/claim/over-100?theme=pink").status_code == 400
    assert client.get("/card/doc/claim/unknown").status_code == 404


def test_oembed_is_found_from_the_page_and_gives_the_card(client: FlaskClient, read) -> None:
    links = [a for a in read("/doc/claim/over-100").all("link") if "oembed" in (a.get("type") or "")]
    assert {a["type"] for a in links} == {"application/json+oembed", "text/xml+oembed"}
    for link in links:
        parts = urlsplit(link["href"])
        assert f"{parts.scheme}://{parts.netloc}/" == BASE
        assert parse_qs(parts.query)["url"] == [CLAIM]
        assert client.get(f"{parts.path}?{parts.query}").status_code == 200
    answer = client.get("/oembed", query_string={"url": CLAIM})
    assert answer.content_type == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    told = answer.json
    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", "Over 100 detained")
    source = re.search(r'src="([^"]*)"', told["html"]).group(1)
    assert source.startswith(BASE + "card/doc/claim/over-100?")
    assert client.get(source.removeprefix(BASE[:-1]).replace("&amp;", "&")).status_code == 200


def test_oembed_in_xml_is_the_same(client: FlaskClient) -> None:
    answer = client.get("/oembed", query_string={"url": CLAIM, "format": "xml"})
    assert answer.content_type == "text/xml; charset=utf-8"
    told = {e.tag: e.text for e in ElementTree.fromstring(answer.data)}
    same = client.get("/oembed", query_string={"url": CLAIM}).json
    assert told == {key: str(value) for key, value in same.items()}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"url": BASE + "id/claim/over-100"}, 200),
        ({"url": CLAIM + ".html?lang=ru#who"}, 200),
        ({"url": BASE + "doc/org/%D1%81%D0%B5%D1%82%D1%8C"}, 200),
        ({"url": BASE + "doc/unknown"}, 404),
        ({"url": "https://elsewhere.example/doc/claim/over-100"}, 404),
        ({"url": "javascript:alert(1)"}, 404),
        ({}, 404),
        ({"url": CLAIM, "format": "yaml"}, 501),
        ({"url": CLAIM, "maxwidth": "x"}, 400),
        ({"url": CLAIM, "maxheight": "-1"}, 400),
        ({"url": BASE + "doc/%00"}, 404),
    ],
)
def test_oembed_answers_for_our_own_things_only(client: FlaskClient, query: dict[str, str], status: int) -> None:
    assert client.get("/oembed", query_string=query).status_code == status


def test_oembed_keeps_to_the_size_it_is_given(client: FlaskClient) -> None:
    told = client.get("/oembed", query_string={"url": CLAIM, "maxwidth": 300, "maxheight": 9999}).json
    assert (told["width"], told["height"]) == (300, 260)
    assert 'width="300"' in told["html"]


def hostile(tmp_path: Path, serve) -> FlaskClient:
    node, graph = NamedNode(BASE + "id/claim/x"), NamedNode(BASE + "record/x")
    facts = [(A, NamedNode("https://w3id.org/khronika/ns#Claim")), (LABEL, Literal(PAYLOAD, language="en"))]
    facts += [(SCHEMA("text"), Literal(PAYLOAD, language="en")), (SCHEMA("author"), Literal("\x01" + PAYLOAD))]
    return serve(tmp_path, [Quad(node, p, o, graph) for p, o in facts])


def test_words_cannot_leave_the_frame_the_card_or_the_citation(tmp_path: Path, serve, read_page) -> None:
    client = hostile(tmp_path, serve)
    told = client.get("/oembed", query_string={"url": BASE + "id/claim/x"}).json
    frame = read_page(told["html"])
    assert [tag for tag, _ in frame.elements] == ["iframe"]
    assert frame.elements[0][1]["title"] == PAYLOAD
    xml = client.get("/oembed", query_string={"url": BASE + "id/claim/x", "format": "xml"})
    assert ElementTree.fromstring(xml.data).findtext("title") == PAYLOAD
    card = read_page(client.get("/card/doc/claim/x").text)
    assert card.all("script") == []
    assert PAYLOAD in card.text
    page = read_page(client.get("/doc/claim/x.html").text)
    assert len([s for s in page.all("script") if "src" not in s]) == 1
    text = client.get("/cite/doc/claim/x").text
    assert text.count("{") - text.count("\\{") == text.count("}") - text.count("\\}")
    assert r"\&" in text
    assert r"\%" in text
    assert r"\textbackslash{}tex" in text


def test_the_page_offers_the_frame_and_the_block_to_copy(client: FlaskClient, read) -> None:
    page = read("/doc/claim/over-100")
    assert '<iframe src="https://docs.example/card/doc/claim/over-100?lang=en"' in page.text
    link = next(a["href"] for a in page.all("a") if "/embed/doc/" in (a.get("href") or ""))
    response = client.get("/" + link.lstrip("./"))
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text.startswith('<script type="application/ld+json">\n{"@context":"https://schema.org"')
    assert client.get("/embed/doc/unknown").status_code == 404


def test_a_citation_names_the_release_for_people_and_for_reference_managers(client: FlaskClient, read) -> None:
    assert (
        "The Editors, release 3, 20 November 2026. https://docs.example/doc/profile/lantern?release=3"
        in read("/doc/profile/lantern").text
    )
    text = client.get("/cite/doc/profile/lantern?format=bibtex").text
    assert text.startswith("@online{lantern-2026,\n")
    url = "url = {https://docs.example/doc/profile/lantern?release=3}"
    for words in ("version = {Release 3}", "date = {2026-11-20}", url):
        assert words in text
    response = client.get("/cite/doc/profile/lantern?format=csl")
    assert response.content_type == "application/vnd.citationstyles.csl+json"
    item = json.loads(response.data)[0]
    assert item["title"] == "Rights Group of the Week: Lantern"
    assert item["issued"] == {"date-parts": [[2026, 11, 20]]}
    assert response.headers["Content-Disposition"] == 'attachment; filename="profile-lantern.json"'
    assert client.get("/cite/doc/profile/lantern?format=ris").status_code == 400
    assert client.get("/cite/doc/profile/unknown").status_code == 404


def test_whoever_is_named_can_ask_for_a_correction(read, read_page, tmp_path: Path, serve, house) -> None:
    page = read("/doc/person/ann-lee")
    assert "Write to the editors about this page" in page.text
    assert [a for a in page.all("a") if (a.get("href") or "").startswith("../../reply?about=")]
    closed = Replies(enabled=False)
    text = read_page(serve(tmp_path, house, replies=closed).get("/doc/person/ann-lee.html").text).text
    assert "Write to the publisher, The Editors" in text
    reachable = serve(tmp_path, house, contact="desk@docs.example", replies=closed).get("/doc/person/ann-lee.html").text
    href = re.search(r'href="(mailto:[^"]*)"', reachable).group(1)
    assert href.startswith("mailto:desk@docs.example?subject=")
    assert "person/ann-lee" in href


def test_the_sitemap_lists_every_page_once_with_its_day(client: FlaskClient, things: frozenset[str]) -> None:
    tree = ElementTree.fromstring(client.get("/sitemap.xml").data)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    days = {e.findtext("s:loc", "", space): e.findtext("s:lastmod", None, space) for e in tree.findall("s:url", space)}
    assert len(days) == len(tree.findall("s:url", space))
    assert days[BASE + "doc/profile/lantern"] == "2026-11-20"
    assert days[BASE + "record/names"] == "2026-11-21"
    assert BASE + "record/derived" in days
    inner = {iri for iri in things if "/passage/" in iri or iri.endswith("/count")}
    assert not {iri.replace("/id/", "/doc/") for iri in inner} & set(days)
    for url in list(days)[:40]:
        assert client.get(url.removeprefix(BASE[:-1]), headers={"Accept": "text/html"}).status_code == 200
    assert client.get("/sitemap.xml?part=x").status_code == 400


def test_a_sitemap_past_its_limit_has_parts(tmp_path: Path, serve, house, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.pages.crawling.PAGES", 10)
    index = serve(tmp_path, house).get("/sitemap.xml").text
    client = serve(tmp_path, house)
    parts = re.findall(r"<loc>https://docs.example(/sitemap.xml\?part=\d+)</loc>", index)
    assert len(parts) > 2
    pages = [loc for part in parts for loc in re.findall("<loc>([^<]*)</loc>", client.get(part).text)]
    assert len(pages) == len(set(pages)) > 20


def test_robots_are_told_what_not_to_ask(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /sparql" in text
    assert f"Sitemap: {BASE}sitemap.xml" in text
