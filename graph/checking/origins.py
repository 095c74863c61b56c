"""On how many independent origins a claim rests: not how many documents say it, but how many have it from nobody else.

Caucasian Knot citing Novaya gazeta is one origin. The rule `verified-claim-has-two-independent-origins` asks the same
in SPARQL; a test holds the two together.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

from pyoxigraph import NamedNode

from graph.store.base import Reader
from graph.terms import KH, PROV, SCHEMA

STATED_IN, ABOUT, RELIES_ON = KH("statedIn"), SCHEMA("about"), PROV("hadPrimarySource")
MADE_FROM = (PROV("wasDerivedFrom"), RELIES_ON)  # what lies behind a document
BEHIND_IT = (SCHEMA("publisher"), SCHEMA("author"))  # who stands behind a document
_EXACT_UP_TO = 12  # origins; more are counted one after another, which can count too few, never too many


def origins(site: Reader, claim: NamedNode) -> tuple[NamedNode, ...]:
    """The documents a claim goes back to, sorted: what it is stated in or relies on, and what lies behind that.

    A document is an origin if nothing lies behind it, if it does not merely pass on what another says about the same
    matter, and if it speaks of the matter at all.
    """
    matters = set(_values(site, claim, ABOUT))
    speaking = set(_documents_on(site, matters))
    found = {
        document
        for document in _everything_behind(site, claim)
        if document in speaking
        and not any(_values(site, document, *MADE_FROM))
        and not _only_passes_on(site, document, matters)
    }
    return tuple(sorted(found, key=str))


def independent(site: Reader, claim: NamedNode) -> int:
    """How many origins of a claim there are of which no two have a publisher or an author in common."""
    found = origins(site, claim)
    who = {document: set(_values(site, document, *BEHIND_IT)) for document in found}
    if len(found) > _EXACT_UP_TO:
        return _one_after_another([who[document] for document in found])
    for size in range(len(found), 0, -1):
        for chosen in combinations(found, size):
            if all(who[one].isdisjoint(who[other]) for one, other in combinations(chosen, 2)):
                return size
    return 0


def _one_after_another(circles: Iterable[set[NamedNode]]) -> int:
    seen: set[NamedNode] = set()
    count = 0
    for people in sorted(circles, key=len):
        if seen.isdisjoint(people):
            seen |= people
            count += 1
    return count


def _everything_behind(site: Reader, claim: NamedNode) -> list[NamedNode]:
    """The documents a claim names, those they are made from, and those that claims in them rely on."""
    found = dict.fromkeys(_values(site, claim, STATED_IN, RELIES_ON))
    waiting = list(found)
    for document in waiting:
        relied_on = (d for other in _subjects(site, STATED_IN, document) for d in _values(site, other, RELIES_ON))
        for behind in (*_values(site, document, *MADE_FROM), *relied_on):
            if behind not in found:
                found[behind] = None
                waiting.append(behind)
    return waiting


def _documents_on(site: Reader, matters: Iterable[NamedNode]) -> Iterator[NamedNode]:
    """The documents that claims about some matters name, and what those are made from."""
    seen: set[NamedNode] = set()
    waiting = [d for m in matters for c in _subjects(site, ABOUT, m) for d in _values(site, c, STATED_IN, RELIES_ON)]
    for document in waiting:
        if document not in seen:
            seen.add(document)
            yield document
            waiting.extend(_values(site, document, *MADE_FROM))


def _only_passes_on(site: Reader, document: NamedNode, matters: set[NamedNode]) -> bool:
    """Whether a claim in a document about one of the matters has it from another document."""
    for claim in _subjects(site, STATED_IN, document):
        behind = set(_values(site, claim, RELIES_ON))
        if behind and document not in behind and not matters.isdisjoint(_values(site, claim, ABOUT)):
            return True
    return False


def _values(site: Reader, node: NamedNode, *predicates: NamedNode) -> Iterator[NamedNode]:
    for predicate in predicates:
        for quad in site.quads(node, predicate):
            if isinstance(quad.object, NamedNode):
                yield quad.object


def _subjects(site: Reader, predicate: NamedNode, node: NamedNode) -> Iterator[NamedNode]:
    return (q.subject for q in site.quads(None, predicate, node) if isinstance(q.subject, NamedNode))
