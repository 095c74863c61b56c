"""The passages of a page: what claims take from where they stand, and where the same words are the same passage."""

from authoring.paged import page, wrong


def test_a_claim_takes_its_words_from_its_passage(site) -> None:
    graph = page(
        site,
        """
  - passage: "Over 100\u00a0people were detained, and three more."
    says:
    - {id: claim/a, kind: fact, about: event/e}
    - {id: claim/b, kind: fact, about: event/e, passage: three more}
    - {id: claim/c, kind: fact, about: event/e, text: {en: Own words, ru: Свои слова}}
""",
    )
    around = graph.one("claim/a", "kh:passage")
    assert graph.one("claim/a", "schema:text") == '"Over 100 people were detained, and three more."@en'
    assert graph.one("claim/b", "schema:text") == '"three more"@en'
    (narrow,) = set(graph.of("claim/b", "kh:passage")) - {around}
    assert graph.of(narrow, "schema:position") == []
    assert graph.one(narrow, "oa:hasSource") == "profile/p"
    assert graph.of("claim/c", "schema:text") == ['"Own words"@en', '"Свои слова"@ru']
    assert graph.of("claim/c", "rdfs:label") == ['"Own words"@en', '"Свои слова"@ru']


def test_a_passage_of_words_that_are_not_on_the_page_is_a_slip(site) -> None:
    told = wrong(site, "  - passage: Over 100 people\n    says:\n    - {kind: fact, about: event/e, passage: over 100}")
    assert told[0].startswith("15: these words are not in the text of the page: 'over 100'. Copy them")


def test_a_passage_on_another_page(site) -> None:
    graph = site.graph("""
        things:
        - {id: event/e, type: founding, passage: {on: profile/other, words: It began}}
        - {id: profile/other, name: Other, language: ru}
    """)
    passage = graph.one("event/e", "kh:passage")
    assert graph.one(passage, "oa:hasSource") == "profile/other"
    assert graph.one(f"{passage}/quote", "oa:exact") == '"It began"@ru'


def test_words_printed_twice_are_two_passages(site) -> None:
    graph = page(site, "  - {passage: More, carries: page}\n  - {passage: ' More ', carries: org/group}")
    first, second = sorted(s.removesuffix("/quote") for s in graph.subjects("oa:exact", '"More"@en'))
    assert second == first + "-2"
    assert graph.of("org/group", "kh:passage") == [second]


def test_words_quoted_again_are_the_same_passage(site) -> None:
    """Whichever comes first in the file: the text of the page, or who quotes it."""
    thing = "- {id: event/e, type: founding, passage: {on: profile/p, words: It  began}}"
    text = "- {id: profile/p, name: P, publisher: org/us, text: [{passage: It began, says: [%s]}]}"
    for claim in ("{kind: fact, about: event/e}", "{kind: fact, about: event/e, passage: It began}"):
        first = site.graph(f"things:\n{thing}\n{text % claim}")
        second = site.graph(f"things:\n{text % claim}\n{thing}")
        for graph in (first, second):
            (passage,) = graph.subjects("rdf:type", "oa:SpecificResource")
            assert graph.one(passage, "schema:position") == '"1"^^xsd:integer'
            assert graph.one("event/e", "kh:passage") == passage
            assert len(graph.subjects("kh:passage", passage)) == 2


def test_passages_are_in_the_language_of_the_page(site) -> None:
    graph = site.graph("""
        language: en
        things:
        - id: profile/p
          name: {ru: Страница}
          language: RU
          publisher: org/us
          text:
          - passage: Слова
            says: [{id: claim/a, kind: fact, about: org/x}, {id: claim/b, kind: fact, about: org/x, text: Words}]
            quotes: [{id: quote/q, by: person/anna, words: Слова}]
    """)
    assert graph.one("profile/p", "schema:inLanguage") == '"ru"'
    assert graph.one("claim/a", "schema:text") == '"Слова"@ru'
    assert graph.one("claim/b", "schema:text") == '"Words"@en'
    assert graph.one("quote/q", "schema:text") == '"Слова"@ru'
