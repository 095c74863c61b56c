"""What HTTP and the web's own rules want of every answer, where no other room's tests ask for it."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graph.publish.description import INCOMING
from graph.releases.withdrawal.withdrawing import withdraw
from graph.terms import EDTF, KH, LABEL, SCHEMA, A
from server.app import create_app

BASE = "https://docs.example/"
GRAPH = NamedNode(BASE + "record/x")
PAGE = {"Accept": "text/html"}
KINDS = (
    "/doc/profile/lantern", "/doc/claim/over-100", "/doc/claim/over-100/count", "/doc/quote/unprecedented",
    "/doc/incident/riverton-2020", "/doc/act/detentions", "/doc/intervention/hotline", "/doc/source/courier-2020-05-01",
    "/doc/person/ann-lee", "/doc/org/lantern", "/doc/group/detained", "/doc/membership/ann-lee-courier",
    "/doc/contact/lantern", "/doc/place/riverton", "/doc/series/rights-group-of-the-week", "/doc/list/goals",
    "/record/profile/lantern", "/vocab/act/detention",
)  # fmt: skip
FORMATS = {
    ".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML, ".trig": RdfFormat.TRIG,
    ".jsonld": RdfFormat.JSON_LD,
}  # fmt: skip


def thing(name: str, *facts: tuple[NamedNode, Literal | NamedNode]) -> list[Quad]:
    node = NamedNode(f"{BASE}id/{name}")
    return [Quad(node, A, SCHEMA("Organization"), GRAPH), *(Quad(node, p, o, GRAPH) for p, o in facts)]


# -- gone


@pytest.fixture(scope="module")
def gone(grow: type, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    site = grow(tmp_path_factory.mktemp("gone") / "site")
    site.release(us="Us", secret="Zinaida Quillfeather")
    with site.tomorrow():
        withdraw(
            site.settings, site.settings.base + "id/org/secret", reason="risk", author="ann", today=date(2026, 2, 1)
        )
    return create_app(site.settings).test_client()


@pytest.mark.parametrize("path", ["/id/org/secret", "/doc/org/secret", "/doc/org/secret.ttl", "/doc/org/secret.html"])
@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "*/*", "application/problem+json"])
def test_what_was_withdrawn_is_410_in_every_form_and_varies(gone: FlaskClient, path: str, accept: str) -> None:
    answer = gone.get(path, headers={"Accept": accept})
    assert answer.status_code == 410
    assert {"Accept", "Accept-Language"} <= set(answer.vary)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == ("text/html" if accept == "text/html" else "application/problem+json")
    assert "Quillfeather" not in answer.text + str(answer.headers)
    assert "1 February 2026" in answer.text, "since when, and nothing finer"
    assert "Link" not in answer.headers
    assert "ETag" not in answer.headers
    head = gone.head(path, headers={"Accept": accept})
    assert (head.status_code, head.data, head.mimetype) == (410, b"", answer.mimetype)
    russian = gone.get(path, headers={"Accept": accept, "Accept-Language": "ru"})
    assert "1 февраля 2026" in russian.text


# -- addresses in any script, with a hash, below a prefix, on a mirror


ARABIC, HASHED = "org/منظمة-الحقوق", "org/union#board"


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory, serve) -> FlaskClient:
    quads = thing(
        ARABIC,
        (LABEL, Literal("منظمة الحقوق", language="ar")),
        (SCHEMA("name"), Literal("منظمة الحقوق", language="ar")),
        (SCHEMA("description"), Literal("ארגון", language="he")),
    )
    board = NamedNode(f"{BASE}id/{HASHED}")
    quads += thing("org/union", (LABEL, Literal("Union", language="en")), (SCHEMA("department"), board))
    quads += thing(HASHED, (LABEL, Literal("The board", language="en")))
    return serve(tmp_path_factory.mktemp("far"), quads)


@pytest.mark.parametrize(
    "spelling", [str, quote, lambda path: quote(path).lower()], ids=["raw", "encoded", "lower case"]
)
def test_an_arabic_iri_resolves_however_it_is_sent(far: FlaskClient, spelling) -> None:
    answer = far.get(spelling("/id/" + ARABIC))
    assert answer.status_code == 303
    document = urljoin("http://localhost/id/org/x", answer.headers["Location"])
    assert document.isascii()
    for suffix, form in FORMATS.items():
        told = far.get(document + suffix)
        assert NamedNode(f"{BASE}id/{ARABIC}") in {q.subject for q in parse(told.data, form)}


def test_words_that_run_from_right_to_left_say_so(far: FlaskClient, read_page) -> None:
    page = read_page(far.get(quote("/doc/" + ARABIC), headers=PAGE).text)
    assert page.all("h1")[0] == {"lang": "ar", "dir": "rtl"}
    assert {"lang": "he", "dir": "rtl"}.items() <= next(a for _, a in page.elements if a.get("lang") == "he").items(), (
        "also among all statements"
    )


def test_a_hash_iri_is_found_in_the_document_before_the_hash(far: FlaskClient) -> None:
    """A fragment is never sent: what is asked for is the address before it (RFC 3986 §3.5)."""
    assert far.get("/id/org/union").status_code == 303
    for suffix, form in FORMATS.items():
        told = {q.triple for q in parse(far.get(f"/doc/org/union{suffix}").data, form)}
        assert any(t.subject.value == f"{BASE}id/{HASHED}" and t.predicate == LABEL for t in told), suffix
    escaped = far.get("/id/" + quote(HASHED))
    assert escaped.status_code == 303
    assert "The board" in far.get(urljoin("http://localhost/id/org/x", escaped.headers["Location"]) + ".ttl").text


@pytest.mark.parametrize("root", ["", "/mirror", "/deep/er"])
def test_a_mirror_below_any_path_works_by_relative_addresses(client: FlaskClient, read_page, root: str) -> None:
    """The IRIs in the data stay those of the base; what a reader follows stays on the mirror."""

    def get(path: str) -> object:
        environ = {"SCRIPT_NAME": root, "PATH_INFO": path, "REQUEST_URI": root + path}
        return client.get(path, headers=PAGE | {"Host": "mirror.example"}, environ_overrides=environ)

    moved = get("/id/claim/over-100")
    assert urljoin(f"https://mirror.example{root}/id/claim/over-100", moved.headers["Location"]) == (
        f"https://mirror.example{root}/doc/claim/over-100"
    )
    answer = get("/doc/claim/over-100")
    page = read_page(answer.text)
    at = f"https://mirror.example{root}/doc/claim/over-100"
    followed = [a["href"] for a in page.all("a") if not urlsplit(a["href"]).scheme]
    loaded = [
        a.get("href") or a.get("src") for t in ("script", "link") for a in page.all(t) if a.get("rel") != "canonical"
    ]
    for target in [*followed, *(u for u in loaded if u and not urlsplit(u).scheme)]:
        assert urljoin(at, target).startswith(f"https://mirror.example{root}/"), target
    assert len(followed) > 10
    assert next(a["href"] for a in page.all("link") if a.get("rel") == "canonical") == BASE + "doc/claim/over-100"
    assert "mirror.example" not in answer.text


# -- what a document says


def test_no_language_and_no_datatype_is_lost_in_any_format(client: FlaskClient, house: list[Quad]) -> None:
    kept = {}
    for suffix, form in FORMATS.items():
        literals = set()
        for name in ("org/сеть", "act/detentions", "claim/over-100", "place/riverton", "profile/lantern"):
            for quad in parse(client.get(quote(f"/doc/{name}{suffix}")).data, form):
                if isinstance(quad.object, Literal):
                    literals.add((quad.object.value, quad.object.language, quad.object.datatype.value))
        kept[suffix] = literals
    first = kept[".nt"]
    assert all(found == first for found in kept.values()), {s: found ^ first for s, found in kept.items()}
    assert {"en", "ru", "ar"} <= {language for _, language, _ in first}
    assert {EDTF.value, "http://www.w3.org/2001/XMLSchema#integer"} <= {datatype for _, _, datatype in first}


def test_incoming_links_are_shown_with_their_number_a_page_at_a_time(tmp_path: Path, serve, read_page) -> None:
    quads = thing("org/x", (LABEL, Literal("X", language="en")))
    about = NamedNode(BASE + "id/org/x")
    for n in range(INCOMING + 5):
        node = NamedNode(f"{BASE}id/claim/c{n:03}")
        quads += [
            Quad(node, A, KH("Claim"), GRAPH),
            Quad(node, SCHEMA("about"), about, GRAPH),
            Quad(node, LABEL, Literal(f"Claim {n:03}", language="en"), GRAPH),
        ]
    client = serve(tmp_path, quads)
    seen: list[str] = []
    path: str | None = "/doc/org/x"
    while path:
        text = client.get(path, headers=PAGE).text
        page = read_page(text)
        incoming = text.partition('id="pointing"')[2].partition("</section>")[0]
        assert f'<span class="count">{INCOMING + 5}</span>' in incoming
        seen += re.findall(r"doc/claim/(c\d+)", incoming)
        later = next((a["href"] for a in page.all("a") if a.get("rel") == "next"), None)
        path = urljoin(path, later) if later else None
    assert seen == sorted(set(seen))
    assert len(seen) == INCOMING + 5
    assert client.get("/doc/org/x?page=3", headers=PAGE).status_code == 200


# -- what a page is


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("path", KINDS)
def test_a_page_tells_who_it_is_to_whoever_only_reads_its_head(read, path: str, language: str) -> None:
    page = read(path, language)
    title = re.search(r"^(.+?) · (Docs|Документы)", page.text)
    assert title, "the title names the thing and then the site"
    metas = {a.get("name") or a.get("property"): a.get("content") for a in page.all("meta")}
    assert metas["description"]
    assert metas["og:title"]
    assert metas["og:description"]
    assert metas["og:url"] == BASE + path[1:]
    assert metas["og:site_name"] in ("Docs", "Документы")
    assert metas["og:locale"] == {"en": "en_GB", "ru": "ru_RU"}[language]
    canonical = [a["href"] for a in page.all("link") if a.get("rel") == "canonical"]
    assert canonical == [BASE + path[1:]]
    others = {a["hreflang"]: a["href"] for a in page.all("link") if a.get("hreflang")}
    assert others == {tag: f"{BASE}{path[1:]}?lang={tag}" for tag in ("en", "ru")}
    forms = {a.get("type") for a in page.all("link") if a.get("rel") == "alternate"}
    assert {"text/turtle", "application/ld+json"} <= forms
    assert len(page.all("main")) == 1
    assert any(a.get("role") == "search" for a in page.all("form"))
    assert len({a.get("aria-label") for a in page.all("nav")}) == len(page.all("nav")), "each landmark has its own name"


def literals(quads: list[Quad]) -> Iterator[Literal]:
    for quad in quads:
        if isinstance(quad.object, Literal) and quad.object.language and quad.graph_name == GRAPH:
            yield quad.object


@pytest.mark.parametrize("language", ["en", "ru"])
def test_whatever_is_not_in_the_pages_language_says_in_which_it_is(tmp_path: Path, serve, language: str) -> None:
    quads = thing(
        "org/x",
        *((LABEL, Literal(f"label-{tag}", language=tag)) for tag in ("en", "ru", "ar")),
        *((SCHEMA("name"), Literal(f"name-{tag}", language=tag)) for tag in ("en", "ru", "ar", "he", "fr", "zh-hant")),
        *((SCHEMA("description"), Literal(f"about-{tag}", language=tag)) for tag in ("en", "ru", "fa")),
    )
    text = serve(tmp_path, quads).get("/doc/org/x", headers=PAGE | {"Accept-Language": language}).text
    everything = text.partition('class="statements"')[2]
    for literal in literals(quads):
        if literal.language == language or not literal.value.startswith(("name", "about")):
            continue
        direction = "rtl" if literal.language in ("ar", "he", "fa") else "ltr"
        assert f'lang="{literal.language}" dir="{direction}">{literal.value}<' in everything, literal


def test_the_block_escapes_what_could_leave_it(tmp_path: Path, serve) -> None:
    words = "</script><!-- & \u2028 \u2029 >"
    quads = thing("org/x", (LABEL, Literal(words, language="en")))
    text = serve(tmp_path, quads).get("/doc/org/x", headers=PAGE).text
    block = text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert not set(block) & set("<>&\u2028\u2029")
    assert json.loads(block)["name"] == words
