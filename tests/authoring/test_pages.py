"""A page in its own order: passages, and what claims, quotations, lists and sources take from where they stand."""

import pytest
from authoring.paged import page


def test_the_page_itself(site) -> None:
    graph = page(site, "")
    assert {(p, o) for s, p, o in graph if s == "profile/p" and p not in ("kh:passage", "rdf:type")} == {
        ("dcterms:type", "vocab:source/profile-page"),
        ("rdfs:label", '"The page"@en'),
        ("schema:name", '"The page"@en'),
        ("schema:mainEntity", "org/group"),
        ("schema:publisher", "org/us"),
        ("schema:isPartOf", "series/s"),
        ("schema:breadcrumb", '"Home >"'),
        ("schema:datePublished", '"2031-04-10T08:09:00"^^xsd:dateTime'),
        ("schema:dateModified", '"2031-04-10T08:53:00"^^xsd:dateTime'),
        ("dcterms:date", '"2031-04-10"^^EDTF'),
        ("kh:earliest", '"2031-04-10"^^xsd:date'),
        ("kh:latest", '"2031-04-10"^^xsd:date'),
    }
    passage = graph.one("profile/p", "kh:passage")
    assert graph.one(passage, "schema:position") == '"1"^^xsd:integer'
    assert graph.one(passage, "oa:hasSource") == "profile/p"
    assert graph.one(f"{passage}/quote", "oa:exact") == '"The page"@en'


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ("{kind: fact, about: org/group, text: T}", "editorial"),
        ("{kind: fact, about: org/group, text: T, by: org/us}", "editorial"),
        ("{kind: position, about: org/group, text: T}", "stated-position"),
        ("{kind: fact, about: org/group, text: T, by: org/group}", "self-reported"),
        ("{kind: goal, about: [event/e, org/group], text: T, by: org/group}", "self-reported"),
        ("{kind: fact, about: event/e, text: T, by: org/group}", "reported"),
        ("{kind: fact, about: event/e, text: T, in: source/paper}", "reported"),
        ("{kind: fact, about: event/e, text: T, in: source/paper, by: org/us}", "reported"),
        ("{kind: fact, about: event/e, text: T, in: profile/p}", "editorial"),
        ("{kind: fact, about: event/e, text: T, in: profile/p, by: org/group}", "reported"),
        ("{kind: fact, about: event/e, text: T, status: disputed}", "disputed"),
    ],
)
def test_how_a_claim_stands(site, claim: str, status: str) -> None:
    graph = page(site, f"  - {{passage: Something, says: [{claim}]}}")
    (node,) = graph.subjects("rdf:type", "kh:Claim")
    assert graph.one(node, "kh:assertionStatus") == f"vocab:status/{status}"


def test_a_claim_under_a_source_is_not_editorial(site) -> None:
    """Only the site's own pages speak in the editors' voice."""
    text = "things: [{id: source/a, name: A, publisher: org/us, says: [{kind: fact, about: org/x, text: T}]}]"
    graph = site.graph(text)
    (node,) = graph.subjects("rdf:type", "kh:Claim")
    assert graph.one(node, "kh:assertionStatus") == "vocab:status/reported"


@pytest.mark.parametrize(
    ("claim", "speaker"),
    [
        ("in: source/paper", "org/paper"),
        ("in: source/signed", "person/anna"),
        ("in: source/elsewhere", "person/boris"),
        ("in: source/in-turtle", "person/vera"),
        ("in: source/published-in-turtle", "org/paper"),
        ("in: source/signed, by: org/paper", "org/paper"),
        ("status: editorial", "org/us"),
    ],
)
def test_who_speaks_where_nobody_is_named(site, claim: str, speaker: str) -> None:
    site.write("a.yaml", "things: [{id: source/elsewhere, author: person/boris}]")
    turtle = (
        "@prefix s: <https://schema.org/> . <source/in-turtle> s:publisher <org/paper> ; s:author <person/vera> ."
        "<source/published-in-turtle> s:publisher <org/paper> ."
    )
    site.write("b.ttl", turtle)
    graph = page(site, f"  - {{passage: Something, says: [{{kind: fact, about: event/e, text: T, {claim}}}]}}")
    (node,) = graph.subjects("rdf:type", "kh:Claim")
    assert graph.of(node, "prov:wasAttributedTo") == [speaker]


def test_quotations(site) -> None:
    graph = page(
        site,
        """
  - passage: She said "never" and "always".
    quotes:
    - {id: quote/never, by: person/anna, in: source/paper, words: never, about: [event/e, org/group], date: 2031-03-01}
    - {by: [person/anna, person/boris], words: always, note: Twice}
""",
    )
    assert {(p, o) for s, p, o in graph if s == "quote/never" and p != "kh:passage"} == {
        ("rdf:type", "schema:Quotation"),
        ("rdfs:label", '"never"@en'),
        ("schema:text", '"never"@en'),
        ("schema:spokenByCharacter", "person/anna"),
        ("kh:statedIn", "source/paper"),
        ("schema:about", "event/e"),
        ("schema:about", "org/group"),
        ("schema:datePublished", '"2031-03-01"^^xsd:date'),
    }
    (other,) = set(graph.subjects("rdf:type", "schema:Quotation")) - {"quote/never"}
    assert other.startswith("profile/p/quote/")
    assert graph.one(other, "kh:statedIn") == "profile/p"
    assert graph.of(other, "schema:spokenByCharacter") == ["person/anna", "person/boris"]
    assert graph.of(other, "kh:passage") == graph.of("quote/never", "kh:passage")


def test_a_quotation_under_a_claim_has_its_speaker_document_and_subject(site) -> None:
    graph = page(
        site,
        """
  - passage: The paper wrote "never".
    says:
    - {kind: position, in: source/signed, about: event/e, text: Never., quotes: [never]}
    - {kind: position, in: source/paper, by: person/vera, about: event/e, text: No., quotes: [{words: never ever}]}
""",
    )
    first, second = (graph.subjects("schema:text", f'"{words}"@en')[0] for words in ("never", "never ever"))
    assert graph.one(first, "schema:spokenByCharacter") == "person/anna"
    assert graph.one(first, "kh:statedIn") == "source/signed"
    assert graph.one(first, "schema:about") == "event/e"
    assert graph.one(second, "schema:spokenByCharacter") == "person/vera"
    assert graph.of(first, "kh:passage") == graph.of(second, "kh:passage")


def test_a_passage_says_once_who_speaks_and_where(site) -> None:
    graph = page(
        site,
        """
  - passage: Anna told the paper that it was cold.
    in: source/paper
    by: person/anna
    says:
    - {id: claim/a, kind: fact, about: event/e}
    - {id: claim/b, kind: fact, about: event/e, text: B, by: person/boris, in: source/signed}
    quotes: [{id: quote/a}, {id: quote/b, passage: it was cold}, it was]
""",
    )
    assert graph.one("claim/a", "kh:statedIn") == graph.one("quote/a", "kh:statedIn") == "source/paper"
    assert graph.one("claim/a", "prov:wasAttributedTo") == "person/anna"
    assert (graph.one("claim/b", "kh:statedIn"), graph.one("claim/b", "prov:wasAttributedTo")) == (
        "source/signed",
        "person/boris",
    )
    assert graph.one("quote/a", "schema:text") == '"Anna told the paper that it was cold."@en'
    assert graph.one("quote/b", "schema:text") == '"it was cold"@en'
    for quote in graph.subjects("rdf:type", "schema:Quotation"):
        assert graph.one(quote, "schema:spokenByCharacter") == "person/anna"


def test_the_printed_line_of_a_source(site) -> None:
    graph = page(
        site,
        """
  - {passage: 'Anna, Signed, 1 April', cites: source/signed, carries: source/original}
  - passage: Ten ask for help, The Paper
    cites: source/paper
    says:
    - {id: claim/head, about: event/e,
       count: {of: appeals-for-help, bound: exactly, value: 10, words: Ten}}
    - {id: claim/page, kind: fact, in: profile/p, about: event/e}
    - {id: claim/other, kind: fact, in: source/signed, about: event/e}
""",
    )
    assert graph.of("profile/p", "schema:citation") == ["source/paper", "source/signed"]
    assert graph.one("source/signed", "schema:position") == '"1"^^xsd:integer'
    assert graph.one("source/paper", "schema:position") == '"2"^^xsd:integer'
    assert graph.one("source/signed", "dcterms:bibliographicCitation") == '"Anna, Signed, 1 April"'
    assert graph.of("source/signed", "kh:passage") == graph.of("source/original", "kh:passage")
    assert graph.one("claim/head", "kh:assertionStatus") == "vocab:status/headline"
    assert graph.one("claim/head", "kh:statedIn") == "source/paper"
    assert graph.one("claim/head", "prov:wasAttributedTo") == "org/paper"
    assert graph.one("claim/page", "kh:assertionStatus") == "vocab:status/editorial"
    assert graph.one("claim/other", "kh:assertionStatus") == "vocab:status/reported"


def test_unnamed_claims_keep_their_ids_where_others_come_and_go(site) -> None:
    def ids(claims: str) -> dict[str, str]:
        graph = page(site, f"  - {{passage: Something, says: [{claims}]}}")
        return {graph.one(c, "schema:about"): c for c in graph.subjects("rdf:type", "kh:Claim")}

    one, two = "{kind: fact, about: org/one, text: One}", "{kind: fact, about: org/two, text: Two}"
    assert ids(f"{one}, {two}") == ids(f"{two}, {one}")
    assert ids(one)["org/one"] == ids(f"{two}, {one}")["org/one"]
    same = ids("{kind: fact, about: org/one, text: Same}, {kind: fact, about: org/two, text: Same}")
    assert same["org/two"] == same["org/one"] + "-2"


def test_figures_of_one_passage_are_told_apart_by_their_words(site) -> None:
    graph = page(
        site,
        """
  - passage: Over 100 were detained and three killed.
    says:
    - {about: act/a, count: {of: people-detained, bound: more-than, value: 100, words: over 100}}
    - {about: act/b, count: {of: people-killed, bound: exactly, value: 3, words: three}}
""",
    )
    claims = graph.subjects("rdf:type", "kh:Claim")
    assert len(claims) == 2
    assert not any(claim.endswith("-2") for claim in claims)


def test_a_plain_item_is_a_passage_that_nothing_carries_yet(site) -> None:
    """So that a page can be pasted first, and taken apart later."""
    graph = page(site, "  - Not yet read\n  - {passage: Nor this, note: Look here}")
    passages = [s.removesuffix("/quote") for s, p, o in graph if p == "oa:exact" and o != '"The page"@en']
    assert len(passages) == 2
    assert not [s for s, p, o in graph if p == "kh:passage" and o in passages]
    assert [s for s, p, o in graph if p == "skos:editorialNote"] == graph.subjects(
        "skos:editorialNote", '"Look here"@en'
    )


def test_a_claim_that_adds_to_one_of_another_record(site) -> None:
    graph = site.graph("""
        things:
        - {id: claim/c, text: {ru: По-русски}, note: Translated by the editors}
        - {id: claim/d, status: disputed, label: D}
        - {id: quote/q, words: {ru: никогда}}
    """)
    assert graph.of("claim/c", "rdf:type") == ["kh:Claim"]
    assert {p for s, p, _ in graph if s == "claim/c"} == {"rdf:type", "rdfs:label", "schema:text", "skos:editorialNote"}
    assert graph.one("claim/d", "kh:assertionStatus") == "vocab:status/disputed"
    assert {p for s, p, _ in graph if s == "quote/q"} == {"rdf:type", "rdfs:label", "schema:text"}


def test_a_claim_among_the_things(site) -> None:
    graph = site.graph("""
        things:
        - {id: source/s, name: S, author: person/anna}
        - id: claim/c
          kind: fact
          in: source/s
          about: org/x
          passage: its words
          date: 2031-03
          citing: [source/s, source/t]
          responds-to: claim/d
          quotes: [hear, hear hear]
    """)
    assert graph.one("claim/c", "prov:wasAttributedTo") == "person/anna"
    assert graph.one(graph.one("claim/c", "kh:passage"), "oa:hasSource") == "source/s"
    assert graph.of("claim/c", "prov:hadPrimarySource") == ["source/s", "source/t"]
    assert graph.one("claim/c", "kh:respondsTo") == "claim/d"
    assert graph.one("claim/c", "dcterms:date") == '"2031-03"^^EDTF'
    assert graph.of("claim/c", "schema:datePublished") == []
    assert len(graph.subjects("rdf:type", "schema:Quotation")) == 2


def test_a_claim_that_is_all_figure_or_all_structure_has_a_label(site, vocabulary) -> None:
    kind = vocabulary.terms["https://w3id.org/khronika/vocab/claim-type/fact"].labels
    graph = site.graph("""
        things:
        - id: source/s
          name: S
          publisher: org/x
          language: ru
          says:
          - {id: claim/a, about: event/e, count: {of: people-killed, bound: exactly, value: 3, words: трое}}
          - {id: claim/b, kind: fact, about: org/x, statement: {predicate: schema:location, object: place/y}}
          - {id: claim/c, kind: fact, about: org/x, label: Called so}
    """)
    assert graph.of("claim/a", "rdfs:label") == ['"трое"@ru']
    assert graph.of("claim/b", "rdfs:label") == [f'"{label}"@{language}' for language, label in sorted(kind.items())]
    assert graph.of("claim/c", "rdfs:label") == ['"Called so"@en']
