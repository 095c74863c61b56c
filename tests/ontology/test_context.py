"""The JSON-LD context: every term and every concept word means what the ontology says, to two parsers."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from rdflib import Graph

import ontology
from graph.publish.context import WORDED, Key, context_text, keys, make_context, read_context
from graph.terms import DCTERMS, EDTF, SCHEMA, VOCAB, XSD, A
from graph.vocabulary import Vocabulary, load_vocabulary

# rdflib's own JSON-LD parser still makes a ConjunctiveGraph; nothing we could write keeps it from warning.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

FILE = Path(ontology.__file__).parent / "context.jsonld"
SUBJECT = "https://example.org/id/x"
OTHER = "https://example.org/id/y"
SAMPLES = {  # JSON that an author writes, and the term it stands for
    XSD("boolean").value: (True, Literal("true", datatype=XSD("boolean"))),
    XSD("date").value: ("2017-04-01", Literal("2017-04-01", datatype=XSD("date"))),
    XSD("decimal").value: ("43.29", Literal("43.29", datatype=XSD("decimal"))),
    XSD("integer").value: (101, Literal("101", datatype=XSD("integer"))),
    EDTF.value: ("../2017-04-01", Literal("../2017-04-01", datatype=EDTF)),
}


def by_oxigraph(document: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (str(q.subject), str(q.predicate), str(q.object))
        for q in parse(json.dumps(document).encode(), RdfFormat.JSON_LD)
    }


def by_rdflib(document: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    graph = Graph().parse(data=json.dumps(document), format="json-ld")
    text = graph.serialize(format="nt")
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in parse(text.encode(), RdfFormat.N_TRIPLES)}


def both_read(body: Mapping[str, Any], *expected: tuple[NamedNode, NamedNode | Literal]) -> None:
    """Both parsers get exactly these statements about SUBJECT out of the body under our context."""
    document = {"@context": json.loads(read_context())["@context"], "id": SUBJECT, **body}
    wanted = {(str(NamedNode(SUBJECT)), str(p), str(o)) for p, o in expected}
    assert by_oxigraph(document) == wanted
    assert by_rdflib(document) == wanted


def sample(key: Key) -> tuple[Any, list[NamedNode | Literal]]:
    """What an author would write behind a key, and what it stands for."""
    if key.kind == "@id":
        return OTHER, [NamedNode(OTHER)]
    if key.kind == "@language":
        return {"en": ["a", "b"], "ru": "в"}, [Literal("a", language="en"), Literal("b", language="en"),
                                                Literal("в", language="ru")]  # fmt: skip
    if key.kind in SAMPLES:
        value, term = SAMPLES[key.kind]
        return value, [term]
    assert key.kind == "", key
    return "as written", [Literal("as written")]


def test_the_file_is_what_the_ontology_makes(vocabulary: Vocabulary) -> None:
    assert FILE.read_text(encoding="utf-8") == context_text(vocabulary), "make docs writes it anew"


def test_it_can_be_made_from_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-m", "graph.publish.context"], capture_output=True, check=True)
    assert done.stdout == FILE.read_bytes()


def test_every_class_and_property_is_covered(vocabulary: Vocabulary) -> None:
    told = {key.property for key in keys(vocabulary)}
    assert {t.iri for t in vocabulary.terms.values() if t.kind == "property"} - told == {A.value}
    classes = make_context(vocabulary)["@context"]
    missing = [t.iri for t in vocabulary.terms.values() if t.kind == "class" and t.name not in classes]
    assert missing == []


def test_every_property_reads_back(vocabulary: Vocabulary) -> None:
    plain = [key for key in keys(vocabulary) if key.kind != "@vocab"]
    written = {key.name: sample(key) for key in plain}
    body = {name: value for name, (value, _) in written.items()}
    expected = [(NamedNode(key.property), term) for key in plain for term in written[key.name][1]]
    assert len(plain) > 80
    both_read(body, *expected)


@pytest.mark.parametrize(("name", "predicate", "scheme"), WORDED, ids=[name for name, _, _ in WORDED])
def test_every_word_of_a_scheme_reads_back(
    vocabulary: Vocabulary, name: str, predicate: NamedNode, scheme: str
) -> None:
    words = vocabulary.words(scheme)
    assert words
    both_read({name: words}, *((predicate, VOCAB(f"{scheme}/{word}")) for word in words))


def test_every_scheme_has_a_key_and_every_key_a_scheme(vocabulary: Vocabulary) -> None:
    assert sorted(scheme for _, _, scheme in WORDED) == vocabulary.schemes()


def test_every_class_reads_back(vocabulary: Vocabulary) -> None:
    terms = [t for t in vocabulary.terms.values() if t.kind == "class"]
    context = make_context(vocabulary)["@context"]
    names = {t.iri: t.name for t in terms if context.get(t.name, "").endswith(t.iri.split("/")[-1].split("#")[-1])}
    names[SCHEMA("Claim").value] = "schema:Claim"  # ours is the Claim
    assert set(names) == {t.iri for t in terms}
    both_read({"type": sorted(names.values())}, *((A, NamedNode(iri)) for iri in names))


def test_a_word_that_is_also_a_term_stays_a_word() -> None:
    """The claim type `position` once became schema:position."""
    both_read(
        {"claimType": "position", "position": 3},
        (DCTERMS("type"), VOCAB("claim-type/position")),
        (SCHEMA("position"), Literal("3", datatype=XSD("integer"))),
    )


def test_words_do_collide_with_terms_and_the_context_keeps_them_apart(vocabulary: Vocabulary) -> None:
    names = set(make_context(vocabulary)["@context"])
    colliding = {word for scheme in vocabulary.schemes() for word in vocabulary.words(scheme)} & names
    assert {"about", "position", "member"} <= colliding


def test_no_word_is_a_key_of_the_scope_it_stands_in(vocabulary: Vocabulary) -> None:
    """Words of a scope stand beside nothing else there: none may look like a keyword or a prefixed name."""
    for name, _, _ in WORDED:
        scope = make_context(vocabulary)["@context"][name]["@context"]
        assert [w for w in scope if ":" in w or w.startswith("@")] == []


def test_one_word_in_two_schemes_is_two_concepts() -> None:
    both_read(
        {"sourceType": "statement", "interventionType": "statement"},
        (DCTERMS("type"), VOCAB("source/statement")),
        (DCTERMS("type"), VOCAB("intervention/statement")),
    )


def test_a_site_s_own_concept_is_written_as_an_iri() -> None:
    own = "https://example.org/concepts/shaving"
    both_read({"actType": [own, "killing"]}, (DCTERMS("type"), NamedNode(own)), (DCTERMS("type"), VOCAB("act/killing")))


def test_a_site_s_concepts_do_not_change_the_context(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The file is the house's; read with no other vocabulary than the house's."""
    assert context_text(load_vocabulary(tmp_path / "concepts")) == context_text(vocabulary)
