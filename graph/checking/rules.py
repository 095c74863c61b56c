"""The rules of a site, read from its shapes and the house's: what they are about, what they say, where they stand."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from graph.checking.errors import ShapesError
from graph.checking.facts import SUBCLASS, Said, Statements, items
from graph.checking.paths import read_path
from graph.checking.report import SEVERITIES, Node, Severity
from graph.checking.targets import TARGET_WORDS, Targets, Unit
from graph.checking.words import complaint
from graph.settings import Settings
from graph.terms import RDFS, SH, A

_ONE_SHAPE = ("node", "not", "qualifiedValueShape")
_LIST_OF_SHAPES = ("and", "or", "xone")


@dataclass(frozen=True, slots=True)
class Rules:
    """A shapes graph. `triples` is all of it, with IRIs for property shapes and queries that had none."""

    triples: tuple[Triple, ...]
    facts: Statements
    sources: Mapping[Node, tuple[Path, str]]  # where a shape was written, and the text of that file
    units: tuple[Unit, ...] = field(default=())

    def value(self, node: Node, word: str) -> Node | None:
        """The one value of a SHACL property, None where there is none or are several."""
        values = self.facts.about(node).get(SH(word), ())
        return values[0] if len(values) == 1 else None

    def values(self, node: Node, word: str) -> Sequence[Node]:
        """The values of a SHACL property."""
        return self.facts.about(node).get(SH(word), ())

    def deactivated(self, node: Node) -> bool:
        """Whether a shape or constraint is switched off (SHACL 2.1.6)."""
        return any(isinstance(v, Literal) and v.value in ("true", "1") for v in self.values(node, "deactivated"))

    def severity(self, shape: Node) -> Severity:
        """A shape's severity; one that SHACL does not name counts as a violation, so that it is not overlooked."""
        value = self.value(shape, "severity")
        return SEVERITIES.get(value, Severity.VIOLATION) if value else Severity.VIOLATION

    def texts(self, node: Node, predicate: NamedNode) -> dict[str, str]:
        """The literals of a property by language, the first of each in the order of the file."""
        found: dict[str, str] = {}
        for value in self.facts.about(node).get(predicate, ()):
            if isinstance(value, Literal):
                found.setdefault(value.language or "", value.value)
        return found

    def messages(self, node: Node) -> dict[str, str]:
        """What a shape or a constraint says when it is broken, by language."""
        return self.texts(node, SH("message"))

    def name(self, shape: Node) -> str:
        """The IRI people know a rule by: the shape's own, or that of the nearest named shape it is part of."""
        seen: set[Node] = set()
        while not isinstance(shape, NamedNode) and shape not in seen:
            seen.add(shape)
            shape = next((owner for owner, _ in self.facts.referring(shape)), shape)
        return shape.value if isinstance(shape, NamedNode) else str(shape)

    def shapes(self) -> list[Node]:
        """The shapes that are rules, by name: all that are checked but a node shape that only holds property shapes."""
        only_holds = {u.shape for u in self.units if not u.whole and self.values(u.shape, "property")}
        only_holds = {s for s in only_holds if not self.values(s, "message") and not self.values(s, "sparql")}
        return sorted({u.shape for u in self.units} - only_holds, key=self.name)

    def where(self, node: Node) -> tuple[Path | None, int | None]:
        """The file a shape was written in, and its line as well as it can be told from its name."""
        path, text = self.sources.get(node, (None, ""))
        if not isinstance(node, NamedNode):
            return path, None
        local = re.escape(re.split(r"[/#]", node.value)[-1])
        found = re.search(rf"^[ \t]*(<{re.escape(node.value)}>|<[^>]*{local}>|[\w.-]*:{local})\s", text, re.MULTILINE)
        return path, text.count("\n", 0, found.start(1)) + 1 if found else None

    def error(self, node: Node, problem: str, hint: str = "") -> ShapesError:
        """A complaint about a shape that names it and its file."""
        path, line = self.where(node)
        return ShapesError(path, line, f"{self.name(node)}: {problem}", hint)


def site_rules(settings: Settings) -> Rules:
    """The rules of a site: the house's, unless switched off, and those in its own `shapes/` folder."""
    return read_rules(shape_files(settings))


def shape_files(settings: Settings) -> list[tuple[Path, bytes]]:
    """The files of a site's rules with their content, the house's first, by name."""
    found: list[tuple[Path, bytes]] = []
    if settings.builtin_shapes:
        house = sorted(files("shapes").iterdir(), key=lambda f: f.name)
        found += [(Path("shapes", f.name), f.read_bytes()) for f in house if f.name.endswith(".ttl")]
    for path in sorted(settings.shapes.glob("*.ttl")):
        try:
            found.append((path, path.read_bytes()))
        except OSError as error:
            raise ShapesError(path, None, f"cannot be read: {error.strerror}.", "Name a file you may read.") from None
    return found


def read_rules(documents: Iterable[tuple[Path, bytes]], base: str | None = None) -> Rules:
    """The rules of some Turtle documents, each with the path it is known by; `ShapesError` where one cannot be used."""
    triples: list[Triple] = []
    sources: dict[Node, tuple[Path, str]] = {}
    for path, content in documents:
        try:
            statements = list(parse(content, RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True))
        except SyntaxError as error:
            hint = "Nothing was checked. Mend the line, then try again."
            raise ShapesError(path, error.lineno, f"not Turtle: {error.msg}", hint) from None
        text = content.decode("utf-8", "replace")
        for statement in statements:
            triples.append(Triple(statement.subject, statement.predicate, statement.object))
            sources.setdefault(statement.subject, (path, text))
    triples = list(dict.fromkeys(triples))
    renamed = _names_for_unnamed(Statements(triples))
    triples = [_renamed(t, renamed) for t in triples]
    sources |= {new: sources[old] for old, new in renamed.items() if old in sources}
    rules = Rules(tuple(triples), Statements(triples), sources)
    _refuse_the_unheard(rules)
    return Rules(rules.triples, rules.facts, sources, tuple(_units(rules)))


def _names_for_unnamed(facts: Statements) -> dict[Node, NamedNode]:
    """IRIs for property shapes and queries without one, made of their owner's and what they are about."""
    renamed: dict[Node, NamedNode] = {}
    taken: set[str] = {s.value for s in facts.subjects() if isinstance(s, NamedNode)}
    waiting: list[tuple[Node, NamedNode]] = [(s, s) for s in facts.subjects() if isinstance(s, NamedNode)]
    for node, owner in waiting:
        for word in ("property", "sparql"):
            for part in facts.about(node).get(SH(word), ()):
                if isinstance(part, BlankNode) and part not in renamed:
                    path = next(iter(facts.about(part).get(SH("path"), ())), None)
                    topic = re.split(r"[/#]", path.value)[-1] if isinstance(path, NamedNode) else word
                    renamed[part] = _free(f"{owner.value}/{topic}", taken)
                    waiting.append((part, renamed[part]))
    return renamed


def _free(name: str, taken: set[str]) -> NamedNode:
    number = 1
    while (candidate := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    taken.add(candidate)
    return NamedNode(candidate)


def _renamed(triple: Triple, renamed: Mapping[Node, NamedNode]) -> Triple:
    subject, value = triple.subject, triple.object
    return Triple(renamed.get(subject, subject), triple.predicate, renamed.get(value, value))  # type: ignore[arg-type]


def _refuse_the_unheard(rules: Rules) -> None:
    """Complain of what an engine would pass over without a word, or take either way."""
    for triple in rules.triples:
        word = triple.predicate.value.removeprefix(SH.base)
        found = complaint(word) if word != triple.predicate.value else None
        if found and _speaks_shacl(rules.facts.about(triple.subject)):  # type: ignore[arg-type]
            raise rules.error(triple.subject, *found)  # type: ignore[arg-type]
    for shape, path in rules.facts.pairs(SH("path")):
        if read_path(rules.facts, path) is None:
            raise rules.error(
                shape, "its sh:path is no property path.", "See https://www.w3.org/TR/shacl/#property-paths"
            )
    for shape in rules.facts.subjects():
        if len(rules.values(shape, "severity")) > 1:
            raise rules.error(shape, "it has several severities.", "Keep one sh:severity.")
    for shape in {*expected_elsewhere(rules), *(part for _, part in rules.facts.pairs(SH("property")))}:
        if not rules.facts.about(shape):
            owner = next((owner for owner, _ in rules.facts.referring(shape)), shape)
            raise rules.error(owner, f"points at {shape} as a shape, which is described nowhere.", "Mend its name.")


def _speaks_shacl(said: Said) -> bool:
    """Whether a node has a word of SHACL besides, and so is meant to be a shape or part of one."""
    if any(t.value.startswith(SH.base) for t in said.get(A, ())):
        return True
    return any(p.value.startswith(SH.base) and complaint(p.value.removeprefix(SH.base)) is None for p in said)


def targets_of(rules: Rules, shape: Node) -> Targets:
    """What a shape itself says it is about; a shape that is also a class is about its instances (SHACL 2.1.3.3)."""

    def iris(word: str) -> tuple[NamedNode, ...]:
        return tuple(v for v in rules.values(shape, word) if isinstance(v, NamedNode))

    classes = iris("targetClass")
    if isinstance(shape, NamedNode):
        metaclasses = {RDFS("Class"), *rules.facts.pointing(SUBCLASS, RDFS("Class"))}
        if metaclasses.intersection(rules.facts.about(shape).get(A, ())) and is_shape(rules, shape):
            classes = (*classes, shape)
    return Targets(classes, tuple(rules.values(shape, "targetNode")), iris("targetSubjectsOf"), iris("targetObjectsOf"))


def is_shape(rules: Rules, node: Node) -> bool:
    """Whether a node is a shape: by its type, by its targets, or by having what only shapes have (SHACL 2.1)."""
    said = rules.facts.about(node)
    if {SH("NodeShape"), SH("PropertyShape")}.intersection(said.get(A, ())):
        return True
    return any(SH(word) in said for word in (*TARGET_WORDS, "property", "node"))


def expected_elsewhere(rules: Rules) -> set[Node]:
    """Shapes whose verdict another shape asks for: values of sh:node, sh:not, sh:or and their like (SHACL 4.6, 4.7)."""
    found = {value for word in _ONE_SHAPE for _, value in rules.facts.pairs(SH(word))}
    for word in _LIST_OF_SHAPES:
        for _, head in rules.facts.pairs(SH(word)):
            found.update(items(rules.facts, head) or ())
    return found


def _units(rules: Rules) -> Iterator[Unit]:
    """Every shape that has focus nodes of its own, and every property shape of such a node shape, once each."""
    found: dict[Node, tuple[Targets, bool]] = {}
    for shape in rules.facts.subjects():
        targets = targets_of(rules, shape)
        if not targets or rules.deactivated(shape):
            continue
        node_shape = not rules.values(shape, "path")
        known, _ = found.get(shape, (Targets(), False))
        found[shape] = (known + targets, not node_shape)
        for part in rules.values(shape, "property") if node_shape else ():
            if not rules.deactivated(part):
                known, _ = found.get(part, (Targets(), True))
                found[part] = (known + targets, True)
    return (Unit(shape, targets, whole) for shape, (targets, whole) in found.items())
