"""Who may ask next. First come, first served, each wait bounded; nobody takes all of the lane, nobody is remembered.

A client has a budget of query-seconds that fills again with time. One that has spent a little of it lately, or asks
another question while its first slow one is being answered, is heavy; the heavy ones together leave one worker free, so
that a small question does not wait behind their long ones.
"""

import asyncio
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from time import monotonic

from graph.store.lane.errors import LaneBusy

DAY_SECONDS = 86_400.0  # how long a key lives in memory; with it goes all that could tie queries to a client
RETURNING = 1 / 120  # of the budget, a second: with 60 query-seconds, half a worker for as long as one likes
HEAVY = 1 / 30  # of the budget: with 60 query-seconds, two of them
QUICK_SECONDS = 0.05  # who asks questions that take less may ask several at once and not be heavy
MOST_CLIENTS = 10_000  # balances kept; the fullest go first, a full one tells nothing


@dataclass(frozen=True, slots=True)
class Shares:
    """What the lane gives. Seconds are of evaluation, not of waiting."""

    workers: int  # queries at a time
    waiting: int  # queries that may wait
    patience: float  # seconds one may wait
    at_once: int  # queries of one client: waiting, running, and those whose long answers it still fetches
    budget: float  # query-seconds a client may spend at a stretch


@dataclass(slots=True)
class _Client:
    spent: float = 0.0
    at: float = 0.0
    asking: int = 0
    running: int = 0
    fetching: set[object] = field(default_factory=set)  # a mark for each file; to take one away needs no lock
    mean: float = 1.0  # seconds one of its queries takes, of late; slow until it is known


@dataclass(slots=True, eq=False)
class Waiter:
    """One query at the door. `call` is told, from any thread, when its turn has come."""

    client: _Client
    call: Callable[[], object]
    heavy: bool = False  # whether it runs as one of the heavy
    called: bool = False
    since: float | None = None  # when its turn began


class Admission:
    """The door. `clock` gives seconds that only grow."""

    def __init__(self, shares: Shares, clock: Callable[[], float] = monotonic) -> None:
        self._shares, self._clock = shares, clock
        self._lock = threading.Lock()
        self._queue: deque[Waiter] = deque()
        self._running = self._running_heavy = 0
        self._clients: dict[bytes, _Client] = {}
        self._key, self._key_since = secrets.token_bytes(32), clock()
        self._mean = 0.0  # seconds a query takes, of late

    @property
    def waiting(self) -> int:
        """How many wait at this moment."""
        return len(self._queue)

    @property
    def running(self) -> int:
        """How many run at this moment."""
        return self._running

    @contextmanager
    def admitted(self, name: str) -> Iterator[Waiter]:
        """Hold a turn of the lane for the client `name`; `LaneBusy` instead of a wait that would be too long."""
        turn = threading.Event()
        waiter = self.enter(name, turn.set)
        try:
            turn.wait(self.patience)
            self.begin(waiter)
            yield waiter
        finally:
            self.leave(waiter)

    @property
    def patience(self) -> float:
        """How many seconds one may wait for a turn."""
        return self._shares.patience

    def enter(self, name: str, call: Callable[[], object]) -> Waiter:
        """A place in the queue for the client `name`; `call` is told when its turn has come, which may be at once.

        `LaneBusy` instead of a wait that would be too long. Whoever has entered must `leave`.
        """
        with self._lock:
            client = self._client(name)
            self._check_share(client)
            waiter = Waiter(client, call)
            self._check_room(waiter)
            client.asking += 1
            self._queue.append(waiter)
            self._call()
        return waiter

    def begin(self, waiter: Waiter) -> None:
        """Take the turn; `LaneBusy` where it has not come in the time there was."""
        with self._lock:
            if not waiter.called:
                raise LaneBusy("Too many long queries are being answered.", self._shares.patience)
            waiter.since = self._clock()

    @staticmethod
    def fetching(waiter: Waiter) -> Callable[[], None]:
        """Count a long answer as one of its client's queries; the function that is given ends that."""
        mark, marks = object(), waiter.client.fetching
        marks.add(mark)
        return lambda: marks.discard(mark)

    def leave(self, waiter: Waiter) -> None:
        """Give back the turn, or the place in the queue."""
        client = waiter.client
        with self._lock:
            client.asking -= 1
            if not waiter.called:
                self._queue.remove(waiter)
                return
            seconds = 0.0 if waiter.since is None else self._clock() - waiter.since
            self._running -= 1
            self._running_heavy -= waiter.heavy
            self._mean += (seconds - self._mean) / 8
            self._refill(client)
            client.spent += seconds
            client.running -= 1
            client.mean += (seconds - client.mean) / 4
            self._call()

    def _call(self) -> None:
        """Give free turns to those who wait, in order; the heavy ones may not take the last. Lock held."""
        if not self._queue or self._running >= self._shares.workers:
            return
        for waiter in tuple(self._queue):
            if not self._may_run(waiter):
                continue
            self._queue.remove(waiter)
            waiter.heavy = self._is_heavy(waiter.client)
            waiter.client.running += 1
            self._running += 1
            self._running_heavy += waiter.heavy
            waiter.called = True
            waiter.call()

    def _may_run(self, waiter: Waiter) -> bool:
        """Whether there is a turn for it at this moment. Lock held."""
        if self._running >= self._shares.workers:
            return False
        most = max(1, self._shares.workers - 1)
        return not self._is_heavy(waiter.client) or (self._running_heavy < most and waiter.client.running < most)

    def _is_heavy(self, client: _Client) -> bool:
        """Whether its next query may not have the last worker. Lock held."""
        self._refill(client)
        return client.spent > self._shares.budget * HEAVY or (client.running > 0 and client.mean > QUICK_SECONDS)

    def _check_room(self, waiter: Waiter) -> None:
        """Refuse at once whoever would have to wait too long. Lock held."""
        if self._may_run(waiter):
            return
        place = len(self._queue)
        wait = self._mean * (place + self._running - self._shares.workers + 1) / self._shares.workers
        if place >= self._shares.waiting or wait > 2 * self._shares.patience:
            raise LaneBusy("Too many queries are waiting.", max(1.0, min(wait, 2 * self._shares.patience)))

    def _check_share(self, client: _Client) -> None:
        """Refuse a client that has used its share. Lock held."""
        many = client.asking + len(client.fetching)
        if many >= self._shares.at_once:
            raise LaneBusy(f"{many} of your queries are being answered already.", 1.0, own_doing=True)
        self._refill(client)
        over = client.spent - self._shares.budget
        if over > 0:
            raise LaneBusy(
                f"Your queries of the last minutes took more than {self._shares.budget:g} seconds to answer.",
                over / (self._shares.budget * RETURNING),
                own_doing=True,
            )

    def _refill(self, client: _Client) -> None:
        now = self._clock()
        if client.spent:
            client.spent = max(0.0, client.spent - (now - client.at) * self._shares.budget * RETURNING)
        client.at = now

    def _client(self, name: str) -> _Client:
        """The account of a client, found by its name hashed with today's key. Lock held."""
        now = self._clock()
        if now - self._key_since > DAY_SECONDS:
            self._key, self._key_since = secrets.token_bytes(32), now
            self._clients.clear()
        key = blake2b(name.encode("utf-8", "surrogateescape"), key=self._key, digest_size=16).digest()
        client = self._clients.get(key)
        if client is None:
            if len(self._clients) >= MOST_CLIENTS:
                self._forget_idle()
            client = self._clients[key] = _Client(at=now)
        return client

    def _forget_idle(self) -> None:
        """Drop the half of the accounts that have most left. Lock held."""
        idle = [key for key, client in self._clients.items() if not client.asking and not client.fetching]
        for client in self._clients.values():
            self._refill(client)
        idle.sort(key=lambda key: self._clients[key].spent)
        for key in idle[: MOST_CLIENTS // 2]:
            del self._clients[key]


class Turn:
    """A wait of a loop for a turn that any thread may give."""

    def __init__(self) -> None:
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._waiting: asyncio.Future[None] | None = None
        self._come = False

    def come(self) -> None:
        """The turn has come; from any thread."""
        self._come = True
        if self._waiting is None:
            return
        if threading.get_ident() == self._thread:
            self._wake(self._waiting)
        else:
            self._loop.call_soon_threadsafe(self._wake, self._waiting)

    async def wait(self, seconds: float) -> None:
        """Until the turn has come, or `seconds` have passed."""
        waiting = self._waiting = self._loop.create_future()
        if self._come:
            return
        timer = self._loop.call_later(seconds, self._wake, waiting)
        try:
            await waiting
        finally:
            timer.cancel()

    @staticmethod
    def _wake(waiting: "asyncio.Future[None]") -> None:
        if not waiting.done():
            waiting.set_result(None)
