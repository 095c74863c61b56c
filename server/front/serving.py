"""The front at work: its loop, its threads, and what stands behind it, from the first request to the last."""

import asyncio
import gc
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import cast

import uvloop
from flask import Flask
from uvicorn import Config, Server

from server.front.answering import Front
from server.front.clients import Clients
from server.front.connections import IDLE_SECONDS, Answering, Connection, sweep
from server.front.generation import Terms
from server.front.keeper import Keeper
from server.front.page_process import GARBAGE
from server.front.pages import Pages
from server.front.requests import Note
from server.http.shortcut import Shortcut
from server.operations import tally_of
from server.releases.watching import watching
from server.site import known_of, site_of
from server.sparql.answering import kept_of
from server.sparql.short import ShortQuestions

THREADS = 8  # for pages, which take a few ms; each query that runs or waits for its turn has one besides
STOP_SECONDS = 3  # for answers under way when the server is stopped
READY_SECONDS = 3.0  # for page processes to be able to come up; who comes meanwhile waits, as at a door that opens late
BACKLOG = 256


def serve(app: Flask, sockets: Sequence[socket.socket], keeper: Keeper | None = None) -> None:
    """Answer requests on bound sockets until interrupted; `keeper` has page processes come up when they are needed."""
    gc.freeze()  # as in a page process
    gc.set_threshold(*GARBAGE)
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(served(app, sockets, keeper))


async def served(app: Flask, sockets: Sequence[socket.socket], keeper: Keeper | None = None) -> None:
    """As `serve`, in a loop that runs already."""
    site, note = site_of(app), tally_of(app).note
    processes = 1 if site.releases.is_fixed else site.settings.limits.page_processes

    def start(count: int, folder: Path) -> Keeper:
        is_fresh = keeper is not None and keeper.is_there and not keeper.sockets
        chosen = keeper if keeper is not None and is_fresh else Keeper(Terms(site.settings, site.vocabulary))
        chosen.start(count, folder, site.jinja.compiled())
        return chosen

    pages = Pages(processes, start) if processes > 1 else None
    kept, answers = Shortcut(), kept_of(app)
    threads = ThreadPoolExecutor(threads_for(app), "answering")
    clients = Clients(site.settings.proxies) if site.settings.proxies else None
    front = Front(
        app.wsgi_app, threads, ShortQuestions(site, answers, note), kept, lambda: known_of(site), pages, note, clients
    )
    try:
        if keeper is not None:
            await asyncio.to_thread(keeper.wait, READY_SECONDS)
        with watching(site, kept, answers, site.cache):
            await listen(front, sockets, note)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        if pages is not None:
            pages.close()


def threads_for(app: Flask) -> int:
    """How many threads the application has: were all to wait with queries for a turn, no page would be answered."""
    lane = site_of(app).lane
    return THREADS + (lane.threads if lane else 0)


class _Stoppable(Server):
    """A server that ends when it is told to, and lets what is behind it be put away: uvicorn's dies of the signal."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End at the first signal, at once at the second."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


async def listen(answering: Answering, sockets: Sequence[socket.socket], note: Note) -> None:
    """Have `answering` answer what comes in on bound sockets, until a signal says that it is enough.

    `note` is told what never comes to it.
    """
    config = Config(
        answering,  # not ASGI: our connections write what it answers
        http=cast(type[Connection], partial(Connection, note=note)),
        interface="asgi3",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        backlog=BACKLOG,
    )
    server = _Stoppable(config)
    sweeping = asyncio.create_task(sweep(server.server_state))
    try:
        await server.serve(list(sockets))
    finally:  # also where this was cancelled
        sweeping.cancel()
        for each in getattr(server, "servers", ()):
            each.close()
        for connection in list(server.server_state.connections):
            connection.transport.abort()
