"""RFC 9110 §12.5: what a client likes best, by weight, by exactness, by exclusion."""

import pytest

from graph.formats import (
    CSV_RESULTS,
    GRAPH_FORMATS,
    HTML,
    JSON_LD,
    JSON_RESULTS,
    N_TRIPLES,
    RDF_XML,
    RESULT_FORMATS,
    TURTLE,
    XML_RESULTS,
    Format,
)
from server.http.negotiation import choose, choose_language

DOCUMENT = (HTML, *GRAPH_FORMATS)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, TURTLE),
        ("", TURTLE),
        (" , ,", TURTLE),
        ("*/*", TURTLE),
        ("*; q=.2", TURTLE),
        (FIREFOX, HTML),
        ("text/turtle", TURTLE),
        ("text/turtle;charset=utf-8", TURTLE),
        ("TEXT/Turtle", TURTLE),
        ("application/x-turtle", TURTLE),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
        ('application/ld+json;profile="a, text/html;q=1";q=0.5, application/n-triples;q=0.4', JSON_LD),
        ("text/html;q=0.5, application/rdf+xml", RDF_XML),
        ("text/*;q=0.5, text/turtle;q=0.1", HTML),
        ("*/*, text/turtle;q=0", HTML),
        ("application/*", JSON_LD),
        ("application/n-triples;q=0.3, image/png", N_TRIPLES),
        ("text/turtle;q=1.7", TURTLE),
        ("text/turtle;q=much", TURTLE),
        ("text/html;level=1;q=0.4, text/turtle;q=0.3", HTML),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=0.000", None),
        ("*/*;q=0", None),
        ("*/turtle", TURTLE),
    ],
)
def test_the_best_format_for_a_document(accept: str | None, wanted: Format | None) -> None:
    assert choose(accept, DOCUMENT, TURTLE) == wanted


def test_a_named_format_goes_before_one_that_is_only_covered() -> None:
    assert choose("*/*, application/n-triples", DOCUMENT, TURTLE) == N_TRIPLES


def test_an_alias_is_met_by_name_and_not_by_a_wildcard() -> None:
    assert choose("application/json", RESULT_FORMATS, XML_RESULTS) == JSON_RESULTS
    assert choose("text/*", (XML_RESULTS, CSV_RESULTS), XML_RESULTS) == CSV_RESULTS


def test_a_browser_gets_the_page_and_not_xml() -> None:
    assert choose(FIREFOX, (HTML, *RESULT_FORMATS), JSON_RESULTS) == HTML


def test_a_weight_of_an_alias_does_not_override_the_registered_name() -> None:
    accept = "application/sparql-results+json;q=0.2, application/json;q=0.9, application/sparql-results+xml;q=0.5"
    assert choose(accept, RESULT_FORMATS, JSON_RESULTS) == XML_RESULTS


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("ru", "ru"),
        ("ru-RU, en;q=0.5", "ru"),
        ("de, ru;q=0.3, en;q=0.2", "ru"),
        ("fr-CH, fr;q=0.9, *;q=0.5", "en"),
        ("*, en;q=0", "ru"),
        ("RU-ru", "ru"),
        ("ru;q=0, de", "en"),
        ("ru;q=x, en", "en"),
        ("en;q=0.3, ru;q=0.3", "en"),
    ],
)
def test_the_best_language(wish: str | None, language: str) -> None:
    assert choose_language(wish, ("en", "ru")) == language
