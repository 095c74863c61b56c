"""Long texts are read a few at a time for each client: the worst takes a fifth of a second, and others wait for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from graph.store.lane.errors import LaneBusy

LONG = 2 << 10  # characters; to read the worst of fewer takes 6 ms
AT_ONCE = 2  # texts of one client that are read
MOST = 16  # texts of one client that are read or wait for it; the last waits a second and a half


@dataclass(slots=True)
class _Client:
    turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))
    there: int = 0


class Readings:
    """Who has texts read at this moment; nobody is remembered longer. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[str, _Client] = {}

    @contextmanager
    def of(self, name: str, text: str) -> Iterator[None]:
        """A turn to read `text` for the client `name`, at once where it is short; `LaneBusy` where it has too many."""
        if len(text) <= LONG:
            yield
            return
        with self._lock:
            client = self._clients.setdefault(name, _Client())
            if client.there >= MOST:
                raise LaneBusy(f"{client.there} of your queries are being answered already.", 1.0, own_doing=True)
            client.there += 1
        try:
            with client.turns:
                yield
        finally:
            with self._lock:
                client.there -= 1
                if not client.there:
                    del self._clients[name]
