"""The plain facts of a release, as its part `record/derived`."""

from collections.abc import Iterable
from itertools import chain

from pyoxigraph import Store

from graph.history.payloads import canonical, in_graph, quads_of
from graph.settings import Settings
from graph.store.embedded import EmbeddedReader


def derived_text(texts: Iterable[bytes], settings: Settings) -> bytes:
    """The canonical N-Quads of what follows from all other parts of a release."""
    from graph.checking.derived import derive  # here, so that a reader's process need not load it

    store = Store()
    store.bulk_extend(chain.from_iterable(map(quads_of, texts)))
    with EmbeddedReader(
        store
    ) as reader:  # as the quads come: facts are a set, and a union kept would cost as much again
        return canonical(in_graph(derive(reader), settings.record("derived")))
