"""One query over one open store, written whole into a spool, or the reason why not. Runs inside a worker."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize

from graph.store.lane.linking import linked
from graph.store.lane.spool import Full, NoRoom, Spool
from graph.store.lane.tables import Functions, TooManyRows, Unreadable, compose
from graph.store.lane.wellformed import Unsayable, unsayable, wellformed
from graph.store.layout import is_laid_out

MERGE_QUADS = 200_000  # a merge of graphs is built in memory: about a second and 100 MB
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
UNCLEAR = "Cannot tell SELECT, ASK, CONSTRUCT and DESCRIBE apart here: put spaces between the words of the query."
NO_SUCH_GRAPH = (
    "There is no graph <{}> here, and nothing is fetched from elsewhere. "
    "The graphs there are: SELECT DISTINCT ?g {{ GRAPH ?g {{}} }}"
)
NAMES = ("http:", "https:", "urn:")  # what an IRI of a graph may begin with and be a name, not a place to read from
LONGEST_REASON = 300  # the engine lists every character that might have come; the first few say enough

RDF_FORMATS = {f.media_type.split(";")[0]: f for f in (
    RdfFormat.TURTLE, RdfFormat.JSON_LD, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML, RdfFormat.TRIG, RdfFormat.N_QUADS
)}  # fmt: skip
RESULT_FORMATS = {f.media_type.split(";")[0]: f for f in (
    QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.CSV, QueryResultsFormat.TSV
)}  # fmt: skip


class Failure(Exception):
    """Why there is no answer: `kind` is one of syntax, refused, large, rows, memory, elsewhere, unsayable, lost."""

    def __init__(self, kind: str, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(kind, reason, line, column)
        self.kind, self.reason, self.line, self.column = kind, reason, line, column


def evaluate(store: Store, ask: Mapping[str, Any], prefixes: Mapping[str, str], spool: Spool) -> None:
    """Answer `ask` (see `wire`) into `spool`; `Failure` instead of anything less than all of it."""
    try:
        _write(store, ask, prefixes, spool)
    except SyntaxError as error:
        raise _misread(str(error)) from None
    except Full as error:
        raise Failure("large", f"The answer is longer than {error.cap / (1 << 20):g} MB.") from None
    except MemoryError:
        raise Failure("memory", "The query needs more memory than one query may have.") from None
    except RuntimeError as error:  # the engine's word for a function or aggregate that it does not know
        raise Failure("syntax", str(error)) from None
    except Unsayable as error:
        raise Failure("unsayable", error.reason) from None
    except NoRoom:
        raise Failure("lost", "There is no room on disk for the answer.") from None
    except OSError as error:
        if meant := unsayable(error):
            raise Failure("unsayable", meant.reason) from None
        raise Failure("refused", f"The query reaches outside this store, which nothing here may: {error}.") from None


def _write(store: Store, ask: Mapping[str, Any], prefixes: Mapping[str, str], spool: Spool) -> None:
    if ask.get("check"):
        _check(ask)
        return
    text, functions = ask["query"], None
    if "parts" in ask:
        text, functions = _composed(ask)
    source, options = _dataset(store, ask)
    results = source.query(text, base_iri=ask["base"], custom_functions=functions, **options)
    wanted = ask["format"]
    if isinstance(results, QueryTriples):
        if wanted not in RDF_FORMATS:
            raise Failure("syntax", UNCLEAR)
        out = wellformed(spool, wanted)
        serialize(results, cast(BinaryIO, out), RDF_FORMATS[wanted], prefixes=dict(prefixes))
    else:
        if wanted not in RESULT_FORMATS:
            raise Failure("syntax", UNCLEAR)
        out = wellformed(linked(spool, ask["link"], wanted), wanted)
        results.serialize(cast(BinaryIO, out), RESULT_FORMATS[wanted])


def _check(ask: Mapping[str, Any]) -> None:
    """Whether the query can be read at all, before anybody else is asked anything for it."""
    with suppress(OSError, RuntimeError):  # SERVICE, which cannot be reached from here
        Store().query(ask["query"], base_iri=ask["base"])


def _composed(ask: Mapping[str, Any]) -> tuple[str, Functions]:
    try:
        made = compose(ask["parts"], ask["tables"], ask["rows"])
    except Unreadable as error:
        raise Failure("elsewhere", str(error)) from None
    except TooManyRows:
        raise Failure("rows", f"The endpoints asked sent more than {ask['rows']:,} rows.") from None
    return made.text, made.functions


def _dataset(store: Store, ask: Mapping[str, Any]) -> tuple[Store, dict[str, Any]]:
    """The store to ask and how; a dataset of the request or the query replaces the site's own (SPARQL 1.1 §13)."""
    if ask["default"] is None and ask["named"] is None:
        return store, {"use_default_graph_as_union": not is_laid_out(store)}
    defaults = [_graph(store, iri, ask["strict"]) for iri in dict.fromkeys(ask["default"] or ())]
    names = [_graph(store, iri, ask["strict"]) for iri in dict.fromkeys(ask["named"] or ())]
    if len(defaults) < 2:
        return store, {"default_graph": defaults, "named_graphs": names}
    return _merged(store, defaults, names), {"default_graph": DefaultGraph(), "named_graphs": names}


def _graph(store: Store, iri: str, strict: bool) -> NamedNode:
    """A graph of the dataset.

    One that is not here is refused where FROM names it (`strict`) or where it would be a place to read from; named by
    a parameter of the protocol it is an empty graph, as clients of many graphs and W3C's tests expect.
    """
    try:
        name = NamedNode(iri)
    except ValueError:
        raise Failure("syntax", f"<{iri}> is not an IRI.") from None
    if (strict or not iri.lower().startswith(NAMES)) and not store.contains_named_graph(name):
        raise Failure("refused", NO_SUCH_GRAPH.format(iri))
    return name


def _merged(store: Store, defaults: Sequence[NamedNode], names: Sequence[NamedNode]) -> Store:
    """A store whose default graph is the RDF merge of several: the engine would count a statement once for each."""
    merged, count = Store(), 0
    for graph, target in [(g, DefaultGraph()) for g in defaults] + [(g, g) for g in names]:
        for quad in store.quads_for_pattern(None, None, None, graph):
            count += 1
            if count > MERGE_QUADS:
                raise Failure("large", f"A merge of graphs may hold {MERGE_QUADS:,} statements; these hold more.")
            merged.add(Quad(quad.subject, quad.predicate, quad.object, target))
    return merged


def _misread(message: str) -> Failure:
    place = _PLACE.match(message)
    line, column, reason = (int(place[1]), int(place[2]), place[3]) if place else (0, 0, message)
    if len(reason) > LONGEST_REASON:
        reason = reason[:LONGEST_REASON].rsplit(",", 1)[0] + ", …"
    return Failure("syntax", reason, line, column)
