"""Proof that a form was asked for here and a moment ago, and that it is sent once: signed, and silent on whom."""

import hmac
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from enum import Enum
from time import time

SOONEST = 3.0  # seconds; nobody reads the form and writes in less
LATEST = 86_400.0  # seconds; a letter may take an evening, a ticket found in an old page is none
USED = 10_000  # tickets remembered as used; more than can be sent in the day they live
_TICKET = re.compile(r"([0-9a-f]{16})-([0-9]{1,12})-([0-9a-f]{32})")


class Standing(Enum):
    """What a ticket is worth."""

    GOOD = "good"
    SOON = "soon"  # sent faster than anybody writes
    STALE = "stale"  # too old, or of a server that has been started anew since
    FALSE = "false"  # not one of ours


class Tickets:
    """Signs and knows again. The key lives in memory: nothing has to be kept secret on disk. For any thread."""

    def __init__(self, clock: Callable[[], float] = time) -> None:
        self._clock, self._key = clock, secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._used: OrderedDict[str, str] = OrderedDict()

    def issue(self) -> str:
        """A new ticket."""
        return self._signed(secrets.token_hex(8), int(self._clock()))

    def standing(self, ticket: str) -> Standing:
        """What a ticket is worth at this moment."""
        found = _TICKET.fullmatch(ticket)
        if found is None:
            return Standing.FALSE
        issued = int(found[2])
        if not hmac.compare_digest(self._signed(found[1], issued), ticket):
            return Standing.STALE
        age = self._clock() - issued
        if age < SOONEST:
            return Standing.SOON
        return Standing.GOOD if age <= LATEST else Standing.STALE

    def result(self, ticket: str) -> str | None:
        """What came of a ticket that was used already: who presses the button twice has sent one letter."""
        with self._lock:
            return self._used.get(ticket)

    def use(self, ticket: str, result: str) -> None:
        """Remember what came of a ticket."""
        with self._lock:
            self._used[ticket] = result
            while len(self._used) > USED:
                self._used.popitem(last=False)

    def _signed(self, number: str, issued: int) -> str:
        sign = hmac.digest(self._key, f"{number}-{issued}".encode(), "sha256").hex()[:32]
        return f"{number}-{issued}-{sign}"
