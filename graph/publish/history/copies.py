"""A copy of a document or an answer that somebody kept: what it says, which release it names, and how it differs."""

import csv
import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from graph.errors import KhronikaError
from graph.formats import (
    CSV_RESULTS,
    HTML,
    JSON_LD,
    JSON_RESULTS,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    TRIG,
    TSV_RESULTS,
    XML_RESULTS,
    Format,
    by_media_type,
    by_suffix,
)
from graph.publish.history.cited import Cited, read_permanent
from graph.terms import DCTERMS

HINT = "Take the Turtle, TriG, N-Triples, RDF/XML or JSON-LD of a page, or an answer of /sparql."
_LINKS = re.compile(r"<link\s+href=(\"[^\"]*\"|'[^']*')\s*/>")


class NotComparable(KhronikaError):
    """Nothing can be said of a copy: `problem` says why, a sentence, and `hint` what to do."""

    def __init__(self, what: str, problem: str, hint: str = "") -> None:
        super().__init__(what, problem, hint)
        self.what, self.problem, self.hint = what, problem, hint

    def __str__(self) -> str:
        return f"{self.what}: {self.problem}" + (f"\n  {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy says, in lines: the statements of a document, or the rows of an answer, each as often as it comes.

    `format` is one that says as much as the copy: with the graphs of statements, or without where it has none.
    `names` are the permanent addresses that it carries for itself.
    """

    format: Format
    lines: Counter[str]
    names: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """How many lines a copy has more and less than what was released, and the first of each in the order of lines.

    What a document says of itself comes last: of another release its date differs too.
    """

    more: int
    less: int
    first_more: str | None
    first_less: str | None


def read_copy(content: bytes, name: str, media_type: str = "") -> Copy:
    """What `content` says; its format is told by `media_type`, else by the suffix of `name`, else by its first bytes.

    Raises `NotComparable` for what is neither RDF nor results of a query, or cannot be read as what it seems to be.
    """
    form = _format(content, name, media_type)
    try:
        return _rows(content, form) if form.results else _statements(content, form)
    except (ValueError, SyntaxError, OSError) as error:
        problem = f"cannot be read as {form.name}: {error}"
        raise NotComparable(name, problem, "It is not whole, or was changed since it was saved.") from None


def difference(copy: Copy, released: Copy) -> Difference | None:
    """How a copy differs from what was released; None where both say the same, in whichever order."""
    more, less = copy.lines - released.lines, released.lines - copy.lines
    if not more and not less:
        return None
    own = tuple(f"<{cited.address}> " for cited in (*copy.names, *released.names))
    first = [min(lines, key=lambda line: (line.startswith(own), line), default=None) for lines in (more, less)]
    return Difference(more.total(), less.total(), *first)


def _format(content: bytes, name: str, media_type: str) -> Format:
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    suffix = name.rpartition("/")[2].rpartition(".")[2]
    form = by_media_type(media_type.partition(";")[0]) or by_suffix(f".{suffix}")
    if form is HTML or b"<html" in start:
        raise NotComparable(name, "is a page for people, whose frame is in no release.", HINT)
    if start.startswith(b"{") and form not in (JSON_LD, JSON_RESULTS):
        form = JSON_RESULTS if b'"head"' in start else JSON_LD
    elif start.startswith(b"[") and form is None:
        form = JSON_LD
    elif start.startswith((b"<?xml", b"<sparql", b"<rdf:")):
        form = XML_RESULTS if b"sparql-results#" in start else RDF_XML
    if form is None:
        raise NotComparable(name, "is of no kind that can be compared.", HINT)
    return form


def _statements(content: bytes, form: Format) -> Copy:
    if form is RDF_XML and b"<!doctype" in content[:2000].lower():  # whose entities can be bombs
        raise ValueError("it has a document type declaration, which nothing of ours has.")
    assert form.rdf is not None
    # N-Triples is Turtle; both are TriG, so a suffix that is too narrow does no harm
    wanted = form.rdf if form in (RDF_XML, JSON_LD, N_QUADS) else RdfFormat.TRIG
    quads = list(parse(content, wanted))
    graphs = any(isinstance(q.graph_name, NamedNode) for q in quads)
    said = Counter(_canonical(quads))
    names = [_named(q) for q in quads if q.predicate == DCTERMS("hasVersion")]
    return Copy(TRIG if graphs else N_TRIPLES, said, tuple(dict.fromkeys(n for n in names if n)))


def _canonical(quads: Sequence[Quad]) -> list[str]:
    """Each quad as a line of N-Quads, blank nodes named by RDFC-1.0."""
    if any(isinstance(term, BlankNode) for q in quads for term in (q.subject, q.object, q.graph_name)):
        dataset = Dataset(quads)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        quads = list(dataset)
    written = serialize(dict.fromkeys(quads), format=RdfFormat.N_QUADS) or b""
    return written.decode("utf-8").splitlines()


def _named(quad: Quad) -> Cited | None:
    """The permanent address that a document gives for itself."""
    if not isinstance(quad.object, NamedNode) or not isinstance(quad.subject, NamedNode):
        return None
    cited = read_permanent(quad.object.value)
    return cited if cited and cited.address == quad.subject.value else None


def _rows(content: bytes, form: Format) -> Copy:
    if form in (CSV_RESULTS, TSV_RESULTS):
        text, between = io.StringIO(content.decode("utf-8"), newline=""), "," if form is CSV_RESULTS else "\t"
        return Copy(form, Counter(json.dumps(row, ensure_ascii=False) for row in csv.reader(text, delimiter=between)))
    assert form.results is not None
    results = parse_query_results(content, format=form.results)
    return Copy(form, Counter(_said(results)), _links(content, form))


def _said(results: QueryBoolean | QuerySolutions) -> Iterable[str]:
    if isinstance(results, QueryBoolean):
        return ["yes" if results else "no"]
    names = [variable.value for variable in results.variables]
    head = " ".join(f"?{name}" for name in names)
    rows = (" ".join(f"?{n} {row[n]}" for n in names if row[n] is not None) or "an empty row" for row in results)
    return [head, *rows]


def _links(content: bytes, form: Format) -> tuple[Cited, ...]:
    """The permanent addresses in the head of results."""
    if form is JSON_RESULTS:
        links = json.loads(content).get("head", {}).get("link", [])
    else:
        head = content.decode("utf-8").partition("</head>")[0]
        links = [html.unescape(found[1:-1]) for found in _LINKS.findall(head)]
    found = (read_permanent(link) for link in links if isinstance(link, str))
    return tuple(dict.fromkeys(c for c in found if c))
