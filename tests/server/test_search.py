"""Search over HTTP: what is shown of a result, every odd thing one may type, and names as one types."""

import html
import re
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from graph.terms import KH, LABEL, PROV, SCHEMA, A

BASE = "https://docs.example/"
PAYLOAD = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
HTML = {"Accept": "text/html"}


def get(client: FlaskClient, path: str, **query: str):
    return client.get(path, query_string=query, headers=HTML)


def results(text: str) -> list[str]:
    """The pages that results lead to, in their order."""
    listed = text.partition('<ol class="results')[2].partition("</ol>")[0]
    links = re.findall(r'<li class="result">.*?</li>', listed, re.DOTALL)
    found = []
    for link in links:
        own = re.search(r'(?:<h3><a|<a class="said-words") href="([^"]*)"', link)
        assert own is not None
        found.append(own.group(1))
    return found


def test_a_claim_is_shown_with_who_says_it_and_where_in_one_line(client: FlaskClient) -> None:
    text = get(client, "/search", q="ninety held").text
    assert "./doc/claim/at-most-ninety" in results(text)
    listed = next(li for li in text.split('<li class="result">') if "doc/claim/at-most-ninety" in li)
    line = re.search(r'<p class="who-said">(.*?)</p>', listed, re.DOTALL)
    assert line is not None
    assert "doc/source/herald-2020-05-02" in line.group(1)
    assert re.search(r'class="speaker"><a href="./doc/', line.group(1))
    assert listed.index("who-said") < listed.index("said-words")
    assert "<mark>ninety</mark>" in listed
    assert "<mark>held</mark>" in listed


def test_words_are_set_as_words_and_a_name_is_not_said_twice(client: FlaskClient) -> None:
    text = get(client, "/browse", kind="claim").text
    assert {"./doc/claim/over-100", "./doc/claim/goal-1"} <= set(re.findall(r'class="said-words" href="([^"]*)"', text))
    assert 'class="result"' in text
    assert "<h3>" not in text.partition('<ol class="results')[2].partition("</ol>")[0]
    sources = get(client, "/browse", kind="source").text.split('<li class="result">')
    (page,) = (item for item in sources if "./doc/source/lantern-page" in item)
    assert page.count("own page") == 1, "its description is its name"


def test_what_an_editor_notes_is_not_put_into_a_speakers_mouth(client: FlaskClient) -> None:
    text = get(client, "/search", q="zone").text
    listed = text.partition('<ol class="results')[2]
    assert "Editor" in listed.partition("<mark>zone</mark>")[0].rpartition('class="elsewhere"')[2]


@pytest.mark.parametrize(
    "typed", ["Фонарь", "фонаря", "Fonar", "Lantern", "lanterns"], ids=["ru", "genitive", "latin", "en", "plural"]
)
def test_either_language_and_script(client: FlaskClient, typed: str) -> None:
    assert "./doc/org/lantern" in results(get(client, "/search", q=typed).text)


def test_facets_lead_to_what_they_count(client: FlaskClient) -> None:
    text = get(client, "/search", q="Riverton").text
    facets = text.partition('<nav class="facets"')[2].partition("</nav>")[0]
    links = re.findall(r'<li><a href="\./search\?([^"]*)">.*?</a> <span class="count">(\d+)</span>', facets)
    assert len(links) > 5
    for query, count in links:
        narrowed = client.get("/search?" + query.replace("&amp;", "&"), headers=HTML).text
        assert re.search(rf'<h2 class="total">{count} results?', narrowed), query
        assert "chosen" in narrowed


def test_a_choice_can_be_taken_back(client: FlaskClient) -> None:
    text = get(client, "/search", q="Riverton", kind="claim").text
    assert 'aria-label="Take back: Kind, Claim"' in text
    assert '<a href="./search?q=Riverton" aria-label' in text
    assert '<input type="hidden" name="kind" value="claim">' in text, "words typed next keep the choice"


def test_nothing_found_says_so_and_offers_names_that_begin_so(client: FlaskClient) -> None:
    text = get(client, "/search", q="Lant").text
    assert "Nothing here has these words." in text
    assert '<li><a href="./doc/org/lantern">' in text.partition('id="named"')[2]
    assert "Nothing is left with these choices." in get(client, "/search", q="Lantern", kind="nonsense").text
    assert "Nothing has all these words." in get(client, "/search", q="Lantern unheard").text


def test_without_words_there_is_the_form(client: FlaskClient) -> None:
    text = get(client, "/search").text
    assert re.search(r'<form [^>]*role="search" action="\./search">', text)
    assert 'class="total"' not in text
    assert "There is no word in this." in get(client, "/search", q=" .,;!? «» ").text


@pytest.mark.parametrize(
    "typed",
    ['"', '"unbalanced', '""', "AND", "a OR b", "NOT x", "NEAR(a b, 3)", "name:x", "x*", "^x", "(", "-x", "{a}",
     "'; --", "\\", "%", "a\x00b", "\x1b[31m", "\u202eabc", "😀", "x" * 300, "ъъъ", "１２３", "\ufeff"],
)  # fmt: skip
def test_whatever_is_typed_is_answered(client: FlaskClient, typed: str) -> None:
    response = get(client, "/search", q=typed)
    assert response.status_code == 200
    assert "\x00" not in response.text
    assert client.get("/search/suggest", query_string={"q": typed}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/search?q=" + "x" * 10_000, 400, "at most 300 characters"),
        ("/search/suggest?q=" + "x" * 301, 400, "at most 300 characters"),
        ("/search?q=x&place=" + "x" * 501, 400, "at most 500 characters"),
        ("/search?q=x&kind=%00", 400, "without control characters"),
        ("/search?q=x&page=0", 400, "whole number"),
        ("/search?q=x&page=-1", 400, "whole number"),
        ("/search?q=x&page=two", 400, "whole number"),
        ("/search?q=Lantern&page=9999", 404, "There is no page 9999"),
        ("/search?q=%FF%FE", 200, "Search"),
        ("/search?q=x&place=%3Cnot%20an%20iri%3A%2F%2F%3E", 200, "0 results"),
        ("/search?q=x&year=20%2717", 200, "0 results"),
    ],
)
def test_bad_input_is_told_clearly(client: FlaskClient, path: str, status: int, said: str) -> None:
    response = client.get(path, headers={"Accept": "text/html, application/json;q=0.9"})
    assert response.status_code == status
    assert said in response.text


def test_what_is_typed_is_text_on_the_page(client: FlaskClient, read_page) -> None:
    for path, query in (("/search", {"q": PAYLOAD}), ("/search", {"q": "Lantern", "kind": PAYLOAD, "place": PAYLOAD})):
        page = read_page(get(client, path, **query).text)
        assert page.faults == []
        assert [a.get("src", "") for a in page.all("script")] == [a["src"] for a in page.all("script")], (
            "no inline script"
        )
        assert not page.all("img")


def test_what_stands_in_the_data_is_text_in_a_snippet(tmp_path: Path, read_page, serve, house) -> None:
    claim, speaker = NamedNode(BASE + "id/claim/hostile"), NamedNode(BASE + "id/person/hostile")
    hostile = [
        Quad(claim, A, KH("Claim")), Quad(claim, SCHEMA("text"), Literal(PAYLOAD + " payload", language="en")),
        Quad(claim, PROV("wasAttributedTo"), speaker), Quad(speaker, A, SCHEMA("Person")),
        Quad(speaker, LABEL, Literal(PAYLOAD + " payload")),
    ]  # fmt: skip
    client = serve(tmp_path, [*house, *hostile])
    response = get(client, "/search", q="script payload")
    page = read_page(response.text)
    assert page.faults == []
    assert not page.all("img")
    assert "<mark>payload</mark>" in response.text
    assert "&lt;<mark>script</mark>&gt;alert(1)" in response.text
    offered = client.get("/search/suggest?q=payload")
    assert offered.json["suggestions"][0]["label"] == PAYLOAD + " payload"
    assert offered.headers["X-Content-Type-Options"] == "nosniff"


def test_suggests_names_with_their_kind_and_page(client: FlaskClient) -> None:
    response = client.get("/search/suggest?q=фон&lang=ru", headers={"Accept": "application/json"})
    assert response.content_type == "application/json"
    assert response.json == {
        "q": "фон",
        "suggestions": [
            {"label": "Фонарь", "lang": "ru", "kind": "Организация", "url": "../doc/org/lantern?lang=ru"},
            {"label": "фонд", "lang": "ru", "kind": "Понятие", "url": "../vocab/org-type/foundation?lang=ru"},
        ],
    }
    latin = client.get("/search/suggest?q=lante").json["suggestions"]
    assert latin[0]["label"] == "Lantern", "the name in the letters that were typed"
    assert client.get("/search/suggest").json["suggestions"] == []


def test_headers_are_those_of_any_page(client: FlaskClient) -> None:
    for path in ("/search?q=Lantern", "/search/suggest?q=lant", "/browse"):
        response = client.get(path)
        assert response.status_code == 200
        assert {"accept", "accept-language"} <= {name.lower() for name in response.vary}
        assert response.headers["Cache-Control"] == "public, no-cache"
        again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.head(path).headers["ETag"] == response.headers["ETag"]
    one, other = (client.get("/search?q=" + q).headers["ETag"] for q in ("Lantern", "Courier"))
    assert one != other
    assert client.get("/search?q=x", headers={"Accept": "text/turtle"}).status_code == 406
    assert client.get("/search/suggest?q=x", headers={"Accept": "text/html"}).status_code == 406
    assert client.post("/search").status_code == 405


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "path", ["/search", "/search?q=Riverton", "/search?q=nowhere", "/browse", "/browse?kind=claim"]
)
def test_pages_are_whole_in_both_languages(client: FlaskClient, read_page, path: str, language: str) -> None:
    page = read_page(client.get(path, headers=HTML | {"Accept-Language": language}).text)
    assert page.faults == []
    assert page.all("html")[0]["lang"] == language
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert len([a for a in page.all("form") if a.get("role") == "search"]) == 1


def test_every_other_page_has_the_box_that_needs_no_script(client: FlaskClient) -> None:
    text = client.get("/doc/org/lantern?lang=ru", headers=HTML).text
    form = re.search(r'<form class="site-search".*?</form>', text, re.DOTALL)
    assert form is not None
    assert 'action="../../search?lang=ru"' in form.group()
    assert '<input type="hidden" name="lang" value="ru">' in form.group()
    assert 'name="q"' in form.group()


@pytest.mark.parametrize(("language", "words"), [("en", "Did you mean:"), ("ru", "Возможно, вы имели в виду:")])
def test_a_slip_is_told_with_a_way_to_what_was_meant(client: FlaskClient, language: str, words: str) -> None:
    text = client.get(f"/search?q=Riverten&kind=claim&lang={language}", headers=HTML).text
    assert re.search(rf'class="meant">{words} <a href="([^"]*)">Riverton</a>', text)
    href = re.search(r'class="meant">.*?href="([^"]*)"', text)
    assert href is not None
    assert results(client.get("/search" + html.unescape(href[1]).removeprefix("./search"), headers=HTML).text)
    assert 'class="meant"' not in client.get("/search?q=Riverton", headers=HTML).text


@pytest.mark.parametrize(
    ("language", "typed", "kind", "listed"),
    [("en", "killing", "Concept", "types of act"), ("ru", "убийство", "Понятие", "виды деяний")],
)
def test_a_concept_is_shown_with_what_it_means_and_its_list(
    client: FlaskClient, language: str, typed: str, kind: str, listed: str
) -> None:
    text = get(client, "/search", q=typed, kind="concept", lang=language).text
    own = next(li for li in text.split('<li class="result">') if f"./vocab/act/killing?lang={language}" in li)
    assert f'<p class="kicker">{kind}</p>' in own
    assert listed in own.partition("result-facts")[2]
    assert re.search(r"<h3><a [^>]*><mark>", own)
    assert '<p class="snippet">' in own


def test_a_record_is_shown_with_when_it_was_worked_on_and_by_whom(client: FlaskClient) -> None:
    text = get(client, "/browse", kind="record").text
    own = next(li for li in text.split('<li class="result">') if 'href="./record/' in li)
    assert re.search(r'<p class="kicker">Record · <time datetime="20', own)
    assert "doc/org/" in own.partition("result-facts")[2]


def test_over_the_example_site(example_url: str) -> None:
    def read(path: str) -> str:
        with urlopen(Request(example_url + path, headers=HTML)) as answer:
            return str(answer.read().decode())

    for typed in ("Kochetkov", "%D0%9A%D0%BE%D1%87%D0%B5%D1%82%D0%BA%D0%BE%D0%B2%D1%83"):  # Кочеткову
        assert results(read("/search?q=" + typed))[0] == "./doc/person/igor-kochetkov"
    detained = results(read("/search?q=%D0%B7%D0%B0%D0%B4%D0%B5%D1%80%D0%B6%D0%B0%D0%BD%D0%B8%D0%B9"))  # задержаний
    assert "./doc/act/chechnya-2017-detentions" in detained
    assert "./doc/claim/over-100-detained" in detained
