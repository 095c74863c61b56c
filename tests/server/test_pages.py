"""What a person gets: every kind of page in both languages, well-formed, whole, and nothing from anywhere else."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from html5rdf import HTMLParser as StrictParser
from pyoxigraph import Literal, NamedNode, Quad

from graph.terms import KH, LABEL, SCHEMA, A

BASE = "https://docs.example/"
ROOT = "http://localhost"
ELSEWHERE = ("/sparql", "/releases", "/feed/releases.atom")  # need a lane or a journal, which this site has not
KINDS = {
    "profile": "/doc/profile/lantern",
    "claim": "/doc/claim/over-100",
    "count": "/doc/claim/over-100/count",
    "quotation": "/doc/quote/unprecedented",
    "incident": "/doc/incident/riverton-2020",
    "act": "/doc/act/detentions",
    "intervention": "/doc/intervention/hotline",
    "source": "/doc/source/courier-2020-05-01",
    "person": "/doc/person/ann-lee",
    "organization": "/doc/org/lantern",
    "group": "/doc/group/detained",
    "membership": "/doc/membership/ann-lee-courier",
    "contact": "/doc/contact/lantern",
    "place": "/doc/place/riverton",
    "series": "/doc/series/rights-group-of-the-week",
    "list": "/doc/list/goals",
    "passage": "/doc/profile/lantern/passage/aa000001",
    "record": "/record/profile/lantern",
    "derived": "/record/derived",
    "concept": "/vocab/act/detention",
    "scheme": "/vocab/act",
    "schemes": "/vocab",
    "ontology": "/ns",
    "home": "/",
    "places": "/places",
    "timeline": "/timeline",
    "questions": "/questions",
    "missing": "/doc/unknown",
}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_is_whole_in_both_languages(
    client: FlaskClient, read_page, kind: str, language: str
) -> None:
    response = client.get(KINDS[kind], headers={"Accept": "text/html", "Accept-Language": language})
    assert response.status_code == (404 if kind == "missing" else 200)
    page = read_page(response.text)
    assert page.faults == []
    assert page.all("html")[0]["lang"] == language
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == len(page.all("header")[:1]) == len(page.all("title")) == 1
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    if response.content_language:
        assert list(response.content_language) == [language]


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_html_to_a_strict_parser(client: FlaskClient, kind: str) -> None:
    text = client.get(KINDS[kind], headers={"Accept": "text/html"}).text
    parser = StrictParser()
    parser.parse(text)
    assert [fault for fault in parser.errors if fault[1] != "unknown-named-entity"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_asks_nothing_of_any_other_host(read, kind: str) -> None:
    page = read(KINDS[kind])
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        loads = [attributes.get(n) for n in ("src", "srcset", "data", "action", "poster", "background")]
        if tag == "link" and set((attributes["rel"] or "").split()) & {"stylesheet", "icon", "preload", "manifest"}:
            loads.append(attributes["href"])
        for target in filter(None, loads):
            assert not urlsplit(target).netloc
        href = attributes.get("href")
        if tag == "a" and href and urlsplit(href).netloc:
            assert urlsplit(href).scheme in ("http", "https")
            assert attributes["rel"] == "noopener noreferrer"
    inline = [a for a in page.all("script") if "src" not in a]
    assert inline in ([], [{"type": "application/ld+json"}])
    assert not page.all("style")


def test_the_style_sheet_loads_only_our_own_files(client: FlaskClient) -> None:
    text = client.get("/static/style.css").text
    targets = re.findall(r"url\(([^)]*)\)", text)
    assert targets
    assert all(not urlsplit(t.strip("'\"")).netloc and not t.startswith("data:") for t in targets)
    assert "@import" not in text


def test_every_answer_forbids_what_a_page_does_not_need(client: FlaskClient) -> None:
    for path in ("/", "/doc/claim/over-100.ttl", "/doc/unknown", "/static/style.css", "/id/claim/over-100"):
        headers = client.get(path).headers
        policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["font-src"] == "'self'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers


def internal(page, at: str) -> Iterator[str]:
    for tag, attributes in page.elements:
        href = attributes.get("href")
        if tag in ("a", "link") and href and not urlsplit(href).netloc and not href.startswith("mailto:"):
            yield urljoin(ROOT + at, href)


def test_every_link_on_every_page_leads_somewhere(client: FlaskClient, read_page, things: frozenset[str]) -> None:
    waiting, seen, anchors = [ROOT + "/"], {ROOT + "/"}, dict[str, set[str]]()
    wanted: set[tuple[str, str]] = set()
    for url in waiting:
        path = url.removeprefix(ROOT)
        response = client.get(path, headers={"Accept": "text/html, */*;q=0.1"})
        assert response.status_code == 200, url
        if not response.content_type.startswith("text/html"):
            continue
        page = read_page(response.text)
        anchors[url] = {a["id"] or "" for _, a in page.elements if "id" in a}
        for target, fragment in map(urldefrag, internal(page, path)):
            if fragment:
                wanted.add((target, fragment))
            parts = urlsplit(target)
            if target not in seen and "lang=" not in parts.query and parts.path not in ELSEWHERE and len(seen) < 2000:
                seen.add(target)
                waiting.append(target)
    missing = {(t, f) for t, f in wanted if t in anchors and f not in anchors[t]}
    assert not missing
    reached = {BASE + "id/" + u.removeprefix(f"{ROOT}/doc/") for u in seen}
    assert {t for t in things if t not in reached and t.isascii()} == set()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_who_says_it_comes_before_what_is_said(read, language: str) -> None:
    text = read("/doc/profile/lantern", language).text
    for speaker, words in (("The Courier", "Over 100 people"), ("The Herald", "At most ninety")):
        place = text.index(words)
        assert speaker in text[place - 160 : place]


def test_figures_stand_side_by_side_with_bounds_words_and_verdict(read) -> None:
    text = read("/doc/incident/riverton-2020").text
    for words in ("over 100", "101 or more", "at most ninety", "90 at most", "cannot all be right"):
        assert words in text
    assert "does not mean that it took place" in text


def test_an_open_list_keeps_its_order_and_what_leaves_it_open(read) -> None:
    text = read("/doc/profile/lantern").text
    assert text.index("Hold round tables") < text.index("Publish materials") < text.index("And a lot more")


def test_a_source_shows_all_it_is_quoted_for_and_what_rests_on_it(read) -> None:
    text = read("/doc/source/courier-2020-05-01").text
    for words in (
        "Over 100 people were detained",
        "unprecedented",
        "At most ninety",
        "'Dozens held,' The Courier, 1 May 2020",
    ):
        assert words in text


def test_times_without_a_zone_say_so(read) -> None:
    assert "3 May 2020, 08:09 (no time zone given)" in read("/doc/profile/lantern").text
    assert "3 мая 2020, 08:53 (часовой пояс не указан)" in read("/doc/profile/lantern", "ru").text


@pytest.mark.parametrize(
    ("path", "english", "russian"),
    [
        ("/doc/act/detentions", "April 2020", "апрель 2020"),
        ("/doc/membership/ann-lee-courier", "over by 2020 at the latest", "закончилось не позднее 2020"),
        ("/doc/intervention/hotline", "since May 2020", "с мая 2020"),
        ("/doc/source/herald-2020-05-02", "2 May 2020 at the latest", "не позднее 2 мая 2020"),
    ],
)
def test_dates_are_as_exact_as_the_source(read, path: str, english: str, russian: str) -> None:
    assert english in read(path).text
    assert russian in read(path, "ru").text


def test_labels_come_in_the_readers_language_with_a_visible_fallback(read) -> None:
    assert "Фонарь" in read("/doc/org/lantern", "ru").text
    page = read("/doc/org/courier", "ru")
    assert page.all("h1")[0] == {"lang": "en", "dir": "ltr"}
    page = read("/doc/org/сеть", "en")
    assert page.all("h1")[0] == {"lang": "ru", "dir": "ltr"}
    assert {"lang": "ar", "dir": "rtl"} in page.all("span")


def test_a_chosen_language_stays_chosen_and_the_choice_is_offered(client: FlaskClient, read_page) -> None:
    response = client.get("/doc/org/courier?lang=ru", headers={"Accept": "text/html", "Accept-Language": "en"})
    page = read_page(response.text)
    assert page.all("html")[0]["lang"] == "ru"
    inner = [
        u
        for u in internal(page, "/doc/org/courier")
        if "/doc/" in u and "#" not in u and "." not in u.rsplit("/", 1)[-1]
    ]
    assert inner
    assert all("lang=" in u for u in inner)
    assert {a["hreflang"] for a in page.all("a") if "hreflang" in a} == {"en", "ru"}
    plain = client.get("/doc/org/courier?lang=xx", headers={"Accept": "text/html", "Accept-Language": "ru"})
    assert read_page(plain.text).all("html")[0]["lang"] == "ru"


def block(page) -> dict[str, object]:
    assert len(page.scripts) == 1
    found = json.loads(page.scripts[0])
    assert isinstance(found, dict)
    return found


def every(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from every(each)
    elif isinstance(value, list):
        for each in value:
            yield from every(each)


OF_NO_ONE_THING = {"missing", "ontology", "schemes", "scheme", "questions", "places", "timeline"}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - OF_NO_ONE_THING))
def test_each_page_has_one_block_in_plain_schema_org(read, kind: str) -> None:
    found = block(read(KINDS[kind]))
    assert found["@context"] == "https://schema.org"
    for node in every(found):
        assert isinstance(node["@type"], str)
        assert node["@type"] != "Event"
        assert "@value" not in node
        assert all(v not in ("", None, [], {}) for v in node.values())


def test_the_block_says_who_claims_what_and_where(read) -> None:
    found = block(read("/doc/profile/lantern"))
    assert (found["@type"], found["mainEntity"]["@type"], found["mainEntity"]["name"]) == (
        "ProfilePage",
        "NGO",
        "Lantern",
    )
    claims = {n["@id"]: n for n in every(found) if n["@type"] == "Claim"}
    claim = claims[BASE + "id/claim/at-most-ninety"]
    assert claim["author"]["name"] == "The Herald"
    assert claim["appearance"]["@id"] == BASE + "id/source/herald-2020-05-02"
    assert claim["citation"]["name"] == "Dozens held"
    quotation = next(n for n in every(found) if n["@type"] == "Quotation")
    assert quotation["spokenByCharacter"]["name"] == "Ann Lee"
    incident = block(read("/doc/incident/riverton-2020"))
    assert (incident["@type"], incident["about"]["@type"]) == ("WebPage", "Thing")
    assert block(read("/doc/source/courier-2020-05-01"))["@type"] == "NewsArticle"
    assert block(read("/"))["@type"] == "WebSite"


@pytest.mark.parametrize("kind", ["claim", "quotation"])
def test_the_page_of_what_somebody_says_says_who_before_what(client: FlaskClient, kind: str) -> None:
    text = client.get(KINDS[kind], headers={"Accept": "text/html"}).text
    head = text[text.index("<main") : text.index("</header>", text.index("<main"))]
    assert head.index('class="speaker"') < head.index("<h1")


def test_a_page_does_not_repeat_its_heading(client: FlaskClient) -> None:
    for kind in ("claim", "list"):
        text = client.get(KINDS[kind], headers={"Accept": "text/html"}).text
        heading = re.findall("<h1[^>]*>(.*?)</h1>", text)[0]
        article = text[text.index("</h1>") : text.index('<footer class="apparatus">')]
        assert heading not in re.sub("<[^>]*>", "", article).replace("\xa0", " ").split("\n"), kind
        assert f">{heading}</a></h2>" not in article


def test_what_a_heading_cuts_off_is_on_the_page_whole(serve, tmp_path: Path) -> None:
    node, graph = NamedNode(BASE + "id/claim/x"), NamedNode(BASE + "record/x")
    said = [(A, KH("Claim")), (LABEL, Literal("The first words…", language="en"))]
    said.append((SCHEMA("text"), Literal("The first words and the last.", language="en")))
    client = serve(tmp_path, [Quad(node, predicate, o, graph) for predicate, o in said])
    assert "The first words and the last." in client.get("/doc/claim/x", headers={"Accept": "text/html"}).text


def test_a_kind_of_page_shares_no_class_with_what_stands_on_pages(client: FlaskClient, read_page) -> None:
    """The page of a count was once set as small as the counts in brackets."""
    for kind in KINDS:
        page = read_page(client.get(KINDS[kind], headers={"Accept": "text/html"}).text)
        for article in page.all("article"):
            assert not set(str(article.get("class")).split()) & {"count", "quotation", "figure", "passage", "claim"}, (
                kind
            )


@pytest.mark.parametrize(("language", "scripts"), [("en", {"latin"}), ("ru", {"cyrillic", "latin"})])
def test_the_fonts_asked_for_early_are_those_of_the_style_sheet(
    client: FlaskClient, read_page, language: str, scripts: set[str]
) -> None:
    page = read_page(client.get("/", headers={"Accept": "text/html", "Accept-Language": language}).text)
    asked = [str(link["href"]) for link in page.all("link") if link.get("rel") == "preload"]
    if not asked and not files("server").joinpath("static", "vendor", "fonts").is_dir():
        pytest.skip("the fonts were not fetched (make setup)")
    sheet = client.get("/static/style.css").text
    used = {f"./static/{url}" for url in re.findall(r"url\((.*?)\)", sheet)}
    assert set(asked) <= used, "else each would be fetched twice"
    assert {part for url in asked for part in ("latin-ext", "cyrillic", "latin") if f"-{part}-" in url} == scripts
    assert len(asked) == len(set(asked)) == 2 * len(scripts)
