"""The records of a site on their way to a release, those compiled before taken from where they are kept."""

from contextlib import suppress

from graph.authoring.stock import Cache, Stock, take_stock
from graph.history.journal import Journal
from graph.releases.errors import NotWritable, SiteBusy
from graph.releases.files.locks import only_one
from graph.releases.places import Places
from graph.settings import Settings


def stock_of(settings: Settings, journal: Journal | None, *, locked: bool) -> Stock:
    """Stock of the records, and what was compiled kept for the next time; raises as `take_stock`.

    Keeping is under the lock, which is `locked` already by who publishes: an erase holds it too, throws away all that
    is kept, and what speaks of the erased is not kept again. A site without a state folder is given none.
    """
    places = Places(settings.var)
    unknown = journal is None and places.journal.exists()  # who cannot tell what was erased keeps nothing
    stock = take_stock(
        settings, Cache(places.compiled, _erased(journal)) if places.var.is_dir() and not unknown else None
    )
    if locked:
        stock.keep(_erased(journal))
    elif stock.is_news:
        with suppress(SiteBusy, NotWritable), only_one(places.lock, seconds=0):
            stock.keep(_erased(journal))
    return stock


def _erased(journal: Journal | None) -> frozenset[str]:
    return frozenset(w.iri for w in journal.withdrawals if w.erased) if journal else frozenset()
