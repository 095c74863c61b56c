"""A reader gives one release, from many threads, and binds terms without pasting text."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.store.base import Reader
from graph.store.embedded import EmbeddedReader, form_of, values
from graph.store.working import WorkingStore, as_stored, snapshot_quads
from graph.terms import LABEL

EX = "https://site.example/"


def iri(name: str) -> NamedNode:
    return NamedNode(EX + name)


QUADS = [
    Quad(iri("a"), iri("name"), Literal("Anna", language="en"), iri("record/1")),
    Quad(iri("b"), iri("name"), Literal("Борис", language="ru"), iri("record/2")),
    Quad(iri("b"), iri("knows"), iri("a"), iri("record/2")),
    Quad(iri("record/1"), iri("title"), Literal("One")),
]


@pytest.fixture
def reader() -> Reader:
    return EmbeddedReader.of(QUADS, release=7, released=datetime(2026, 11, 22, tzinfo=UTC))


def test_it_says_which_release_it_is(reader: Reader) -> None:
    assert (reader.release, reader.released) == (7, datetime(2026, 11, 22, tzinfo=UTC))
    assert reader.withdrawn(EX + "a") is None


def test_quads_by_pattern_in_every_graph_or_one(reader: Reader) -> None:
    assert set(reader.quads()) == set(QUADS)
    assert list(reader.quads(iri("b"), iri("knows"))) == [QUADS[2]]
    assert list(reader.quads(object=iri("a"))) == [QUADS[2]]
    assert set(reader.quads(graph=iri("record/2"))) == {QUADS[1], QUADS[2]}
    assert list(reader.quads(graph=DefaultGraph())) == [QUADS[3]]


def test_facts_are_sorted_and_the_same_for_all_who_ask(reader: Reader) -> None:
    names = [Quad(iri("a"), iri("name"), Literal(name), iri("record/3")) for name in ("c", "a", "b")]
    facts = EmbeddedReader.of(names).facts(iri("a"))
    assert [o.value for o in facts[iri("name")] if isinstance(o, Literal)] == ["a", "b", "c"]
    assert reader.facts(iri("b")) is reader.facts(iri("b"))
    assert reader.facts(iri("nobody")) == {}


def test_labels_are_those_among_the_facts() -> None:
    said = [Quad(iri("a"), p, Literal(name), iri(f"record/{name}")) for name in "ba" for p in (LABEL, iri("name"))]
    reader = EmbeddedReader.of(said + [Quad(q.subject, q.predicate, q.object, iri("record/c")) for q in said])
    assert reader.labels(iri("a")) == (Literal("a"), Literal("b")) == reader.facts(iri("a"))[LABEL]
    assert reader.labels(iri("nobody")) == ()


def test_one_look_finds_the_facts_and_the_records_that_say_them(reader: Reader) -> None:
    for name in ("a", "b", "nobody"):
        facts, quads = reader.whole(iri(name))
        assert facts == reader.facts(iri(name))
        assert list(quads) == list(reader.quads(iri(name)))


def test_named_graphs_are_sorted_and_hold_something(reader: Reader) -> None:
    assert reader.named_graphs() == [iri("record/1"), iri("record/2")]


def test_a_select_sees_the_union_and_leaves_out_what_is_unbound(reader: Reader) -> None:
    rows = reader.select(f"SELECT ?s ?o WHERE {{ ?s <{EX}name> ?n OPTIONAL {{ ?s <{EX}knows> ?o }} }} ORDER BY ?s")
    assert rows == [{"s": iri("a")}, {"s": iri("b"), "o": iri("a")}]


def test_terms_are_bound_one_or_several(reader: Reader) -> None:
    question = f"SELECT ?n WHERE {{ ?s <{EX}name> ?n }} # a comment at the end"
    assert reader.select(question, s=iri("a")) == [{"n": Literal("Anna", language="en")}]
    assert len(reader.select(question, s=[iri("a"), iri("b")])) == 2
    assert reader.select(question, s=[]) == []
    assert reader.select(question, n=Literal("Anna", language="en"), s=iri("a"))
    assert not reader.select(question, n=Literal("Anna", language="en"), s=iri("b"))


@pytest.mark.parametrize(
    "words", ['" } DROP ALL #', "\\", "'''", "\n\r\t\0", "} VALUES ?x { <x> }", "\U0001f600\u202e"]
)
def test_words_of_a_stranger_stay_words(reader: Reader, words: str) -> None:
    assert reader.select("SELECT ?x WHERE { ?s ?p ?o }", x=Literal(words))[0] == {"x": Literal(words)}
    assert len(list(reader.quads())) == len(QUADS)


@pytest.mark.parametrize("name", ["x } #", "x y", ""])
def test_a_variable_is_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="variable"):
        values({name: iri("a")})


def test_construct_and_describe(reader: Reader) -> None:
    found = reader.construct("CONSTRUCT { ?s <http://x/p> ?n } WHERE { ?s ?p ?n }", s=iri("a"))
    assert [str(t.object) for t in found] == ['"Anna"@en']
    assert len(reader.construct(f"DESCRIBE <{EX}b>")) == 2


def test_the_wrong_form_is_refused(reader: Reader) -> None:
    with pytest.raises(ValueError, match="not a SELECT"):
        reader.select("ASK {}")
    with pytest.raises(ValueError, match="neither"):
        reader.construct("SELECT * {}")


def test_forms() -> None:
    assert [form_of(q) for q in ("SELECT * {}", "ASK {}", "CONSTRUCT WHERE {}", "DESCRIBE <http://x>")] == [
        "select", "ask", "construct", "construct",
    ]  # fmt: skip
    with pytest.raises(SyntaxError):
        form_of("INSERT DATA {}")


def test_many_threads_read_at_once(reader: Reader) -> None:
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(200):
                assert len(list(reader.quads())) == len(QUADS)
                assert len(reader.select("SELECT * WHERE { ?s ?p ?o }")) == len(QUADS)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_closing_gives_back_once() -> None:
    closed = []
    with EmbeddedReader(Store(), on_close=lambda: closed.append(1)) as reader:
        assert list(reader.quads()) == []
    reader.close()
    assert closed == [1]


def test_a_working_store_takes_out_and_puts_in_and_is_copied(tmp_path: Path) -> None:
    store = WorkingStore(tmp_path / "store")
    store.fill(QUADS)
    assert store.holds(iri("record/2")) == {QUADS[1], QUADS[2]}
    assert store.value(iri("record/1"), iri("title")) == "One"
    assert store.value(iri("a"), iri("name")) is None, "only the catalogue is meant"
    added = Quad(iri("c"), iri("name"), Literal('"}\\ \n', language="en"), iri("record/3"))
    store.apply([QUADS[1], QUADS[3]], [added])
    store.apply([], [])
    store.snapshot(tmp_path / "copy")
    store.close()
    assert snapshot_quads(tmp_path / "copy") == {QUADS[0], QUADS[2], added}
    compact = WorkingStore(tmp_path / "store")
    files = len(list((tmp_path / "store").glob("*.sst")))
    compact.compact()
    compact.snapshot(tmp_path / "compact")
    compact.close()
    assert snapshot_quads(tmp_path / "compact") == snapshot_quads(tmp_path / "copy")
    assert len(list((tmp_path / "compact").glob("*.sst"))) < files
    again = WorkingStore(tmp_path / "store")
    with pytest.raises(OSError, match="exist"):
        again.snapshot(tmp_path / "copy")
    again.close()


def test_damage_is_an_oserror_however_the_engine_says_it(tmp_path: Path) -> None:
    store = WorkingStore(tmp_path / "store")
    store.fill(QUADS)
    store.close()
    (tmp_path / "store" / "CURRENT").unlink()
    with pytest.raises(OSError, match=r"Corruption|CURRENT"):
        WorkingStore(tmp_path / "store")


def test_what_the_engine_rewrites_is_known_beforehand() -> None:
    integer = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    written = Quad(iri("a"), iri("n"), Literal("007", datatype=integer))
    assert as_stored([written]) == {Quad(iri("a"), iri("n"), Literal("7", datatype=integer))}
