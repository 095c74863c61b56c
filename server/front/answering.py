"""Who answers what: the front itself, a page process, or the application in a thread of the front."""

import asyncio
import logging
from collections.abc import Callable, MutableMapping
from concurrent.futures import Executor
from time import monotonic
from typing import Any

from server.front.clients import Clients
from server.front.connections import REFUSED
from server.front.heads import BODY_BYTES
from server.front.pages import Pages
from server.front.requests import (
    REFUSAL,
    BodyTooLong,
    Environ,
    Gone,
    Note,
    Receive,
    Reply,
    Wsgi,
    body_of,
    environ_of,
    refusal,
    run,
)
from server.http.shortcut import Answer, Shortcut
from server.sparql.short import ShortQuestions

LOG = logging.getLogger(__name__)


class Front:
    """What stands before the WSGI application.

    `note` is told what the application is not there to count; `clients` know who is behind proxies of ours, where there
    are any.
    """

    def __init__(
        self,
        application: Wsgi,
        threads: Executor,
        short: ShortQuestions,
        kept: Shortcut,
        state: Callable[[], str | None],
        pages: Pages | None,
        note: Note,
        clients: Clients | None = None,
    ) -> None:
        self._application, self._threads, self._short = application, threads, short
        self._kept, self._state, self._pages, self._note = kept, state, pages, note
        self._clients = clients

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive) -> Reply | None:
        """Answer one request; None where who asked has left before it was sent whole."""
        refused = scope.get(REFUSED)
        if refused:
            return self._refused(scope["method"], refused)
        if scope["raw_path"] == b"*":  # asked of the server, not of anything here (RFC 9110 §9.3.7)
            return Reply(204, []) if scope["method"] == "OPTIONS" else self._refused(scope["method"], 400)
        try:
            body = None if scope["method"] in ("GET", "HEAD") else await body_of(receive, BODY_BYTES)
        except BodyTooLong:
            return self._refused(scope["method"], 413)
        except Gone:
            return None
        if self._clients is not None and scope["client"]:
            scope["client"] = (self._clients.behind(scope["client"][0], scope["headers"]), 0)
        failed: Environ = {}
        reply = await self._short.answer(scope, failed)
        return reply or await self._reply(environ_of(scope, body) | failed)

    def _refused(self, method: str, status: int) -> Reply:
        self._note(REFUSAL, method, status, 0.0)
        return refusal(status)

    async def _reply(self, environ: Environ) -> Reply:
        begun, state = monotonic(), self._state()
        found = self._kept.find(environ, state)
        if found is not None:
            self._note(found.route, environ["REQUEST_METHOD"], found.status, monotonic() - begun)
            return Reply(found.status, found.headers, found.body, route=found.route, written=found.written)
        reply = await self._page(environ, state)
        if reply is None:
            reply = await asyncio.get_running_loop().run_in_executor(self._threads, self._run, environ)
            told = state
        else:
            told = reply.state
        if reply.file is None and state is not None and told == state == self._state():
            answer = Answer(reply.status, reply.headers, reply.body, reply.route, reply.written)
            self._kept.keep(environ, state, answer)
        return reply

    async def _page(self, environ: Environ, state: str | None) -> Reply | None:
        if self._pages is None or state is None:
            return None
        begun = monotonic()
        reply = await self._pages.ask(environ, state)
        if reply is not None:
            self._note(reply.route, environ["REQUEST_METHOD"], reply.status, monotonic() - begun)
        return reply

    def _run(self, environ: Environ) -> Reply:
        try:
            return run(self._application, environ)
        except Exception:  # Flask answers for its own; this is for what it could not
            LOG.exception("A request found no answer.")  # which one is its reader's business
            return self._refused(environ["REQUEST_METHOD"], 500)
