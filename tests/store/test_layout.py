"""The default graph is the union of all graphs, each statement once, whatever is put in and taken out."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.store.embedded import EmbeddedReader
from graph.store.layout import in_union, is_laid_out, laid_out, told
from graph.store.working import WorkingStore, snapshot_quads
from graph.terms import CATALOGUE_GRAPH


def quad(statement: int, graph: int) -> Quad:
    """One of few statements in one of few graphs; 0 is the catalogue."""
    name = NamedNode(f"https://x.example/record/{graph}") if graph else DefaultGraph()
    return Quad(NamedNode(f"https://x.example/id/{statement}"), NamedNode("x:p"), Literal(str(statement)), name)


SOME = st.sets(st.builds(quad, st.integers(0, 5), st.integers(0, 3)))


@given(SOME)
def test_what_is_laid_out_is_told_as_it_was(quads: set[Quad]) -> None:
    stored = set(laid_out(quads))
    assert set(told(stored)) == quads
    union = {q for q in stored if isinstance(q.graph_name, DefaultGraph)}
    assert union == {in_union(q) for q in quads}


@given(SOME, st.booleans())
def test_each_statement_is_told_once_in_however_many_graphs_it_stands(quads: set[Quad], in_layout: bool) -> None:
    store = Store()
    store.bulk_extend(laid_out(quads) if in_layout else quads)
    reader = EmbeddedReader(store)
    expected = {q.triple for q in quads}
    for found in (list(reader.statements()), list(reader.statements(None, NamedNode("x:p")))):
        assert len(found) == len(expected)
        assert {q.triple for q in found} == expected
    for subject in {q.subject for q in quads}:
        assert isinstance(subject, NamedNode)
        assert reader.facts(subject) == {NamedNode("x:p"): tuple({q.object for q in quads if q.subject == subject})}
        facts, whole = reader.whole(subject)
        assert facts == reader.facts(subject)
        assert sorted(whole, key=str) == sorted(reader.quads(subject), key=str)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SOME, min_size=1, max_size=6))
def test_the_union_follows_every_change(folder: Path, states: list[set[Quad]]) -> None:
    """Any sequence of changes leaves what filling a new store with the last state would."""
    place = folder / str(len(list(folder.iterdir())))
    anchor = quad(99, 0)  # a release always says which one it is
    store = WorkingStore(place)
    before = states[0] | {anchor}
    store.fill(before)
    for state in states[1:]:
        after = state | {anchor}
        store.apply(before - after, after - before)
        before = after
    assert set(store.store) == set(laid_out(before))
    store.close()


def test_a_store_of_another_layout_is_not_written_to(tmp_path: Path) -> None:
    old = Store(str(tmp_path / "old"))
    old.add(quad(1, 1))
    old.flush()
    del old
    with pytest.raises(OSError, match="another version"):
        WorkingStore(tmp_path / "old")


def test_a_union_that_is_not_that_of_its_graphs_is_noticed(tmp_path: Path) -> None:
    store = WorkingStore(tmp_path / "store")
    store.fill([quad(1, 1), quad(2, 0)])
    store.snapshot(tmp_path / "good")
    store.store.add(Quad(NamedNode("x:s"), NamedNode("x:p"), NamedNode("x:o")))
    store.snapshot(tmp_path / "bad")
    store.close()
    assert snapshot_quads(tmp_path / "good") == {quad(1, 1), quad(2, 0)}
    assert snapshot_quads(tmp_path / "bad") != {quad(1, 1), quad(2, 0)}


def test_a_reader_counts_a_statement_once_and_tells_every_graph() -> None:
    quads = [quad(1, 1), quad(1, 2), quad(2, 0)]
    reader = EmbeddedReader.of(quads)
    rows = reader.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert rows[0]["n"] == Literal(2)
    assert sorted(map(str, reader.quads())) == sorted(map(str, quads))
    assert list(reader.quads(graph=DefaultGraph())) == [quad(2, 0)]
    assert CATALOGUE_GRAPH not in reader.named_graphs()
    in_catalogue = reader.select("SELECT ?s { GRAPH ?g { ?s ?p ?o } }", g=CATALOGUE_GRAPH)
    assert in_catalogue == [{"s": quad(2, 0).subject}]


def test_quads_as_they_came_are_read_as_before() -> None:
    store = Store()
    store.extend([quad(1, 1), quad(2, 2)])
    assert not is_laid_out(store)
    assert len(EmbeddedReader(store).select("SELECT ?s { ?s ?p ?o }")) == 2
