"""Every ready query of every class and property runs over the example and has something to answer with."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pytest

from graph.publish.lens import Lens
from graph.publish.vocabulary.cookbook import LANGUAGE, OF_CLAIMS, TERM, questions, recipe, recipes_in
from graph.settings import read_settings
from graph.store.open import open_reader
from graph.terms import KH, RDF, SCHEMA
from graph.vocabulary import Term, load_vocabulary


def look(url: str, language: str = "en") -> str:
    with urlopen(Request(url, headers={"Accept": "text/html", "Accept-Language": language}), timeout=20) as answer:
        return unescape(answer.read().decode())


@pytest.fixture(scope="module")
def lenses(published_example: Path) -> Iterator[dict[str, Lens]]:
    settings = read_settings(published_example)
    vocabulary = load_vocabulary(settings.folder / "concepts")
    with open_reader(settings) as reader:
        yield {language: Lens(reader, settings, vocabulary, language) for language in ("en", "ru")}


def terms(lens: Lens, kind: str) -> list[Term]:
    return [t for t in lens.vocabulary.terms.values() if t.kind == kind and recipes_in(lens)(t)]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", ["class", "property"])
def test_every_ready_query_has_rows(lenses: dict[str, Lens], language: str, kind: str) -> None:
    lens = lenses[language]
    found = terms(lens, kind)
    assert len(found) > 20
    for term in found:
        for ready in recipes_in(lens)(term):
            assert lens.reader.select(ready.query) or ready.name == OF_CLAIMS[1], (term.iri, ready.name)


def test_the_figures_of_the_example_come_with_their_bounds_and_who_says_so(lenses: dict[str, Lens]) -> None:
    lens = lenses["en"]
    for class_ in (KH("Act"), KH("Claim")):
        ready = {r.name: r for r in recipes_in(lens)(lens.vocabulary.terms[class_.value])}
        rows = lens.reader.select(ready["class-5-figures"].query)
        assert any(row["words"].value == "over 100" and row["least"].value == "101" and row["who"] for row in rows)


def test_each_is_explained_in_both_languages_and_names_in_the_readers() -> None:
    for kind in ("class", "property"):
        for question in questions(kind):
            assert set(question.titles) == {"", "ru"}
            assert set(question.explanations) == {"", "ru"}
            assert TERM in question.text
            ready = recipe(question, KH("Event").value, "ru")
            assert ready.title == question.titles["ru"]
            assert TERM not in ready.query
            assert LANGUAGE not in ready.query
            assert "'" not in ready.query, "the one-liner for a shell stands in single quotes"
            assert ('LANG(?name) = "ru"' in ready.query) == ('LANG(?name) = "language"' in question.text)


@pytest.mark.parametrize("bad", ["x> } # ", "no iri", "x:\n"])
def test_nothing_but_an_iri_gets_into_a_query(bad: str) -> None:
    with pytest.raises(ValueError, match="IRI"):
        recipe(questions("class")[0], bad, "en")


def test_what_the_release_does_not_say_has_no_query(lenses: dict[str, Lens]) -> None:
    lens = lenses["en"]
    found = recipes_in(lens)
    assert not found(Term(SCHEMA("Restaurant").value, "class", "Restaurant", {}, {}))
    assert not found(Term(SCHEMA("servesCuisine").value, "property", "servesCuisine", {}, {}))
    assert "class-3-places" not in {r.name for r in found(lens.vocabulary.terms[KH("Count").value])}
    assert found(lens.vocabulary.terms[RDF("subject").value])


def test_a_class_page_leads_to_its_queries_and_those_to_the_editor_with_an_answer(example_url: str) -> None:
    page = look(example_url + "/ns")
    assert 'href="./cookbook?term=kh%3AEvent#class-2-years">How many a year</a>' in page
    about = look(example_url + "/cookbook?term=kh%3AEvent", "ru")
    assert "Сколько по годам" in about
    queries = re.findall(r'href="\./sparql\?(query=[^"]+)"', about)
    assert len(queries) == 5
    for query in queries:
        answer = look(f"{example_url}/sparql?{query}", "ru")
        assert 'class="answer"' in answer
        assert "<td>" in answer


def test_the_line_for_a_shell_is_the_query_of_the_page(example_url: str) -> None:
    about = look(example_url + "/cookbook?" + urlencode({"term": KH("statedIn").value}))
    lines = re.findall(r"<code>curl -s -G (\S+) -H 'Accept: text/csv' --data-urlencode 'query=([^']+)'</code>", about)
    assert len(lines) == 3
    for at, query in lines:
        assert at == "https://rights-in-russia.example/sparql"
        with urlopen(f"{example_url}/sparql?format=csv&query={quote(query)}", timeout=20) as answer:
            assert answer.read().count(b"\n") > 1


def test_all_terms_with_queries_are_listed(example_url: str) -> None:
    page = look(example_url + "/cookbook")
    assert '<a href="./cookbook?term=schema%3AQuotation">' in page
    assert len(re.findall(r'href="\./cookbook\?term=', page)) > 100
    assert 'href="./cookbook"' in look(example_url + "/questions")
    assert 'href="./cookbook"' in look(example_url + "/sparql")


@pytest.mark.parametrize("term", ["kh:Nothing", "https://w3id.org/khronika/vocab/act", "<script>"])
def test_what_is_no_class_and_no_property_is_not_found(example_url: str, term: str) -> None:
    with pytest.raises(HTTPError) as caught:
        look(example_url + "/cookbook?" + urlencode({"term": term}))
    assert caught.value.code == 404
    caught.value.close()
