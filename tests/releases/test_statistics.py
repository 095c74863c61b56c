"""What a release says of how much it holds: right, the same however it was made, and silent about what is withdrawn."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.asking import QuestionError
from graph.releases.derived.examples import EXAMPLES
from graph.releases.derived.statistics import STATISTICS
from graph.releases.recovering import rebuild
from graph.releases.withdrawal.withdrawing import withdraw
from graph.store.open import open_reader
from graph.terms import DCTERMS, LABEL, RDFS, SCHEMA, SH, VOID, A

NGO = SCHEMA("NGO")


def told(site, at: int | None = None) -> set[Quad]:
    with open_reader(site.settings, at) as reader:
        return set(reader.quads(graph=site.settings.well_known(STATISTICS)))


def value(quads: set[Quad], fragment: str, predicate: NamedNode) -> str:
    (found,) = [q.object for q in quads if q.predicate == predicate and str(q.subject).endswith(f"#{fragment}>")]
    return str(getattr(found, "value", ""))


def test_the_numbers_are_those_a_query_counts(site) -> None:
    quads, apart = told(site), site.settings.well_known(STATISTICS).value
    with open_reader(site.settings) as reader:
        union = {q.triple for q in reader.quads() if not str(getattr(q.subject, "value", "")).startswith(apart)}
    assert int(value(quads, "dataset", VOID("triples"))) == len(union)
    assert int(value(quads, "dataset", VOID("distinctSubjects"))) == len({t.subject for t in union})
    assert int(value(quads, "dataset", VOID("properties"))) == len({t.predicate for t in union})
    groups = {t.subject for t in union if t.predicate == A and t.object == NGO}
    assert int(value(quads, "schema:NGO", VOID("entities"))) == len(groups) > 1
    labels = {t for t in union if t.subject in groups and t.predicate == LABEL}
    assert int(value(quads, "schema:NGO/rdfs:label", VOID("triples"))) == len(labels) > 1
    assert int(value(quads, "/rdfs:label", VOID("triples"))) == len([t for t in union if t.predicate == LABEL])


def test_a_release_made_anew_says_the_same(site) -> None:
    before = {at: told(site, at) for at in (1, 2, 3)}
    rebuild(site.settings)
    assert {at: told(site, at) for at in (1, 2, 3)} == before


def test_what_is_withdrawn_is_not_counted_in_any_release(site) -> None:
    before = {at: int(value(told(site, at), "schema:NGO", VOID("entities"))) for at in (2, 3)}
    withdraw(site.settings, site.record("late"), reason="risk", author="ann")
    after = {at: int(value(told(site, at), "schema:NGO", VOID("entities"))) for at in (2, 3, 4)}
    assert after == {2: before[2], 3: before[3] - 1, 4: before[3] - 1}
    assert site.says() == site.recorded()


def test_the_example_of_a_thing_is_one_there_is(site) -> None:
    assert value(told(site), "dataset", VOID("exampleResource")) == site.thing("late")
    withdraw(site.settings, site.record("late"), reason="risk", author="ann")
    assert value(told(site), "dataset", VOID("exampleResource")) == site.thing("secret")


def test_a_question_of_the_site_is_published_with_it(site) -> None:
    folder = site.folder / "queries"
    folder.mkdir(exist_ok=True)
    text = "# title: Any\n# title@ru: Есть?\n# explanation: Is there any.\nASK {}\n"
    (folder / "what now.rq").write_text(text, encoding="utf-8")
    (folder / "describe.rq").write_text("# CONSTRUCT is another form\nDESCRIBE <x:a>", encoding="utf-8")
    (folder / "make.rq").write_text("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", encoding="utf-8")
    assert site.publish().changed
    graph = site.settings.well_known(EXAMPLES)
    with open_reader(site.settings) as reader:
        quads = {q.triple for q in reader.quads(graph=graph)}
    node = NamedNode(graph.value + "#what%20now")
    said = {(t.predicate, t.object) for t in quads if t.subject == node}
    assert said >= {
        (A, SH("SPARQLExecutable")),
        (A, SH("SPARQLAskExecutable")),
        (SH("ask"), Literal(text)),
        (SCHEMA("target"), NamedNode(site.settings.base + "sparql")),
        (RDFS("comment"), Literal("Any. Is there any.", language="en")),
        (LABEL, Literal("Есть?", language="ru")),
        (DCTERMS("description"), Literal("Is there any.", language="en")),
    }
    forms = {t.predicate.value.rpartition("#")[2] for t in quads} & {"select", "ask", "construct", "describe"}
    assert forms == {"ask", "construct", "describe"}
    (folder / "what now.rq").unlink()
    site.publish()
    assert not [q for q in site.says() if q.subject == node]


def test_a_question_that_cannot_be_asked_is_not_published(site) -> None:
    folder = site.folder / "queries"
    folder.mkdir(exist_ok=True)
    (folder / "bad.rq").write_text("# title: Bad\nSELECT {", encoding="utf-8")
    with pytest.raises(QuestionError, match=r"bad\.rq:2: "):
        site.publish()
    assert site.newest() == 3
