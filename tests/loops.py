"""A coroutine run to its end, in a thread of its own: tests of pages leave a loop behind in the thread they run in."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_through(work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives, or raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
