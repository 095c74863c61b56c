"""The plain facts of a release, as its part `record/derived`."""

from collections.abc import Iterable
from itertools import chain

from graph.history.payloads import canonical, in_graph, quads_of
from graph.settings import Settings
from graph.store.embedded import EmbeddedReader


def derived_text(texts: Iterable[bytes], settings: Settings) -> bytes:
    """The canonical N-Quads of what follows from all other parts of a release."""
    from graph.checking.derived import derive  # here, so that a reader's process need not load it

    with EmbeddedReader.of(chain.from_iterable(map(quads_of, texts))) as reader:
        return canonical(in_graph(derive(reader), settings.record("derived")))
