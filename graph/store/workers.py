"""The lane of strangers' queries: each admitted in turn, answered whole by a process that is killed at the deadline."""

import asyncio
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from graph.errors import KhronikaError
from graph.settings import Limits
from graph.store.lane import wire
from graph.store.lane.admission import Admission, Shares, Turn, Waiter
from graph.store.lane.errors import QueryError, QueryLost, QueryRefused, QueryTimeout, QueryTooLong
from graph.store.lane.files import SpoolRoom
from graph.store.lane.outcomes import ended_by, failed, message_of
from graph.store.lane.pool import Pool, Worker
from graph.store.lane.question import Answer, Ask, Snapshot, etag
from graph.store.lane.tokens import NO_SERVICE, NO_SERVICE_ADVICE, Reading, read

LOOK_SECONDS = 0.5  # how long an idle worker may keep files of a release that is no longer shown
START_SECONDS = 20.0  # opening a snapshot takes 13-70 ms; a machine out of breath gets this long
SPOOLED_ANSWERS = 64  # answers that may lie on disk while their clients read them
TRIES = 2  # a worker that died between two queries is replaced once, unseen by the client
CLIENT_AT_ONCE = 16  # queries, with those still fetched: a browser opens six connections, Comunica twelve
MEGABYTE = 1 << 20

__all__ = ["Answer", "Ask", "LaneState", "QueryLane", "Reading", "Snapshot", "etag", "read"]


@dataclass(frozen=True, slots=True)
class LaneState:
    """What the lane is doing, in numbers that say nothing about who asks. `outcomes` counts by kind since the start."""

    running: int
    waiting: int
    workers: int
    spooled: int
    seconds: float
    outcomes: Mapping[str, int]
    elsewhere: "LaneState | None" = None  # the lane of queries with SERVICE
    requests: Mapping[str, int] = field(default_factory=dict)  # to other endpoints, by how they ended


class QueryLane:
    """Answers queries over the newest snapshot. Every method may be called from any thread."""

    def __init__(
        self,
        newest: Callable[[], Snapshot],
        limits: Limits,
        spool: Path,
        prefixes: Mapping[str, str] | None = None,
        elsewhere: "QueryLane | None" = None,
    ) -> None:
        """`newest` names the current snapshot, cheaply; `spool` is a folder for answers on their way out.

        Queries with SERVICE go to the lane `elsewhere`, so that they take no place of others; without it they are
        refused.
        """
        self.newest, self.limits, self._elsewhere = newest, limits, elsewhere
        self._room = SpoolRoom(spool, SPOOLED_ANSWERS + limits.workers)
        self._admission = Admission(
            Shares(limits.workers, limits.waiting, limits.query_seconds / 2, CLIENT_AT_ONCE, limits.client_seconds)
        )
        self._pool = Pool(
            limits.workers,
            {
                "memory": limits.query_memory_mb * MEGABYTE,
                "result": limits.result_mb * MEGABYTE,
                "prefixes": dict(prefixes or {}),
            },
        )
        self._lock = threading.Lock()
        self._outcomes: Counter[str] = Counter()
        self._seconds = 0.0
        self._missing: tuple[str, ...] | None = None
        self._current = newest()
        self._pool.warm(self._current)
        self._closing = threading.Event()
        threading.Thread(target=_watch, args=(weakref.ref(self), self._closing), daemon=True, name="lane-watch").start()

    @property
    def threads(self) -> int:
        """How many threads of a server may be in `ask` at a time: the server needs more, for its pages."""
        own = self.limits.workers + self.limits.waiting
        return own + (self._elsewhere.threads if self._elsewhere else 0)

    @property
    def missing(self) -> tuple[str, ...]:
        """What this platform could not take from a worker, in words; empty where the sandbox is whole."""
        if self._missing is None:
            worker = self._pool.take(self._current)
            try:
                worker.get_ready(monotonic() + START_SECONDS)
            except (TimeoutError, wire.Closed) as error:
                self._pool.kill(worker)
                raise QueryLost("No worker could be started.") from error
            self._missing = worker.missing or ()
            self._pool.give_back(worker)
        return self._missing

    def ask(self, ask: Ask, snapshot: Snapshot | None = None) -> Answer:
        """The whole answer over `snapshot` (by default the newest), or a `QueryError` that says why there is none.

        The deadline counts from this call: at most half of it is spent waiting for a turn.
        """
        started = monotonic()
        reading = self._read(ask)
        if reading.services and self._elsewhere is not None:
            return self._elsewhere.ask(ask, snapshot)
        try:
            answer = self._admitted(ask, reading, snapshot or self.newest(), started)
        except QueryError as error:
            self._note(type(error).__name__, monotonic() - started)
            raise
        self._note("Answer", monotonic() - started)
        return answer

    async def ask_soon(self, ask: Ask, snapshot: Snapshot | None = None) -> Answer:
        """As `ask`, for a loop: it waits without holding a thread."""
        started = monotonic()
        reading = self._read(ask)
        if reading.services and self._elsewhere is not None:  # speaks to others, a thread each: there are few
            return await asyncio.to_thread(self._elsewhere.ask, ask, snapshot)
        try:
            answer = await self._admitted_soon(ask, reading, snapshot or self.newest(), started)
        except QueryError as error:
            self._note(type(error).__name__, monotonic() - started)
            raise
        self._note("Answer", monotonic() - started)
        return answer

    def lately(self) -> Snapshot:
        """The newest snapshot at the last look, without looking: whoever asks it must look afterwards."""
        return self._current

    def state(self) -> LaneState:
        """The numbers of this moment."""
        with self._lock:
            outcomes, seconds = dict(self._outcomes), self._seconds
        workers = len(self._pool.pids())
        elsewhere = self._elsewhere.state() if self._elsewhere else None
        return LaneState(
            self._admission.running, self._admission.waiting, workers, self._room.open, seconds, outcomes, elsewhere
        )

    def pids(self) -> tuple[int, ...]:
        """The processes of the workers alive: for probes and for tests that kill them."""
        return (*self._pool.pids().values(), *(self._elsewhere.pids() if self._elsewhere else ()))

    def follow(self) -> None:
        """Let go of the files of a release that is no longer shown, and be ready for the one that is."""
        try:
            newest = self.newest()
        except KhronikaError:  # something is being withdrawn, or what is published cannot be read: hold on to nothing
            self._pool.retire(None)
            return
        self._follow(newest)

    def close(self) -> None:
        """End every worker. Queries under way end with an error."""
        self._closing.set()
        self._pool.close()
        if self._elsewhere is not None:
            self._elsewhere.close()

    def _is_past(self, snapshot: Snapshot) -> bool:
        return snapshot is not self._current and snapshot.path != self._current.path

    def _read(self, ask: Ask) -> Reading:
        if len(ask.query.encode("utf-8", "surrogatepass")) > self.limits.query_kb << 10:
            raise QueryTooLong(
                f"The query is longer than {self.limits.query_kb} kB.", "Ask in several queries, or by a pattern."
            )
        return ask.reading or read(ask.query, ask.base)

    def _seconds_for(self, ask: Ask) -> float:
        return min(self.limits.query_seconds, ask.seconds or self.limits.query_seconds)

    def _admitted(self, ask: Ask, reading: Reading, snapshot: Snapshot, started: float) -> Answer:
        with self._admission.admitted(ask.client) as waiter:
            if self._is_past(snapshot):
                self.follow()
            return self._told(waiter, self._answered(ask, reading, snapshot, started, self._seconds_for(ask)))

    async def _admitted_soon(self, ask: Ask, reading: Reading, snapshot: Snapshot, started: float) -> Answer:
        if reading.services:
            raise QueryRefused(NO_SERVICE, NO_SERVICE_ADVICE)
        turn = Turn()
        waiter = self._admission.enter(ask.client, turn.come)
        try:
            if not waiter.called:
                await turn.wait(self._admission.patience)
            self._admission.begin(waiter)
            if self._is_past(snapshot):
                await asyncio.to_thread(self.follow)
            message = message_of(ask, reading)
            return self._told(waiter, await self._tried_soon(message, snapshot, started, self._seconds_for(ask)))
        finally:
            self._admission.leave(waiter)

    def _told(self, waiter: Waiter, answer: Answer) -> Answer:
        """The answer; a file that is not closed yet is one of what its client may have at once."""
        if answer.file is not None:
            answer.file.fetched = self._admission.fetching(waiter)
        return answer

    def _answered(self, ask: Ask, reading: Reading, snapshot: Snapshot, started: float, seconds: float) -> Answer:
        """The answer to a query whose turn it is."""
        if reading.services:
            raise QueryRefused(NO_SERVICE, NO_SERVICE_ADVICE)
        return self._tried(message_of(ask, reading), snapshot, started, seconds)

    def _tried(self, message: dict[str, Any], snapshot: Snapshot, started: float, seconds: float) -> Answer:
        """What a worker says to `message`, or another one where the first was lost."""
        for last in range(TRIES - 1, -1, -1):
            try:
                return self._evaluate(dict(message), snapshot, started, seconds)
            except QueryLost:
                if not last:
                    raise
        raise AssertionError("unreachable")

    async def _tried_soon(self, message: dict[str, Any], snapshot: Snapshot, started: float, seconds: float) -> Answer:
        """As `_tried`, for a loop."""
        for last in range(TRIES - 1, -1, -1):
            try:
                return await self._evaluate_soon(dict(message), snapshot, started, seconds)
            except QueryLost:
                if not last:
                    raise
        raise AssertionError("unreachable")

    def _follow(self, newest: Snapshot) -> None:
        """Workers over an old release are let go, at once where they are idle, else when they have answered."""
        with self._lock:
            changed, self._current = newest.path != self._current.path, newest
        if changed:
            self._pool.retire(newest)
            self._pool.warm(newest)

    def _evaluate(self, message: dict[str, Any], snapshot: Snapshot, started: float, seconds: float) -> Answer:
        begun, deadline, worker = monotonic(), started + seconds, self._worker(snapshot)
        try:
            worker.get_ready(deadline)
            message["seconds"] = max(0.001, deadline - monotonic())
            kind, content = worker.ask(message, self._room, deadline)
        except wire.Closed:
            raise self._post_mortem(worker, seconds, begun - started) from None
        except BaseException as error:
            raise self._let_down(worker, error, seconds, begun - started) from None
        return self._taken(worker, kind, content, message["format"], monotonic() - begun)

    async def _evaluate_soon(
        self, message: dict[str, Any], snapshot: Snapshot, started: float, seconds: float
    ) -> Answer:
        """As `_evaluate`, for a loop. What asks may be cancelled: then the worker is killed, and its turn is free."""
        begun, deadline, worker = monotonic(), started + seconds, self._worker(snapshot)
        try:
            await worker.get_ready_soon(deadline)
            message["seconds"] = max(0.001, deadline - monotonic())
            kind, content = await worker.ask_soon(message, self._room, deadline)
        except wire.Closed:
            raise await asyncio.to_thread(self._post_mortem, worker, seconds, begun - started) from None
        except BaseException as error:
            raise self._let_down(worker, error, seconds, begun - started) from None
        return self._taken(worker, kind, content, message["format"], monotonic() - begun)

    def _worker(self, snapshot: Snapshot) -> Worker:
        """A worker to put one question to."""
        worker = self._pool.take(snapshot)
        worker.done = self._is_past(snapshot)  # nobody holds the files of a past release for the next one
        return worker

    def _let_down(self, worker: Worker, error: BaseException, seconds: float, waited: float) -> BaseException:
        """What to raise where nobody waits any longer for what a worker says; it is killed."""
        self._pool.kill(worker)
        return QueryTimeout(seconds, waited) if isinstance(error, TimeoutError) else error

    def _taken(self, worker: Worker, kind: bytes, content: bytes, media_type: str, seconds: float) -> Answer:
        """The answer in what a worker said, and the worker given back, replaced, or killed where it talks nonsense."""
        try:
            if kind.upper() == wire.BODY:
                return Answer(media_type, len(content), seconds, body=content)
            said = wire.unpack(content)
            if kind.upper() == wire.SPOOLED:
                file = worker.take_spare(said["length"])
                return Answer(media_type, said["length"], seconds, file=file)
            if said.get("spoiled"):
                worker.drop_spare()
            raise failed(said, self.limits)
        except (wire.Closed, LookupError, TypeError, ValueError):
            self._pool.kill(worker)
            raise QueryLost("The process that was answering has ended.", "Ask again.") from None
        finally:
            if kind.islower():
                self._pool.replace(worker)
            else:
                worker.done = worker.done or self._is_past(worker.snapshot)
                self._pool.give_back(worker)

    def _post_mortem(self, worker: Worker, seconds: float, waited: float) -> QueryError:
        """Why a worker died, by the signal that ended it; another takes its place."""
        try:
            return ended_by(self._pool.end_of(worker), seconds, waited, self.limits)
        finally:
            self._pool.kill(worker)  # one that has only hung up

    def _note(self, outcome: str, seconds: float) -> None:
        with self._lock:
            self._outcomes[outcome] += 1
            self._seconds += seconds


def _watch(lane: "weakref.ref[QueryLane]", closing: threading.Event) -> None:
    """Follow releases also while nobody asks: what was withdrawn must not stay open in a process of ours."""
    while not closing.wait(LOOK_SECONDS):
        watched = lane()
        if watched is None:
            return
        watched.follow()
        del watched
