"""The ontology keeps its promises: every term is explained in two languages and leads somewhere that exists."""

import re
from pathlib import Path

from rdflib import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, Graph, URIRef
from rdflib.namespace import DefinedNamespace

import ontology
from graph.terms import KH, ONTOLOGY_GRAPH, SCHEMA, XSD
from graph.vocabulary import Vocabulary

FOLDER = Path(ontology.__file__).parent
FILES = sorted(FOLDER.rglob("*.ttl"))
# The definitions that rdflib ships, made from the vocabularies' own files.
SHIPPED: tuple[type[DefinedNamespace], ...] = (DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS)
# What rdflib does not ship, each with where it is defined.
LOOKED_UP = {
    "http://www.w3.org/ns/oa#": {  # https://www.w3.org/TR/annotation-vocab/
        "SpecificResource", "TextQuoteSelector", "exact", "hasSelector", "hasSource",
    },
    "http://linkedevents.org/ontology/": {"Event"},  # https://linkedevents.org/ontology/
    "http://semanticweb.cs.vu.nl/2009/11/sem/": {  # https://semanticweb.cs.vu.nl/2009/11/sem/
        "Event", "hasEarliestBeginTimeStamp", "hasLatestEndTimeStamp",
    },
    "https://w3id.org/dpv#": {"ConsentRecord"},  # https://w3id.org/dpv
    "http://publications.europa.eu/resource/authority/access-right/": {  # EU Vocabularies, access right
        "PUBLIC", "RESTRICTED",
    },
    "http://id.loc.gov/datatypes/edtf/": {"EDTF"},  # https://id.loc.gov/datatypes/edtf.html
    XSD.base: {"boolean", "date", "dateTime", "decimal", "integer", "string"},
}  # fmt: skip

CLASSES = "Source Profile Event Incident Act Intervention Claim Count Record ConsentRecord Withdrawal"
PROPERTIES = (
    "statedIn passage assertionStatus respondsTo quantity measure bound asWritten victim beneficiary ground "
    "allegedPerpetrator earliest latest publicationBasis atRisk riskReviewed geoPrecision consentRecord consentScope "
    "pseudonymous"
)


def exists_elsewhere(iri: str) -> bool:
    for namespace in SHIPPED:
        base = str(namespace._NS)
        if iri.startswith(base) and "/" not in iri[len(base) :]:
            return iri[len(base) :] in namespace
    base = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
    return iri[len(base) :] in LOOKED_UP.get(base, ())


def test_our_own_terms_are_these_and_no_more(vocabulary: Vocabulary) -> None:
    own = {t.name: t.kind for t in vocabulary.terms.values() if t.iri.startswith(KH.base)}
    assert own == dict.fromkeys(CLASSES.split(), "class") | dict.fromkeys(PROPERTIES.split(), "property")


def test_every_term_is_labelled_and_commented_in_two_languages(vocabulary: Vocabulary) -> None:
    lacking = [t.iri for t in vocabulary.terms.values() if {*t.labels} != {"en", "ru"} or {*t.comments} != {"en", "ru"}]
    assert lacking == []


def test_each_language_is_the_one_it_says(vocabulary: Vocabulary) -> None:
    cyrillic = re.compile(r"[а-яё]", re.IGNORECASE)
    wrong = [
        (t.iri, texts)
        for t in vocabulary.terms.values()
        for texts in (t.labels, t.comments)
        if cyrillic.search(texts["en"]) or not cyrillic.search(texts["ru"])
    ]
    assert wrong == []


def test_comments_are_whole_sentences(vocabulary: Vocabulary) -> None:
    cut = [t.iri for t in vocabulary.terms.values() for text in t.comments.values() if not re.search(r"[.)]$", text)]
    assert cut == []


def test_what_may_be_taken_for_a_fact_says_what_it_does_not_assert(vocabulary: Vocabulary) -> None:
    says_not = re.compile(r"\b(not|never|nobody|no one|nothing|no)\b")
    silent = [n for n in CLASSES.split() if not says_not.search(vocabulary.comment(KH(n).value, "en") or "")]
    assert silent == []


def test_no_two_terms_of_ours_share_a_label(vocabulary: Vocabulary) -> None:
    own = [t for t in vocabulary.terms.values() if t.iri.startswith(KH.base)]
    for language in ("en", "ru"):
        labels = [(t.kind, t.labels[language]) for t in own]
        assert len(set(labels)) == len(labels)


def test_alignments_domains_and_ranges_lead_to_terms_that_exist(vocabulary: Vocabulary) -> None:
    astray = [
        (t.iri, end)
        for t in vocabulary.terms.values()
        for end in (*t.parents, *t.close, *t.domains, *t.ranges)
        if end not in vocabulary.terms and not exists_elsewhere(end)
    ]
    assert astray == []


def test_domains_and_ranges_are_classes_or_datatypes(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms.values():
        for end in (*term.domains, *term.ranges):
            known = vocabulary.terms.get(end)
            assert known.kind == "class" if known else exists_elsewhere(end), (term.iri, end)


def test_classes_and_properties_elsewhere_are_of_the_same_kind(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms.values():
        if term.kind in ("class", "property"):
            for parent in term.parents:
                name = parent.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
                assert name[0].isupper() == (term.kind == "class"), (term.iri, parent)


def test_properties_of_ours_say_on_what_and_with_what(vocabulary: Vocabulary) -> None:
    for name in PROPERTIES.split():
        term = vocabulary.terms[KH(name).value]
        assert term.domains, name
        assert term.ranges, name
        datatypes = all(r.startswith(XSD.base) for r in term.ranges)
        assert term.linking != datatypes, f"{name}: an object property has things as values, a datatype property not"


def test_reused_terms_exist_in_their_vocabularies(vocabulary: Vocabulary) -> None:
    reused = [t for t in vocabulary.terms.values() if t.kind in ("class", "property") and KH.base not in t.iri]
    assert len(reused) > 100
    assert [t.iri for t in reused if not exists_elsewhere(t.iri)] == []
    assert [t.iri for t in reused if t.defined_by != t.iri.removesuffix(t.name)] == []


def test_the_check_of_foreign_terms_can_fail() -> None:
    assert exists_elsewhere("https://schema.org/spokenByCharacter")
    assert not exists_elsewhere("https://schema.org/spokenBy")
    assert not exists_elsewhere("http://www.w3.org/ns/oa#hasSelectors")
    assert not exists_elsewhere("https://example.org/ns#Event")


def test_no_property_is_named_like_a_method_of_str(vocabulary: Vocabulary) -> None:
    """An rdflib Namespace is a str: `KH.count` would be a method, not a term."""
    assert [n for n in (*CLASSES.split(), *PROPERTIES.split()) if hasattr(str, n)] == []


def test_the_header_names_title_description_licence_and_version() -> None:
    graph = Graph().parse(FOLDER / "khronika.ttl")
    header = URIRef(ONTOLOGY_GRAPH.value)
    assert (header, RDF.type, OWL.Ontology) in graph
    assert (header, DCTERMS.license, URIRef("https://creativecommons.org/licenses/by/4.0/")) in graph
    assert graph.value(header, OWL.versionInfo)
    for predicate in (DCTERMS.title, DCTERMS.description):
        assert {text.language for text in graph.objects(header, predicate)} == {"en", "ru"}


def test_our_terms_are_defined_by_the_ontology(vocabulary: Vocabulary) -> None:
    own = [t for t in vocabulary.terms.values() if t.iri.startswith(KH.base)]
    assert {t.defined_by for t in own} == {ONTOLOGY_GRAPH.value}


def test_an_event_is_no_event_of_search_engines(vocabulary: Vocabulary) -> None:
    for name in ("Event", "Incident", "Act", "Intervention"):
        assert SCHEMA("Event").value not in vocabulary.superclasses(KH(name).value)


def test_rdflib_reads_what_the_engine_reads(vocabulary: Vocabulary) -> None:
    graph = Graph()
    for file in FILES:
        graph.parse(file)
    ours = {(q.subject.value, q.predicate.value, q.object.value) for q in vocabulary.quads()}
    assert ours == {(str(s), str(p), str(o)) for s, p, o in graph}


def test_the_files_are_written_in_the_house_style() -> None:
    """`a` first, then label, comment, the rest sorted; every term one block."""
    assert len(FILES) == 18
    for file in FILES:
        for block in file.read_text(encoding="utf-8").split("\n\n"):
            lines = [line for line in block.splitlines() if not line.startswith(("#", "@prefix"))]
            if not lines:
                continue
            predicates = [re.split(r"\s", line.strip(), maxsplit=1)[0] for line in lines[1:]]
            head = ["a", "rdfs:label", *(["rdfs:comment"] if "rdfs:comment" in predicates else [])]
            assert predicates[: len(head)] == head, (file.name, lines[0])
            rest = predicates[len(head) :]
            assert rest == sorted(set(rest)), (file.name, lines[0])
