"""What a store says of how much it holds: VoID, in a graph of its own that every release carries.

Made from the store's own statements when they change, not recorded: what is withdrawn is not counted, and the same
content gives the same description. The numbers are also kept there, to be changed by what a release changes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.settings import Settings
from graph.store.counting import ALL, SUBJECTS, UNION, Share, Tally, counted, difference
from graph.store.layout import in_its_graph
from graph.store.working import WorkingStore
from graph.terms import DCTERMS, FOAF, KH, NAMESPACES, PREFIXES, SCHEMA, VOID, XSD, A, Namespace

VOID_EXT = Namespace("void-ext", "http://ldf.fi/void-ext#")  # partitions by datatype, as other endpoints' editors read
SHOWN = (KH("Profile"), SCHEMA("Organization"), KH("Source"))  # what a stranger is shown first, the first there is
_LOCAL = re.compile(r"[\w.-]+")
STATISTICS = "void"  # the registered name of the address it is served at (VoID, 7.2)
ABOUT = {
    "en": "What is here: classes, properties and how often they go together, counted over all graphs, each statement "
    "once; this description itself is not counted.",
    "ru": "Что здесь есть: классы, свойства и как часто они встречаются вместе; сосчитано по всем графам, каждое "
    "утверждение один раз; само это описание не сосчитано.",
}


def statistics(store: Store, settings: Settings) -> set[Quad]:
    """The description of what a laid-out `store` holds, all of it counted."""
    tally = counted(store, settings.well_known(STATISTICS).value)
    return set(_told(settings, tally, _example(store, (), ())))


@dataclass(frozen=True, slots=True)
class Told:
    """A description that a store holds, and the numbers it was made from."""

    quads: set[Quad]
    tally: Tally


def told_in(store: WorkingStore, settings: Settings) -> Told | None:
    """The description in `store`; None where there is none."""
    quads = store.holds(settings.well_known(STATISTICS))
    return Told(quads, _read(quads, settings)) if quads else None


def renewed(store: WorkingStore, settings: Settings, told: Told, removed: set[Quad], added: set[Quad]) -> set[Quad]:
    """What the description in `store`, `told`, has to be when `removed` went and `added` came."""
    tally = Tally(told.tally)
    tally.update(difference(store.store, removed, added, settings.well_known(STATISTICS).value))
    return set(_told(settings, tally, _example(store.store, removed, added)))


def _told(settings: Settings, tally: Tally, example: NamedNode | None) -> Iterator[Quad]:
    graph = settings.well_known(STATISTICS)
    dataset = _node(settings, "dataset")
    for subject, predicate, value in chain(_header(settings, dataset, example), _numbers(settings, dataset, +tally)):
        yield Quad(subject, predicate, value, graph)


Said = tuple[NamedNode, NamedNode, NamedNode | Literal]


def _header(settings: Settings, dataset: NamedNode, example: NamedNode | None) -> Iterator[Said]:
    document = settings.well_known(STATISTICS)
    yield document, A, VOID("DatasetDescription")
    yield document, FOAF("primaryTopic"), dataset
    yield from ((document, DCTERMS("description"), Literal(words, language=tag)) for tag, words in ABOUT.items())
    yield dataset, A, VOID("Dataset")
    for tag, words in settings.title.items():
        yield dataset, DCTERMS("title"), Literal(words, language=tag or settings.language)
    yield dataset, DCTERMS("license"), NamedNode(settings.licence)
    yield dataset, FOAF("homepage"), NamedNode(settings.base)
    yield dataset, VOID("sparqlEndpoint"), NamedNode(settings.base + "sparql")
    yield dataset, VOID("uriSpace"), Literal(settings.base + "id/")
    if example:
        yield dataset, VOID("exampleResource"), example


def _numbers(settings: Settings, dataset: NamedNode, tally: Tally) -> Iterator[Said]:
    yield dataset, VOID("triples"), _number(tally[ALL])
    yield dataset, VOID("distinctSubjects"), _number(tally[SUBJECTS])
    classes = {share.class_ for share in tally} - {""}
    properties = {share.property for share in tally} - {""}
    yield dataset, VOID("classes"), _number(len(classes))
    yield dataset, VOID("properties"), _number(len(properties))
    for namespace in NAMESPACES:
        if any(iri.startswith(namespace.base) for iri in classes | properties):
            yield dataset, VOID("vocabulary"), NamedNode(namespace.base)
    for share, number in tally.items():
        if share not in (ALL, SUBJECTS):
            yield from _part(settings, share, number)


def _part(settings: Settings, share: Share, number: int) -> Iterator[Said]:
    """One partition, and the larger one it belongs to (VoID, 4.3)."""
    node = part_node(settings, share)
    if share.target:
        above = part_node(settings, Share(share.class_, share.property))
        space, link, name = (VOID_EXT, "datatypePartition", "datatype") if share.literal else _CLASS
        yield node, space(name), NamedNode(share.target)
    elif share.property:
        above = part_node(settings, Share(share.class_))
        space, link = VOID, "propertyPartition"
        yield node, VOID("property"), NamedNode(share.property)
    else:
        above, (space, link, _) = _node(settings, "dataset"), _CLASS
        yield node, VOID("class"), NamedNode(share.class_)
    yield above, space(link), node
    yield node, VOID("entities" if share == Share(share.class_) else "triples"), _number(number)


_CLASS = (VOID, "classPartition", "class")


def _read(quads: Iterable[Quad], settings: Settings) -> Tally:
    """The tally that a description was made from."""
    values: dict[NamedNode, dict[NamedNode, str]] = {}
    above: dict[NamedNode, NamedNode] = {}
    parts = (VOID("classPartition"), VOID("propertyPartition"), VOID_EXT("datatypePartition"))
    for quad in quads:
        subject, value = quad.subject, quad.object
        assert isinstance(subject, NamedNode), "we wrote it with IRIs alone"
        assert isinstance(value, NamedNode | Literal), "we wrote it with IRIs alone"
        if quad.predicate not in parts:
            values.setdefault(subject, {})[quad.predicate] = value.value
        elif isinstance(value, NamedNode):
            above[value] = subject
    dataset = _node(settings, "dataset")
    tally = Tally({ALL: int(values[dataset][VOID("triples")])})
    tally[SUBJECTS] = int(values[dataset][VOID("distinctSubjects")])
    for node in above:
        line, at = list[dict[NamedNode, str]](), node
        while at != dataset:
            line.append(values[at])
            at = above[at]
        share = _share(line[::-1])
        tally[share] = int(values[node][VOID("entities" if share == Share(share.class_) else "triples")])
    return tally


def _share(line: list[dict[NamedNode, str]]) -> Share:
    """What the partitions from the dataset down to one stand for."""
    class_ = property_ = target = ""
    literal = False
    for said in line:
        if VOID("property") in said:
            property_ = said[VOID("property")]
        elif property_:
            literal = VOID_EXT("datatype") in said
            target = said[VOID_EXT("datatype") if literal else VOID("class")]
        else:
            class_ = said[VOID("class")]
    return Share(class_, property_, target, literal)


def _example(store: Store, removed: Iterable[Quad], added: Iterable[Quad]) -> NamedNode | None:
    """The first thing of the first kind there is, in the order of IRIs."""
    gone, come = {in_its_graph(q) for q in removed if q.predicate == A}, [q for q in added if q.predicate == A]
    for class_ in SHOWN:
        held = {q.subject for q in come if q.object == class_}
        typed = store.quads_for_pattern(None, A, class_)
        held |= {q.subject for q in typed if q.graph_name != UNION and q not in gone}
        if things := [node for node in held if isinstance(node, NamedNode)]:
            return min(things, key=lambda node: node.value)
    return None


def part_node(settings: Settings, share: Share) -> NamedNode:
    """`#kh:Claim`, `#kh:Claim/schema:about`, `#kh:Claim/schema:about/kh:Event`; `#/schema:about` for any class."""
    if share == ALL:
        return _node(settings, "dataset")
    parts = [_short(share.class_), *filter(None, (_short(share.property), _short(share.target)))]
    return _node(settings, "/".join(parts))


def _node(settings: Settings, name: str) -> NamedNode:
    return NamedNode(f"{settings.well_known(STATISTICS).value}#{name}")


def _short(iri: str) -> str:
    """The name of a term inside of an IRI."""
    for prefix, base in PREFIXES.items():
        if iri.startswith(base) and _LOCAL.fullmatch(iri, len(base)):
            return f"{prefix}:{iri[len(base) :]}"
    return sha256(iri.encode()).hexdigest()[:16] if iri else ""


def _number(number: int) -> Literal:
    return Literal(str(number), datatype=XSD("integer"))
