"""Checking what changed: which verdicts can differ from the release's, and those alone, worked out anew."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import DefaultGraph, NamedNode, Triple

from graph.authoring.record import Record
from graph.checking.examining import Progress, confirm, examine, find_suspects, store_of
from graph.checking.facts import SUBCLASS, Facts, Kinds, Statements
from graph.checking.overlay import Overlay
from graph.checking.queries import Query, ask, read_queries
from graph.checking.query_text import Group
from graph.checking.reach import Way, group_of_targets, look_at_all, touched, ways_of, ways_of_shapes
from graph.checking.report import Finding, Node
from graph.checking.rules import Rules
from graph.checking.targets import Targets
from graph.settings import Settings
from graph.store.base import Reader

_Changes = Mapping[NamedNode, Collection[Triple]]


@dataclass(frozen=True, slots=True)
class Change:
    """What came or went, by predicate; the facts as they are `after`, and as they were or are, `before_or_after`."""

    triples: _Changes
    before_or_after: Facts
    after: Overlay

    def nodes(self, ways: Iterable[Way] | None, targets: Targets, kinds: Kinds) -> set[Node]:
        """The focus nodes of a rule whose verdict can differ."""
        found = None if ways is None else touched(ways, self.triples, self.before_or_after)
        if found is None:
            return targets.find(self.after)
        return {node for node in found if targets.have(self.after, kinds, node)}


def examine_change(
    rules: Rules,
    words: Sequence[Triple],
    changed: Sequence[Record],
    removed: Collection[str],
    base: Reader,
    settings: Settings,
    progress: Progress,
) -> list[Finding]:
    """Every finding about a node whose verdict can differ once records of a release are `changed` or `removed`.

    `words` are the vocabulary's triples, which must be the release's: a change there, or in the rules, asks for a
    whole check. `ShapesError` as for one.
    """
    progress("Comparing with the release", 0, 0)
    exchanged = {*removed, *(record.iri.value for record in changed)}
    added = Statements(chain(words, chain.from_iterable(chain(r.triples, r.catalogue) for r in changed)))
    triples = _difference(changed, removed, base)
    queries = [(query, _ways(query)) for query in read_queries(rules)]
    after = Overlay(base, settings, exchanged, added)
    if SUBCLASS in triples or any(ways is None for _, ways in queries):
        everything = [Triple(s, p, o) for s in after.subjects() for p, said in after.about(s).items() for o in said]  # type: ignore[arg-type]
        return examine(rules, everything, Statements(everything), progress=progress)
    change = Change(triples, Overlay(base, settings, (), added), after)
    findings = _core(rules, change, {q.constraint for q, _ in queries}, progress)
    progress("Asking the queries", 0, 0)
    return [*findings, *_asked(rules, change, queries, base, settings, exchanged, added)]


def _ways(query: Query) -> tuple[Way, ...] | None:
    return ways_of(Group("where", groups=[query.select.where, group_of_targets(query.targets)]))


def _difference(changed: Sequence[Record], removed: Collection[str], base: Reader) -> _Changes:
    """The triples that are only in the release or only in the changed records, by predicate."""
    found: defaultdict[NamedNode, dict[Triple, None]] = defaultdict(dict)
    new = {record.iri.value: {*record.triples, *record.catalogue} for record in changed}
    for name in sorted({*new, *removed}):
        node = NamedNode(name)
        quads = chain(base.quads(graph=node), base.quads(subject=node, graph=DefaultGraph()))
        old = {Triple(q.subject, q.predicate, q.object) for q in quads}
        for triple in old ^ new.get(name, set()):
            found[triple.predicate][triple] = None
    return found


def _core(rules: Rules, change: Change, handled: Collection[Node], progress: Progress) -> list[Finding]:
    kinds = Kinds(change.after)
    nodes = {u.shape: change.nodes(ways, u.targets, kinds) for u, ways in ways_of_shapes(rules, handled)}
    suspects = find_suspects(rules, change.after, handled, progress, nodes)
    found = confirm(rules, change.after, suspects, handled)
    asked_about: defaultdict[str, set[Node]] = defaultdict(set)
    for shape, about in nodes.items():
        asked_about[rules.name(shape)] |= about
    return [f for f in found if f.node in asked_about[f.rule]]


def _asked(
    rules: Rules,
    change: Change,
    queries: Iterable[tuple[Query, tuple[Way, ...] | None]],
    base: Reader,
    settings: Settings,
    exchanged: Collection[str],
    added: Statements,
) -> list[Finding]:
    """What the queries find about the nodes they can be touched at, over no more than they look at there."""
    kinds = Kinds(change.after)
    near = Overlay(base, settings, exchanged, added)
    wanted = []
    for query, ways in queries:
        nodes = change.nodes(ways, query.targets, kinds)
        if nodes:
            look_at_all(ways or (), nodes, near)
            wanted.append((query, nodes))
    store = store_of(near.read())
    return [f for query, nodes in wanted for f in ask(query, rules, store, change.after) if f.node in nodes]
