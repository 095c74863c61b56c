"""The block of each page held against schema.org's own definitions, and against what Google asks of a type."""

import html
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad
from schema_org.registry import CLASS_METADATA, DATATYPES, PROPERTY_BY_SCHEMA, SCHEMA_VERSION, ancestry

from graph.publish.listings import LISTED
from graph.terms import SCHEMA, A

# Pages of the hand-made release, one of each kind that has a block.
PAGES = (
    "/", "/doc/profile/lantern", "/doc/claim/over-100", "/doc/claim/at-most-ninety", "/doc/claim/over-100/count",
    "/doc/quote/unprecedented", "/doc/incident/riverton-2020", "/doc/act/detentions", "/doc/intervention/hotline",
    "/doc/source/courier-2020-05-01", "/doc/source/herald-2020-05-02", "/doc/person/ann-lee", "/doc/org/lantern",
    "/doc/org/courier", "/doc/group/detained", "/doc/membership/ann-lee-courier", "/doc/contact/lantern",
    "/doc/place/riverton", "/doc/series/rights-group-of-the-week", "/doc/list/goals",
    "/doc/profile/lantern/passage/aa000001", "/record/profile/lantern", "/record/derived", "/record/names",
    "/vocab/act/detention", "/places", "/timeline", "/timeline?year=2020",
)  # fmt: skip
EXAMPLE = (
    "/", "/doc/profile/russian-lgbt-network-2017-04-10", "/doc/claim/over-100-detained", "/doc/list/rln-goals",
    "/doc/source/rferl-2017-04-05", "/doc/place/argun", "/doc/person/igor-kochetkov",
    "/record/profile/russian-lgbt-network-2017-04-10", "/places", "/timeline",
)  # fmt: skip
# https://developers.google.com/search/docs/appearance/structured-data: what a type that has a result of its own needs.
REQUIRED = {
    "ProfilePage": ("mainEntity",), "Dataset": ("name", "description"), "Quotation": ("text",),
    "BreadcrumbList": ("itemListElement",), "ListItem": ("position", "item"),
}  # fmt: skip
EVERYWHERE = ("BreadcrumbList", "ListItem")  # these are needed of every such node, the others of a page's own
DESCRIPTION = range(50, 5001)  # characters of a Dataset's description, by the same
SEPARATE = {"https://schema.org/" + name for name in ("Event", "SocialEvent", "PublicationEvent")}
TEXTUAL = {"Text", "PronounceableText", "CssSelectorType", "XPathType"}


def parents(name: str) -> set[str]:
    """A class and all above it."""
    return {name, *ancestry(name)}


def block_of(text: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    block = json.loads(found)
    assert isinstance(block, dict)
    return block


def faults(node: dict[str, Any], where: str = "") -> Iterator[str]:
    """What schema.org's definitions have against a node and those inside it."""
    type_ = node["@type"]
    where = f"{where}/{type_}"
    if type_ not in CLASS_METADATA:
        yield f"{where}: there is no such class"
        return
    if CLASS_METADATA[type_].superseded_by or "https://schema.org/" + type_ in SEPARATE:
        yield f"{where}: not to be used"
    for name, value in node.items():
        if name in PROPERTY_BY_SCHEMA:
            yield from faults_of(type_, name, value if isinstance(value, list) else [value], f"{where}.{name}")
        elif not name.startswith("@"):
            yield f"{where}.{name}: there is no such property"


def faults_of(type_: str, name: str, values: list[Any], where: str) -> Iterator[str]:
    """What they have against a property of a class, and its values."""
    known = PROPERTY_BY_SCHEMA[name]
    if known.superseded_by:
        yield f"{where}: superseded by {known.superseded_by}"
    if not parents(type_) & set(known.domains):
        yield f"{where}: belongs to {', '.join(known.domains)}"
    for each in values:
        if isinstance(each, dict):
            if not parents(each["@type"]) & set(known.ranges):
                yield f"{where}: a {each['@type']}, where {', '.join(known.ranges)} belongs"
            yield from faults(each, where)
        elif not fits(each, set(known.ranges)):
            yield f"{where}: {each!r}, where {', '.join(known.ranges)} belongs"


def fits(value: object, ranges: set[str]) -> bool:
    """Whether a plain value may stand for one of some classes; an IRI stands for a thing of any, says schema.org."""
    if isinstance(value, bool):
        return "Boolean" in ranges
    if isinstance(value, int | float):
        return bool({"Number", "Integer", "Float"} & ranges)
    assert isinstance(value, str)
    if re.match(r"https?://[^\s]+$", value) and ("URL" in ranges or ranges - set(DATATYPES)):
        return True
    if ranges & {"Date", "DateTime"} and is_date(value):
        return True
    return bool(ranges & TEXTUAL)


def is_date(words: str) -> bool:
    """ISO 8601, which also has years and months."""
    if re.fullmatch(r"\d{4}(-\d\d)?", words):
        return True
    try:
        _ = date.fromisoformat(words) if len(words) == 10 else datetime.fromisoformat(words)
    except ValueError:
        return False
    return True


def every(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from every(value)
    elif isinstance(node, list):
        for value in node:
            yield from every(value)


@pytest.fixture(params=["en", "ru"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("path", PAGES)
def test_a_block_keeps_to_schema_orgs_definitions(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200
    block = block_of(answer.text)
    assert list(faults(block)) == []
    for node in every(block):
        for name in REQUIRED.get(node["@type"], ()) if node is block or node["@type"] in EVERYWHERE else ():
            assert node.get(name), f"{node['@type']} needs {name}"


@pytest.mark.parametrize(
    ("path", "class_"), [("/places", "Place"), ("/timeline", "Thing"), ("/timeline?year=2020", "Thing")]
)
def test_a_page_that_lists_things_names_them(client: FlaskClient, path: str, class_: str, language: str) -> None:
    text = client.get(path, headers={"Accept": "text/html", "Accept-Language": language}).text
    block = block_of(text)
    assert (block["@type"], block["inLanguage"]) == ("CollectionPage", language)
    items = block["mainEntity"]["itemListElement"]
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    assert len(items) > 1
    assert block["mainEntity"]["numberOfItems"] >= len(items)
    for item in items:
        assert class_ in parents(item["item"]["@type"])
        assert item["item"]["@id"].replace("https://docs.example/id/", "./doc/") in text, "it is on the page"
        assert item["item"]["name"] in html.unescape(text)


def test_a_block_lists_what_a_block_can_carry(serve, tmp_path: Path) -> None:
    node, graph = NamedNode("https://docs.example/id/place/x"), NamedNode("https://docs.example/record/x")
    many = [Quad(NamedNode(f"{node.value}{n}"), A, SCHEMA("Place"), graph) for n in range(LISTED + 20)]
    for quads, listed in (([], 0), (many[:1], 1), (many, LISTED)):
        block = block_of(serve(tmp_path, quads).get("/places", headers={"Accept": "text/html"}).text)
        assert list(faults(block)) == []
        assert block["mainEntity"]["numberOfItems"] == len(quads)
        assert len(block["mainEntity"].get("itemListElement", [])) == listed


@pytest.mark.parametrize("path", EXAMPLE)
def test_so_do_the_blocks_of_the_example(example_url: str, path: str) -> None:
    with urlopen(Request(example_url + path, headers={"Accept": "text/html"})) as answer:
        block = block_of(answer.read().decode("utf-8"))
    assert list(faults(block)) == []


def test_what_google_asks_of_a_profile_page_and_of_a_dataset(client: FlaskClient) -> None:
    profile = block_of(client.get("/doc/profile/lantern", headers={"Accept": "text/html"}).text)
    assert profile["mainEntity"]["@type"] in ("Person", "Organization", "NGO")
    assert profile["mainEntity"]["name"]
    for name in ("dateCreated", "dateModified"):
        assert name not in profile or is_date(profile[name])
    for path in ("/record/profile/lantern", "/record/names"):
        record = block_of(client.get(path, headers={"Accept": "text/html"}).text)
        assert record["@type"] == "Dataset"
        assert len(record["description"]) in DESCRIPTION, path
        assert record["license"].startswith("https://")


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"@type": "Claim", "spokenByCharacter": {"@type": "Person", "name": "x"}}, "belongs to Quotation"),
        ({"@type": "Claim", "speaker": "x"}, "no such property"),
        ({"@type": "Assertion", "name": "x"}, "no such class"),
        ({"@type": "Claim", "author": {"@type": "Place", "name": "x"}}, "where Organization, Person belongs"),
        ({"@type": "Claim", "datePublished": "the other day"}, "where Date, DateTime belongs"),
        ({"@type": "Claim", "author": "The Courier"}, "where Organization, Person belongs"),
        ({"@type": "Place", "event": "x"}, "where Event belongs"),
        ({"@type": "WebPage", "about": {"@type": "Event", "name": "x"}}, "not to be used"),
    ],
)
def test_the_check_finds_faults(node: dict[str, Any], said: str) -> None:
    assert any(said in fault for fault in faults(node)), list(faults(node))
    assert SCHEMA_VERSION >= "30"
