"""Whatever stands in the data is text on a page: payloads in every position, read back from the parsed page."""

import json
import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from graph.terms import DCTERMS, FOAF, KH, LABEL, OA, ORG, PROV, SCHEMA, SKOS, A

BASE = "https://docs.example/"
PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "'><body onload=alert(1)>",
    "<!--<script>",
    "]]><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% for x in () %}",
    "\u2028alert(1)\u2029",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<b>",
    "<style>*{display:none}</style>",
    "<iframe src='//evil.example'>",
    "<base href=//evil.example>",
    "<a href='javascript:alert(1)'>x</a>",
    "`${alert(1)}`",
    "<math><mtext></form><form><mglyph><svg><mtext><style><path id=</style><img onerror=alert(1) src>",
]
TEXTS = (
    LABEL, SCHEMA("name"), SCHEMA("text"), SCHEMA("description"), SCHEMA("alternateName"), SCHEMA("breadcrumb"),
    DCTERMS("bibliographicCitation"), DCTERMS("date"), SCHEMA("datePublished"), SCHEMA("url"), SCHEMA("inLanguage"),
    SKOS("editorialNote"), OA("exact"), KH("asWritten"), SCHEMA("value"), SCHEMA("minValue"), SCHEMA("latitude"),
    SCHEMA("longitude"), SCHEMA("position"), KH("earliest"), KH("latest"), SCHEMA("contactType"), SKOS("definition"),
)  # fmt: skip
CLASSES = (
    KH("Profile"), KH("Claim"), KH("Count"), SCHEMA("Quotation"), KH("Incident"), KH("Source"), SCHEMA("Person"),
    SCHEMA("Organization"), FOAF("Group"), ORG("Membership"), SCHEMA("ContactPoint"), SCHEMA("Place"),
    SCHEMA("CreativeWorkSeries"), SCHEMA("ItemList"), OA("SpecificResource"), SKOS("Concept"), KH("Record"),
)  # fmt: skip
LINKS = (
    SCHEMA("about"), KH("statedIn"), PROV("wasAttributedTo"), KH("passage"), OA("hasSource"), OA("hasSelector"),
    SCHEMA("citation"), SCHEMA("mainEntity"), KH("quantity"), KH("measure"), KH("bound"), DCTERMS("type"),
    SCHEMA("superEvent"), SCHEMA("location"), SCHEMA("containedInPlace"), SCHEMA("itemListElement"), SCHEMA("author"),
    SCHEMA("publisher"), SCHEMA("isPartOf"), SCHEMA("spokenByCharacter"), ORG("member"), ORG("organization"),
    SKOS("broader"), DCTERMS("license"), KH("assertionStatus"), PROV("wasDerivedFrom"), SCHEMA("provider"),
)  # fmt: skip


def name_of(class_: NamedNode, place: int) -> str:
    return f"{class_.value.rsplit('/', 1)[-1].rsplit('#', 1)[-1]}-{place}"


def poisoned(payload: str, class_: NamedNode, name: str) -> list[Quad]:
    """A thing of a class that has the payload in every text, and points at itself and at bad IRIs by every link."""
    node, graph = NamedNode(f"{BASE}id/thing/{name}"), NamedNode(f"{BASE}record/{name}")
    quads = [Quad(node, A, class_, graph), Quad(graph, LABEL, Literal(payload), NamedNode(BASE + "record/all"))]
    for predicate in TEXTS:
        quads.append(Quad(node, predicate, Literal(payload, language="en"), graph))
        quads.append(Quad(node, predicate, Literal(payload), graph))
    for target in (node.value, "javascript:alert(1)", "data:text/html,x", "https://e.example/'q'"):
        quads += [Quad(node, predicate, NamedNode(target), graph) for predicate in LINKS]
    for iri in ("javascript:alert(1)", "data:text/html,x"):
        quads.append(Quad(NamedNode(iri), LABEL, Literal(payload, language="en"), graph))
        quads.append(Quad(NamedNode(iri), SCHEMA("about"), node, graph))
        quads.append(Quad(node, NamedNode(iri), Literal(payload, language="en"), graph))
    return quads


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, serve) -> FlaskClient:
    named = [(payload, class_, name_of(class_, i)) for i, payload in enumerate(PAYLOADS) for class_ in CLASSES]
    return serve(tmp_path_factory.mktemp("hostile"), [quad for each in named for quad in poisoned(*each)])


def is_our_own(script: dict[str, str | None]) -> bool:
    """A script file of this site, by a relative URL."""
    return re.fullmatch(r"(\./|(\.\./)+)static/[\w./-]+\.js\?v=[0-9a-f]+", script.get("src") or "") is not None


def is_harmless(page) -> bool:
    """Nothing on it that a browser would run, load or follow to run; nothing that does not nest."""
    assert page.faults == []
    for script in page.all("script"):
        assert script == {"type": "application/ld+json"} or is_our_own(script)
    for tag in ("iframe", "img", "base", "style", "math", "object", "embed"):
        assert not page.all(tag)
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        href = (attributes.get("href") or "").strip().lower()
        assert not href.startswith(("javascript:", "data:", "vbscript:", "//"))
    return True


@pytest.mark.parametrize("class_", CLASSES, ids=lambda c: c.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1])
def test_a_payload_in_any_position_is_text(class_: NamedNode, hostile: FlaskClient, read_page) -> None:
    for place, payload in enumerate(PAYLOADS):
        for folder in ("doc/thing", "record"):
            response = hostile.get(f"/{folder}/{name_of(class_, place)}", headers={"Accept": "text/html"})
            assert response.status_code == 200, payload
            page = read_page(response.text)
            assert is_harmless(page)
            assert " ".join(payload.split()) in page.text
            block = response.text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
            assert not set("<>&\u2028\u2029") & set(block)
            assert json.loads(block)["@id"].startswith(BASE)


def test_the_first_page_lists_them_as_text(hostile: FlaskClient, read_page) -> None:
    assert is_harmless(read_page(hostile.get("/").text))


def test_parameters_are_text_too(client: FlaskClient, read_page) -> None:
    for payload in PAYLOADS:
        for path in ("/doc/claim/over-100.html", "/", "/questions", "/doc/unknown", "/sparql"):
            for name in ("lang", "page", "query"):
                response = client.get(path, query_string={name: payload}, headers={"Accept": "text/html"})
                assert is_harmless(read_page(response.text))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_path_is_text_too(client: FlaskClient, read_page, payload: str) -> None:
    response = client.get("/doc/" + payload.replace("?", ""), headers={"Accept": "text/html"})
    assert response.status_code in (400, 404)
    assert is_harmless(read_page(response.text))
