"""What the next release goes on from, made ready while that is still being checked: the last one, the store, the index.

Nothing of it says anything of the next release, so nothing is lost or shown if it comes to nothing. Only ever in a
process apart, under the lock.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from graph.errors import KhronikaError
from graph.history.journal import Journal
from graph.releases.derived.indexing import Copying, copying
from graph.releases.files.pruning import snapshots, sweep
from graph.releases.places import Places
from graph.releases.storing import Opened, open_store
from graph.releases.view import Moment, View, view_of
from graph.settings import Settings


@dataclass(frozen=True, slots=True)
class Ready:
    """The newest release as it is then; the working store and a copy of the last index, if they are whole."""

    last: View
    store: Opened | None
    index: Copying


@contextmanager
def ready_for_next(settings: Settings) -> Iterator[Ready | None]:
    """All that; None where there is no release, or something is wrong, which the work itself will say."""
    with ExitStack() as kept:
        yield _ready(settings, kept)


def _ready(settings: Settings, kept: ExitStack) -> Ready | None:
    places = Places(settings.var)
    try:
        sweep(places)
        journal = kept.enter_context(Journal(places.journal))
        newest = journal.newest()
        if newest is None:
            return None
        index = kept.enter_context(copying(places, max(snapshots(places), default=0)))
        last = view_of(journal, newest, settings, Moment.THEN)
        store = open_store(settings, places)
    except (KhronikaError, OSError):
        return None
    if store:
        kept.callback(store.store.close)
    return Ready(last, store, index)
