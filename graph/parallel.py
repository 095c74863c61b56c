"""The one place outside of the store that uses more than one core.

Threads are enough: loading a store and asking it happen outside Python's lock, while the screens hold it.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def beside(task: Callable[[], T]) -> "Future[T]":
    """Start a task on another core; its result, or its error, comes from `.result()`."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(task)
    pool.shutdown(wait=False)
    return future


def all_at_once(tasks: Iterable[Callable[[], T]]) -> list[T]:
    """The results of some tasks, in their order, each core busy with one; the first error is raised."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]
