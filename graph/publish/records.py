"""A record, the unit of editing: who answers for it, under which licence, and what it describes."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.dates import When
from graph.publish.kinds import kind_of
from graph.publish.lens import Lens, Ref
from graph.publish.literals import Text
from graph.terms import DCTERMS, LABEL, PROV, SKOS

NAMED = 20  # things that a sentence on a record names
DESCRIBED = 1000  # characters of it
SHOWN = 2000  # subjects on one page; a longer record is read through its files


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A named graph. `holds` are the things it describes, by kind; `size` counts its statements."""

    ref: Ref
    licence: Sequence[Ref]
    access: Sequence[Ref]
    editors: Sequence[Ref]
    modified: When | None
    available: When | None
    holds: Sequence[tuple[str, Sequence[Ref]]]
    size: int
    notes: Sequence[Text]


def record_page(lens: Lens, node: NamedNode) -> RecordPage:
    """A record by its IRI."""
    size, subjects = 0, set()
    for quad in lens.reader.quads(graph=node):
        size += 1
        if isinstance(quad.subject, NamedNode):
            subjects.add(quad.subject)
    owners = sorted((n for n in subjects if not _is_inner(n, subjects)), key=lambda n: n.value)[:SHOWN]
    by_kind: dict[str, list[Ref]] = {}
    for each in owners:
        by_kind.setdefault(kind_of(lens, each), []).append(lens.ref(each))
    return RecordPage(
        ref=lens.ref(node),
        licence=lens.refs(lens.nodes(node, DCTERMS("license"))),
        access=lens.refs(lens.nodes(node, DCTERMS("accessRights"))),
        editors=lens.refs(dict.fromkeys(lens.nodes(node, PROV("wasAttributedTo"), DCTERMS("creator")))),
        modified=lens.when(node, DCTERMS("modified")),
        available=lens.when(node, DCTERMS("available")),
        holds=sorted(by_kind.items()),
        size=size,
        notes=lens.texts(node, SKOS("editorialNote")),
    )


def said_of(lens: Lens, record: NamedNode) -> str:
    """A record in a sentence: its description, else its name and those of things in it; at last whose it is.

    Search engines for datasets want 50 to 5000 characters.
    """
    own = " ".join(t.words for t in lens.texts(record, DCTERMS("description")))
    if not own:
        named = {q.subject for q in lens.reader.quads(None, LABEL, graph=record)}
        names = dict.fromkeys(lens.ref(n).label.words for n in sorted(named, key=str)[:NAMED])
        own = f"{lens.ref(record).label.words}: {', '.join(names)}" if names else lens.ref(record).label.words
    whole = f"{own} ({lens.settings.publisher}, {record.value})"
    return whole if len(whole) <= DESCRIBED else whole[: DESCRIBED - 1] + "…"


def _is_inner(node: NamedNode, subjects: set[NamedNode]) -> bool:
    """True for `X/count` or `X#y` where X is described too: it is shown with X."""
    for cut in ("#", "/"):
        owner, found, _ = node.value.rpartition(cut)
        if found and owner.count("/") > 2 and NamedNode(owner) in subjects:
            return True
    return False
