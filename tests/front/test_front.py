"""Who answers what, and what of it is kept."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from loops import run_through

from server.front.answering import Front
from server.front.connections import REFUSED
from server.front.requests import Environ, Note, Reply
from server.http.shortcut import Shortcut


class Nobody:
    """Answers no question."""

    async def answer(self, _scope: object, _failed: object) -> Reply | None:
        return None


class Made:
    """Page processes that answer from a state of their own; None where there are none."""

    def __init__(self, state: str | None, *, there: bool = True) -> None:
        self.state, self.there, self.asked = state, there, 0

    async def ask(self, _environ: Environ, _state: str) -> Reply | None:
        self.asked += 1
        return (
            Reply(200, [("ETag", '"t"')], b"page", route="/doc/<path:name>", state=self.state) if self.there else None
        )


def scope(method: str = "GET") -> dict[str, Any]:
    return {
        "method": method, "raw_path": b"/doc/x", "query_string": b"", "target": b"/doc/x", "http_version": "1.1",
        "client": ("127.0.0.1", 1), "headers": [],
    }  # fmt: skip


async def receive() -> dict[str, object]:
    return {"type": "http.request", "body": b"", "more_body": False}


def front(pages: Made, counted: list[tuple[str, str, int]], states: list[str | None]) -> Front:
    def application(_environ: Environ, start: Any) -> list[bytes]:
        start("200 OK", [])
        return [b"application"]

    def state() -> str | None:
        return states[0] if len(states) == 1 else states.pop(0)

    def note(route: str, method: str, status: int, _seconds: float) -> None:
        counted.append((route, method, status))

    threads = ThreadPoolExecutor(1)
    return Front(application, threads, Nobody(), Shortcut(), state, pages, note)  # type: ignore[arg-type]


def of_application(application: Any, note: Note = lambda *_: None) -> Front:
    """A front that keeps nothing and has no page processes."""
    return Front(application, ThreadPoolExecutor(1), Nobody(), Shortcut(), lambda: "now", None, note)  # type: ignore[arg-type]


def told(made: Front, asked: dict[str, Any], receive: Any = receive) -> Reply:
    """What it answers."""
    reply = run_through(made(asked, receive))
    assert reply is not None
    return reply


def asked_twice(pages: Made, states: list[str | None]) -> list[bytes]:
    made = front(pages, [], states)

    async def ask() -> list[bytes]:
        replies = [await made(scope(), receive) for _ in range(2)]
        return [reply.body for reply in replies if reply is not None]

    return run_through(ask())


def test_a_page_is_made_once_and_counted_each_time() -> None:
    pages, counted = Made("now"), []
    made = front(pages, counted, ["now"])

    async def ask() -> None:
        for _ in range(3):
            await made(scope(), receive)

    run_through(ask())
    assert pages.asked == 1
    assert counted == [("/doc/<path:name>", "GET", 200)] * 3


@pytest.mark.parametrize("made_in", ["another", None])
def test_what_a_process_made_in_another_state_is_not_kept(made_in: str | None) -> None:
    pages = Made(made_in)
    assert asked_twice(pages, ["now"]) == [b"page", b"page"]
    assert pages.asked == 2


def test_what_was_made_while_the_state_changed_is_not_kept() -> None:
    """That the state is as before later on proves nothing."""
    now: list[str | None] = ["old"]

    class Changing(Made):
        async def ask(self, environ: Environ, state: str) -> Reply | None:
            now[0] = "new"
            return await super().ask(environ, state)

    pages = Changing("old")
    made = front(pages, [], now)
    for _ in range(2):
        now[0] = "old"
        assert told(made, scope()).body == b"page"
    assert pages.asked == 2


def test_where_no_process_answers_the_application_does() -> None:
    pages = Made("now", there=False)
    assert asked_twice(pages, ["now"]) == [b"application", b"application"]
    assert pages.asked == 1  # the application's answer is kept as well


def test_while_the_state_has_no_name_the_application_answers_and_nothing_is_kept() -> None:
    pages = Made("now")
    assert asked_twice(pages, [None]) == [b"application", b"application"]
    assert pages.asked == 0


@pytest.mark.parametrize("status", [400, 413, 431, 501, 505])
def test_what_is_refused_by_its_head_comes_to_nobody(status: int) -> None:
    pages, counted = Made("now"), []
    reply = told(front(pages, counted, ["now"]), scope() | {REFUSED: status})
    assert (reply.status, dict(reply.headers)["Connection"], pages.asked) == (status, "close", 0)
    assert counted == [("refused", "GET", status)]


def test_a_body_that_grows_too_long_is_refused() -> None:
    async def more() -> dict[str, object]:
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": True}

    counted: list[tuple[str, str, int]] = []
    reply = told(front(Made("now"), counted, ["now"]), scope("POST"), more)
    assert (reply.status, dict(reply.headers)["Connection"]) == (413, "close")
    assert counted == [("refused", "POST", 413)]


def test_who_leaves_before_the_body_is_whole_is_answered_by_nobody() -> None:
    async def gone() -> dict[str, object]:
        return {"type": "http.disconnect"}

    pages = Made("now")
    assert run_through(front(pages, [], ["now"])(scope("POST"), gone)) is None
    assert pages.asked == 0


def test_a_file_is_sent_once_and_not_kept() -> None:
    def application(environ: Environ, start: Any) -> object:
        start("200 OK", [("Content-Length", "1")])
        return environ["wsgi.file_wrapper"](io.BytesIO(b"x"))

    made = of_application(application)
    for _ in range(2):
        reply = told(made, scope())
        assert reply.file is not None
        assert reply.file.read() == b"x"


def test_an_application_that_fails_is_a_500_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    def application(_environ: Environ, _start: Any) -> list[bytes]:
        raise RuntimeError("/secret/path")

    counted: list[object] = []
    reply = told(of_application(application, lambda *what: counted.append(what)), scope())
    assert (reply.status, reply.body) == (500, b"Internal Server Error\n")
    assert counted == [("refused", "GET", 500, 0.0)]
    assert "A request found no answer." in caplog.text
    assert "/doc/x" not in caplog.text  # what somebody reads is in no log


def test_what_an_application_returns_is_closed() -> None:
    class Body(list[bytes]):
        closed = False

        def close(self) -> None:
            self.closed = True

    body = Body([b"a", b"b"])

    def application(_environ: Environ, start: Any) -> Body:
        start("200 OK", [])
        return body

    assert told(of_application(application), scope()).body == b"ab"
    assert body.closed


@pytest.mark.parametrize(("method", "status"), [("OPTIONS", 204), ("GET", 400)])
def test_the_server_as_a_whole_can_be_asked_for_its_options_only(method: str, status: int) -> None:
    pages = Made("now")
    asked = scope(method) | {"raw_path": b"*", "target": b"*"}
    assert told(front(pages, [], ["now"]), asked).status == status
    assert pages.asked == 0
