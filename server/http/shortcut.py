"""Repeats an answer without asking the application again, while the release and the list of withdrawals are the same.

In front of the application, for documents and pages of the current release only: everything such an answer depends on
is in its key. What a client asks with conditions or about the past goes through.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from werkzeug.wsgi import ClosingIterator

BUDGET_MB = 64  # of answers kept, their headers counted too
HEADERS_BYTES = 2048  # what the headers of an answer take, roughly
OPEN = ("/doc/", "/id/", "/record/", "/vocab/", "/ns")  # addresses whose answers follow from the release alone
CONDITIONS = ("HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_ACCEPT_DATETIME", "HTTP_AUTHORIZATION")
CHOSEN_BY = ("REQUEST_URI", "SCRIPT_NAME", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING")
KEPT_BY_304 = frozenset(
    {"etag", "cache-control", "vary", "content-location", "content-language", "content-security-policy"}
)

Environ = Mapping[str, Any]
Start = Callable[..., Any]
Application = Callable[[Any, Any], Iterable[bytes]]
Answer = tuple[str, list[tuple[str, str]], bytes]


class Shortcut:
    """A WSGI application before another one. `state` names all that may change the answers; None means: do not keep."""

    def __init__(self, application: Application, state: Callable[[], Hashable | None], budget: int = BUDGET_MB << 20):
        """`budget` in bytes."""
        self._application, self._state, self._budget = application, state, budget
        self._answers: OrderedDict[tuple[str, ...], Answer] = OrderedDict()
        self._lock = threading.Lock()
        self._now: Hashable = None
        self._used = 0

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer from what is kept, or let the application answer and keep it."""
        key = _key(environ)
        state = self._state() if key else None
        if key is None or state is None:
            return self._application(environ, start_response)
        answer = self._find(key, state)
        if answer is None:
            return self._ask(key, state, environ, start_response)
        status, headers, body = answer
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags is not None and any(name == "ETag" and value == tags for name, value in headers):
            start_response("304 NOT MODIFIED", [h for h in headers if h[0].lower() in KEPT_BY_304])
            return ()
        if tags is not None:
            return self._application(environ, start_response)
        start_response(status, list(headers))
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _find(self, key: tuple[str, ...], state: Hashable) -> Answer | None:
        with self._lock:
            if state != self._now:
                self._answers.clear()
                self._now, self._used = state, 0
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def _ask(self, key: tuple[str, ...], state: Hashable, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """The application's answer, kept when it is a whole 200 or 303 to a plain GET."""
        seen: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
            seen.append((status, headers))
            return start_response(status, headers, exc_info)

        chunks = self._application(environ, start)
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_IF_NONE_MATCH" in environ:
            return chunks
        body = tuple(chunks)
        close = getattr(chunks, "close", None)
        if len(seen) == 1 and seen[0][0][:3] in ("200", "303"):
            self._keep(key, state, (*seen[0], b"".join(body)))
        return ClosingIterator(body, [close] if close else [])

    def _keep(self, key: tuple[str, ...], state: Hashable, answer: Answer) -> None:
        size = len(answer[2]) + HEADERS_BYTES
        with self._lock:
            if state != self._now or size > self._budget // 4 or key in self._answers:
                return
            self._answers[key] = answer
            self._used += size
            while self._used > self._budget:
                _, old = self._answers.popitem(last=False)
                self._used -= len(old[2]) + HEADERS_BYTES


def _key(environ: Environ) -> tuple[str, ...] | None:
    """All of a request that its answer depends on; None for one that must go through."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not environ.get("PATH_INFO", "").startswith(OPEN):
        return None
    query = environ.get("QUERY_STRING", "")
    if any(name in environ for name in CONDITIONS) or "release" in query or "asOf" in query:
        return None
    if not environ.get("REQUEST_URI"):  # only what was sent tells `%2F` from a slash
        return None
    return (query, *(environ.get(name, "\0") for name in CHOSEN_BY))
