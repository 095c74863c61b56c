"""Long texts are read in turns: the worst takes a fifth of a second, in which everybody else of this process waits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from graph.store.lane.errors import LaneBusy

LONG = 2 << 10  # characters; to read the worst of fewer takes 6 ms
AT_ONCE = 2  # texts that are read, of two clients: more would only take from each other, as Python reads one at a time
MOST = 32  # texts that are read or wait for it, each in a thread: the last waits three seconds, and threads are left
OF_ONE = 16  # those of one client, where nobody else has any


@dataclass(slots=True)
class _Client:
    turn: threading.Lock = field(default_factory=threading.Lock)
    there: int = 0


class Readings:
    """Who has texts read at this moment; nobody is remembered longer. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(AT_ONCE)
        self._clients: dict[str, _Client] = {}

    @contextmanager
    def of(self, name: str, text: str) -> Iterator[None]:
        """A turn to read `text` for the client `name`, at once where it is short; `LaneBusy` where there are too many.

        One text of each client is read at a time, and the more clients there are the fewer texts each may have waiting:
        whoever sends many, from however many addresses, leaves room for who sends one.
        """
        if len(text) <= LONG:
            yield
            return
        client = self._entered(name)
        try:
            with client.turn, self._turns:
                yield
        finally:
            with self._lock:
                client.there -= 1
                if not client.there:
                    del self._clients[name]

    def _entered(self, name: str) -> _Client:
        with self._lock:
            client = self._clients.get(name) or _Client()
            others = len(self._clients) - (name in self._clients)
            if client.there >= max(1, min(OF_ONE, MOST // (others + 1))):
                raise LaneBusy(f"{client.there} of your queries are being answered already.", 1.0, own_doing=True)
            if sum(each.there for each in self._clients.values()) >= MOST:
                raise LaneBusy("Too many long queries are being answered.", 1.0)
            self._clients[name] = client
            client.there += 1
            return client
