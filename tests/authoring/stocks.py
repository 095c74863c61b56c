"""Stock of a site as tests see it: taken and kept, and all that can be learnt from it."""

from collections.abc import Callable

from graph.authoring.record import Record
from graph.authoring.stock import Cache, Stock, take_stock
from graph.errors import AuthoringErrors, KhronikaError


def told(take: Callable[[], Stock]) -> object:
    """All that can be learnt of a site: its records word for word, or every complaint."""
    try:
        stock = take()
        held_back = {record.id for record in stock.records() if record.until}
        return [words_of(r) for r in stock.records()], [said(e) for e in sorted(stock.undescribed(held_back), key=str)]
    except AuthoringErrors as errors:
        return [said(error) for error in errors.problems]
    except KhronikaError as error:
        return str(error)


def said(error: object) -> tuple[object, ...]:
    return error.path, error.line, error.problem, error.hint


def words_of(record: Record) -> tuple[object, ...]:
    whole = (record.triples, record.catalogue, dict(record.lines))
    return record.id, record.iri, record.path, record.access, record.until, record.digest, record.text, whole


def keeping(site, cache: Cache) -> Stock:
    stock = take_stock(site.settings, cache)
    stock.keep(cache.erased)
    return stock
