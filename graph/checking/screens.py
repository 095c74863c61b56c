"""The screen before pySHACL: which nodes conform to a shape beyond any doubt, so that it need not look at them.

Only a sure yes spares pySHACL a node: a fault here could hide a finding but never invent one. The tests run the W3C
suite, every example and generated graphs with the screen and without.
"""

from collections.abc import Callable, Iterable

from graph.checking import literals
from graph.checking.constraints import (
    MAKERS,
    ONLY_ON_PROPERTIES,
    ONLY_ONCE,
    Setting,
    Test,
    Values,
    Verdict,
    all_of,
    any_of,
    one_of,
    opposite,
    unknown,
)
from graph.checking.facts import Facts, Kinds, items
from graph.checking.paths import Alternative, Inverse, Path, Repeated, Sequence, Step, read_path, walk
from graph.checking.report import Node
from graph.checking.rules import Rules
from graph.terms import SH

Screen = Callable[[Node], Verdict]

# No verdict depends on these by themselves: they say what a shape is about, or are read with another parameter.
_SILENT_WORDS = """targetClass targetNode targetSubjectsOf targetObjectsOf path severity message name description order
    group defaultValue deactivated flags ignoredProperties qualifiedMinCount qualifiedMaxCount
    qualifiedValueShapesDisjoint"""
_SILENT = frozenset(_SILENT_WORDS.split())


def cleared_always(_node: Node) -> Verdict:
    """The screen of a shape nothing can break, because others evaluate what it holds."""
    return True


class Screens:
    """The screens of one set of rules over one graph, each made when it is first asked for."""

    def __init__(self, rules: Rules, facts: Facts, handled: Iterable[Node] = ()) -> None:
        """`handled` are the sh:sparql constraints that somebody else evaluates."""
        self._setting = Setting(rules, facts, Kinds(facts))
        self._handled = set(handled)
        self._made: dict[tuple[Node, bool], Screen] = {}
        self._making: set[Node] = set()
        # Parameters of SPARQL-based constraint components (SHACL 6.2), which pySHACL alone runs.
        self._parameters = {v for _, p in rules.facts.pairs(SH("parameter")) for v in rules.values(p, "path")}
        self._makers: dict[str, Callable[[Node, Node], Test]] = {
            "property": self._conforming,
            "node": self._conforming,
            "not": self._not_conforming,
            "and": self._combined(all_of),
            "or": self._combined(any_of),
            "xone": self._combined(one_of),
            "qualifiedValueShape": self._qualified,
        }

    def screen(self, shape: Node, *, whole: bool = True) -> Screen:
        """Whether a node conforms to a shape; without `whole`, to the shape leaving out its property shapes."""
        made = self._made.get((shape, whole))
        if made is None:
            if shape in self._making:  # recursive: SHACL 3.4.3 leaves open what that means
                return lambda _node: None
            self._making.add(shape)
            made = self._made[shape, whole] = self._make(shape, whole)
            self._making.discard(shape)
        return made

    def _make(self, shape: Node, whole: bool) -> Screen:
        rules, facts = self._setting.rules, self._setting.facts
        if rules.deactivated(shape):
            return lambda _node: True
        path_nodes = rules.values(shape, "path")
        path = read_path(rules.facts, path_nodes[0]) if len(path_nodes) == 1 else None
        if path_nodes and (path is None or _turned(path)):
            return lambda _node: None
        tests = self._tests(shape, whole)
        if not tests:
            return cleared_always
        if path is None:
            return lambda node: all_of(test(node, (node,)) for test in tests)
        if isinstance(path, Step) and path.predicate is not None:
            return _on_values_of(tests, facts, path)
        way = path
        return lambda node: all_of(test(node, v) for v in [tuple(walk(facts, node, way))] for test in tests)

    def _tests(self, shape: Node, whole: bool) -> list[Test]:
        """One test a constraint of the shape, and an unknown one for each that we do not understand."""
        rules = self._setting.rules
        said = rules.facts.about(shape)
        words = {p.value.removeprefix(SH.base): values for p, values in said.items() if p.value.startswith(SH.base)}
        found: list[Test] = []
        for word, values in words.items():
            if word == "sparql":
                found += [] if self._handled.issuperset(values) else [unknown]
            elif word not in _SILENT and (whole or word != "property"):
                found += [self._test(word, shape, value) for value in values]
        misplaced = (
            any(len(values) > 1 and word in ONLY_ONCE for word, values in words.items())
            or ("path" not in words and not ONLY_ON_PROPERTIES.isdisjoint(words))
            or ("ignoredProperties" in words and "closed" not in words)
            or not self._parameters.isdisjoint(said)
        )
        return [*found, unknown] if misplaced else found

    def _test(self, word: str, shape: Node, value: Node) -> Test:
        if word in self._makers:
            return self._makers[word](shape, value)
        return MAKERS[word](self._setting, shape, value) if word in MAKERS else unknown

    def _conforming(self, _shape: Node, value: Node) -> Test:
        """sh:property and sh:node (SHACL 4.7.1, 4.7.2)."""
        screen = self.screen(value)
        return lambda _focus, values: all_of(map(screen, values))

    def _not_conforming(self, _shape: Node, value: Node) -> Test:
        """sh:not (SHACL 4.6.1)."""
        screen = self.screen(value)
        return lambda _focus, values: all_of(opposite(screen(v)) for v in values)

    def _combined(self, combine: Callable[[Iterable[Verdict]], Verdict]) -> Callable[[Node, Node], Test]:
        """The maker for sh:and, sh:or and sh:xone (SHACL 4.6.2 to 4.6.4)."""

        def make(_shape: Node, value: Node) -> Test:
            members = items(self._setting.rules.facts, value)
            if not members:
                return unknown
            screens = [self.screen(m) for m in members]
            return lambda _focus, values: all_of(combine(screen(v) for screen in screens) for v in values)

        return make

    def _qualified(self, shape: Node, value: Node) -> Test:
        """sh:qualifiedValueShape (SHACL 4.7.3), unless it is to be disjoint with its siblings."""
        rules = self._setting.rules
        least, most = rules.values(shape, "qualifiedMinCount"), rules.values(shape, "qualifiedMaxCount")
        numbers = [literals.whole_number(v) for v in (*least, *most)]
        several = len(least) > 1 or len(most) > 1
        if not numbers or None in numbers or several or rules.values(shape, "qualifiedValueShapesDisjoint"):
            return unknown
        low = (literals.whole_number(least[0]) if least else None) or 0
        high = literals.whole_number(most[0]) if most else None
        screen = self.screen(value)

        def fits(_focus: Node, values: Values) -> Verdict:
            verdicts = [screen(v) for v in values]
            if None in verdicts or (len(values) > 1 and not all(map(literals.is_plain, values))):
                return None
            count = verdicts.count(True)
            return low <= count and (high is None or count <= high)

        return fits


def _turned(path: Path) -> bool:
    """Whether a path goes back along more than one predicate, whose order pySHACL 0.40 forgets to turn round."""
    match path:
        case Inverse(inner):
            return not isinstance(inner, Step)
        case Repeated(inner):
            return _turned(inner)
        case Sequence(paths) | Alternative(paths):
            return any(map(_turned, paths))
    return False


def _on_values_of(tests: list[Test], facts: Facts, path: Step) -> Screen:
    """The screen of a property shape whose path is one predicate, as almost all are."""
    predicate, about = path.predicate, facts.about
    assert predicate is not None

    def screen(node: Node) -> Verdict:
        values = about(node).get(predicate, ())
        return all_of([test(node, values) for test in tests])

    return screen
