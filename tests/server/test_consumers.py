"""What strangers' programs find here: signposting, extruct with pyld, and an oEmbed consumer, over a real server."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
import warnings
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from extruct import JsonLdExtractor, OpenGraphExtractor
from pyld import jsonld
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from rdflib import BNode, Graph
from signposting import Signposting, find_signposting_html, find_signposting_http

from graph.settings import read_settings
from graph.store.base import Reader
from graph.store.open import open_reader

# rdflib's JSON-LD reader makes a class that rdflib itself has deprecated
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

BASE = "https://rights-in-russia.example/"
THINGS = {
    "profile/russian-lgbt-network-2017-04-10": "ProfilePage",
    "claim/over-100-detained": "Claim",
    "source/novaya-gazeta-2017-04-01": "NewsArticle",
    "source/rferl-2017-04-05": "NewsArticle",
    "person/igor-kochetkov": "Person",
    "org/russian-lgbt-network": "NGO",
    "place/chechnya": "AdministrativeArea",
    "incident/chechnya-2017": "WebPage",
    "act/chechnya-2017-detentions": "WebPage",
    "intervention/statement-2017-04-02": "WebPage",
    "series/rights-group-of-the-week": "CreativeWorkSeries",
    "list/rln-goals": "ItemList",
    "contact/hotline-russia": "WebPage",
    "group/gay-men-in-chechnya": "WebPage",
    "membership/igor-kochetkov-chairman": "WebPage",
}
FORMS = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".jsonld": "json-ld"}


def fetch(url: str, accept: str = "text/html") -> tuple[str, str]:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode("utf-8"), answer.headers.get_content_type()


def signs(url: str) -> Signposting:
    """What the page says in its head: signposting asks for HTML there."""
    return find_signposting_html(url)


@pytest.mark.parametrize(("name", "type_"), THINGS.items())
def test_signposting_finds_its_way_from_every_kind_of_page(example_url: str, name: str, type_: str) -> None:
    found = signs(f"{example_url}/doc/{name}")
    assert str(found.citeAs.target) == f"{BASE}id/{name}"
    assert str(found.license.target).startswith("https://creativecommons.org/")
    assert {str(t.target) for t in found.types} == {f"https://schema.org/{type_}", "https://schema.org/AboutPage"}
    assert {str(d.type) for d in found.describedBy} >= {"text/turtle", "application/ld+json"}
    for described in found.describedBy:
        assert str(described.target).startswith(f"{BASE}doc/{name}.")
        there = find_signposting_http(str(described.target).replace(BASE, example_url + "/"))
        assert str(there.citeAs.target) == f"{BASE}id/{name}"
        assert [str(s.target) for s in there.signposts if str(s.rel) == "describes"] == [f"{BASE}id/{name}"]


def test_signposting_finds_the_same_in_the_header_as_in_the_page(example_url: str) -> None:
    for name in THINGS:
        page = fetch(f"{example_url}/doc/{name}")[0]
        header = find_signposting_http(f"{example_url}/doc/{name}.html")

        def told(found: Signposting) -> set[tuple[str, str, str | None]]:
            return {(str(s.rel), str(s.target), str(s.type) if s.type else None) for s in found.signposts}

        assert told(header) == told(signs(f"{example_url}/doc/{name}")), page[:200]


@pytest.mark.parametrize(
    ("path", "authors"),
    [
        ("doc/claim/over-100-detained", {"org/novaya-gazeta"}),
        ("doc/source/rferl-2017-04-05", {"person/tom-balmforth"}),
        ("record/places", {"org/example-editors"}),
        ("doc/place/chechnya", set()),
    ],
)
def test_signposting_finds_who_wrote_or_said_it(example_url: str, path: str, authors: set[str]) -> None:
    found = signs(f"{example_url}/{path}")
    assert {str(a.target) for a in found.authors} == {f"{BASE}id/{name}" for name in authors}


def test_signposting_finds_the_files_of_a_record_and_back(example_url: str) -> None:
    found = signs(f"{example_url}/record/places")
    assert str(found.citeAs.target) == BASE + "record/places"
    items = {str(i.type): str(i.target) for i in found.items}
    assert items["text/turtle"] == BASE + "record/places.ttl"
    assert len(items) == 5
    for target in items.values():
        there = find_signposting_http(target.replace(BASE, example_url + "/"))
        assert [str(c.target) for c in [there.collection]] == [BASE + "record/places"]


def test_signposting_finds_the_items_of_a_list_and_of_a_series(example_url: str) -> None:
    goals = [str(i.target) for i in signs(f"{example_url}/doc/list/rln-goals").items]
    assert len(goals) > 5
    for target in goals:
        assert fetch(target.replace(BASE, example_url + "/"))[1] == "text/html"
    series = signs(f"{example_url}/doc/series/rights-group-of-the-week")
    assert BASE + "doc/profile/russian-lgbt-network-2017-04-10" in {str(i.target) for i in series.items}


@pytest.mark.parametrize("path", ["ns", "vocab/act", "vocab/act/detention"])
def test_signposting_finds_the_vocabulary_as_data(example_url: str, path: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = find_signposting_http(f"{example_url}/{path}.html")
    assert str(found.citeAs.target) == f"https://w3id.org/khronika/{path}"
    assert found.license is not None
    assert "text/turtle" in {str(d.type) for d in found.describedBy}


def graph_of(block: Any) -> set[str]:
    """A block in schema.org terms as statements, whoever reads it: schema.org's context comes to `@vocab` here."""
    local = json.loads(json.dumps(block).replace('"https://schema.org"', '{"@vocab": "https://schema.org/"}'))
    return set(jsonld.normalize(local, {"algorithm": "URDNA2015", "format": "application/n-quads"}).splitlines())


@pytest.mark.parametrize("name", THINGS)
def test_extruct_reads_the_graph_that_we_wrote(example_url: str, name: str) -> None:
    html, _ = fetch(f"{example_url}/doc/{name}?lang=en")
    blocks = JsonLdExtractor().extract(html, base_url=f"{example_url}/doc/{name}")
    assert len(blocks) == 1
    copied, _ = fetch(f"{example_url}/embed/doc/{name}?lang=en", "text/plain")
    ours = json.loads(copied.partition(">")[2].rpartition("<")[0])
    page = blocks[0] if blocks[0]["@type"] == "WebPage" else blocks[0].pop("mainEntityOfPage")
    way = page.pop("breadcrumb")  # of our page, so not in what others copy into theirs
    assert way["itemListElement"][-1]["item"] == f"{BASE}doc/{name}"
    statements = graph_of(blocks[0])
    assert statements == graph_of(ours)
    assert len(statements) >= 3
    assert f"<{BASE}id/{name}>" in "".join(statements)
    shown = dict(OpenGraphExtractor().extract(html)[0]["properties"])
    assert shown["og:url"] == f"{BASE}doc/{name}"
    assert shown["og:title"]
    assert shown["og:description"]


def test_extruct_finds_who_says_what_and_where(example_url: str) -> None:
    html, _ = fetch(f"{example_url}/doc/claim/over-100-detained")
    statements = graph_of(JsonLdExtractor().extract(html)[0])
    claim = f"<{BASE}id/claim/over-100-detained>"
    for predicate, target in (
        ("author", "org/novaya-gazeta"),
        ("appearance", "source/novaya-gazeta-2017-04-01"),
        ("about", "act/chechnya-2017-detentions"),
    ):
        assert f"{claim} <https://schema.org/{predicate}> <{BASE}id/{target}> ." in statements
    assert f'<{BASE}id/org/novaya-gazeta> <https://schema.org/name> "Novaya gazeta" .' in statements


def told_in(url: str) -> dict[str, Graph]:
    return {suffix: Graph().parse(data=fetch(url + suffix, "*/*")[0], format=form) for suffix, form in FORMS.items()}


@pytest.fixture(scope="module")
def store(published_example: Path) -> Iterator[Reader]:
    reader = open_reader(read_settings(published_example))
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def held(store: Reader) -> set[Triple]:
    """Every statement of the store."""
    return {quad.triple for quad in store.quads()}


@pytest.mark.parametrize("name", ["doc/" + name for name in THINGS] + ["record/places", "record/derived"])
def test_rdflib_reads_one_graph_from_all_formats_and_it_is_the_stores(
    example_url: str, store: Reader, held: set[Triple], name: str
) -> None:
    graphs = {
        s: set(Graph().parse(data=fetch(example_url + "/" + name + s, "*/*")[0], format=f)) for s, f in FORMS.items()
    }
    turtle = graphs[".ttl"]
    assert not any(isinstance(term, BNode) for statement in turtle for term in statement), "sets of statements compare"
    for suffix, graph in graphs.items():
        assert graph == turtle, suffix
    whole = Graph()
    for statement in turtle:
        whole.add(statement)
    read = {quad.triple for quad in parse(whole.serialize(format="nt"), RdfFormat.N_TRIPLES)}
    node = NamedNode(BASE + name.replace("doc/", "id/"))
    own = list(store.quads(graph=node)) if name.startswith("record/") else list(store.quads(node))
    assert own
    assert {quad.triple for quad in own} <= read
    of_itself = {t for t in read - held if str(t.subject) == f"<{BASE}{name}>"}
    assert read - held == of_itself, "a document says nothing that the store does not, but for what it says of itself"
    assert len(of_itself) < 10


class Discovery(HTMLParser):
    """Finds the links of a page by which a consumer knows that it can be embedded (oEmbed 1.0, section 4)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.frames: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") == "alternate" and (given.get("type") or "").endswith("+oembed"):
            self.found[str(given["type"])] = str(given["href"])
        if tag == "iframe":
            self.frames.append(given)


def embedded(page: str, example_url: str, form: str, **sizes: int) -> dict[str, str]:
    """What a consumer learns of a page it was given the address of, by the link it finds there and nothing else."""
    html, _ = fetch(page)
    link = Discovery(html).found[f"{form}+oembed"].replace(BASE, example_url + "/")
    link += "&" + urllib.parse.urlencode(sizes) if sizes else ""
    body, media_type = fetch(link, "*/*")
    assert media_type == form
    if form == "application/json":
        return {key: str(value) for key, value in json.loads(body).items()}
    return {element.tag: element.text or "" for element in ElementTree.fromstring(body.encode())}


@pytest.mark.parametrize("name", THINGS)
def test_a_plain_oembed_consumer_shows_the_card(example_url: str, name: str) -> None:
    page = f"{example_url}/doc/{name}"
    by_json, by_xml = embedded(page, example_url, "application/json"), embedded(page, example_url, "text/xml")
    assert by_json == by_xml
    assert (by_json["version"], by_json["type"]) == ("1.0", "rich")  # 2.3.1, 2.3.4.4: rich needs html, width, height
    assert by_json["title"]
    assert int(by_json["width"]) > 0
    assert int(by_json["height"]) > 0
    (frame,) = Discovery(by_json["html"]).frames
    assert "script" not in by_json["html"].replace("allow-scripts", "")
    card, media_type = fetch(str(frame["src"]).replace(BASE, example_url + "/"))
    assert media_type == "text/html"
    assert "<script" not in card
    assert "Khronika example editors" in card or "Rights groups in Russia" in card, "the attribution is inside"


def test_an_oembed_consumer_gets_no_more_room_than_it_has(example_url: str) -> None:
    page = f"{example_url}/doc/claim/over-100-detained"
    told = embedded(page, example_url, "application/json", maxwidth=320, maxheight=150)
    assert (told["width"], told["height"]) == ("320", "150")
    assert re.search('width="320" height="150"', told["html"])


def test_an_oembed_consumer_that_asks_for_a_strangers_page_is_told_so(example_url: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(f"{example_url}/oembed?url=https://elsewhere.example/doc/x", "application/json")
    with caught.value as answer:
        assert answer.status == 404
