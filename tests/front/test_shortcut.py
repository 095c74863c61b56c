"""The shortcut in front of the application: the same answers, and none that has become untrue."""

from collections.abc import Callable, Iterable

import pytest
from front.served import fields
from werkzeug.test import Client

from server.front.requests import lines, run
from server.http.coding import coding_for
from server.http.shortcut import Answer, Shortcut


class Application:
    """Answers with what was asked and how often it was asked anything."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = "200 OK"

    def __call__(self, environ, start_response) -> Iterable[bytes]:
        self.asked += 1
        headers = [("ETag", '"t"'), ("Content-Type", "text/plain"), ("Vary", "Accept"), ("Link", "<x>")]
        start_response(self.status, headers)
        return [f"{self.asked} {environ['PATH_INFO']} {environ.get('HTTP_ACCEPT')}".encode()]


class Through:
    """The application behind a shortcut, as the front puts it there."""

    def __init__(self, application: Application, state: Callable[[], str | None], **more: int) -> None:
        self.shortcut, self._application, self._state = Shortcut(**more), application, state

    def __call__(self, environ, start_response) -> Iterable[bytes]:
        reply = self.shortcut.find(environ, self._state())
        if reply is None:
            state, told = self._state(), run(self._application, environ)
            looked_at = [field for field in told.headers if field[0] != "Link"]
            written = lines(field for field in told.headers if field[0] == "Link")
            reply = Answer(told.status, looked_at, told.body, told.route, written)
            self.shortcut.keep(environ, state, reply)
        start_response(f"{reply.status} SO", [*reply.headers, *fields(reply.written)])
        return [reply.body]


@pytest.fixture
def application() -> Application:
    return Application()


def test_an_answer_is_repeated_while_nothing_changed(application: Application) -> None:
    state = ["1"]
    client = Client(Through(application, lambda: state[0]))
    first = client.get("/doc/x")
    assert client.get("/doc/x").text == first.text == "1 /doc/x None"
    assert client.get("/doc/x").headers.to_wsgi_list() == first.headers.to_wsgi_list()
    state[0] = "2"
    assert client.get("/doc/x").text == "2 /doc/x None"


@pytest.mark.parametrize(
    "headers",
    [{"Accept": "text/turtle"}, {"Accept-Language": "ru"}, {"Accept-Encoding": "gzip"}, {"Accept": ""}],
)
def test_what_chooses_the_answer_is_part_of_the_question(application: Application, headers: dict[str, str]) -> None:
    client = Client(Through(application, lambda: "1"))
    assert client.get("/doc/x").text[0] == "1"
    assert client.get("/doc/x", headers=headers).text[0] == "2"
    assert client.get("/doc/x?page=2").text[0] == "3"
    assert client.get("/doc/x", base_url="http://other.example/graph").text[0] == "4"
    assert client.get("/doc/x").text[0] == "1"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/sparql?query=x", {}),
        ("/", {}),
        ("/search?q=x", {}),
        ("/doc/x?release=1", {}),
        ("/doc/x?asOf=2026-01-01", {}),
        ("/doc/x", {"Accept-Datetime": "Thu, 01 Jan 2026 00:00:00 GMT"}),
        ("/doc/x", {"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}),
        ("/doc/x", {"Authorization": "Bearer x"}),
        ("/doc/x", {"Range": "bytes=0-1"}),
        ("/doc/x", {"If-Match": '"x"'}),
        ("/doc/x", {"If-Unmodified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}),
        ("/doc/x?rele%61se=1", {}),
        ("/doc/x?as%4ff=2026-01-01", {}),
    ],
)
def test_what_depends_on_more_goes_through(application: Application, path: str, headers: dict[str, str]) -> None:
    client = Client(Through(application, lambda: "1"))
    assert [client.get(path, headers=headers).text[0] for _ in range(2)] == ["1", "2"]


def test_other_methods_and_other_statuses_go_through(application: Application) -> None:
    client = Client(Through(application, lambda: "1"))
    assert [client.post("/doc/x").text[0] for _ in range(2)] == ["1", "2"]
    application.status = "404 NOT FOUND"
    assert [client.get("/doc/x").text[0] for _ in range(2)] == ["3", "4"]


def test_a_client_that_has_it_gets_304(application: Application) -> None:
    client = Client(Through(application, lambda: "1"))
    client.get("/doc/x")
    answer = client.get("/doc/x", headers={"If-None-Match": '"t"'})
    assert (answer.status_code, answer.data, application.asked) == (304, b"", 1)
    assert set(answer.headers.keys()) == {"ETag", "Vary"}
    client.get("/doc/x", headers={"If-None-Match": '"other"'})
    assert application.asked == 2


def test_head_of_what_is_kept_has_no_body(application: Application) -> None:
    client = Client(Through(application, lambda: "1"))
    got = client.get("/doc/x")
    head = client.head("/doc/x")
    assert head.data == b""
    assert head.headers.to_wsgi_list() == got.headers.to_wsgi_list()
    assert application.asked == 1


def test_an_answer_without_its_body_is_not_kept(application: Application) -> None:
    client = Client(Through(application, lambda: "1"))
    client.head("/doc/x")
    assert client.get("/doc/x").text == "2 /doc/x None"


def test_whoever_has_another_one_gets_it_whole_for_all(application: Application) -> None:
    client = Client(Through(application, lambda: "1"))
    assert client.get("/doc/x", headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get("/doc/x").text == "1 /doc/x None"


def test_no_more_is_kept_than_the_budget(application: Application) -> None:
    through = Through(application, lambda: "1", budget=12_000)
    client = Client(through)
    for n in range(20):
        client.get(f"/doc/{n}")
    assert len(through.shortcut._answers) <= 5
    assert client.get("/doc/19").text.startswith("20 ")
    assert client.get("/doc/0").text.startswith("21 ")


def test_what_asked_for_it_counts_as_well(application: Application) -> None:
    """Else whoever sends long fields that no two requests share would fill the memory behind the budget."""
    through = Through(application, lambda: "1", budget=400_000)
    client = Client(through)
    for n in range(20):
        client.get("/doc/x", headers={"Accept": f"x/{n}" + " " * 30_000})
        client.get(f"/doc/x?{n}={'y' * 15_000}")
    kept = through.shortcut._answers
    assert 5 < len(kept) <= 400_000 // 30_000
    client.get("/doc/x", headers={"Accept": "x/19" + " " * 30_000})
    assert application.asked == 40
    through.shortcut.follow("2")
    assert through.shortcut._used == 0


def test_a_state_nobody_can_name_keeps_nothing(application: Application) -> None:
    client = Client(Through(application, lambda: None))
    assert [client.get("/doc/x").text[0] for _ in range(2)] == ["1", "2"]


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, ""), ("", ""), ("gzip", "gzip"), ("gzip;q=0", ""), ("*", "br"), ("*;q=0", ""), ("br", "br"),
        ("identity, gzip;q=0.5", "gzip"), ("GZIP", "gzip"), ("gzip;q=x", ""), ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.1, gzip", "gzip"), ("br;q=0, *", "gzip"), ("zstd", ""), (",;q=1,", ""),
    ],
)  # fmt: skip
def test_a_client_gets_the_best_coding_it_takes(header: str | None, coding: str) -> None:
    assert coding_for(header) == coding


def test_what_is_no_longer_true_does_not_stay_in_memory(application: Application) -> None:
    state = ["1"]
    through = Through(application, lambda: state[0])
    Client(through).get("/doc/x")
    assert len(through.shortcut._answers) == 1
    through.shortcut.follow("1")
    assert len(through.shortcut._answers) == 1
    through.shortcut.follow("2")
    assert not through.shortcut._answers


def test_what_was_made_before_the_state_changed_is_not_kept(application: Application) -> None:
    shortcut = Shortcut()
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/doc/x", "REQUEST_URI": "/doc/x"}
    assert shortcut.find(environ, "2") is None
    shortcut.keep(environ, "1", Answer(200, [], b"old", "/doc"))
    assert shortcut.find(environ, "2") is None
    shortcut.keep(environ, "2", Answer(200, [], b"new", "/doc"))
    assert shortcut.find(environ, "2") == Answer(200, [], b"new", "/doc")
