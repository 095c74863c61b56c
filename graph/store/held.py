"""A release in memory, for a process that forks: all its forks share it, and a look takes a fraction of one on disk.

A store on disk has threads, which no fork survives. So short-lived forks open it, and pour it into files that are in
memory only; from those it is taken in here, by a process that has neither threads nor files of the engine.
"""

import os
import struct
import traceback
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn, Self

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from graph.store.lane.sandbox import lives_with

COUNT = struct.Struct("=Q")  # quads of the whole store, before those of the union
FRAME = struct.Struct("=II")  # bytes of a graph's name, and of its statements


class Snapshot(NamedTuple):
    """Tells one snapshot from every other, those of the same release included."""

    digest: str
    inode: int
    changed: int


class Held(NamedTuple):
    """What `snapshot` holds, in memory."""

    snapshot: Snapshot
    store: Store


def snapshot_of(digest: str, manifest: int) -> Snapshot:
    """The snapshot whose content has a `digest` and whose manifest is open as the descriptor `manifest`."""
    found = os.fstat(manifest)
    return Snapshot(digest, found.st_ino, found.st_mtime_ns)


def megabytes(store: Path) -> float:
    """What the files of a store take on disk; in memory it is about a third more."""
    return sum(each.stat().st_size for each in store.iterdir()) / 2**20


def taken_in(path: Path) -> Store | None:
    """The store at `path`, in memory; None where this machine cannot, or something of it got lost on the way.

    Forks: the caller has no threads, and keeps the files from being removed meanwhile.
    """
    if not hasattr(os, "memfd_create"):  # in a file on disk it would be found when it has long been taken back
        return None
    store = Store()
    with _Poured(path, _union) as union, _Poured(path, _named) as named:
        file = union.read()
        count = file.read(COUNT.size)
        store.bulk_load(file, RdfFormat.N_TRIPLES, lenient=True)  # it has been read before
        for graph, text in _texts(named.read()):
            store.bulk_load(text, RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
    return store if count == COUNT.pack(len(store)) else None


class _Poured:
    """A fork that pours a store, or a part of it, into a file in memory."""

    def __init__(self, path: Path, pour: Callable[[Store, BinaryIO], object]) -> None:
        self._file = os.fdopen(os.memfd_create("khronika"), "w+b")
        self._status: int | None = None  # how it ended
        parent = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            _pour(path, pour, self._file, parent)

    def read(self) -> BinaryIO:
        """The file, as soon as all is in it: from its beginning, and empty where that failed."""
        return self._file if self._ended() == 0 else BytesIO()

    def _ended(self) -> int:
        if self._status is None:
            self._status = os.waitpid(self._pid, 0)[1]
        return self._status

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended()
        self._file.close()


def _pour(path: Path, pour: Callable[[Store, BinaryIO], object], file: BinaryIO, parent: int) -> NoReturn:
    status = 1
    try:
        if lives_with(parent):
            pour(Store.read_only(str(path)), file)
            file.flush()
            file.seek(0)
            status = 0
    except (OSError, RuntimeError):  # it is damaged or gone; who reads it from disk says which
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _union(store: Store, file: BinaryIO) -> None:
    file.write(COUNT.pack(len(store)))
    store.dump(file, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())


def _named(store: Store, file: BinaryIO) -> None:
    for graph in store.named_graphs():
        assert isinstance(graph, NamedNode), "records have no blank nodes"
        text, name = BytesIO(), graph.value.encode()
        store.dump(text, RdfFormat.N_TRIPLES, from_graph=graph)
        file.write(FRAME.pack(len(name), text.tell()) + name)
        file.write(text.getbuffer())


def _texts(file: BinaryIO) -> Iterator[tuple[NamedNode, bytes]]:
    """The statements of each graph, one at a time: all of them take much room."""
    while head := file.read(FRAME.size):
        name, text = FRAME.unpack(head)
        yield NamedNode(file.read(name).decode()), file.read(text)
