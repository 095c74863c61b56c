"""Turtle written straight from terms is what the engine would write; what is not plain is left to the engine."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from graph.formats import TURTLE
from graph.publish.documents import thing_quads, thing_statements, write, write_statements
from graph.publish.jsonld import write_json_ld
from graph.publish.lens import Lens
from graph.publish.turtle import NotPlain, Spelling, Statement, write_turtle
from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from graph.terms import FOAF, KH, LABEL, VOCAB, XSD, A
from graph.vocabulary import load_vocabulary

BASE = "https://docs.example/"
SITE = Settings(folder=Path("/nowhere"), title={"": "x"}, base=BASE, publisher="x")
LOCAL = ["a", "a/b", "a.b", "a.", "a..b", "-a", "_a", "1", "a:b", "я", "яё/б", "a%20", "a~b", "a?b", "", "a/", "é"]
BASES = [BASE + "id/org/", BASE + "id/claim/", BASE + "id/9/", BASE + "id/Up/", VOCAB.base + "bound/", KH.base, BASE]
NODES = st.builds(lambda base, local: NamedNode(base + local), st.sampled_from(BASES), st.sampled_from(LOCAL))
WRITTEN = ["5", "+5", "-05", " 5", "", "5.", ".5", "-5.50", "1e5", "1.e-5", "INF", "true", "TRUE", "5\n", "٥", "2017"]
TYPED = st.builds(
    lambda words, kind: Literal(words, datatype=XSD(kind)),
    st.sampled_from(WRITTEN),
    st.sampled_from(["integer", "decimal", "double", "float", "boolean", "date", "string"]),
)
WORDS = st.one_of(
    st.text(max_size=6).map(Literal),
    st.builds(lambda words, tag: Literal(words, language=tag), st.text(max_size=6), st.sampled_from(["en", "ru-Latn"])),
    st.just(Literal("x", datatype=NamedNode("http://id.loc.gov/datatypes/edtf/EDTF"))),
)
STATEMENTS = st.lists(
    st.tuples(NODES, st.one_of(st.sampled_from([A, LABEL]), NODES), st.one_of(NODES, TYPED, WORDS)), max_size=8
)


def by_the_engine(said: list[Statement]) -> bytes:
    return write([Quad(*each) for each in said], TURTLE, SITE)


def without_prefixes(document: bytes) -> str:
    return "".join(line for line in document.decode().splitlines(keepends=True) if not line.startswith("@prefix"))


@given(STATEMENTS)
def test_it_is_what_the_engine_would_write(said: list[Statement]) -> None:
    said = list(dict.fromkeys(said))
    try:
        written = write_turtle(said, Spelling(SITE))
    except NotPlain:
        return
    engine = by_the_engine(said)
    assert without_prefixes(written) == without_prefixes(engine)
    assert set(written.splitlines()) <= set(engine.splitlines())  # which counts what words speak of as used
    assert {q.triple for q in parse(written, RdfFormat.TURTLE)} == {Triple(*each) for each in said}


def test_a_prefix_of_which_only_words_speak_is_not_declared() -> None:
    said: list[Statement] = [(NamedNode(BASE + "id/org/x"), LABEL, Literal("see kh:Claim"))]
    written = write_turtle(said, Spelling(SITE))
    prefixes = [line.split()[1] for line in written.decode().splitlines() if line.startswith("@")]
    assert prefixes == ["rdfs:", "site-org:"]


@pytest.mark.parametrize(
    "node",
    [
        BlankNode("b"),
        Triple(A, A, A),
        NamedNode(BASE + "id/org/a~b"),
        NamedNode(BASE + "id/org/"),
        NamedNode(KH.base + "a%20"),
    ],
    ids=str,
)
def test_what_is_not_plain_is_left_to_the_engine(node: object) -> None:
    said: list[Statement] = [(NamedNode(BASE + "id/org/x"), KH("x"), node)]  # type: ignore[list-item]
    with pytest.raises(NotPlain):
        write_turtle(said, Spelling(SITE))
    lens = Lens(EmbeddedReader.of([]), SITE, load_vocabulary(), "en")
    assert write_statements(said, TURTLE, lens) == by_the_engine(said)


def test_two_folders_of_one_prefix_are_left_to_the_engine() -> None:
    said: list[Statement] = [(NamedNode(BASE + "id/org/x"), KH("x"), NamedNode(BASE + "id/site-org/x"))]
    with pytest.raises(NotPlain):
        write_turtle(said, Spelling(SITE))


@pytest.mark.parametrize("base", ["https://schema.org/", "https://w3id.org/khronika/"])
def test_a_site_within_a_prefix_is_left_to_the_engine_where_one_lies_in_the_other(base: str) -> None:
    site = Settings(folder=Path("/nowhere"), title={"": "x"}, base=base, publisher="x")
    said: list[Statement] = [(NamedNode(base + "id/org/x"), LABEL, Literal("x"))]
    if base == "https://schema.org/":
        with pytest.raises(NotPlain):
            write_turtle(said, Spelling(site))
    else:
        assert write_turtle(said, Spelling(site)) == write([Quad(*each) for each in said], TURTLE, site)


def test_names_are_forgotten_with_the_release() -> None:
    reader = EmbeddedReader.of([Quad(NamedNode(BASE + "id/org/x"), LABEL, Literal("x"))])
    lens = Lens(reader, SITE, load_vocabulary(), "en")
    said: list[Statement] = [(NamedNode(BASE + "id/org/secret"), LABEL, Literal("x"))]
    write_statements(said, TURTLE, lens)
    kept = next(value for value in reader.kept.values() if isinstance(value, Spelling))
    assert any("secret" in iri for iri in kept._known)
    assert not any(isinstance(value, Spelling) for value in EmbeddedReader.of([]).kept.values())


def test_a_document_says_the_same_with_graphs_and_without(house: list[Quad], things: frozenset[str]) -> None:
    says_so_itself = [Quad(NamedNode(i.replace("/id/", "/doc/")), FOAF("primaryTopic"), NamedNode(i)) for i in things]
    lens = Lens(EmbeddedReader.of([*house, *says_so_itself]), SITE, load_vocabulary(), "en")
    for iri in sorted(things):
        node, document = NamedNode(iri), NamedNode(iri.replace("/id/", "/doc/"))
        flat = thing_statements(lens, node, document)
        assert len(set(flat)) == len(flat)
        quads = thing_quads(lens, node, document)
        assert {Triple(*each) for each in flat} == {q.triple for q in quads}
        assert write_json_ld(Quad(*each) for each in flat) == write_json_ld(quads)
