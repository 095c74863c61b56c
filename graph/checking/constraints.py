"""SHACL's constraints on values as three-valued tests: kinds, counts, ranges, texts, comparisons, lists.

Each function makes the test of one parameter from its value in a shape. A test answers True (pySHACL would find
nothing), False (it would find something) or None (we do not know, and pySHACL is asked).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from graph.checking import literals
from graph.checking.facts import Facts, Kinds, items
from graph.checking.report import Node
from graph.checking.rules import Rules
from graph.terms import RDFS, SH, A

Verdict = bool | None
Values = Sequence[Node]
Test = Callable[[Node, Values], Verdict]  # of the focus node and its value nodes


@dataclass(frozen=True, slots=True)
class Setting:
    """What a test is made in: the rules it comes from and the facts it will be asked about."""

    rules: Rules
    facts: Facts
    kinds: Kinds


Maker = Callable[[Setting, Node, Node], Test]  # from the setting, the shape and the value of the parameter


def unknown(_focus: Node, _values: Values) -> Verdict:
    """The test of what we do not understand."""
    return None


def at_least(_setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:minCount (SHACL 4.2.1). rdflib may take two literals for one, so only plain ones are counted beyond one."""
    number = literals.whole_number(value)
    if number is None:
        return unknown
    least = number
    if least < 2:
        return lambda _focus, values: len(values) >= least
    return lambda _focus, values: (all(map(literals.is_plain, values)) or None) if len(values) >= least else False


def at_most(_setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:maxCount (SHACL 4.2.2)."""
    number = literals.whole_number(value)
    if number is None:
        return unknown
    most = number
    return lambda _focus, values: len(values) <= most or (False if all(map(literals.is_plain, values)) else None)


def of_class(setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:class (SHACL 4.1.1)."""
    if not isinstance(value, NamedNode):
        return unknown
    has, kind = setting.kinds.has, value
    return lambda _focus, values: all(has(v, kind) for v in values)


def of_datatype(_setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:datatype (SHACL 4.1.2)."""
    if not isinstance(value, NamedNode):
        return unknown
    datatype = value
    return lambda _focus, values: all_of(literals.datatype_matches(v, datatype) for v in values)


def of_node_kind(_setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:nodeKind (SHACL 4.1.3)."""
    kinds = _NODE_KINDS.get(value.value)
    return (lambda _focus, values: all(isinstance(v, kinds) for v in values)) if kinds else unknown


def in_range(*allowed: int) -> Maker:
    """The maker for sh:minInclusive and its like (SHACL 4.3): `allowed` are the orders of value and bound that pass."""

    def make(_setting: Setting, _shape: Node, bound: Node) -> Test:
        def fits(value: Node) -> Verdict:
            order = literals.order(value, bound)
            return None if order is None else order in allowed

        return lambda _focus, values: all_of(map(fits, values))

    return make


def matching(setting: Setting, shape: Node, value: Node) -> Test:
    """sh:pattern (SHACL 4.4.3), with the two flags pySHACL knows."""
    flags = "".join(v.value for v in setting.rules.values(shape, "flags") if isinstance(v, Literal)).lower()
    try:
        pattern = re.compile(value.value, (re.I if "i" in flags else 0) | (re.M if "m" in flags else 0))
    except re.error:
        return unknown
    return _of_texts(lambda text: pattern.search(text) is not None)


def no_shorter(_setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:minLength (SHACL 4.4.1)."""
    number = literals.whole_number(value)
    return unknown if number is None else _of_texts(lambda text: len(text) >= number)


def no_longer(_setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:maxLength (SHACL 4.4.2)."""
    number = literals.whole_number(value)
    return unknown if number is None else _of_texts(lambda text: len(text) <= number)


def in_languages(setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:languageIn (SHACL 4.4.4), where its ranges are bare languages."""
    members = items(setting.rules.facts, value)
    if members is None or any(not isinstance(m, Literal) or not m.value.isalpha() for m in members):
        return unknown
    wanted = {m.value.lower() for m in members}

    def fits(node: Node) -> bool:
        tag = node.language if isinstance(node, Literal) else None
        return tag is not None and tag.lower().split("-")[0] in wanted

    return lambda _focus, values: all(map(fits, values))


def in_unique_languages(_setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:uniqueLang (SHACL 4.4.5)."""
    if value != _TRUE:
        return unknown

    def fits(_focus: Node, values: Values) -> Verdict:
        tags = [v.language.lower() for v in values if isinstance(v, Literal) and v.language]
        return len(tags) == len(set(tags))

    return fits


def ordered(*allowed: int) -> Maker:
    """The maker for sh:lessThan and its like (SHACL 4.5.3, 4.5.4): each value against each of another property's."""

    def make(setting: Setting, _shape: Node, other: Node) -> Test:
        if not isinstance(other, NamedNode):
            return unknown
        about, predicate = setting.facts.about, other

        def fits(focus: Node, values: Values) -> Verdict:
            others = about(focus).get(predicate, ())
            return all(literals.order(v, o) in allowed for v in values for o in others) or None

        return fits

    return make


def disjoint(setting: Setting, _shape: Node, other: Node) -> Test:
    """sh:disjoint (SHACL 4.5.2)."""
    if not isinstance(other, NamedNode):
        return unknown
    about, predicate = setting.facts.about, other

    def fits(focus: Node, values: Values) -> Verdict:
        others = set(about(focus).get(predicate, ()))
        return all_of(opposite(literals.is_among(v, others)) for v in values)

    return fits


def equal(setting: Setting, _shape: Node, other: Node) -> Test:
    """sh:equals (SHACL 4.5.1)."""
    if not isinstance(other, NamedNode):
        return unknown
    about, predicate = setting.facts.about, other
    return lambda focus, values: set(values) == set(about(focus).get(predicate, ())) or None


def among(setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:in (SHACL 4.8.3)."""
    members = items(setting.rules.facts, value)
    if members is None:
        return unknown
    wanted = set(members)
    return lambda _focus, values: all_of(literals.is_among(v, wanted) for v in values)


def has_value(_setting: Setting, _shape: Node, value: Node) -> Test:
    """sh:hasValue (SHACL 4.8.2)."""
    return lambda _focus, values: literals.is_among(value, set(values))


def closed(setting: Setting, shape: Node, value: Node) -> Test:
    """sh:closed (SHACL 4.8.1); pySHACL also lets pass that a node is an rdfs:Resource."""
    if value != _TRUE:
        return unknown
    rules, about = setting.rules, setting.facts.about
    allowed: set[Node] = {p for part in rules.values(shape, "property") for p in rules.values(part, "path")}
    for head in rules.values(shape, "ignoredProperties"):
        allowed.update(items(rules.facts, head) or ())

    def fits(_focus: Node, values: Values) -> Verdict:
        return all(
            predicate in allowed or (predicate == A and list(said) == [RDFS("Resource")])
            for v in values
            for predicate, said in about(v).items()
        )

    return fits


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Three-valued "and": one False decides, else one None leaves it open."""
    result: Verdict = True
    for verdict in verdicts:
        if verdict is False:
            return False
        if verdict is None:
            result = None
    return result


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Three-valued "or"."""
    return opposite(all_of(map(opposite, verdicts)))


def one_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Three-valued "exactly one"."""
    found = list(verdicts)
    if found.count(True) > 1:
        return False
    return None if None in found else found.count(True) == 1


def opposite(verdict: Verdict) -> Verdict:
    """Three-valued "not"."""
    return None if verdict is None else not verdict


def _of_texts(test: Callable[[str], bool]) -> Test:
    """A test of the string of each value (SHACL 4.4): a blank node has none and fails."""

    def fits(node: Node) -> Verdict:
        if isinstance(node, BlankNode):
            return False
        return test(node.value) if literals.is_plain(node) else None

    return lambda _focus, values: all_of(map(fits, values))


_TRUE = Literal("true", datatype=literals.BOOLEAN)
_NODE_KINDS: dict[str, tuple[type, ...]] = {
    SH("IRI").value: (NamedNode,),
    SH("BlankNode").value: (BlankNode,),
    SH("Literal").value: (Literal,),
    SH("BlankNodeOrIRI").value: (BlankNode, NamedNode),
    SH("BlankNodeOrLiteral").value: (BlankNode, Literal),
    SH("IRIOrLiteral").value: (NamedNode, Literal),
}

MAKERS: dict[str, Maker] = {
    "minCount": at_least,
    "maxCount": at_most,
    "class": of_class,
    "datatype": of_datatype,
    "nodeKind": of_node_kind,
    "minExclusive": in_range(1),
    "minInclusive": in_range(0, 1),
    "maxExclusive": in_range(-1),
    "maxInclusive": in_range(-1, 0),
    "pattern": matching,
    "minLength": no_shorter,
    "maxLength": no_longer,
    "languageIn": in_languages,
    "uniqueLang": in_unique_languages,
    "lessThan": ordered(-1),
    "lessThanOrEquals": ordered(-1, 0),
    "disjoint": disjoint,
    "equals": equal,
    "in": among,
    "hasValue": has_value,
    "closed": closed,
}
# Given twice, these are an error or ambiguous; on a node shape, the second lot is.
ONLY_ONCE = frozenset(("minCount", "maxCount", "datatype", "nodeKind", "in", "languageIn", "uniqueLang", "closed",
                       "minLength", "maxLength", "qualifiedValueShape"))  # fmt: skip
ONLY_ON_PROPERTIES = frozenset(("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals",
                                "qualifiedValueShape"))  # fmt: skip
