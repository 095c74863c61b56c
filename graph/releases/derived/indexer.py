"""The search index of a large store made anew: by a process of its own, while the store is counted.

It reads a copy that shares the store's files, and writes in the same folder, whose name recovery removes. It ends when
its parent does. Whatever goes wrong with it, the index is made as that of a small store is: later, by its parent.
"""

import gc
import os
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Self

from graph.parallel import beside
from graph.releases.files.durable import TEMPORARY, remove_path
from graph.releases.places import Places
from graph.releases.view import View
from graph.search.building import FILE, write_index
from graph.store.apart import Progress, Waiting
from graph.store.embedded import EmbeddedReader
from graph.store.working import WorkingStore

MANY = 400  # parts; the index of fewer is made before another process has begun
_STORE = "store"


class Indexer:
    """Makes one index, once it was told what to `expect` and to `begin`: `with Indexer(places) as indexer`.

    Leaving the block ends whatever it does.
    """

    def __init__(self, places: Places, unfinished: str = TEMPORARY) -> None:
        """The name of the folder it works in begins with `unfinished`."""
        self._folder = places.releases / f"{unfinished}index-{uuid.uuid4().hex}"
        self._waiting: Waiting | None = None
        self._made: Callable[[], bool] = bool  # waits for it

    def expect(self, view: View) -> None:
        """Start the process, which waits for `view`; not for a small one, nor where there is one core.

        To be called while no store is open: nothing is forked from who holds one.
        """
        if len(view.contents) >= MANY and (os.cpu_count() or 1) > 1:
            with suppress(OSError):
                self._waiting = Waiting(__name__, bound=True)

    def begin(self, store: WorkingStore, view: View) -> None:
        """Have the index of `view` made, all of which `store` holds now, if it was expected.

        What is put in later, the statistics, is in no index.
        """
        if self._waiting is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True)
            store.snapshot(self._folder / _STORE)
            arguments = [str(self._folder), str(view.entry.number), view.digest]
            self._made = beside(partial(_made, self._waiting, arguments)).result

    def put(self, path: Path) -> bool:
        """Put the index at `path` once it is whole; False where there is none, and none is to be expected."""
        if not self._made():
            return False
        with suppress(OSError):
            (self._folder / FILE).rename(path)
            return True
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._waiting:
            self._waiting.kill()
            self._made()
            self._waiting.close()
            with suppress(OSError):  # recovery removes it too
                remove_path(self._folder)


def _made(waiting: Waiting, arguments: Sequence[str]) -> bool:
    try:
        return waiting.ask(arguments, None) == (True, None)
    except ValueError:  # it died in the middle of its last word
        return False


def work(arguments: Sequence[str], _progress: Progress) -> None:
    """Write the index of the store in the folder `arguments[0]`: release `arguments[1]`, named by `arguments[2]`.

    Only ever in a process apart. OSError where there is no room.
    """
    folder, release, digest = Path(arguments[0]), int(arguments[1]), arguments[2]
    gc.disable()  # what is made here is in no circle
    with EmbeddedReader.at(folder / _STORE, release=release, digest=digest) as reader:
        write_index(reader, folder / FILE)
