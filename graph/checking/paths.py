"""Property paths: read from a shape or from a query, walked over facts, written as SPARQL (SHACL 2.3.1, SPARQL 9)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode

from graph.checking.facts import Facts, items
from graph.checking.report import Node
from graph.terms import SH


@dataclass(frozen=True, slots=True)
class Step:
    """One predicate; None is any predicate, which only a query can ask for."""

    predicate: NamedNode | None


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked backwards."""

    path: "Path"


@dataclass(frozen=True, slots=True)
class Sequence:
    """One path after another."""

    paths: tuple["Path", ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of some paths."""

    paths: tuple["Path", ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path walked over and over: `least` is 0 or 1, `once` stops after one walk (`?`)."""

    path: "Path"
    least: int
    once: bool = False


Path = Step | Inverse | Sequence | Alternative | Repeated

_REPEATS = {"zeroOrMorePath": (0, False), "oneOrMorePath": (1, False), "zeroOrOnePath": (0, True)}


def read_path(facts: Facts, node: Node) -> Path | None:
    """The path a shape names by `node`; None where it is not one (SHACL 2.3.1)."""
    if isinstance(node, NamedNode):
        return Step(node)
    if not isinstance(node, BlankNode):
        return None
    said = facts.about(node)
    members = items(facts, node)
    if members:
        return _several(facts, members, Sequence)
    if len(said) != 1:
        return None
    ((word, values),) = said.items()
    if len(values) != 1:
        return None
    if word == SH("alternativePath"):
        return _several(facts, items(facts, values[0]) or (), Alternative)
    inner = read_path(facts, values[0])
    if inner is None:
        return None
    if word == SH("inversePath"):
        return Inverse(inner)
    repeat = _REPEATS.get(word.value.removeprefix(SH.base))
    return Repeated(inner, *repeat) if repeat else None


def _several(facts: Facts, members: Iterable[Node], kind: type[Sequence] | type[Alternative]) -> Path | None:
    paths = [read_path(facts, m) for m in members]
    known = tuple(p for p in paths if p is not None)
    return kind(known) if len(known) == len(paths) >= 2 else None


def walk(facts: Facts, node: Node, path: Path, *, back: bool = False) -> set[Node]:
    """The nodes a path leads to from `node`, or with `back` those it leads to `node` from."""
    match path:
        case Step(predicate):
            return set(_step(facts, node, predicate, back))
        case Inverse(inner):
            return walk(facts, node, inner, back=not back)
        case Sequence(paths):
            reached = {node}
            for one in reversed(paths) if back else paths:
                reached = {n for r in reached for n in walk(facts, r, one, back=back)}
            return reached
        case Alternative(paths):
            return {n for one in paths for n in walk(facts, node, one, back=back)}
        case Repeated(inner, least, once):
            return _repeat(facts, node, inner, least, once, back)


def _step(facts: Facts, node: Node, predicate: NamedNode | None, back: bool) -> Iterable[Node]:
    if predicate is None:
        return _any_step(facts, node, back)
    return facts.pointing(predicate, node) if back else facts.about(node).get(predicate, ())


def _any_step(facts: Facts, node: Node, back: bool) -> Iterator[Node]:
    if not back:
        for values in facts.about(node).values():
            yield from values
        return
    for subject, _ in facts.referring(node):
        yield subject


def _repeat(facts: Facts, node: Node, inner: Path, least: int, once: bool, back: bool) -> set[Node]:
    reached = walk(facts, node, inner, back=back)
    if not once:
        waiting = list(reached)
        for one in waiting:
            for found in walk(facts, one, inner, back=back):
                if found not in reached:
                    reached.add(found)
                    waiting.append(found)
    return reached | {node} if least == 0 else reached


def predicates(path: Path) -> Iterator[NamedNode | None]:
    """Every predicate a path can use; None stands for any."""
    match path:
        case Step(predicate):
            yield predicate
        case Inverse(inner) | Repeated(inner):
            yield from predicates(inner)
        case Sequence(paths) | Alternative(paths):
            for one in paths:
                yield from predicates(one)


def sparql(path: Path) -> str:
    """A path as SPARQL writes it, in brackets wherever they could matter (SPARQL 9.1)."""
    match path:
        case Step(predicate):
            return str(predicate)
        case Inverse(inner):
            return "^" + _bracketed(inner)
        case Sequence(paths):
            return "/".join(map(_bracketed, paths))
        case Alternative(paths):
            return "|".join(map(_bracketed, paths))
        case Repeated(inner, least, once):
            return _bracketed(inner) + ("?" if once else "*" if least == 0 else "+")


def path_text(path: Path | None) -> str | None:
    """A path as findings give it: the IRI of a predicate, SPARQL for what is more than that."""
    if isinstance(path, Step) and path.predicate is not None:
        return path.predicate.value
    return sparql(path) if path else None


def _bracketed(path: Path) -> str:
    return sparql(path) if isinstance(path, Step) else f"({sparql(path)})"
