"""Waiting for what happens in other processes, and a clock that only a test moves."""

import time
from collections.abc import Callable


def came_true(what: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether it is so within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.01)
    return False


class Clock:
    """As `time.monotonic`, for whoever is given it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
