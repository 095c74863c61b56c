"""Errors in the reader's language: titled, explained, and marked where only English words are at hand."""

import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from flask import abort
from flask.testing import FlaskClient

from graph.history.errors import JournalError
from graph.releases.errors import UnknownRelease
from graph.store.lane.errors import (
    LaneBusy,
    QueryLost,
    QueryMemory,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    QueryTooLong,
)
from server.messages import read_messages
from server.pages import documents, plain
from server.problems import STATUSES
from server.releases.past import PastBusy
from server.replies.letters import LetterForeign, LetterRejected, LettersTooOften

RUSSIAN = {"Accept": "text/html", "Accept-Language": "ru"}
CYRILLIC = set("абвгдежзиклмнопрстуфхцчшыьэюя")


@pytest.mark.parametrize(
    ("path", "method", "status", "title", "detail"),
    [
        ("/doc/%ff", "GET", 400, "Адрес не читается", "процентным кодированием"),
        ("/doc/claim/over-100?page=x", "GET", 400, "Параметр не читается", "«page»"),
        ("/doc/unknown", "GET", 404, "ничего не известно", "Проверьте"),
        ("/nowhere", "GET", 404, "По этому адресу ничего нет", "Проверьте"),
        ("/doc/claim/over-100", "POST", 405, "такого не делают", "только читают"),
        ("/reply", "POST", 415, "Не в том виде", "не принимают"),
        ("/oembed?url=x&format=yaml", "GET", 501, "Не в этом формате", "json и xml"),
        ("/sparql?query=SELECT", "GET", 503, "Слишком много запросов", "без процессов для запросов"),
    ],
)
def test_a_russian_page_tells_it_in_russian(
    client: FlaskClient, read_page, path: str, method: str, status: int, title: str, detail: str
) -> None:
    answer = client.open(path, method=method, headers=RUSSIAN)
    assert answer.status_code == status
    page = read_page(answer.text)
    assert page.faults == []
    assert title in page.text
    assert detail in page.text
    assert title in page.text.split("·")[0] or path.startswith("/sparql"), "in the title too"


@pytest.mark.parametrize("accept", ["text/turtle", "*/*"])
def test_a_machine_gets_the_language_it_asks_for_and_english_where_the_site_begins_so(
    client: FlaskClient, accept: str
) -> None:
    plain = client.get("/doc/claim/over-100?page=x", headers={"Accept": accept}).json
    assert plain["title"] == "A parameter cannot be read"
    assert plain["detail"] == "The parameter 'page' must be a whole number from 1 to 10000."
    russian = client.get("/doc/claim/over-100?page=x", headers={"Accept": accept, "Accept-Language": "ru"})
    assert russian.json["title"] == "Параметр не читается"
    assert {"Accept", "Accept-Language"} <= set(russian.vary)


FAULTS = [
    (QueryTimeout(10.0, 2.0), 504), (QueryTooLarge("r", "a"), 422), (QueryTooLong("r", "a"), 413),
    (QueryMemory("r", "a"), 422), (QueryLost("r"), 503), (LaneBusy("r", 2.0), 503), (LaneBusy("r", 2.0, True), 429),
    (QueryRefused("r", "a"), 403), (QuerySyntaxError("r", 3, 4), 400), (UnknownRelease(9, 4), 404),
    (PastBusy(2.0), 503),
    (JournalError(Path("/secret/place"), "p"), 503), (LetterRejected("reply.fault.empty"), 422),
    (LetterForeign(), 403), (LettersTooOften(60.0), 429),
]  # fmt: skip


@pytest.mark.parametrize(("error", "status"), FAULTS, ids=lambda v: type(v).__name__ if isinstance(v, Exception) else v)
def test_every_error_of_the_table_is_told_in_both_languages(
    tmp_path: Path, serve, house, read_page, error: Exception, status: int
) -> None:
    client = serve(tmp_path, house[:50])

    def fail() -> None:
        raise error

    client.application.view_functions["home.first"] = fail
    russian = client.get("/", headers=RUSSIAN)
    assert russian.status_code == status
    page = read_page(russian.text)
    assert page.faults == []
    heading = russian.text.partition("<h1>")[2].partition("</h1>")[0]
    assert set(heading.lower()) & CYRILLIC
    lede = russian.text.partition('<p class="lede"')[2].partition("</p>")[0]
    assert lede
    if not set(lede.lower()) & CYRILLIC:
        assert lede.startswith(' lang="en" dir="ltr">'), "English words on a Russian page say that they are"
    english = client.get("/", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert not set(english.text.partition("<main")[2].partition("</main")[0].lower()) & CYRILLIC
    assert 'lang="en" dir' not in english.text.partition("<main")[2]
    assert "/secret/place" not in russian.text + english.text + client.get("/").text


def test_an_error_nobody_foresaw_says_nothing_of_the_inside(tmp_path: Path, serve, house) -> None:
    client = serve(tmp_path, house[:50])

    def fail() -> None:
        raise RuntimeError("the inside")

    client.application.view_functions["home.first"] = fail
    answer = client.get("/", headers=RUSSIAN)
    assert answer.status_code == 500
    assert "Здесь что-то сломалось" in answer.text
    assert "the inside" not in answer.text


def test_a_document_that_cannot_be_drawn_is_such_an_error_too(
    tmp_path: Path, serve, house, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the short way, which leaves it to the application to say so."""
    client = serve(tmp_path, house)

    def fail(*_: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr(plain, "rendered", fail)
    monkeypatch.setattr(documents, "rendered", fail)
    answer = client.get("/doc/claim/over-100", headers=RUSSIAN)
    assert answer.status_code == 500
    assert "Здесь что-то сломалось" in answer.text
    assert "the inside" not in answer.text


def test_a_status_without_words_of_ours_keeps_its_own(tmp_path: Path, serve, house) -> None:
    client = serve(tmp_path, house[:50])
    client.application.view_functions["home.first"] = lambda: abort(418)
    answer = client.get("/", headers=RUSSIAN)
    assert "I&#39;m a teapot" in answer.text
    assert '<p class="lede" lang="en" dir="ltr">' in answer.text


def test_bytes_that_are_no_utf_8_after_the_question_mark_are_400(client: FlaskClient) -> None:
    for path in ("/", "/doc/claim/over-100", "/search", "/reply", "/oembed", "/nowhere", "/static/style.css"):
        for accept in ("text/html", "text/turtle"):
            answer = client.get(
                path, headers={"Accept": accept}, environ_overrides={"QUERY_STRING": "q=\xff&lang=\xfe"}
            )
            assert answer.status_code == 400, path
            assert "not UTF-8" in answer.text


def test_every_title_and_message_is_there_in_both_languages() -> None:
    said = read_messages()
    for _, key in STATUSES.values():
        assert all(f"problem.{key}" in say.keys() for say in said.values()), key  # noqa: SIM118
    only_russian = said["ru"].keys() - said["en"].keys()
    assert said["en"].keys() <= said["ru"].keys()
    assert all(key.startswith("problem.") and key.endswith(".detail") for key in only_russian)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_place_in_a_message_has_the_same_name_in_both_languages(language: str) -> None:
    tables = {
        tag: tomllib.loads(files("server").joinpath(f"messages/{tag}.toml").read_text(encoding="utf-8"))
        for tag in ("en", "ru")
    }
    other = "ru" if language == "en" else "en"
    for key in tables[language].keys() & tables[other].keys():
        places = [set(re.findall(r"{(\w+)", json.dumps(table[key], ensure_ascii=False))) for table in tables.values()]
        assert places[0] == places[1], key
