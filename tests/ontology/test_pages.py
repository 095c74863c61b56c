"""The pages about the vocabulary: complete, in the reader's language, with examples from the data."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.publish.lens import Lens
from graph.publish.vocabulary.docs import vocabulary_docs
from graph.publish.vocabulary.pages import EXAMPLES, Entry, VocabularyPage, examples_in, ontology_page, scheme_page
from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from graph.terms import DCTERMS, KH, LABEL, SCHEMA, VOCAB, A
from graph.vocabulary import Vocabulary, load_vocabulary

DOCS = Path(__file__).parents[2] / "docs" / "vocabulary.md"
BASE = "https://example.org/"
RECORD = NamedNode(BASE + "record/x")
SETTINGS = Settings(folder=Path("/nowhere"), title={"en": "A site"}, base=BASE, publisher="A group")


class FewStatements:
    """A reader of a handful of statements beside the vocabulary, which every store holds as well, in their order."""

    def __init__(self, vocabulary: Vocabulary, *triples: tuple[NamedNode, NamedNode, NamedNode | Literal]) -> None:
        self.all = [*(Quad(*t, RECORD) for t in triples), *vocabulary.quads()]
        self.kept: dict[object, object] = {}
        indexed = EmbeddedReader.of(self.all)
        self.facts, self.labels = indexed.facts, indexed.labels

    def quads(
        self,
        subject: object = None,
        predicate: object = None,
        object: object = None,  # noqa: A002 - the word of RDF
        graph: object = None,
    ) -> Iterator[Quad]:
        wanted = (subject, predicate, object, graph)
        for q in self.all:
            found = (q.subject, q.predicate, q.object, q.graph_name)
            if all(w is None or w == f for w, f in zip(wanted, found, strict=True)):
                yield q


def thing(name: str) -> NamedNode:
    return NamedNode(f"{BASE}id/{name}")


def entries(page: VocabularyPage) -> dict[str, Entry]:
    return {entry.iri: entry for section in page.sections for entry in section.entries}


def of_scheme(vocabulary: Vocabulary, scheme: str, language: str = "en") -> VocabularyPage:
    page = scheme_page(vocabulary, scheme, language)
    assert page is not None
    return page


@pytest.fixture
def lens(vocabulary: Vocabulary) -> Lens:
    many = [(thing(f"act/{number}"), A, KH("Act")) for number in range(9)]
    reader = FewStatements(
        vocabulary,
        *many,
        (thing("act/1"), LABEL, Literal("Detentions", language="en")),
        (thing("act/1"), DCTERMS("type"), VOCAB("act/detention")),
        (thing("claim/1"), SCHEMA("text"), Literal("more than 10", language="en")),
        (thing("claim/1"), KH("statedIn"), thing("source/1")),
    )
    return Lens(reader, SETTINGS, vocabulary, "en")  # type: ignore[arg-type]


def test_the_ontology_page_shows_every_class_and_property(vocabulary: Vocabulary) -> None:
    shown = entries(ontology_page(vocabulary, "en"))
    assert set(shown) == {t.iri for t in vocabulary.terms.values() if t.kind in ("class", "property")}
    for entry in shown.values():
        assert entry.label
        assert entry.comment
        assert set(entry.labels) == set(entry.comments) == {"en", "ru"}


def test_scheme_pages_together_show_every_concept_once(vocabulary: Vocabulary) -> None:
    shown = [e.iri for s in vocabulary.schemes() for sec in of_scheme(vocabulary, s).sections for e in sec.entries]
    assert sorted(shown) == sorted(t.iri for t in vocabulary.terms.values() if t.kind == "concept")


def test_an_unknown_scheme_has_no_page(vocabulary: Vocabulary) -> None:
    assert scheme_page(vocabulary, "no-such", "en") is None
    assert scheme_page(vocabulary, "Claim", "en") is None


def test_anchors_match_the_iris_and_are_unique_on_a_page(vocabulary: Vocabulary) -> None:
    pages = [ontology_page(vocabulary, "en"), *(of_scheme(vocabulary, s) for s in vocabulary.schemes())]
    for page in pages:
        anchors = [e.anchor for e in entries(page).values()]
        assert len(set(anchors)) == len(anchors)
        assert all(re.fullmatch(r"[A-Za-z][\w-]*", anchor) for anchor in anchors)
    assert entries(pages[0])[KH("statedIn").value].anchor == "statedIn"
    assert entries(pages[0])[SCHEMA("Claim").value].anchor == "schema-Claim"
    assert entries(of_scheme(vocabulary, "act"))[VOCAB("act/killing").value].anchor == "killing"


def test_pages_speak_the_reader_s_language(vocabulary: Vocabulary) -> None:
    page = of_scheme(vocabulary, "bound", "ru")
    assert page.label == "границы показателя"
    assert entries(page)[VOCAB("bound/exactly").value].label == "ровно"
    assert ontology_page(vocabulary, "ru").label == "Онтология «Хроника»"


def test_a_concept_follows_the_broader_one(vocabulary: Vocabulary) -> None:
    order = [(e.written, e.depth) for e in of_scheme(vocabulary, "act").sections[0].entries]
    assert order[0] == ("against-life", 0)
    assert order.index(("secret-detention", 3)) > order.index(("unlawful-detention", 2)) > order.index(("detention", 1))
    shown = entries(of_scheme(vocabulary, "act"))
    detention = shown[VOCAB("act/detention").value]
    assert [link.iri for link in detention.broader] == [VOCAB("act/against-liberty").value]
    assert "unlawful detention" in [link.label for link in detention.narrower]
    assert detention.codes == ("030102000000",)


def test_concepts_in_a_circle_are_shown_once_all_the_same(tmp_path: Path) -> None:
    skos = "http://www.w3.org/2004/02/skos/core#"
    own = "\n".join(
        f"<{BASE}c/{a}> a <{skos}Concept> ; <{skos}inScheme> <{VOCAB.base}bound> ; <{skos}broader> <{BASE}c/{b}> ."
        for a, b in (("day", "night"), ("night", "day"))
    )
    path = tmp_path / "own.ttl"
    path.write_text(own, encoding="utf-8")
    shown = [e.written for e in of_scheme(load_vocabulary(path), "bound").sections[0].entries]
    assert shown[-2:] == ["day", "night"]
    assert len(shown) == 8


def test_links_say_whether_there_is_an_explanation_to_go_to(vocabulary: Vocabulary) -> None:
    event = entries(ontology_page(vocabulary, "en"))[KH("Event").value]
    assert [(link.label, link.known) for link in event.broader] == [("Activity", True)]
    assert [(link.label, link.known) for link in event.close] == [
        ("Event (linkedevents.org)", False),
        ("Event (semanticweb.cs.vu.nl)", False),
        ("schema:Event", False),
    ]
    assert {link.label for link in event.narrower} == {"Incident", "Act", "Intervention"}


def test_an_entry_says_its_names(vocabulary: Vocabulary) -> None:
    shown = entries(ontology_page(vocabulary, "en"))
    assert (shown[SCHEMA("name").value].written, shown[SCHEMA("name").value].key) == ("schema:name", "name")
    keys = shown[DCTERMS("type").value].key.split(", ")
    assert keys == ["actType", "claimType", "eventType", "interventionType", "sourceType", "withdrawalReason"]


def test_a_page_leads_to_all_schemes(vocabulary: Vocabulary) -> None:
    page = of_scheme(vocabulary, "act")
    assert [link.iri.rsplit("/", 1)[-1] for link in page.schemes] == vocabulary.schemes()


def test_examples_of_a_class_are_things_of_the_data(vocabulary: Vocabulary, lens: Lens) -> None:
    act = entries(ontology_page(vocabulary, "en", examples_in(lens)))[KH("Act").value]
    assert len(act.examples) == EXAMPLES
    assert [e.subject.iri for e in act.examples] == [f"{BASE}id/act/{n}" for n in (0, 1, 2)]
    assert [e.subject.label.words for e in act.examples][1] == "Detentions"


def test_examples_of_a_property_have_its_value(vocabulary: Vocabulary, lens: Lens) -> None:
    shown = entries(ontology_page(vocabulary, "en", examples_in(lens)))
    (text,) = shown[SCHEMA("text").value].examples
    assert (text.subject.iri, text.text and text.text.words, text.thing) == (f"{BASE}id/claim/1", "more than 10", None)
    (stated,) = shown[KH("statedIn").value].examples
    assert stated.thing is not None
    assert stated.thing.iri == f"{BASE}id/source/1"
    assert shown[KH("quantity").value].examples == []


def test_examples_of_a_concept_say_by_what_property(vocabulary: Vocabulary, lens: Lens) -> None:
    page = scheme_page(vocabulary, "act", "en", examples_in(lens))
    assert page is not None
    (example,) = entries(page)[VOCAB("act/detention").value].examples
    assert example.subject.label.words == "Detentions"
    assert example.property is not None
    assert example.property.iri == DCTERMS("type").value
    assert entries(page)[VOCAB("act/against-life").value].examples == [], "the vocabulary is no example of itself"


def test_the_docs_are_what_the_ontology_makes(vocabulary: Vocabulary) -> None:
    assert DOCS.read_text(encoding="utf-8") == vocabulary_docs(vocabulary), "make docs writes it anew"


def test_the_docs_name_every_term(vocabulary: Vocabulary) -> None:
    text = vocabulary_docs(vocabulary)
    missing = [e.iri for e in entries(ontology_page(vocabulary, "en")).values() if f"`{e.written}`" not in text]
    missing += [w for s in vocabulary.schemes() for w in vocabulary.words(s) if f"`{w}` |" not in text]
    assert missing == []
