"""The records of a site on their way to a release, those compiled before taken from where they are kept."""

from contextlib import suppress

from graph.authoring.stock import Cache, News, Stock, nobody, take_stock
from graph.history.errors import JournalError
from graph.history.journal import Journal
from graph.releases.errors import NotWritable, SiteBusy
from graph.releases.files.locks import only_one
from graph.releases.places import Places
from graph.settings import Settings


def stock_of(settings: Settings, journal: Journal | None, news: News = nobody) -> Stock:
    """Stock of the records; raises as `take_stock`. A site without a state folder is given none."""
    places = Places(settings.var)
    unknown = journal is None and places.journal.exists()  # who cannot tell what was erased keeps nothing
    cache = Cache(places.compiled, _erased(journal)) if places.var.is_dir() and not unknown else None
    return take_stock(settings, cache, news)


def keep(stock: Stock, settings: Settings, journal: Journal | None, *, locked: bool) -> None:
    """Keep what was compiled for the next time.

    Under the lock, which is `locked` already by who publishes: an erase holds it too, throws away all that is kept, and
    what speaks of the erased is not kept again. Where somebody else holds it, nothing is kept.
    """
    if not stock.is_news:
        return
    if locked:
        with suppress(JournalError):  # who publishes meets what is wrong with it, and says so
            stock.keep(_erased(journal))
        return
    with suppress(SiteBusy, NotWritable), only_one(Places(settings.var).lock, seconds=0):
        stock.keep(_erased(journal))


def _erased(journal: Journal | None) -> frozenset[str]:
    return frozenset(w.iri for w in journal.withdrawals if w.erased) if journal else frozenset()
