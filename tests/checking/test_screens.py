"""The screen never hides what pySHACL would find: any shapes over any graph end alike with it and without."""

import random
from collections import Counter
from types import SimpleNamespace

import pytest
from pyoxigraph import Literal

from graph.checking import literals
from graph.checking.constraints import MAKERS
from graph.checking.facts import Statements
from graph.checking.screens import Screens
from graph.terms import SH

LITERALS = (
    '"a"', '"a"@en', '"b"@en-gb', '"abc"', "1", "01", '"1"^^xsd:int', "2", "1.0", '"x"^^xsd:integer', "true",
    '"1"^^xsd:boolean', "false", '"2017-04-01"^^xsd:date', '"2017-02-31"^^xsd:date', '"2018-04-01"^^xsd:date',
    '"2017-04-01T10:00:00"^^xsd:dateTime', '"2017-04-01T10:00:00Z"^^xsd:dateTime', '"../2017"^^ex:EDTF', '""',
)  # fmt: skip
# Two spellings of one value are two terms in RDF and here, one to rdflib: paths back from them lead elsewhere.
SAID = tuple(literal for literal in LITERALS if literal not in ("1", "true"))
NODES = ("ex:a", "ex:b", "ex:c", "ex:d", "_:x", "_:y")
PROPERTIES = ("ex:p", "ex:q", "ex:r")
CLASSES = ("ex:Thing", "ex:Sub", "ex:Other")


def graph_of(chance: random.Random) -> str:
    lines = ["ex:Sub rdfs:subClassOf ex:Thing ."]
    lines += [f"{node} a {chance.choice(CLASSES)} ." for node in NODES if chance.random() < 0.8]
    for _ in range(chance.randint(5, 25)):
        value = chance.choice(SAID) if chance.random() < 0.6 else chance.choice(NODES)
        lines.append(f"{chance.choice(NODES)} {chance.choice(PROPERTIES)} {value} .")
    return "\n".join(lines)


def path_of(chance: random.Random, depth: int = 0) -> str:
    kind = chance.randrange(10) if depth < 2 else 0
    inner = [path_of(chance, depth + 1) for _ in range(2)] if kind > 5 else []
    match kind:
        case 6:
            return f"[ sh:inversePath {chance.choice(PROPERTIES)} ]"
        case 7:
            return f"( {inner[0]} {inner[1]} )"
        case 8:
            return f"[ sh:alternativePath ( {inner[0]} {inner[1]} ) ]"
        case 9:
            return f"[ sh:{chance.choice(('zeroOrMorePath', 'oneOrMorePath', 'zeroOrOnePath'))} {inner[0]} ]"
    return chance.choice(PROPERTIES)


def constraint_of(chance: random.Random, depth: int, *, property_shape: bool) -> str:
    """One constraint; those that hold other shapes no deeper than twice."""
    some = [chance.choice((*LITERALS, *NODES[:4])) for _ in range(3)]
    number, other = chance.randint(0, 3), chance.choice(PROPERTIES)
    choices = [
        f"sh:class {chance.choice(CLASSES)}", f"sh:nodeKind sh:{chance.choice(KINDS)}", f"sh:in ( {' '.join(some)} )",
        f"sh:datatype {chance.choice(DATATYPES)}", f"sh:hasValue {some[0]}", f"sh:pattern '{chance.choice('ab1^')}'",
        "sh:pattern 'A' ; sh:flags 'i'", f"sh:minLength {number}", f"sh:maxLength {number}",
        f"sh:languageIn ( {chance.choice(LANGUAGES)} )", f"sh:disjoint {other}", f"sh:equals {other}",
        f"sh:{chance.choice(RANGES)} {chance.choice(LITERALS)}", "sh:closed true ; sh:ignoredProperties ( rdf:type )",
    ]  # fmt: skip
    if property_shape:
        choices += [f"sh:minCount {number}", f"sh:maxCount {number}", "sh:uniqueLang true", f"sh:lessThan {other}",
                    f"sh:lessThanOrEquals {other}"] * 2  # fmt: skip
    if depth < 2:
        one, two = (f"[ {shape_of(chance, depth + 1)} ]" for _ in range(2))
        choices += [f"sh:not {one}", *(f"sh:{word} ( {one} {two} )" for word in ("or", "and", "xone"))] * 2
        choices += [f"sh:property [ {property_of(chance, depth + 1)} ]"] * 2
        choices += [f"sh:node [ {node_of(chance, depth + 1)} ]"] * 2
        if property_shape:
            least = chance.choice(("qualifiedMinCount", "qualifiedMaxCount"))
            choices += [f"sh:qualifiedValueShape {one} ; sh:{least} {number}"] * 2
    return chance.choice(choices)


KINDS = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
DATATYPES = (
    "xsd:string",
    "xsd:integer",
    "xsd:date",
    "xsd:dateTime",
    "xsd:boolean",
    "xsd:int",
    "rdf:langString",
    "ex:EDTF",
)
LANGUAGES = ('"en"', '"en" "ru"', '"en-gb"', '"*"')
RANGES = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
ONLY_ONCE = (
    "minCount", "maxCount", "datatype", "nodeKind", "in ", "languageIn", "uniqueLang", "closed", "minLength",
    "maxLength", "qualified", "Inclusive", "Exclusive", "flags", "pattern", "lessThan", "equals", "disjoint",
)  # fmt: skip


def constraints_of(chance: random.Random, depth: int, *, property_shape: bool) -> str:
    found: list[str] = []
    for _ in range(chance.randint(1, 3)):
        one = constraint_of(chance, depth, property_shape=property_shape)
        if not any(word in one.split("[")[0] and any(word in o.split("[")[0] for o in found) for word in ONLY_ONCE):
            found.append(one)
    return " ; ".join(found)


def node_of(chance: random.Random, depth: int) -> str:
    return f"a sh:NodeShape ; {constraints_of(chance, depth, property_shape=False)}"


def property_of(chance: random.Random, depth: int) -> str:
    path = path_of(chance)
    return f"a sh:PropertyShape ; sh:path {path} ; {constraints_of(chance, depth, property_shape=True)}"


def shape_of(chance: random.Random, depth: int) -> str:
    return (property_of if chance.random() < 0.5 else node_of)(chance, depth)


def shapes_of(chance: random.Random) -> str:
    targets = (
        "sh:targetClass ex:Thing",
        "sh:targetNode ex:a , ex:b",
        "sh:targetSubjectsOf ex:p",
        "sh:targetObjectsOf ex:q",
    )
    return "\n".join(
        f"ex:shape{n} {shape_of(chance, 0)} ; {chance.choice(targets)} ; sh:message 'Wrong.'@en ." for n in range(3)
    )


def compare(number: int, shacl: SimpleNamespace) -> str:
    """`alike` or `refused` when both ways end so; fails where they differ."""
    chance = random.Random(number)
    data, shapes = graph_of(chance), shapes_of(chance)
    try:
        expected = shacl.alone(data, shapes)
    except Exception as error:
        expected = type(error).__name__
    try:
        found = shacl.verdicts(shacl.findings(data, shapes))
    except Exception as error:
        found = type(error).__name__
    if isinstance(expected, str) or isinstance(found, str):
        assert isinstance(expected, str), f"{number}: only we refuse: {found}\n{data}\n{shapes}"
        return "refused"
    assert found == expected, f"{number}: {found ^ expected}\n{data}\n{shapes}"
    return "broken" if found else "alike"


@pytest.mark.parametrize("number", range(0, 200, 20))
def test_any_shapes_over_any_graph_end_as_with_pyshacl_alone(number: int, shacl: SimpleNamespace) -> None:
    ends = [compare(n, shacl) for n in range(number, number + 20)]
    assert "broken" in ends


def test_the_screen_clears_nodes_of_every_kind_of_constraint(shacl: SimpleNamespace) -> None:
    """The test above would mean nothing if the screen left everything to pySHACL."""
    verdicts: Counter[bool | None] = Counter()
    cleared: set[str] = set()
    for number in range(400):
        chance = random.Random(number)
        facts = Statements(shacl.triples(graph_of(chance)))
        rules = shacl.rules(shapes_of(chance))
        screens = Screens(rules, facts)
        for unit in rules.units:
            for node in unit.targets.find(facts):
                verdict = screens.screen(unit.shape, whole=unit.whole)(node)
                verdicts[verdict] += 1
                if verdict:
                    cleared |= {p.value for p in rules.facts.about(unit.shape)}
    assert verdicts[True] > 300
    assert verdicts[False] > 300
    assert cleared >= {SH(word).value for word in (*MAKERS, "and", "or", "xone", "not", "property", "node")}


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [("1", "2", -1), ("2", "2", 0), ("10", "9", 1), ("01", "1", None), ("x", "1", None), ("1" * 30, "1", None)],
)
def test_numbers_are_ordered_only_when_both_are_plain(one: str, other: str, order: int | None) -> None:
    integers = [Literal(text, datatype=literals.INTEGER) for text in (one, other)]
    assert literals.order(*integers) == order
    assert literals.order(integers[0], Literal(other)) is None


def test_days_are_ordered_and_days_that_are_none_are_not() -> None:
    days = [Literal(day, datatype=literals.DATE) for day in ("2017-02-28", "2017-03-01", "2017-02-30")]
    assert literals.order(days[0], days[1]) == -1
    assert literals.order(days[0], days[2]) is None
