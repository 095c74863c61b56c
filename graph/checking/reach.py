"""How far a rule reaches: which triples can change its verdict about which nodes.

A rule is read as triple patterns over variables, `this` among them. From each pattern a way leads back to `this`
through patterns that hold wherever it does: those of its own group and of the groups around it. So a changed triple
points at the focus nodes it can matter to, and a focus node at the triples its verdict rests on.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from graph.checking.facts import Facts, items
from graph.checking.paths import Alternative, Inverse, Path, Repeated, Sequence, Step, predicates, read_path, walk
from graph.checking.query_text import End, Group, Pattern
from graph.checking.report import Node
from graph.checking.rules import Rules
from graph.checking.targets import Targets, Unit
from graph.terms import SH, A

THIS = "this"


@dataclass(frozen=True, slots=True)
class Leg:
    """One path walked on the way from a pattern to `this`, against its direction if `back`."""

    path: Path
    back: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A pattern and the legs from one of its ends to `this`; none, and no end, where it stands apart from `this`."""

    pattern: Pattern
    end: int | None  # 0 the subject, 2 the object
    legs: tuple[Leg, ...] = ()


def ways_of(group: Group) -> tuple[Way, ...] | None:
    """A way for every pattern of a group and of the groups in it; None where one looks at everything there is."""
    ways = tuple(_ways(group, ()))
    boundless = any(way.end is None and None in predicates(way.pattern.path) for way in ways)
    return None if boundless else ways


def _ways(group: Group, around: tuple[Pattern, ...]) -> Iterator[Way]:
    patterns = (*around, *_always(group))
    for pattern in group.patterns:
        yield _way(pattern, patterns)
    for inner in group.groups:
        yield from _ways(inner, patterns)


def _always(group: Group) -> Iterator[Pattern]:
    """The patterns that match whenever a group does: its own, and those of plain groups in it."""
    yield from group.patterns
    for inner in group.groups:
        if inner.kind == "plain":
            yield from _always(inner)


def _way(pattern: Pattern, patterns: tuple[Pattern, ...]) -> Way:
    """The shortest way from a pattern to `this`."""
    ends = {end: (place, ()) for place in (2, 0) if isinstance(end := pattern[place], str)}
    reached: dict[str, tuple[int, tuple[Leg, ...]]] = dict(ends)
    waiting = sorted(ends, key=lambda end: ends[end][0])
    for variable in waiting:
        place, legs = reached[variable]
        if variable == THIS:
            return Way(pattern, place, legs)
        for other in patterns:
            for one, two, back in ((other.subject, other.object, False), (other.object, other.subject, True)):
                if one == variable and isinstance(two, str) and two not in reached:
                    reached[two] = (place, (*legs, Leg(other.path, back)))
                    waiting.append(two)
    return Way(pattern, None)


def ways_of_shapes(rules: Rules, handled: Collection[Node]) -> Iterator[tuple[Unit, tuple[Way, ...] | None]]:
    """The ways of what each shape's verdict rests on, queries handled elsewhere left out; None where none can tell."""
    reading = _ShapeReading(rules, handled)
    for unit in rules.units:
        group = Group("where", groups=[group_of_targets(unit.targets)])
        told = reading.constraints(unit.shape, THIS, THIS, group, whole=unit.whole, within=())
        yield unit, ways_of(group) if told else None


def group_of_targets(targets: Targets) -> Group:
    """The patterns that make a node a focus node, each in a group of its own: one is enough."""
    patterns = [Pattern(THIS, Step(A), " kind")] if targets.classes else []
    patterns += [Pattern(THIS, Step(p), f" object {n}") for n, p in enumerate(targets.subjects_of)]
    patterns += [Pattern(f" subject {n}", Step(p), THIS) for n, p in enumerate(targets.objects_of)]
    return Group("plain", groups=[Group("branch", patterns=[p]) for p in patterns])


class _ShapeReading:
    """A walk over a shape and those it refers to, writing down what they look at."""

    def __init__(self, rules: Rules, handled: Collection[Node]) -> None:
        self._rules = rules
        self._handled = handled
        self._fresh = 0
        self._parameters = {v for _, p in rules.facts.pairs(SH("parameter")) for v in rules.values(p, "path")}

    def constraints(
        self, shape: Node, focus: str, value: str, group: Group, *, whole: bool, within: tuple[Node, ...]
    ) -> bool:
        """Write down what a shape asks of the values of `focus`; False where that cannot be told."""
        rules, said = self._rules, self._rules.facts.about(shape)
        unknown = any(query not in self._handled for query in rules.values(shape, "sparql"))
        if unknown or shape in within or not self._parameters.isdisjoint(said):
            return False
        inside = Group("optional")
        group.groups.append(inside)
        for path_node in rules.values(shape, "path"):
            path = read_path(rules.facts, path_node)
            if path is None:
                return False
            value = self._variable()
            inside.patterns.append(Pattern(focus, path, value))
        for predicate, values in said.items():
            word = predicate.value.removeprefix(SH.base)
            for parameter in values:
                self._look_at(word, parameter, focus, value, inside)
                for other in self._shapes_in(word, parameter) if whole or word != "property" else ():
                    if not self.constraints(other, value, value, inside, whole=True, within=(*within, shape)):
                        return False
        return True

    def _look_at(self, word: str, parameter: Node, focus: str, value: str, group: Group) -> None:
        """The patterns of a constraint that looks further than at the value itself."""
        pattern = None
        if word == "class":
            pattern = Pattern(value, Step(A), self._variable())
        elif word == "closed":
            pattern = Pattern(value, Step(None), self._variable())
        elif word in ("equals", "disjoint", "lessThan", "lessThanOrEquals") and isinstance(parameter, NamedNode):
            pattern = Pattern(focus, Step(parameter), self._variable())
        if pattern:
            group.groups.append(Group("optional", patterns=[pattern]))

    def _shapes_in(self, word: str, parameter: Node) -> Iterable[Node]:
        if word in ("node", "property", "not", "qualifiedValueShape"):
            return (parameter,)
        return items(self._rules.facts, parameter) or () if word in ("and", "or", "xone") else ()

    def _variable(self) -> str:
        self._fresh += 1
        return f" {self._fresh}"


def touched(ways: Iterable[Way], changed: Mapping[NamedNode, Collection[Triple]], facts: Facts) -> set[Node] | None:
    """The nodes about which a rule's verdict can differ after some triples came or went.

    `changed` is by predicate; `facts` hold what was there before and what is there now. None means any node: a pattern
    that stands apart from `this` was hit.
    """
    found: set[Node] = set()
    for way in ways:
        hit = set(_hit(way, changed, facts))
        if hit and way.end is None:
            return None
        for leg in way.legs:
            hit = _walked(facts, hit, leg.path, back=leg.back)
        found |= hit
    return found


def _hit(way: Way, changed: Mapping[NamedNode, Collection[Triple]], facts: Facts) -> Iterator[Node]:
    """What the end of a way can be for the changed triples that its pattern can match."""
    subject, path, value = way.pattern
    words = set(predicates(path))
    for word in changed if None in words else words & changed.keys():
        for triple in changed[word]:  # type: ignore[index]
            starts, ends = (_using(facts, path, triple, last=last) for last in (False, True))
            if (isinstance(subject, str) or subject in starts) and (isinstance(value, str) or value in ends):
                yield from ends if way.end == 2 else starts


def _using(facts: Facts, path: Path, triple: Triple, *, last: bool) -> set[Node]:
    """The nodes where a walk of a path that uses a triple begins, or with `last` those where it ends."""
    match path:
        case Step(predicate):
            fits = predicate is None or predicate == triple.predicate
            return {triple.object if last else triple.subject} if fits else set()  # type: ignore[arg-type]
        case Inverse(inner):
            return _using(facts, inner, triple, last=not last)
        case Alternative(paths):
            return set().union(*(_using(facts, one, triple, last=last) for one in paths))
        case Repeated(inner):
            return _walked(facts, _using(facts, inner, triple, last=last), Repeated(inner, 0), back=not last)
        case Sequence(paths):
            found: set[Node] = set()
            for number, one in enumerate(paths):
                here = _using(facts, one, triple, last=last)
                for other in paths[number + 1 :] if last else reversed(paths[:number]):
                    here = _walked(facts, here, other, back=not last)
                found |= here
            return found


def _walked(facts: Facts, nodes: Iterable[Node], path: Path, *, back: bool) -> set[Node]:
    return {reached for node in nodes for reached in walk(facts, node, path, back=back)}


def look_at_all(ways: Iterable[Way], nodes: Collection[Node], facts: Facts) -> None:
    """Read everything that the verdicts about some nodes rest on, so that facts that remember have read it."""
    for way in ways:
        subject, path, value = way.pattern
        if way.end is None:
            _look_apart(subject, path, value, facts)
            continue
        reached: Collection[Node] = nodes
        for leg in reversed(way.legs):
            reached = _walked(facts, reached, leg.path, back=not leg.back)
        for one in reached:
            walk(facts, one, path, back=way.end == 2)


def _look_apart(subject: End, path: Path, value: End, facts: Facts) -> None:
    """Read a pattern that does not hang together with the focus node: from its term, or else all of it."""
    if not isinstance(value, str):
        walk(facts, value, path, back=True)
    elif not isinstance(subject, str):
        walk(facts, subject, path)
    else:
        for predicate in filter(None, predicates(path)):
            for _ in facts.pairs(predicate):
                pass
