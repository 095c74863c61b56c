"""The one store that is written to, and the snapshots taken from it. Opened only in a process apart, under the lock."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store

from graph.store.layout import gone_from_union, in_its_graph, in_union, is_laid_out, laid_out, told
from graph.terms import CATALOGUE_GRAPH


class WorkingStore:
    """An Oxigraph store on disk, open for writing, its quads laid out as `layout` says."""

    def __init__(self, path: Path) -> None:
        """Open the store in the folder `path`, made when there is none; OSError for a damaged or another one."""
        with _as_os_errors():
            self._store: Store | None = Store(str(path))
            empty = next(self._store.quads_for_pattern(None, None, None, None), None) is None  # len() counts them all
            other = not empty and not is_laid_out(self._store)
        if other:
            self.close()
            raise OSError(f"{path} was written by another version")

    @property
    def store(self) -> Store:
        """The engine's store."""
        assert self._store is not None, "the store is closed"
        return self._store

    def fill(self, quads: Iterable[Quad]) -> None:
        """Put very many quads into an empty store. Not atomic when killed: only for a store nobody reads yet."""
        with _as_os_errors():
            self.store.bulk_extend(laid_out(quads))
            self.store.flush()

    def compact(self) -> None:
        """Have the engine merge its files: what was put in at several times lies in one place, and is read quicker."""
        with _as_os_errors():
            self.store.optimize()

    def holds(self, graph: NamedNode) -> set[Quad]:
        """Everything in one graph."""
        with _as_os_errors():
            return set(self.store.quads_for_pattern(None, None, None, graph))

    def value(self, subject: NamedNode, predicate: NamedNode) -> str | None:
        """The one value of a property in the catalogue."""
        with _as_os_errors():
            found = next(self.store.quads_for_pattern(subject, predicate, None, CATALOGUE_GRAPH), None)
        return None if found is None else getattr(found.object, "value", None)

    def apply(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Take quads out and put quads in, both or neither, and make it last.

        One update request is one transaction of the engine; its terms are written by the engine itself.
        """
        out, into = {in_its_graph(quad) for quad in removed}, {in_its_graph(quad) for quad in added}
        with _as_os_errors():
            out |= set(gone_from_union(self.store, out, into))
            into |= {in_union(quad) for quad in into}
            steps = [(word, block) for word, quads in (("DELETE", out), ("INSERT", into)) if (block := _block(quads))]
            update = " ;\n".join(f"{word} DATA {{\n{block}}}" for word, block in steps)
            self.store.update(update)
            self.store.flush()

    def snapshot(self, target: Path) -> None:
        """A copy in the folder `target`, which must not exist; files that never change are shared with it."""
        with _as_os_errors():
            self.store.backup(str(target))

    def close(self) -> None:
        """Let the files go; the engine closes when nothing refers to it any more."""
        if self._store is not None:
            self._store = None
            gc.collect()


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """The engine says some kinds of damage with a RuntimeError ("Corruption: ..."); to us they are all OSError."""
    try:
        yield
    except RuntimeError as error:
        raise OSError(str(error)) from error


def _block(quads: Iterable[Quad]) -> str:
    lines = []
    for quad in quads:
        triple = f"{quad.subject} {quad.predicate} {quad.object} ."
        lines.append(
            f"GRAPH {quad.graph_name} {{ {triple} }}\n" if isinstance(quad.graph_name, NamedNode) else f"{triple}\n"
        )
    return "".join(lines)


def as_stored(quads: Iterable[Quad]) -> set[Quad]:
    """`quads` as the engine gives them back: it rewrites the lexical forms of numbers and durations."""
    store = Store()
    store.extend(quads)
    return set(store)


def in_memory(quads: Iterable[Quad]) -> Store:
    """A store of `quads`, laid out as every release is, that nothing lasts of."""
    store = Store()
    store.extend(laid_out(quads))
    return store


def snapshot_quads(path: Path) -> set[Quad]:
    """Every quad of a snapshot; as they are stored where the union is not that of its graphs, which equals nothing."""
    stored = set(Store.read_only(str(path)))
    quads = set(told(stored))
    return quads if set(laid_out(quads)) == stored else stored
