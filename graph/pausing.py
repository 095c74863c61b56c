"""A pause for Python's collector of cycles while a large graph, or a long list of records, is gone through.

It looks at every object there is whenever their number has grown by a quarter, and finds nothing: neither holds cycles.
On a million triples that is most of the time. What is no longer used is freed all the same, by counting.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_collected() -> Iterator[None]:
    """No collection of cycles within; afterwards as it was before."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
