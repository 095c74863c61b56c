"""Repeats an answer without asking the application again, while the release and the list of withdrawals are the same.

In front of the application, for documents and pages of the current release only: everything such an answer depends on
is in its key. What a client asks with conditions or about the past goes through.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

BUDGET_MB = 64  # of answers kept; their headers and what asked for them counted too
HEADERS_BYTES = 2048  # what the headers of an answer take, roughly, but for those that are written out
OPEN = ("/doc/", "/id/", "/record/", "/vocab/", "/ns")  # addresses whose answers follow from the release alone
CONDITIONS = (
    "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE",
    "HTTP_AUTHORIZATION",
)  # fmt: skip
CHOSEN_BY = ("REQUEST_URI", "SCRIPT_NAME", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING")
KEPT_BY_304 = frozenset(
    {"etag", "cache-control", "vary", "content-location", "content-language", "content-security-policy"}
)

Environ = Mapping[str, Any]


class Answer(NamedTuple):
    """What was answered; `route` is the template of its address, for those who count, `written` are further fields.

    Among the further fields, written as they stand in the head of an answer, is none of `KEPT_BY_304`.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    route: str
    written: str = ""


class Shortcut:
    """Answers that were given before. A state names all that may change them; None means: do not keep."""

    def __init__(self, budget: int = BUDGET_MB << 20) -> None:
        """`budget` in bytes."""
        self._budget = budget
        self._answers: OrderedDict[tuple[str, ...], Answer] = OrderedDict()
        self._lock = threading.Lock()
        self._now: str | None = None
        self._used = 0

    def find(self, environ: Environ, state: str | None) -> Answer | None:
        """The answer to a request now, where it is known; a 304 to a client that has it."""
        key = key_of(environ)
        if key is None or state is None:
            return None
        with self._lock:
            self._forget_others(state)
            answer = self._answers.get(key)
            if answer is None:
                return None
            self._answers.move_to_end(key)
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags is None:
            return answer._replace(body=b"") if environ["REQUEST_METHOD"] == "HEAD" else answer
        if any(name == "ETag" and value == tags for name, value in answer.headers):
            return Answer(304, [h for h in answer.headers if h[0].lower() in KEPT_BY_304], b"", answer.route)
        return None

    def keep(self, environ: Environ, state: str | None, answer: Answer) -> None:
        """Remember a whole 200 or 303 to a plain GET, given while `state` was what the site was in."""
        key = key_of(environ)
        if key is None or state is None or environ["REQUEST_METHOD"] != "GET":
            return
        size = _size(key, answer)
        if answer.status not in (200, 303) or size > self._budget // 4:
            return
        with self._lock:
            if state != self._now or key in self._answers:
                return
            self._answers[key] = answer
            self._used += size
            while self._used > self._budget:
                self._used -= _size(*self._answers.popitem(last=False))

    def follow(self, state: str | None) -> None:
        """Forget what is no longer true also while nobody asks: what was withdrawn must not stay in memory."""
        with self._lock:
            self._forget_others(state)

    def _forget_others(self, state: str | None) -> None:
        if state != self._now:
            self._answers.clear()
            self._now, self._used = state, 0


def _size(key: tuple[str, ...], answer: Answer) -> int:
    return sum(map(len, key)) + HEADERS_BYTES + len(answer.written) + len(answer.body)


def is_of_past(environ: Environ) -> bool:
    """Whether an earlier release may be wanted, however the names of parameters are spelled."""
    query = environ.get("QUERY_STRING", "")
    if "%" in query:
        query = unquote(query, "latin-1")
    return "release" in query or "asOf" in query or "HTTP_ACCEPT_DATETIME" in environ


def key_of(environ: Environ) -> tuple[str, ...] | None:
    """All of a request that its answer depends on; None for one that must go through."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not environ.get("PATH_INFO", "").startswith(OPEN):
        return None
    if any(name in environ for name in CONDITIONS) or is_of_past(environ):
        return None
    if not environ.get("REQUEST_URI"):  # only what was sent tells `%2F` from a slash
        return None
    return tuple(environ.get(name, "\0") for name in CHOSEN_BY)
