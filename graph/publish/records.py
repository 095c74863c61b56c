"""A record, the unit of editing: who answers for it, under which licence, and what it describes."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.publish.dates import When
from graph.publish.kinds import kind_of
from graph.publish.lens import Lens, Ref
from graph.publish.literals import Text
from graph.terms import DCTERMS, PROV, SKOS

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


def _is_inner(node: NamedNode, subjects: set[NamedNode]) -> bool:
    """True for `X/count` or `X#y` where X is described too: it is shown with X."""
    for cut in ("#", "/"):
        owner, found, _ = node.value.rpartition(cut)
        if found and owner.count("/") > 2 and NamedNode(owner) in subjects:
            return True
    return False
