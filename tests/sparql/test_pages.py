"""`/sparql` in a browser, without a script: ask, read, page through, take away; nothing in the data becomes markup."""

import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.settings import Settings
from server.sparql.table import shortened

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
OWN_NAMES = """# title: Names?
# title@ru: Имена?
# language: en
SELECT ?name { <https://rights.example/id/org/one> <https://schema.org/name> ?name FILTER(LANG(?name) = "en") }
"""
NAMES = "SELECT ?name { <https://rights.example/id/org/one> <https://schema.org/name> ?name }"
SLOW = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }"


def look(client: FlaskClient, query: str | None = None, **more: str) -> TestResponse:
    return client.get("/sparql", query_string=({"query": query} if query is not None else {}) | more, headers=BROWSER)


def links(page: TestResponse) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"]*)"', page.text)]


def test_the_page_to_ask_from(client: FlaskClient) -> None:
    page = look(client)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert '<textarea id="query"' in page.text
    assert "Who is called what?" in page.text
    assert "Every name, with its language." in page.text
    assert 'lang="en"' in page.text


def test_the_page_in_russian(client: FlaskClient) -> None:
    page = client.get("/sparql", headers=BROWSER | {"Accept-Language": "ru"})
    assert "Кого как зовут?" in page.text
    assert '<html lang="ru"' in page.text


def test_a_named_question_is_asked_by_its_link(client: FlaskClient) -> None:
    (question,) = [href for href in links(look(client)) if "query=" in href and "lang=" not in href]
    page = client.get("/" + question.removeprefix("./"), headers=BROWSER)
    assert page.status_code == 200
    assert "Один" in page.text


def test_a_named_question_says_what_it_asks_wherever_it_came_from(client: FlaskClient) -> None:
    (question,) = [href for href in links(look(client)) if "query=" in href and "lang=" not in href]
    (query,) = parse_qs(urlsplit(question).query)["query"]
    assert query.startswith("PREFIX schema:"), "its comments are for its file"
    for asked in (query, query.replace("\n", "\r\n"), "# title: Who is called what?\n" + query):
        assert "<h2>Who is called what?</h2>" in look(client, asked).text
    russian = client.get("/sparql", query_string={"query": query}, headers=BROWSER | {"Accept-Language": "ru"}).text
    assert "<h2>Кого как зовут?</h2>" in russian
    assert "<h2>Who" not in look(client, query.replace("?who", "?whom")).text


@pytest.fixture
def own_names(settings: Settings) -> Iterator[None]:
    path = settings.queries / "own.rq"
    path.write_text(OWN_NAMES, encoding="utf-8")
    yield
    path.unlink()


@pytest.mark.usefixtures("own_names")
@pytest.mark.parametrize(
    ("language", "name", "other", "title", "instead"),
    [
        ("en", "One &lt;b&gt;", "Один", "Имена?", "Задать с названиями по-русски"),
        ("ru", "Один", "One &lt;b&gt;", "Names?", "Ask it with names in English"),
    ],
)
def test_names_in_the_language_of_the_reader(
    client: FlaskClient, language: str, name: str, other: str, title: str, instead: str
) -> None:
    """What is asked stands in the address, so a link gives the same to all; who reads another language is led on."""
    for page in (look(client, lang=language), client.get("/questions", query_string={"lang": language})):
        (asked,) = {each for each in map(query_of, links(page)) if "LANG(" in each}
        assert f'"{language}"' in asked
    page = look(client, asked, lang=language)
    assert (name in page.text, other in page.text) == (True, False)
    assert {each for each in map(query_of, links(page)) if "LANG(?name" in each} == {asked}
    page = look(client, asked, lang="ru" if language == "en" else "en", asOf="7")
    assert (f"<h2>{title}</h2>" in page.text, name in page.text, other in page.text) == (True, True, False)
    (href,) = re.findall(rf'href="([^"]+)">{instead}<', page.text)
    assert "asOf=7" in href
    assert other in client.get("/sparql" + unescape(href), headers=BROWSER).text


def test_a_reader_who_changes_the_language_or_turns_a_page_stays_with_the_answer(client: FlaskClient) -> None:
    page = look(client, "SELECT ?o { ?s <https://schema.org/value> ?o } ORDER BY ?o", lang="ru", asOf="7", page="2")
    asked = [parse_qs(urlsplit(href).query) for href in links(page)]
    (english,) = [each for each in asked if each.get("lang") == ["en"]]
    assert (english["asOf"], english["page"]) == (["7"], ["2"])
    turned = [each for each in asked if each.get("page") in (["1"], ["3"])]
    assert [(each["lang"], each["asOf"]) for each in turned] == [(["ru"], ["7"])] * 2


def query_of(href: str) -> str:
    return parse_qs(urlsplit(href).query).get("query", [""])[0]


def test_an_answer_as_a_table(client: FlaskClient) -> None:
    page = look(client, "SELECT ?who ?name { ?who <https://schema.org/name> ?name } ORDER BY ?name")
    assert page.status_code == 200
    assert "One &lt;b&gt;" in page.text
    assert "One <b>" not in page.text
    assert '<span lang="ru">Один</span>' in page.text
    assert "./doc/org/one" in links(page)
    assert ">org/one</a>" in page.text
    assert "2 rows" in page.text


def test_an_iri_nobody_should_follow_is_no_link(client: FlaskClient) -> None:
    page = look(client, "SELECT ?o { <https://rights.example/id/org/one> <https://schema.org/about> ?o }")
    assert "javascript:alert(1)" in page.text
    assert not [href for href in links(page) if href.startswith("javascript")]


def test_markup_in_a_query_and_its_answer_is_text(client: FlaskClient) -> None:
    page = look(client, "SELECT ('<script>alert(1)</script>' AS ?x) {}")
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(("query", "word"), [("ASK {}", "Yes"), ("ASK { <x:a> <x:b> <x:c> }", "No")])
def test_a_truth_value(client: FlaskClient, query: str, word: str) -> None:
    assert f'<p class="truth">{word}</p>' in look(client, query).text


def test_statements_as_a_table(client: FlaskClient) -> None:
    page = look(client, "DESCRIBE <https://rights.example/id/org/one>")
    assert "schema:name" in page.text
    assert "Один" in page.text
    assert any("format=turtle" in href for href in links(page))


def test_an_empty_answer(client: FlaskClient) -> None:
    assert "0 rows" in look(client, "SELECT * { <x:a> <x:b> ?c }").text


def test_a_long_answer_in_pages(client: FlaskClient) -> None:
    query = "SELECT ?o { ?s <https://schema.org/value> ?o } ORDER BY ?o"
    first = look(client, query)
    assert "3,000 rows" in first.text
    (later,) = [
        href for href in links(first) if parse_qs(urlsplit(href).query).get("page") == ["2"] and "lang" not in href
    ]
    second = client.get("/sparql" + later, headers=BROWSER)
    assert "<td>200 <small>xsd:integer</small></td>" in second.text
    assert "<td>199 <small>" not in second.text
    last = look(client, query, page="15")
    assert "<td>2999 <small>" in last.text
    assert 'rel="next"' not in last.text


def test_a_page_after_the_last_is_404_that_says_how_many_there_are(client: FlaskClient) -> None:
    page = look(client, "SELECT ?o { ?s <https://schema.org/value> ?o }", page="16")
    assert page.status_code == 404
    assert "There is no page 16" in page.text
    assert "15 pages" in page.text
    assert look(client, "SELECT * { <x:a> <x:b> ?c }", page="2").status_code == 404


def test_a_link_promises_only_what_it_can(client: FlaskClient) -> None:
    assert "Lasting link to this answer (release 7)" in look(client, NAMES).text
    for language, link, why in (
        ("en", "Link that names release 7", "may differ each time"),
        ("ru", "выпуска 7", "иным"),
    ):
        page = client.get(
            "/sparql",
            query_string={"query": "SELECT (NOW() AS ?x) {}"},
            headers=BROWSER | {"Accept-Language": language},
        )
        assert link in page.text
        assert why in page.text
        assert "Lasting" not in page.text


def test_an_answer_too_long_for_a_page_is_offered_as_a_file(client: FlaskClient) -> None:
    page = look(client, f"SELECT ?s ('{'x' * 1500}' AS ?t) {{ ?s ?p ?o }}")
    assert page.status_code == 200
    assert "<table" not in page.text
    assert "take it as a file" in page.text
    assert any("format=csv" in href for href in links(page))


def test_what_can_be_taken_away(client: FlaskClient) -> None:
    page = look(client, NAMES)
    (csv,) = [href for href in links(page) if "format=csv" in href]
    assert client.get("/sparql" + csv, headers=BROWSER).data.startswith(b"name\r\n")
    (told,) = [href for href in links(page) if "format=json" in href]
    assert re.findall(r'download="([^"]+)"', page.text) == ["answer.csv", "answer.json"]
    assert json.loads(client.get("/sparql" + told, headers=BROWSER).data)["head"]["vars"] == ["name"]


def test_a_lasting_link_names_the_release(client: FlaskClient) -> None:
    (lasting,) = [href for href in links(look(client, NAMES)) if "asOf=" in href]
    assert parse_qs(urlsplit(lasting).query)["asOf"] == ["7"]
    page = client.get("/sparql" + lasting, headers=BROWSER)
    assert page.status_code == 200
    assert "Один" in page.text


def test_a_mistake_is_shown_in_its_place_with_the_question_to_mend(client: FlaskClient) -> None:
    page = look(client, "SELECT * { ?s <b> ?o ")
    assert page.status_code == 400
    assert "SELECT * { ?s &lt;b&gt; ?o" in page.text
    assert re.search(r'<a class="fault" href="#query">Line 1, column \d+</a>', page.text)
    assert re.search(r'data-line="1" data-column="\d+"', page.text)
    assert "<mark>" in page.text


def test_the_line_of_a_mistake_is_the_one_that_was_counted(client: FlaskClient) -> None:
    page = look(client, "ASK {\r\n  ?s ?p 'a\u2028b' .\r\n  ?s x:p 1 }\r\n")
    assert 'data-line="3"' in page.text
    assert "<code>  ?s <mark>x:p 1 }</mark></code>" in page.text


def test_a_page_changes_with_the_questions_on_it(client: FlaskClient, settings: Settings) -> None:
    page = look(client, NAMES)
    file = settings.queries / "another.rq"
    file.write_text("# title: Another?\nASK {}\n", encoding="utf-8")
    try:
        again = client.get(page.request.full_path, headers=BROWSER | {"If-None-Match": page.headers["ETag"]})
    finally:
        file.unlink()
    assert again.status_code == 200
    assert "Another?" in again.text


@pytest.mark.parametrize(
    ("query", "status"),
    [("ASK { SERVICE <http://127.0.0.1:9/> {} }", 403), ("LOAD <x:a>", 403), (SLOW, 504), ("ASK { ?s '", 400)],
)
def test_every_error_is_a_page(client: FlaskClient, query: str, status: int) -> None:
    page = look(client, query, timeout="0.3")
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert 'role="alert"' in page.text
    assert "<textarea" in page.text


def test_an_error_of_the_protocol_is_a_page_too(client: FlaskClient) -> None:
    page = client.get("/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D", headers=BROWSER)
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "2 queries" in page.text


def test_a_page_has_an_entity_tag(client: FlaskClient) -> None:
    for page in (look(client), look(client, NAMES), look(client, "SELECT * { ?s ?p ?o } LIMIT 300", page="2")):
        again = client.get(page.request.full_path, headers=BROWSER | {"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 304
    assert "ETag" not in look(client, "SELECT (RAND() AS ?x) {}").headers


def test_no_page_asks_anybody_else_for_anything(client: FlaskClient) -> None:
    for page in (look(client), look(client, NAMES)):
        assert not re.findall(r'(?:src|action)="https?:', page.text)
        assert not re.findall(r'<link[^>]+href="https?:', page.text)
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert "<script>" not in page.text


def test_the_box_begins_with_a_question_that_has_answers(client: FlaskClient) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    starter = unescape(page.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0])
    assert "prov:wasAttributedTo" in starter
    assert client.get("/sparql", query_string={"query": starter}, headers={"Accept": "text/csv"}).status_code == 200


@pytest.mark.parametrize(
    ("iri", "shown"),
    [
        ("https://rights.example/id/org/one", "org/one"),
        ("https://rights.example/record/a", "record/a"),
        ("https://rights.example/", "https://rights.example/"),
        ("https://schema.org/name", "schema:name"),
        ("https://schema.org/a/b", "https://schema.org/a/b"),
        ("https://elsewhere.example/id/org/one", "https://elsewhere.example/id/org/one"),
    ],
)
def test_an_iri_is_shown_as_short_as_it_stays_clear(iri: str, shown: str) -> None:
    assert shortened(iri, "https://rights.example/") == shown


def test_columns_come_as_the_query_names_them(client: FlaskClient) -> None:
    page = look(client, "SELECT * { ?s <https://schema.org/name> ?name ; ?p ?o }")
    assert re.findall(r'<th scope="col">(\w+)</th>', page.text) == ["s", "name", "p", "o"]


def test_completion_knows_what_is_in_the_release(client: FlaskClient) -> None:
    answer = client.get("/sparql/terms.json")
    assert answer.json is not None
    assert "https://schema.org/name" in answer.json["properties"]
    assert "javascript:alert(1)" not in answer.json["classes"]
    again = client.get("/sparql/terms.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/sparql/terms.json").data == answer.data
