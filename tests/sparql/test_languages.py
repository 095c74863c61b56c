"""Each way a query can go without an answer, told in the reader's language: on a page and as problem+json."""

import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.store.lane.errors import LaneBusy, QueryError, QueryLost, QueryMemory, ServiceFailed
from graph.store.workers import QueryLane

SLOW = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }"
ALL = "SELECT * { ?s ?p ?o . ?a ?b ?c }"
CYRILLIC = re.compile("[А-Яа-яё]")
KINDS = {"json": "application/sparql-results+json", "html": "text/html"}

Query = Mapping[str, str | list[str]]
# What is asked, the status, and words of the reason and of the way on in both languages.
CASES: dict[str, tuple[Query, int, tuple[str, str], tuple[str, str]]] = {
    "a string left open": ({"query": "ASK { ?s 'from"}, 400, ("is not closed", ""), ("не закрыта кавычкой", "")),
    "service": ({"query": "ASK { SERVICE <x:y> {} }"}, 403, ("SERVICE is refused", "on your side"),
                ("SERVICE здесь не выполняется", "у себя")),
    "an update": ({"query": "LOAD <x:a>"}, 403, ("LOAD is refused", "editors"), ("LOAD здесь не", "редакция")),
    "a graph from elsewhere": ({"query": "SELECT * FROM <http://x.example/> { ?s ?p ?o }"}, 403,
                               ("There is no graph <http://x.example/>", ""), ("Графа <http://x.example/> здесь", "")),
    "time": ({"query": SLOW, "timeout": "0.3"}, 504, ("within 0.3 seconds", "Ask for less"), ("0,3 с", "Спросите")),
    "size": ({"query": ALL}, 422, ("longer than 8 MB", "LIMIT"), ("длиннее 8 МБ", "по частям")),
    "a long query": ({"query": "ASK {} #" + "x" * (65 << 10)}, 413, ("longer than 64 kB", "by a pattern"),
                     ("длиннее 64 кБ", "образцом")),
    "no number of seconds": ({"query": "ASK {}", "timeout": "soon"}, 400, ("'timeout' must be", ""),
                             ("«timeout» должен быть числом секунд", "")),
    "no page": ({"query": "ASK {}", "page": "0"}, 400, ("'page' must be a whole", ""), ("«page» должен быть", "")),
    "no release": ({"query": "ASK {}", "asOf": "soon"}, 400, ("'asOf' must be the number of a release", ""),
                   ("«asOf» должен быть номером выпуска", "")),
    "a release to come": ({"query": "ASK {}", "asOf": "99"}, 404, ("from 1 to 7", ""), ("от 1 до 7", "")),
    "no digest": ({"query": "ASK {}", "digest": "x"}, 400, ("hexadecimal", ""), ("шестнадцатеричных", "")),
    "two queries": ({"query": ["ASK {}", "ASK {}"]}, 400, ("2 queries", ""), ("Прислано запросов: 2", "")),
}  # fmt: skip


def asked(client: FlaskClient, parameters: Query, kind: str, language: str) -> TestResponse:
    headers = {"Accept": KINDS[kind], "Accept-Language": language}
    return client.get("/sparql", query_string=parameters, headers=headers)


def told(answer: TestResponse, kind: str) -> str:
    """What is said of the error: of a page its own section, or all of it where the page is of the error alone."""
    if kind == "json":
        assert answer.mimetype == "application/problem+json"
        assert answer.json is not None
        return "\n".join(str(answer.json.get(name, "")) for name in ("title", "detail", "advice"))
    section = re.search(
        r'<section class="error".*?</section>|<article class="problem".*?</article>', answer.text, re.DOTALL
    )
    assert section
    return section[0].replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("parameters", "status", "english", "russian"), CASES.values(), ids=CASES)
def test_it_is_said_in_the_language_of_the_reader(
    client: FlaskClient, kind: str, parameters: Query, status: int, english: tuple[str, str], russian: tuple[str, str]
) -> None:
    for language, words in (("en", english), ("ru", russian)):
        answer = asked(client, parameters, kind, language)
        assert answer.status_code == status
        assert {"Accept", "Accept-Language"} <= set(answer.vary)
        said = told(answer, kind)
        assert all(word in said for word in words), said
        assert bool(CYRILLIC.search(said)) == (language == "ru")
        assert 'lang="en"' not in said, "all of it is ours, so nothing is left in English"


def test_the_engines_own_words_stay_and_say_that_they_are_english(client: FlaskClient) -> None:
    page = told(asked(client, {"query": "SELECT * { ?s <b> }"}, "html", "ru"), "html")
    assert "Запрос не читается" in page
    assert re.search(r"Строка 1, столбец \d+</a>: <span lang=\"en\" dir=\"ltr\">expected", page)
    english = told(asked(client, {"query": "SELECT * { ?s <b> }"}, "html", "en"), "html")
    assert 'lang="en"' not in english
    assert "</a>: expected" in english
    data = asked(client, {"query": "SELECT * { ?s <b> }"}, "json", "ru").json
    assert data is not None
    assert (data["title"], data["line"]) == ("Запрос не читается", 1)
    assert data["detail"].startswith("expected")


INSIDE = [
    (LaneBusy("Too many queries are waiting.", 2.4), 503, "ждут своей очереди", "через 2 с"),
    (LaneBusy("Your queries of the last minutes took more than 60 seconds to answer.", 30.0, own_doing=True), 429,
     "больше 60 с", "через 30 с"),
    (LaneBusy("8 of your queries are being answered already.", 1.0, own_doing=True), 429, "запросов: 8", "через 1 с"),
    (QueryMemory("The query needs more than 512 MB of memory.", "Group or sort fewer rows, name a subject or a class, "
                 "page with LIMIT and OFFSET."), 422, "больше 512 МБ", "Группируйте"),
    (QueryLost("The process that was answering has ended.", "Ask again."), 503, "прервался", "Повторите запрос"),
    (ServiceFailed("<https://x.example/sparql> answered 500.",
                   "Ask again later, or with SERVICE SILENT, which goes on without it."), 502, "кодом 500", "SILENT"),
    (QueryLost("Something that nobody has translated yet."), 503, "Дело не в запросе", ""),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("error", "status", "reason", "way"), INSIDE, ids=[str(case[0])[:40] for case in INSIDE])
def test_what_the_lane_says_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch, kind: str, error: QueryError, status: int, reason: str, way: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(QueryLane, "ask", fail)
    answer = asked(app.test_client(), {"query": "ASK { <x:never> <x:asked> <x:before> }"}, kind, "ru")
    assert answer.status_code == status
    said = told(answer, kind)
    assert reason in said
    assert way in said
    assert not re.search(r"\b(query|queries|seconds|again)\b", said)


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "english", "russian"),
    [
        ("GET", "/sparql?query=ASK%20%7B%7D", {"Accept": "image/png"}, b"", 406, "can be had as", "есть в форматах"),
        ("PUT", "/sparql", {}, b"", 405, "not allowed", "только читают"),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK {}", 415, "as 'text/plain'", "В виде «text/plain»"),
        ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 403, "answers queries",
         "отвечают на запросы"),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"\xff", 400, "not UTF-8", "не в UTF-8"),
    ],
)  # fmt: skip
def test_the_protocol_too(
    client: FlaskClient,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    status: int,
    english: str,
    russian: str,
) -> None:
    for language, words in (("en", english), ("ru", russian)):
        answer = client.open(path, method=method, headers={**headers, "Accept-Language": language}, data=body)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert answer.json is not None
        assert words in answer.json["detail"]
