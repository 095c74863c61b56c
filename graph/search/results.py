"""What a page shows of something found: who says it and in which document, then the words, those asked for marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.claims import claim, quotation
from graph.publish.dates import When
from graph.publish.lens import Lens, Ref
from graph.publish.literals import Text, speaks
from graph.search.entries import NAMELESS, names, texts
from graph.search.index import Found
from graph.search.query import Query
from graph.search.snippets import Snippet, best_snippet, snippet
from graph.search.words import words
from graph.terms import DCTERMS, PROV, SCHEMA, SKOS

_PUBLISHER = SCHEMA("publisher")
WHOLE = 1 << 30  # characters: a title is not cut


@dataclass(frozen=True, slots=True)
class Said:
    """By whom, how (the word of the status, "" for a quotation), and in which documents of which dates."""

    speakers: Sequence[Ref]
    status: str
    documents: Sequence[Ref]
    dates: Sequence[When]


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `said` is there for claims and quotations, whose `words` stand in place of a title.

    `elsewhere` is a snippet of words that are not the thing's own, with whose they are (see `entries.texts`): where
    the thing's own do not show why it was found. `kinds` of a concept are the list it is in; who edits a record stands
    where publishers do.
    """

    ref: Ref
    kind: str
    date: When | None
    said: Said | None
    title: Snippet | None
    words: Snippet | None
    elsewhere: tuple[str, Snippet] | None
    kinds: Sequence[Ref]
    places: Sequence[Ref]
    publishers: Sequence[Ref]


def hit(lens: Lens, found: Found, query: Query) -> Hit:
    """What is shown of one result to the reader of `lens`."""
    node, nameless = NamedNode(found.iri), found.kind in NAMELESS
    ref = lens.ref(node)
    belonging = texts(lens.reader, node)
    called = set() if nameless else {name.words for name in names(lens.reader, node)}
    own = _own(lens, [text for role, text in belonging if role == "said" and text.words not in called])
    shown = best_snippet(own, query.found_by)
    why = _elsewhere([pair for pair in belonging if pair[0] != "said"], query, shown)
    return Hit(
        ref=ref,
        kind=found.kind,
        date=None if nameless else _date(lens, node),
        said=_said(lens, node, found.kind) if nameless else None,
        title=None if nameless and shown else snippet(ref.label, query.found_by, WHOLE),
        words=shown,
        elsewhere=why,
        kinds=lens.refs(lens.nodes(node, DCTERMS("type"), SKOS("inScheme"))) if not nameless else (),
        places=lens.refs(lens.nodes(node, SCHEMA("location"))),
        publishers=lens.refs(lens.nodes(node, PROV("wasAttributedTo") if found.kind == "record" else _PUBLISHER)),
    )


def suggested(lens: Lens, found: Found, typed: str) -> Text:
    """The name by which to suggest something: one that begins as typed, in the reader's language if there is such."""
    started = [word.folded for word in words(typed)]
    fitting = [name for name in names(lens.reader, NamedNode(found.iri)) if _begins(name.words, started)]
    own = [name for name in fitting if speaks(name.language, lens.language)]
    return (own or fitting or [lens.ref(NamedNode(found.iri)).label])[0]


def _begins(name: str, started: Sequence[str]) -> bool:
    """Whether each of these beginnings is that of a word of the name, in the letters that were typed."""
    folded = [word.folded for word in words(name)]
    return all(any(word.startswith(start) for word in folded) for start in started)


def _said(lens: Lens, node: NamedNode, kind: str) -> Said:
    if kind == "claim":
        made = claim(lens, node)
        return Said(made.speakers, made.status, made.documents, made.document_dates)
    quoted = quotation(lens, node)
    return Said(quoted.speakers, "", quoted.documents, quoted.document_dates)


def _date(lens: Lens, node: NamedNode) -> When | None:
    """The date as an editor or the source gave it, never what is derived from it for sorting."""
    return lens.when(node, DCTERMS("date"), SCHEMA("datePublished"), DCTERMS("modified"))


def _own(lens: Lens, said: Iterable[Text]) -> list[Text]:
    """The reader's language first, so that of equally fitting words these are shown."""
    return sorted(said, key=lambda text: not speaks(text.language, lens.language))


def _elsewhere(
    belonging: Sequence[tuple[str, Text]], query: Query, shown: Snippet | None
) -> tuple[str, Snippet] | None:
    """The best of the words that are not the thing's own, when it has more of what was asked for than what is shown."""
    made = [(role, snippet(text, query.found_by)) for role, text in belonging]
    role, best = max(made, key=lambda pair: pair[1].hits, default=("", None))
    return (role, best) if best and best.hits > (shown.hits if shown else 0) else None
