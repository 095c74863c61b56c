"""A release as a lane reads it, laid out as real ones are, without a journal behind it."""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad, Store

from graph.store.layout import laid_out
from graph.store.workers import Snapshot


def write_snapshot(folder: Path, quads: Iterable[Quad]) -> Snapshot:
    """Release 7 with these statements, below `folder`."""
    store = Store(str(folder / "writing"))
    store.extend(laid_out(quads))
    store.flush()
    store.backup(str(folder / "store"))
    return Snapshot(7, "7" * 64, folder / "store")
