"""What may be kept of an answer and for how long; and that the short way says what the long way says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from front.served import Fronted
from loops import run_through
from werkzeug.test import Client, TestResponse

from graph.formats import RESULT_FORMATS
from graph.releases.errors import Withdrawing
from graph.store.lane.errors import LaneBusy
from graph.store.workers import Answer, Ask, QueryLane, Snapshot
from server.http.caching import PageCache
from server.site import site_of
from server.sparql import short
from server.sparql.short import LONGEST, ShortQuestions

BASE = "https://rights.example/"
NAMES = "SELECT ?name { <https://rights.example/id/org/one> <https://schema.org/name> ?name }"
MANY = "SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 6000"
NEVER = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }"


@pytest.fixture(scope="module")
def client(app: Flask) -> Client:
    """The application behind its front."""
    return Client(Fronted(app))


def get(client: Client, query: str, **more: object) -> TestResponse:
    headers = more.pop("headers", {})
    return client.get("/sparql", query_string={"query": query, **more}, headers=headers)  # type: ignore[arg-type]


def test_an_entity_tag_before_the_answer(client: Client) -> None:
    first = get(client, NAMES)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = get(client, NAMES, headers={"If-None-Match": sent})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Khronika-Release"] == "7"
    assert get(client, NAMES, headers={"If-None-Match": '"other"'}).status_code == 200
    tags = {get(client, NAMES, format=f.name).headers["ETag"] for f in RESULT_FORMATS}
    tags |= {get(client, NAMES + " ").headers["ETag"]}
    tags |= {
        client.get("/sparql", query_string={"query": NAMES, "default-graph-uri": BASE + "record/a"}).headers["ETag"]
    }
    assert len(tags) == len(RESULT_FORMATS) + 2


def test_an_answer_that_is_wanted_only_as_it_was(client: Client) -> None:
    with get(client, NAMES) as first:
        tag = first.headers["ETag"]
    assert get(client, NAMES, headers={"If-Match": tag}).status_code == 200
    assert get(client, NAMES, headers={"If-Match": '"other"'}).status_code == 412
    renaming = "SELECT (BNODE() AS ?b) {}"
    tag = get(client, renaming).headers["ETag"].removeprefix("W/")
    assert get(client, renaming, headers={"If-Match": tag}).status_code == 412


def test_what_is_another_by_now_leaves_no_long_answer_behind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of long answers are few, and each that is not sent has to be closed."""
    lane, files = site_of(app).lane, []
    assert lane is not None
    ask = lane.ask
    monkeypatch.setattr(lane, "ask", lambda *given: files.append(ask(*given)) or files[-1])
    query = "SELECT * { ?s ?p ?o . ?t ?q ?r } LIMIT 12345"
    answer = app.test_client().get("/sparql", query_string={"query": query}, headers={"If-Match": '"other"'})
    assert answer.status_code == 412
    assert files[0].file.closed


def test_a_304_is_not_evaluated(client: Client) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }"
    answer = get(client, query, timeout="0.3")
    assert answer.status_code == 504
    assert "ETag" not in answer.headers
    assert get(client, query, headers={"If-None-Match": "*"}).status_code == 304


def test_what_changes_is_not_kept(client: Client) -> None:
    answers = {get(client, "SELECT (STRUUID() AS ?x) {}").text for _ in range(3)}
    assert len(answers) == 3
    answer = get(client, "SELECT (NOW() AS ?x) {}", headers={"If-None-Match": "*"})
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_blank_nodes_of_an_answer_have_a_weak_tag(client: Client) -> None:
    query = "CONSTRUCT { [] <x:is> ?s } { ?s <https://schema.org/name> ?o }"
    answer = get(client, query)
    assert answer.headers["ETag"].startswith("W/")
    assert get(client, query, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_every_answer_names_its_release_and_may_be_kept(client: Client) -> None:
    answer = get(client, NAMES)
    assert answer.headers["Khronika-Release"] == "7"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert {"Accept", "Accept-Language"} <= {name.strip() for name in answer.headers["Vary"].split(",")}


@pytest.mark.parametrize(
    ("query", "more", "headers"),
    [
        (NAMES, {}, {}),
        (NAMES, {"format": "csv"}, {}),
        (NAMES, {"default-graph-uri": BASE + "record/a"}, {"Accept": "text/tab-separated-values"}),
        (NAMES, {}, {"If-None-Match": "*"}),
        (NAMES, {}, {"If-None-Match": '"other"'}),
        (NAMES, {}, {"If-Modified-Since": "Sat, 01 Jan 2050 00:00:00 GMT"}),
        (NAMES, {}, {"If-Match": '"other"'}),
        (NAMES, {}, {"If-Match": "*"}),
        (NAMES, {}, {"If-Unmodified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}),
        (NAMES, {"timeout": "soon"}, {}),
        (NAMES, {"asOf": "never"}, {}),
        (NAMES, {}, {"Accept": "image/png"}),
        (MANY, {"format": "xml"}, {}),
        ("SELECT (1 AS ?x) (NOW() = NOW() AS ?y) {}", {}, {}),
        ("CONSTRUCT { ?s ?p ?o } { ?s <https://schema.org/about> ?o }", {}, {}),
        ("ASK { SERVICE <http://127.0.0.1:9/> {} }", {}, {}),
        ("SELECT * {", {}, {}),
        ("SELECT (<x:f>(1) AS ?x) {}", {}, {}),
        ("SELECT * { ?s ?p ?o } #" + "x" * 5000, {}, {}),
        ("ASK { FILTER(TRUE) } #" + "x" * 1500, {}, {}),
        (NEVER, {"timeout": "0.2"}, {}),
    ],
)
def test_the_short_way_says_what_the_long_way_says(
    client: Client, query: str, more: dict[str, str], headers: dict[str, str]
) -> None:
    """The address with a slash at its end goes the long way."""
    asked = urlencode({"query": query, **more})
    with (
        client.get("/sparql?" + asked, headers=headers) as short,
        client.get("/sparql/?" + asked, headers=headers) as long,
    ):
        assert (short.status_code, short.data) == (long.status_code, long.data.replace(b"../sparql", b"sparql"))
        assert sorted(short.headers) == sorted(long.headers)


@pytest.mark.parametrize(
    ("query", "accept"),
    [("ASK {} #" + "x" * LONGEST, "*/*"), ("ASK {}", "text/csv, " + "a/b;q=0.1, " * (LONGEST // 10))],
    ids=["question", "wish"],
)
def test_what_is_long_is_read_where_nobody_else_waits(
    client: Client, query: str, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop reads for everybody: the worst 32 kB would hold it for a tenth of a second, ten times a second."""

    def read(*_: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr(short, "question", read)
        assert get(client, query, headers={"Accept": accept}).status_code == 200
        with pytest.raises(AssertionError):
            get(client, "ASK {}")


def test_a_reader_gets_a_page_through_the_front_too(client: Client) -> None:
    page = get(client, NAMES, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "One &lt;b&gt;" in page.text


def test_what_is_answered_the_short_way_is_counted(client: Client) -> None:
    def counted(path: str) -> int:
        told = client.get("/metrics").text
        line = f'khronika_answers_total{{route="{path}",method="GET",status="200"}} '
        return sum(int(each.removeprefix(line)) for each in told.splitlines() if each.startswith(line))

    before = counted("/sparql")
    get(client, NAMES)
    assert counted("/sparql") == before + 1


def test_a_question_is_asked_once_where_it_fails(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    lane = site_of(app).lane
    assert lane is not None
    ask, ask_soon = lane.ask, lane.ask_soon
    monkeypatch.setattr(lane, "ask", lambda *given: seen.append("long") or ask(*given))
    monkeypatch.setattr(lane, "ask_soon", lambda *given: seen.append("short") or ask_soon(*given))
    assert get(client, NEVER, timeout="0.2").status_code == 504
    assert seen == ["short"]


class Moving:
    """A lane whose release has changed by the time it has answered; `newest` says to what."""

    def __init__(self, lane: QueryLane, newest: Callable[[], Snapshot]) -> None:
        self._lane, self.newest, self.given = lane, newest, []

    def lately(self) -> Snapshot:
        return self._lane.newest()

    async def ask_soon(self, ask: Ask, snapshot: Snapshot) -> Answer:
        self.given.append(await self._lane.ask_soon(ask, snapshot))
        return self.given[-1]


def withdrawing() -> Snapshot:
    raise Withdrawing


@pytest.mark.parametrize("query", [NAMES, "SELECT * { ?s ?p ?o . ?t ?q ?r } LIMIT 12000"], ids=["short", "long"])
@pytest.mark.parametrize("how", ["same", "released", "withdrawing"])
def test_what_was_asked_of_a_release_that_is_gone_by_now_is_not_sent(app: Flask, query: str, how: str) -> None:
    """Something may have been withdrawn with it."""
    lane = site_of(app).lane
    assert lane is not None
    other = replace(lane.newest(), release=8, path=Path("/other"))
    moving = Moving(lane, {"same": lane.newest, "released": lambda: other, "withdrawing": withdrawing}[how])
    door = ShortQuestions(replace(site_of(app), lane=moving), PageCache(), lambda *_: None)  # type: ignore[type-var]
    asked = urlencode({"query": query}).encode()
    scope = {"raw_path": b"/sparql", "method": "GET", "query_string": asked, "headers": [], "client": None}
    failed: dict[str, object] = {}
    reply = run_through(door.answer(scope, failed))
    assert not failed
    file = moving.given[0].file
    assert (file is not None) is (query != NAMES)
    if how == "same":
        assert reply is not None
        assert (reply.status, reply.file) == (200, file)
        if file is not None:
            file.close()
    else:
        assert reply is None
        assert file is None or file.closed


@pytest.mark.parametrize(("changes", "kept"), [(False, 1), (True, 0)])
def test_an_answer_begun_before_a_withdrawal_is_not_kept_after_it(app: Flask, changes: bool, kept: int) -> None:
    lane, memory = site_of(app).lane, PageCache()
    assert lane is not None

    class Changing(Moving):
        async def ask_soon(self, ask: Ask, snapshot: Snapshot) -> Answer:
            memory.follow("another state" if changes else None)
            return await super().ask_soon(ask, snapshot)

    site = replace(site_of(app), lane=Changing(lane, lane.newest))  # type: ignore[arg-type]
    scope = {"raw_path": b"/sparql", "method": "GET", "query_string": b"query=ASK%7B%7D", "headers": [], "client": None}
    assert run_through(ShortQuestions(site, memory, lambda *_: None).answer(scope, {})) is not None
    assert len(memory._answers) == kept


@pytest.mark.parametrize(("changes", "status", "asked"), [(0, 200, 1), (1, 200, 2), (9, 503, 3)])
def test_the_long_way_asks_again_where_the_release_changed_meanwhile(
    app: Flask, monkeypatch: pytest.MonkeyPatch, changes: int, status: int, asked: int
) -> None:
    lane = site_of(app).lane
    assert lane is not None
    own, ask, looks, asks = lane.newest(), lane.ask, [], []

    def newest() -> Snapshot:
        """Each second look, after an answer, finds another release, `changes` times."""
        looks.append(1)
        return replace(own, path=Path("/other")) if len(looks) % 2 == 0 and len(looks) // 2 <= changes else own

    monkeypatch.setattr(lane, "newest", newest)
    monkeypatch.setattr(lane, "ask", lambda *given: asks.append(given[1]) or ask(*given))
    monkeypatch.setattr(lane, "follow", lambda: None)
    query = "SELECT (NOW() AS ?now) {}"  # whose answers nobody keeps
    answer = app.test_client().post("/sparql", data={"query": query, "format": "csv"})
    assert (answer.status_code, len(asks)) == (status, asked)
    assert all(each == own for each in asks)


@pytest.mark.parametrize(("given", "status"), [(0, 429), (1, 400), (9, 400)])
def test_who_sends_many_long_texts_has_them_read_in_turns(
    app: Flask, monkeypatch: pytest.MonkeyPatch, given: int, status: int
) -> None:
    """To read one takes longer than a page; where there is no turn to explain a mistake it is told unexplained."""
    turns = []

    @contextmanager
    def of(_client: str, text: str) -> Iterator[None]:
        turns.append(text)
        if len(turns) > given:
            raise LaneBusy("16 of your queries are being answered already.", 1.0, own_doing=True)
        yield

    monkeypatch.setattr(site_of(app).readings, "of", of)
    query = "SELECT * { ?s ?p 'x' # " + "y" * LONGEST
    answer = app.test_client().post("/sparql", data={"query": query})
    assert answer.status_code == status
    assert set(turns) == {query}
    if status == 400:
        assert answer.json["line"] == 1
    turns.clear()
    page = app.test_client().post("/sparql", data={"query": query}, headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert len(turns) == min(given, 1) + 1
