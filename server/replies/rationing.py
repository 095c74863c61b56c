"""How often one client may do something that lasts. Who it was nothing tells: keyed hashes, in memory, for a day."""

import hmac
import secrets
import threading
from collections.abc import Callable
from time import monotonic

DAY_SECONDS = 86_400.0  # how long a key lives; with it goes all that could tie two requests together
MOST_CLIENTS = 10_000  # accounts kept; the fullest half goes when there are more, as a full one tells nothing


class Ration:
    """So much at a stretch, `burst`, and one more every `seconds`. For any thread; `clock` gives growing seconds."""

    def __init__(self, burst: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._burst, self._seconds, self._clock = burst, seconds, clock
        self._lock = threading.Lock()
        self._spent: dict[bytes, tuple[float, float]] = {}  # what was taken and not yet given back, as of when
        self._key, self._since = secrets.token_bytes(32), clock()

    def take(self, name: str) -> float:
        """Take one for the client `name`: 0, or the seconds to wait for the next one where none is left."""
        with self._lock:
            now = self._clock()
            self._turn(now)
            key = hmac.digest(self._key, name.encode("utf-8", "surrogateescape"), "sha256")[:16]
            spent = self._left_of(key, now)
            if spent > self._burst - 1:
                return (spent - self._burst + 1) * self._seconds
            self._spent[key] = (spent + 1, now)
            return 0.0

    def _turn(self, now: float) -> None:
        if now - self._since > DAY_SECONDS:
            self._key, self._since = secrets.token_bytes(32), now
            self._spent.clear()
        if len(self._spent) >= MOST_CLIENTS:
            owing = sorted(self._spent, key=lambda key: self._left_of(key, now))
            for key in owing[: MOST_CLIENTS // 2]:
                del self._spent[key]

    def _left_of(self, key: bytes, now: float) -> float:
        spent, since = self._spent.get(key, (0.0, now))
        return max(0.0, spent - (now - since) / self._seconds)
