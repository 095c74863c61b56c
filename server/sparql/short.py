"""Plain questions of programs, answered by the front itself: the same bytes with less on the way.

A question that waits for its turn or for its answer holds no thread here. All else goes to the application.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from werkzeug.exceptions import HTTPException

from graph.errors import KhronikaError
from graph.formats import HTML
from graph.store.lane.errors import QueryError
from graph.store.workers import Ask, Snapshot
from server.front.requests import Reply, lines
from server.http.asked import MalformedParameter, client_at
from server.http.caching import PageCache
from server.http.headers import ALWAYS, VARY
from server.site import Site
from server.sparql.answering import Telling, Told
from server.sparql.pinning import addressed, citation
from server.sparql.protocol import read_address
from server.sparql.reading import question

PATH = b"/sparql"
LONGEST = 2 << 10  # bytes of an address, or of what is accepted: to read the worst of them takes 6 ms, 32 kB take 100
OTHER_CONDITIONS = (b"if-match", b"if-unmodified-since")
FAILED = "khronika.failed"  # in the environment of a request: why a question that was put already has no answer
BEGUN = "khronika.begun"  # since when it has been under way, for those who count
DRESS = lines([*ALWAYS.items(), ("Vary", VARY)])


class ShortQuestions:
    """Answers what it can. `note` is told route, method, status and seconds of that."""

    def __init__(self, site: Site, kept: PageCache, note: Callable[[str, str, int, float], None]) -> None:
        self._site, self._kept, self._note = site, kept, note

    async def answer(self, scope: Mapping[str, Any], failed: dict[str, Any]) -> Reply | None:
        """The answer to a GET of the newest release by a program; None where the application has to answer.

        `failed` is told what the application shall know of a question that was put and not answered.
        """
        if scope["raw_path"] != PATH or scope["method"] != "GET":
            return None
        begun = monotonic()
        conditions: dict[str, str] = {}
        ask = self._read(scope, conditions)
        told = None if ask is None else await self._told(conditions, ask, begun, failed)
        if told is None:
            return None
        self._note("/sparql", "GET", told.status, monotonic() - begun)
        return Reply(told.status, told.headers, told.body or b"", told.file, written=DRESS)

    def _read(self, scope: Mapping[str, Any], conditions: dict[str, str]) -> Ask | None:
        """The question, None where there is none, it cannot be read, or a page or a past release is wanted.

        What is long is read by a thread: everybody waits for this one.
        """
        if self._site.lane is None or len(scope["query_string"]) > LONGEST:
            return None
        accept = None
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = value.decode("latin-1") if accept is None else f"{accept}, {value.decode('latin-1')}"
            elif name == b"if-none-match":
                conditions |= {"REQUEST_METHOD": "GET", "HTTP_IF_NONE_MATCH": value.decode("latin-1")}
            elif name in OTHER_CONDITIONS:
                return None
        if accept is not None and len(accept) > LONGEST:
            return None
        try:
            asked = read_address(scope["query_string"])
            if asked.query is None or asked.release is not None or asked.digest is not None:
                return None
            client = client_at(scope["client"][0]) if scope["client"] else "unknown"
            ask = question(self._site, asked, asked.query, accept, client)
        except (HTTPException, MalformedParameter, QueryError):
            return None  # said by the view, which meets it too
        return ask if ask is not None and ask.format is not HTML else None

    async def _told(self, conditions: Mapping[str, str], ask: Ask, begun: float, failed: dict[str, Any]) -> Told | None:
        """The answer; None where the application has to say why there is none, or to ask another release."""
        lane = self._site.lane
        assert lane is not None
        told: Told | None = None
        try:
            snapshot: Snapshot = lane.lately()
            ask = addressed(self._site, ask, snapshot)
            telling = Telling(self._kept, conditions, ask, snapshot)
            told = telling.known() or telling.told(await lane.ask_soon(ask, snapshot))
            newest = lane.newest()
            superseded = newest is not snapshot and newest != snapshot
        except QueryError as error:
            failed |= {FAILED: error, BEGUN: begun}
            return None
        except (KhronikaError, OSError):  # what is published cannot be read: the view meets it too
            superseded = True
        if told is None or superseded:
            if told is not None and told.file is not None:
                told.file.close()
            return None
        link = citation(ask)
        if link is not None:
            told.headers.append(("Link", str(link)))
        return told
