"""Who answers what, and what of it is kept."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from loops import run_through

from server.front.answering import Front
from server.front.requests import Environ, Reply
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


def asked_twice(pages: Made, states: list[str | None]) -> list[bytes]:
    made = front(pages, [], states)

    async def ask() -> list[bytes]:
        replies = [await made(scope(), receive) for _ in range(2)]
        return [reply.body for reply in replies if reply is not None]

    return run_through(ask())


def test_a_page_is_made_once_and_counted() -> None:
    pages, counted = Made("now"), []
    made = front(pages, counted, ["now"])

    async def ask() -> None:
        for _ in range(3):
            await made(scope(), receive)

    run_through(ask())
    assert pages.asked == 1
    assert counted == [("/doc/<path:name>", "GET", 200)]


@pytest.mark.parametrize("made_in", ["another", None])
def test_what_a_process_made_in_another_state_is_not_kept(made_in: str | None) -> None:
    pages = Made(made_in)
    assert asked_twice(pages, ["now"]) == [b"page", b"page"]
    assert pages.asked == 2


def test_what_was_made_while_the_state_changed_is_not_kept() -> None:
    """The state is asked before a page is made and after; that it is as before later on proves nothing."""
    pages = Made("old")
    assert asked_twice(pages, ["old", "new", "old", "old"]) == [b"page", b"page"]
    assert pages.asked == 2


def test_where_no_process_answers_the_application_does() -> None:
    pages = Made("now", there=False)
    assert asked_twice(pages, ["now"]) == [b"application", b"application"]
    assert pages.asked == 1  # the application's answer is kept as well


def test_while_the_state_has_no_name_the_application_answers_and_nothing_is_kept() -> None:
    pages = Made("now")
    assert asked_twice(pages, [None]) == [b"application", b"application"]
    assert pages.asked == 0
