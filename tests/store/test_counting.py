"""Counts of what a store holds: right, and kept right by counting again only what a change touches."""

import random

from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.store.counting import ALL, SUBJECTS, Share, Tally, counted, difference
from graph.store.layout import gone_from_union, in_its_graph, in_union, laid_out
from graph.terms import LABEL, XSD, A

APART = "x:apart"


def iri(name: str) -> NamedNode:
    return NamedNode("x:" + name)


def quad(subject: str, predicate: NamedNode, value: NamedNode | Literal, graph: str = "g") -> Quad:
    return Quad(iri(subject), predicate, value, iri(graph))


def held(*quads: Quad) -> Store:
    store = Store()
    store.extend(laid_out(quads))
    return store


def test_statements_instances_and_what_goes_together_are_counted_once_each() -> None:
    tally = counted(
        held(
            quad("a", A, iri("Org")),
            quad("a", A, iri("Org"), "another"),
            quad("a", LABEL, Literal("A", language="en")),
            quad("a", LABEL, Literal("А", language="ru")),
            quad("a", iri("since"), Literal(1)),
            quad("b", A, iri("Claim")),
            quad("b", iri("about"), iri("a")),
            quad("b", iri("about"), iri("untyped")),
            quad("untyped", iri("about"), iri("a")),
            quad("apart#1", iri("about"), iri("a")),
        ),
        APART,
    )
    text, number = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", XSD("integer").value
    assert tally[ALL] == 8
    assert tally[SUBJECTS] == 3
    assert tally[Share("x:Org")] == 1
    assert tally[Share(property="x:about")] == 3
    assert tally[Share("x:Claim", "x:about")] == 2
    assert tally[Share("x:Claim", "x:about", "x:Org")] == 1
    assert tally[Share("x:Org", LABEL.value, text, literal=True)] == 2
    assert tally[Share("x:Org", "x:since", number, literal=True)] == 1
    assert Share("x:Org", "x:since", number) not in tally


def test_nothing_counts_as_nothing() -> None:
    assert +counted(held(), APART) == Tally()
    assert difference(held(), (), (), APART) == Tally()


def test_who_points_at_a_thing_of_another_class_now_is_counted_again() -> None:
    store = held(quad("a", A, iri("Org")), quad("b", A, iri("Claim")), quad("b", iri("about"), iri("a")))
    change = difference(store, [quad("a", A, iri("Org"))], [quad("a", A, iri("Person"))], APART)
    assert change[Share("x:Claim", "x:about", "x:Org")] == -1
    assert change[Share("x:Claim", "x:about", "x:Person")] == 1
    assert ALL not in change


def test_any_change_counted_from_before_is_the_same_as_counting_anew() -> None:
    """10 stores of up to 40 quads, 30 changes each: types, links, literals, doubles in other graphs, things apart."""
    chance = random.Random(11)
    things = [*"abcde", "apart#1"]

    def any_quad() -> Quad:
        graph = chance.choice(["g", "h", ""])
        predicate = chance.choice([A, iri("p"), iri("q")])
        values = [iri(chance.choice(things)), iri(chance.choice("CD")), Literal(chance.randrange(3)), Literal("w")]
        subject = iri(chance.choice(things))
        value = chance.choice(values)
        return Quad(subject, predicate, value, iri(graph)) if graph else Quad(subject, predicate, value)

    for _ in range(10):
        quads = {any_quad() for _ in range(40)}
        store = held(*quads)
        tally = counted(store, APART)
        for _ in range(30):
            removed = set(chance.sample(sorted(quads, key=str), min(len(quads), chance.randrange(4))))
            added = {any_quad() for _ in range(chance.randrange(4))} - removed
            tally.update(difference(store, removed, added, APART))
            out, into = set(map(in_its_graph, removed)), set(map(in_its_graph, added))
            for gone in out | set(gone_from_union(store, out, into)):
                store.remove(gone)
            for come in into | set(map(in_union, into)):
                store.add(come)
            quads = (quads - removed) | added
            assert +tally == +counted(store, APART)
            assert set(store) == set(laid_out(quads))
