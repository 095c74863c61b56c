"""Servers in a thread of the test, on a free port, stopped at the end of a block."""

import asyncio
import threading
from collections.abc import Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import uvloop
from flask import Flask
from loops import run_through

from server.front.answering import Front
from server.front.connections import Answering
from server.front.keeper import Keeper
from server.front.requests import Note, Reply
from server.front.serving import listen, served
from server.http.shortcut import Shortcut
from server.operations import tally_of
from server.running import bind
from server.site import site_of, state_of
from server.sparql.answering import kept_of
from server.sparql.short import ShortQuestions


def fields(written: str) -> list[tuple[str, str]]:
    """The fields of a part of a head."""
    return [(name, value) for name, _, value in (line.partition(": ") for line in written.splitlines())]


@contextmanager
def serving(app: Flask, keeper: Keeper | None = None) -> Iterator[int]:
    """The port an application is served on, as `khronika serve` does it."""
    sockets = bind("127.0.0.1", 0)
    with _running(served(app, sockets, keeper)):
        yield sockets[0].getsockname()[1]


@contextmanager
def answering(answer: Answering, note: Note = lambda *_: None) -> Iterator[int]:
    """The port on which `answer` answers; `note` is told what never comes to it."""
    sockets = bind("127.0.0.1", 0)
    with _running(listen(answer, sockets, note)):
        yield sockets[0].getsockname()[1]


class Fronted:
    """A WSGI application that is an application with its front: for clients of werkzeug's, without a socket."""

    def __init__(self, app: Flask) -> None:
        site, note = site_of(app), tally_of(app).note
        self._front = Front(
            app.wsgi_app,
            ThreadPoolExecutor(4),
            ShortQuestions(site, kept_of(app), note),
            Shortcut(),
            lambda: state_of(site),
            None,
            note,
        )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        headers = [(key[5:].replace("_", "-").lower(), value) for key, value in environ.items() if key[:5] == "HTTP_"]
        if environ.get("CONTENT_TYPE"):
            headers.append(("content-type", environ["CONTENT_TYPE"]))
        scope = {
            "method": environ["REQUEST_METHOD"],
            "raw_path": environ["REQUEST_URI"].partition("?")[0].encode("latin-1"),
            "query_string": environ["QUERY_STRING"].encode("latin-1"),
            "target": environ["REQUEST_URI"].encode("latin-1"),
            "http_version": "1.1",
            "client": (environ.get("REMOTE_ADDR", "127.0.0.1"), 1),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        }
        body = environ["wsgi.input"].read()

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def asked() -> Reply:
            reply = await self._front(scope, receive)
            assert reply is not None
            return reply

        reply = run_through(asked())
        start_response(f"{reply.status} SO", [*reply.headers, *fields(reply.written)])
        if reply.file is None:
            return [reply.body]
        with reply.file as file:
            return [file.read()]


@contextmanager
def _running(serve: Coroutine[Any, Any, None]) -> Iterator[None]:
    ready: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = []
    started = threading.Event()

    async def begin() -> None:
        task = asyncio.ensure_future(serve)
        ready.append((asyncio.get_running_loop(), task))
        started.set()
        with suppress(asyncio.CancelledError):
            await task

    def run() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(begin())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield
    finally:
        loop, task = ready[0]
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)
        assert not thread.is_alive()
