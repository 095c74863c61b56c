"""Reading the vocabulary: words to concepts, labels in the reader's language, a site's own concepts."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from graph.errors import AuthoringError
from graph.terms import KH, ONTOLOGY_GRAPH, SCHEMA, VOCAB, VOCABULARY_GRAPH
from graph.vocabulary import Vocabulary, load_vocabulary

CONCEPT = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/concepts/shaving>
    a skos:Concept ;
    skos:prefLabel "forced shaving"@en , "насильственное бритьё"@ru ;
    skos:definition "Hair is cut off by force."@en , "Волосы сбривают силой."@ru ;
    skos:broader <https://w3id.org/khronika/vocab/act/ill-treatment> ;
    skos:inScheme <https://w3id.org/khronika/vocab/act> .
"""


def written(folder: Path, text: str | bytes, name: str = "own.ttl") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_word_stands_for_a_concept_of_its_scheme(vocabulary: Vocabulary) -> None:
    assert vocabulary.concept("act", "killing") == NamedNode("https://w3id.org/khronika/vocab/act/killing")
    assert vocabulary.concept("claim-type", "position") == VOCAB("claim-type/position")
    assert vocabulary.concept("bound", "killing") is None
    assert vocabulary.concept("no-scheme", "killing") is None
    assert vocabulary.words("no-scheme") == []


def test_words_come_in_the_order_of_their_file(vocabulary: Vocabulary) -> None:
    assert vocabulary.words("bound") == ["exactly", "at-least", "more-than", "up-to", "fewer-than", "about"]


def test_labels_come_in_the_language_asked_for_or_in_english(vocabulary: Vocabulary) -> None:
    assert vocabulary.label(KH("Claim").value, "ru") == "Утверждение"
    assert vocabulary.label(KH("Claim").value, "fr") == "Claim"
    assert vocabulary.label(SCHEMA("name").value, "en") == "name"
    assert vocabulary.label("https://example.org/unknown", "en") is None
    assert vocabulary.comment(VOCAB("bound/about").value, "ru") is not None
    assert vocabulary.comment("https://example.org/unknown", "en") is None


def test_superclasses_come_nearest_first(vocabulary: Vocabulary) -> None:
    found = vocabulary.superclasses(KH("Profile").value)
    assert found[0] == KH("Source").value
    assert SCHEMA("CreativeWork").value in found
    assert KH("Profile").value not in found
    assert vocabulary.superclasses(VOCAB("act/killing").value) == ()
    assert vocabulary.superclasses("https://example.org/unknown") == ()


def test_a_concept_is_shown_to_search_engines_as_its_own_class_or_its_broader_concept_s(tmp_path: Path) -> None:
    own = CONCEPT.replace("act/ill-treatment", "source/interview").replace("vocab/act>", "vocab/source>")
    vocabulary = load_vocabulary(written(tmp_path, own))
    assert vocabulary.schema_class(VOCAB("source/profile-page").value) == "ProfilePage"
    assert vocabulary.schema_class("https://example.org/concepts/shaving") == "Article"
    assert vocabulary.schema_class(VOCAB("act/killing").value) is None
    assert vocabulary.schema_class("https://example.org/unknown") is None


def test_a_circle_of_broader_concepts_ends(tmp_path: Path) -> None:
    own = CONCEPT.replace("https://w3id.org/khronika/vocab/act/ill-treatment", "https://example.org/concepts/shaving")
    assert load_vocabulary(written(tmp_path, own)).schema_class("https://example.org/concepts/shaving") is None


def test_the_store_gets_terms_and_concepts_in_their_graphs(vocabulary: Vocabulary) -> None:
    graphs = {q.subject: q.graph_name for q in vocabulary.quads()}
    assert graphs[KH("Claim")] == ONTOLOGY_GRAPH
    assert graphs[SCHEMA("name")] == ONTOLOGY_GRAPH
    assert graphs[VOCAB("act/killing")] == VOCABULARY_GRAPH
    assert set(graphs.values()) == {ONTOLOGY_GRAPH, VOCABULARY_GRAPH}
    assert all(isinstance(subject, NamedNode) for subject in graphs), "no blank nodes"


def test_the_vocabulary_cannot_be_changed(vocabulary: Vocabulary) -> None:
    term = vocabulary.terms[KH("Claim").value]
    with pytest.raises(TypeError):
        vocabulary.terms["x"] = term  # type: ignore[index]
    with pytest.raises(TypeError):
        term.labels["en"] = "Truth"  # type: ignore[index]
    with pytest.raises(AttributeError):
        term.name = "Truth"  # type: ignore[misc]


def test_a_site_adds_concepts_of_its_own(tmp_path: Path) -> None:
    written(tmp_path, CONCEPT)
    written(tmp_path, "not Turtle, and not asked for", "notes.txt")
    vocabulary = load_vocabulary(tmp_path)
    assert vocabulary.concept("act", "shaving") == NamedNode("https://example.org/concepts/shaving")
    assert vocabulary.words("act")[-1] == "shaving"
    assert vocabulary.label("https://example.org/concepts/shaving", "ru") == "насильственное бритьё"


def test_a_site_adds_a_scheme_of_its_own(tmp_path: Path) -> None:
    scheme = "<https://example.org/weapon> a skos:ConceptScheme ."
    own = CONCEPT.replace("https://w3id.org/khronika/vocab/act>", "https://example.org/weapon>") + scheme
    assert load_vocabulary(written(tmp_path, own)).words("weapon") == ["shaving"]


def test_a_folder_of_concepts_need_not_exist(tmp_path: Path, vocabulary: Vocabulary) -> None:
    assert load_vocabulary(tmp_path / "concepts").terms == vocabulary.terms


@pytest.mark.parametrize(
    ("text", "line", "problem", "hint"),
    [
        (CONCEPT.replace("a skos:Concept ;", "a skos:Concept"), 5, "not Turtle", "Mend"),
        (b"\xff\xfe", 1, "not Turtle", "Mend"),
        (CONCEPT.replace("vocab/act>", "vocab/acts>"), None, "unknown scheme, 'acts'", "Schemes: access, act, "),
        (CONCEPT.replace("concepts/shaving", "concepts/killing"), None, "'killing' of the scheme 'act'", "vocab/act/"),
        (CONCEPT.replace("skos:inScheme", "skos:related"), None, "is in no scheme", "skos:inScheme"),
    ],
    ids=["syntax", "encoding", "scheme", "taken", "unplaced"],
)
def test_a_faulty_file_of_concepts_is_refused(
    tmp_path: Path, text: str | bytes, line: int | None, problem: str, hint: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(AuthoringError) as caught:
        load_vocabulary(path)
    assert caught.value.path == path
    assert caught.value.line == line
    assert problem in caught.value.problem
    assert hint in caught.value.hint
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match="cannot be read"):
        load_vocabulary(tmp_path / "concepts.ttl")


def test_two_files_of_a_site_cannot_give_one_word_two_meanings(tmp_path: Path) -> None:
    first = written(tmp_path, CONCEPT)
    second = written(tmp_path, CONCEPT.replace("example.org/", "example.org/other/"), "second.ttl")
    with pytest.raises(AuthoringError, match="'shaving'") as caught:
        load_vocabulary(first, second)
    assert caught.value.path == second


def test_reading_it_needs_no_rdflib() -> None:
    code = "import sys, graph.vocabulary as v; v.load_vocabulary(); sys.exit('rdflib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
