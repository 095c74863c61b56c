"""In which format an answer is given: what the form of the query allows, and what the client wishes."""

from collections.abc import Sequence
from functools import lru_cache

from graph.formats import (
    GRAPH_FORMATS,
    HTML,
    JSON_LD,
    JSON_RESULTS,
    RDF_XML,
    RESULT_FORMATS,
    TURTLE,
    Format,
    by_media_type,
)
from server.http.negotiation import choose

GRAPH_FORMS = ("CONSTRUCT", "DESCRIBE")
LONGEST_KEPT = 500  # characters of an Accept field whose choice is remembered
# What clients call formats in `format=` besides our own names, suffixes and media types (SPARQLWrapper, YASGUI, curl)
NICKNAMES = {"ttl": TURTLE, "n3": TURTLE, "rdf": RDF_XML, "rdf+xml": RDF_XML, "jsonld": JSON_LD}


def offered(form: str) -> tuple[Format, ...]:
    """The formats an answer of this form (SELECT, ASK, CONSTRUCT, DESCRIBE) can have; the first is the default."""
    if form in GRAPH_FORMS:
        return GRAPH_FORMATS
    return RESULT_FORMATS


def choose_format(form: str, wishes: Sequence[str], accept: str | None) -> Format | None:
    """The format to answer in, HTML for a browser; None where nothing suits. `wishes` go before `accept`.

    Several wishes are alternatives (SPARQLWrapper sends two spellings of one): the first that fits is taken.
    """
    formats = offered(form)
    if wishes:
        named = (_named(wish, form, (*formats, HTML)) for wish in wishes)
        return next((format_ for format_ in named if format_ is not None), None)
    if accept is not None and len(accept) > LONGEST_KEPT:
        return choose(accept, (*formats, HTML), formats[0])
    return _chosen(accept, form in GRAPH_FORMS)


@lru_cache(maxsize=256)
def _chosen(accept: str | None, graph: bool) -> Format | None:
    """As `choose`: programs send the same few fields again and again."""
    formats = GRAPH_FORMATS if graph else RESULT_FORMATS
    return choose(accept, (*formats, HTML), formats[0])


def _named(wish: str, form: str, formats: Sequence[Format]) -> Format | None:
    word = wish.strip().lower()
    graph = form in GRAPH_FORMS
    nick = {**NICKNAMES, "json": JSON_LD if graph else JSON_RESULTS}
    if graph:
        nick["xml"] = RDF_XML
    candidates = (
        nick.get(word),
        next((f for f in formats if word in (f.name, f.suffix, f.suffix[1:], f.media_type) or word in f.aliases), None),
        by_media_type(word),
    )
    return next((f for f in candidates if f in formats), None)


def listed(form: str) -> list[str]:
    """The media types there are, for a 406."""
    return [f.media_type for f in (*offered(form), HTML)]
