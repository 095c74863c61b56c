"""Which nodes a rule is about, and which shapes are checked as one."""

from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.checking.facts import Facts, Kinds, instances
from graph.checking.report import Node

TARGET_WORDS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")


@dataclass(frozen=True, slots=True)
class Targets:
    """Which nodes a shape is about (SHACL 2.1.3), implicit class targets among `classes`."""

    classes: tuple[NamedNode, ...] = ()
    nodes: tuple[Node, ...] = ()
    subjects_of: tuple[NamedNode, ...] = ()
    objects_of: tuple[NamedNode, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.classes or self.nodes or self.subjects_of or self.objects_of)

    def __add__(self, other: "Targets") -> "Targets":
        return Targets(
            tuple(dict.fromkeys(self.classes + other.classes)),
            tuple(dict.fromkeys(self.nodes + other.nodes)),
            tuple(dict.fromkeys(self.subjects_of + other.subjects_of)),
            tuple(dict.fromkeys(self.objects_of + other.objects_of)),
        )

    def find(self, facts: Facts) -> set[Node]:
        """The focus nodes among some facts; those named need not be there."""
        found: set[Node] = set(self.nodes)
        for kind in self.classes:
            found.update(instances(facts, kind))
        for predicate in self.subjects_of:
            found.update(subject for subject, _ in facts.pairs(predicate))
        for predicate in self.objects_of:
            found.update(value for _, value in facts.pairs(predicate))
        return found

    def have(self, facts: Facts, kinds: Kinds, node: Node) -> bool:
        """Whether a node is one of the focus nodes."""
        said = facts.about(node)
        return (
            node in self.nodes
            or any(kinds.has(node, kind) for kind in self.classes)
            or any(predicate in said for predicate in self.subjects_of)
            or any(facts.pointing(predicate, node) for predicate in self.objects_of)
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """What is checked as one: a shape, and the focus nodes it has by itself or through the node shape it belongs to."""

    shape: Node
    targets: Targets
    whole: bool  # a node shape's own constraints are checked apart from its property shapes, which are units too
