"""One graph held against one set of rules: the screen, pySHACL for what it could not clear, and the queries beside."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain

from pyoxigraph import Quad, RdfFormat, Store, Triple, serialize

from graph.checking.facts import Facts
from graph.checking.queries import Query, ask, read_queries
from graph.checking.report import Finding, Node
from graph.checking.rules import Rules
from graph.checking.screens import Screens, cleared_always
from graph.checking.targets import Targets
from graph.parallel import all_at_once, beside

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, how much there is

_Suspects = Mapping[Node, Collection[Node]]


def examine(
    rules: Rules, triples: Sequence[Triple], facts: Facts, *, thorough: bool = False, progress: Progress | None = None
) -> list[Finding]:
    """Everything that is wrong with a graph, given as triples and as `facts` of the same content, in no order.

    With `thorough`, pySHACL does all of the core constraints. Raises `ShapesError`.
    """
    progress = progress or silent
    queries = read_queries(rules)
    handled = {q.constraint for q in queries}
    asked = beside(partial(_ask_all, queries, rules, triples, facts)) if queries else None
    if thorough:
        from graph.checking.core import validate  # here: pySHACL takes a second to load, and a clean site needs none

        findings = validate(rules, facts, handled)
    else:
        suspects = find_suspects(rules, facts, handled, progress)
        findings = confirm(rules, facts, suspects, handled)
    progress("Asking the queries", 0, 0)
    return _without_repetition(chain(findings, asked.result() if asked else ()))


def confirm(rules: Rules, facts: Facts, suspects: _Suspects, handled: Collection[Node]) -> list[Finding]:
    """What pySHACL finds among the suspects of each shape."""
    if not suspects:
        return []
    from graph.checking.core import validate_suspects

    return validate_suspects(rules, facts, suspects, handled)


def find_suspects(
    rules: Rules,
    facts: Facts,
    handled: Collection[Node],
    progress: Progress,
    focus_nodes: Mapping[Node, Collection[Node]] | None = None,
) -> dict[Node, list[Node]]:
    """The focus nodes of each shape that the screen could not clear; `focus_nodes` where not all are asked about."""
    screens = Screens(rules, facts, handled)
    found: dict[Node, list[Node]] = {}
    known: dict[Targets, Collection[Node]] = {}
    for number, unit in enumerate(rules.units):
        progress("Screening", number, len(rules.units))
        screen = screens.screen(unit.shape, whole=unit.whole)
        if screen is cleared_always:
            continue
        if focus_nodes is not None:
            nodes = focus_nodes.get(unit.shape, ())
        elif (nodes := known.get(unit.targets, ())) == ():
            nodes = known[unit.targets] = unit.targets.find(facts)
        suspects = [node for node in nodes if screen(node) is not True]
        if suspects:
            found[unit.shape] = suspects
    return found


def silent(_doing: str, _done: int, _all: int) -> None:
    """Tells nobody."""


def _ask_all(queries: Iterable[Query], rules: Rules, triples: Sequence[Triple], facts: Facts) -> list[Finding]:
    store = store_of(triples)
    return list(chain.from_iterable(all_at_once(partial(ask, q, rules, store, facts) for q in queries)))


def store_of(triples: Sequence[Triple]) -> Store:
    """A store in memory with some triples in its default graph; a blank node keeps its label."""
    store = Store()
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert text is not None
    if b"_:" in text:  # reading it would give blank nodes new labels, and findings could not name them
        store.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    else:
        store.bulk_load(text, format=RdfFormat.N_TRIPLES)
    return store


def _without_repetition(findings: Iterable[Finding]) -> list[Finding]:
    """A node shape under suspicion has its property shapes checked with it, which may be suspects themselves."""
    found: dict[tuple[object, ...], Finding] = {}
    for f in findings:
        messages = tuple(sorted(f.messages.items()))
        found.setdefault((f.shape, f.component, f.node, f.path, f.object, f.constraint, messages), f)
    return list(found.values())
