"""The lane of queries with SERVICE: what other endpoints answer is fetched first, then the query runs as any other.

Its worker is as closed as the others are. This process speaks to the other endpoints (`lane.elsewhere`) and hands what
they sent, unread, to the worker, which puts it into the query as VALUES (`lane.tables`).
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from graph.formats import JSON_RESULTS
from graph.settings import Limits
from graph.store.lane.elsewhere import Allowed, Errand, Unanswered
from graph.store.lane.errors import ServiceFailed
from graph.store.lane.outcomes import WITHOUT, message_of
from graph.store.lane.question import Answer, Ask, Snapshot
from graph.store.lane.services import Service
from graph.store.lane.tokens import Reading, spelled
from graph.store.workers import LaneState, QueryLane

WAITING = 8  # queries that may wait for a turn: each may take its half minute
SHARE = 0.8  # of the time a query has, what others may use; the rest is for joining what they sent
BLOCK = 100  # bindings sent along with one request: a few kB, which every endpoint takes
MOST_BLOCKS = 5  # requests for one group; where there are more bindings than that, the group is asked without them
BINDINGS_BYTES = 1 << 20  # of bindings looked at; longer ones are not worth sending

# What is asked is made of stretches of the reader's own text and of terms the engine wrote, never of anything else.
NOWHERE = "SERVICE <x:y>"
ALL_OF, DISTINCT = "SELECT * WHERE", "SELECT DISTINCT"

Run = Callable[[Mapping[str, Any]], Answer]


@dataclass(slots=True)
class _Plan:
    """One query on its way: the groups answered so far, and how to run a part of it here."""

    ask: Ask
    reading: Reading
    errand: Errand
    rows: int
    run: Run
    tables: list[dict[str, Any]] = field(default_factory=list)

    def rest(self, parts: Sequence[str | int]) -> dict[str, Any]:
        """What a worker needs to put the tables into `parts`."""
        return {"parts": list(parts), "tables": self.tables, "rows": self.rows}


class FederatedLane(QueryLane):
    """Answers queries with SERVICE. Every method may be called from any thread."""

    def __init__(
        self,
        newest: Callable[[], Snapshot],
        limits: Limits,
        spool: Path,
        prefixes: Mapping[str, str] | None = None,
        allowed: Allowed | None = None,
    ) -> None:
        """As `QueryLane`; of the limits those that begin with `service_` count."""
        own = replace(
            limits, workers=limits.service_workers, waiting=WAITING, query_seconds=float(limits.service_seconds)
        )
        super().__init__(newest, own, spool, prefixes)
        self._allowed = allowed or Allowed()
        self._asked: Counter[str] = Counter()
        self._counting = threading.Lock()

    def state(self) -> LaneState:
        """The numbers of this moment, with those of requests to other endpoints."""
        with self._counting:
            asked = dict(self._asked)
        return replace(super().state(), requests=asked)

    def _answered(self, ask: Ask, reading: Reading, snapshot: Snapshot, started: float, seconds: float) -> Answer:
        ask = ask._replace(query=spelled(ask.query))  # whose parts are sent, at the same places
        message = message_of(ask, reading)

        def run(more: Mapping[str, Any]) -> Answer:
            return self._tried({**message, **more}, snapshot, started, seconds)

        run({"check": True, "query": _disarmed(ask.query, reading.services)}).close()
        limits = self.limits
        errand = Errand(self._allowed, limits.service_requests, limits.service_mb << 20, started + SHARE * seconds)
        plan = _Plan(ask, reading, errand, limits.service_rows, run)
        for service in reading.services:
            plan.tables.append(self._table(plan, service))
        whole = _parts(ask.query, reading.services, 0, len(ask.query))
        return run(plan.rest(whole))

    def _table(self, plan: _Plan, service: Service) -> dict[str, Any]:
        """What the endpoint of one group answers, for a worker to read."""
        table: dict[str, Any] = {
            "endpoint": service.endpoint, "silent": service.silent, "query": _alone(plan, service),
            "shared": service.shared, "failed": False, "answers": [],
        }  # fmt: skip
        try:
            for query in _queries(plan, service):
                table["answers"].append(self._fetched(plan.errand, service.endpoint, query))
        except Unanswered as problem:
            if not service.silent:
                raise ServiceFailed(f"<{service.endpoint}> {problem}", WITHOUT) from None
            table |= {"failed": True, "answers": []}
        return table

    def _fetched(self, errand: Errand, endpoint: str, query: str) -> str:
        outcome = "failed"
        try:
            answer = errand.ask(endpoint, query)
            outcome = "answered"
        finally:
            with self._counting:
                self._asked[outcome] += 1
        return answer


def _alone(plan: _Plan, service: Service) -> str:
    """The group as a query of its own. Its relative IRIs are ours, wherever it is read."""
    beginning = f"BASE <{plan.ask.base}>\n" if plan.ask.base else ""
    group = plan.ask.query[service.group : service.end]
    return " ".join((beginning, plan.reading.prologue, ALL_OF, group))


def _queries(plan: _Plan, service: Service) -> Iterator[str]:
    """What to ask the endpoint: the group, with the bindings it will be joined with where these are few."""
    whole = _alone(plan, service)
    blocks = _bindings(plan, service)
    if blocks is None:
        yield whole
        return
    length = service.end - service.group
    for block in blocks:
        yield " ".join((whole[:-length], "{", block, whole[-length:], "}"))


def _bindings(plan: _Plan, service: Service) -> list[str] | None:
    """What stands before the group binds of its variables, as blocks of VALUES; None where they are better not sent.

    The join with the group is the same with and without: each of its rows would be joined with one of these anyway.
    Only IRIs are sent. A literal may be spelled otherwise there, and a blank node is nobody else's.
    """
    if not service.shared:
        return None
    still_to_ask = len(plan.reading.services) - len(plan.tables)
    most = BLOCK * min(MOST_BLOCKS, plan.errand.requests - still_to_ask + 1)
    if most <= 0:
        return None
    rows = _rows_before(plan, service, most)
    if rows is None or len(rows) > most:
        return None
    names = [name for name in service.shared if all(row.get(name, {}).get("type") in ("uri", "bnode") for row in rows)]
    if rows and not names:
        return None
    found = dict.fromkeys(
        tuple(str(NamedNode(row[name]["value"])) for name in names)
        for row in rows
        if all(row[name]["type"] == "uri" for name in names)
    )
    lines = [f"({' '.join(terms)})" for terms in found]
    head = " ".join(f"?{name}" for name in names)
    return [f"VALUES ({head}) {{ {' '.join(lines[n : n + BLOCK])} }}" for n in range(0, len(lines), BLOCK)]


def _rows_before(plan: _Plan, service: Service, most: int) -> list[dict[str, dict[str, str]]] | None:
    """The distinct bindings that what stands before the group gives to the variables they share; one over `most`."""
    query = plan.ask.query
    parts: list[str | int] = [plan.reading.prologue, DISTINCT, *("?" + name for name in service.shared), "{"]
    for n, (start, end) in enumerate(service.before):
        parts += ["FILTER(true)"] if n else []
        parts += _parts(query, plan.reading.services, start, end)
    parts += ["} LIMIT", str(most + 1)]
    answer = plan.run({**plan.rest(parts), "format": JSON_RESULTS.media_type})
    if answer.length > BINDINGS_BYTES:
        answer.close()
        return None
    rows: list[dict[str, dict[str, str]]] = json.loads(answer.read())["results"]["bindings"]
    return rows


def _disarmed(query: str, services: Sequence[Service]) -> str:
    """The query with endpoints that nobody could ask, every other character where it was.

    The engine would try: it loads certificates, which a worker may not read, and gives up the process.
    """
    for service in reversed(services):
        said = query[service.start : service.group]
        rest = "".join(sign if sign == "\n" else " " for sign in said[len(NOWHERE) :])
        query = query[: service.start] + NOWHERE + rest + query[service.group :]
    return query


def _parts(query: str, services: Sequence[Service], start: int, end: int) -> list[str | int]:
    """A stretch of the query, with the number of each SERVICE group in its place."""
    parts: list[str | int] = []
    for number, service in enumerate(services):
        if start <= service.start and service.end <= end:
            parts += [query[start : service.start], number]
            start = service.end
    return [*parts, query[start:end]]
