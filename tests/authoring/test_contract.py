"""What an editor writes and what it becomes: every kind of thing, every derived triple."""

import pytest

TOM = """
things:
  - id: source/rferl-2017-04-05
    type: news-article
    author: person/tom-balmforth
    publisher: org/rfe-rl
    published: 2017-04-05
    says:
      - kind: figure
        by: person/tom-balmforth
        about: event/help-requests-2017
        count: {of: people-asking-to-leave, bound: more-than, value: 10, words: more than 10}
        passage: had received more than 10 appeals for help
"""


def test_the_example_of_the_model(site, vocabulary) -> None:
    measure = vocabulary.label("https://w3id.org/khronika/vocab/measure/people-asking-to-leave", "ru")
    graph = site.graph(TOM)
    source = "source/rferl-2017-04-05"
    assert {(p, o) for s, p, o in graph if s == source} == {
        ("rdf:type", "kh:Source"),
        ("dcterms:type", "vocab:source/news-article"),
        ("schema:author", "person/tom-balmforth"),
        ("schema:publisher", "org/rfe-rl"),
        ("schema:datePublished", '"2017-04-05"^^xsd:date'),
        ("dcterms:date", '"2017-04-05"^^EDTF'),
        ("kh:earliest", '"2017-04-05"^^xsd:date'),
        ("kh:latest", '"2017-04-05"^^xsd:date'),
        ("rdfs:label", '"news article, 2017-04-05"@en'),
        ("rdfs:label", '"новостная статья, 2017-04-05"@ru'),
    }
    (claim,) = graph.subjects("rdf:type", "kh:Claim")
    assert claim.startswith(f"{source}/claim/")
    (passage,) = graph.subjects("rdf:type", "oa:SpecificResource")
    assert {(p, o) for s, p, o in graph if s == claim} == {
        ("rdf:type", "kh:Claim"),
        ("rdfs:label", '"had received more than 10 appeals for help"@en'),
        ("dcterms:type", "vocab:claim-type/figure"),
        ("kh:assertionStatus", "vocab:status/reported"),
        ("prov:wasAttributedTo", "person/tom-balmforth"),
        ("kh:statedIn", source),
        ("schema:about", "event/help-requests-2017"),
        ("schema:text", '"had received more than 10 appeals for help"@en'),
        ("kh:quantity", f"{claim}/count"),
        ("kh:passage", passage),
    }
    assert {(p, o) for s, p, o in graph if s == f"{claim}/count"} == {
        ("rdf:type", "kh:Count"),
        ("rdfs:label", '"more than 10 (people asking to leave)"@en'),
        ("rdfs:label", f'"более 10 ({measure})"@ru'),
        ("kh:measure", "vocab:measure/people-asking-to-leave"),
        ("kh:bound", "vocab:bound/more-than"),
        ("kh:asWritten", '"more than 10"'),
        ("schema:value", '"10"^^xsd:integer'),
        ("schema:minValue", '"11"^^xsd:integer'),
    }
    assert {(p, o) for s, p, o in graph if s == passage} == {
        ("rdf:type", "oa:SpecificResource"),
        ("rdfs:label", '"had received more than 10 appeals for help"@en'),
        ("oa:hasSource", source),
        ("oa:hasSelector", f"{passage}/quote"),
    }
    assert {(p, o) for s, p, o in graph if s == f"{passage}/quote"} == {
        ("rdf:type", "oa:TextQuoteSelector"),
        ("rdfs:label", '"had received more than 10 appeals for help"@en'),
        ("oa:exact", '"had received more than 10 appeals for help"@en'),
    }
    assert {s for s, _, _ in graph} == {source, claim, f"{claim}/count", passage, f"{passage}/quote"}


def test_the_id_of_a_passage_is_made_of_its_words(site) -> None:
    """NFC, white space of any kind one space; the hash is written out here so that it can never change unnoticed."""
    text = 'things:\n - id: source/x\n   publisher: org/y\n   passage: "{}"\n'
    spellings = ["На 1 марта, café  house", "На\u00a01 марта, cafe\u0301 house", "На 1 марта,\n      café house "]
    graphs = [site.graph(text.format(words)) for words in spellings]
    passages = {graph.one("source/x", "kh:passage") for graph in graphs}
    assert passages == {"source/x/passage/a6c1186f"}
    assert graphs[1].one("source/x/passage/a6c1186f/quote", "oa:exact") == '"На 1 марта, café house"@en'


@pytest.mark.parametrize(
    ("thing", "classes", "said"),
    [
        ("id: person/a\n name: A", ["schema:Person"], {"schema:name": '"A"@en', "rdfs:label": '"A"@en'}),
        ("id: org/a\n name: A", ["schema:Organization"], {"schema:name": '"A"@en'}),
        ("id: org/a\n name: A\n type: NGO", ["schema:NGO", "schema:Organization"], {}),
        (
            "id: org/a\n name: A\n type: human-rights-group",
            ["schema:NGO", "schema:Organization"],
            {"org:classification": "vocab:org-type/human-rights-group"},
        ),
        ("id: org/a\n name: A\n type: organization", ["schema:Organization"], {}),
        ("id: place/a\n name: A\n type: City", ["schema:City", "schema:Place"], {"rdfs:label": '"A"@en'}),
        ("id: place/a\n name: A", ["schema:Place"], {}),
        ("id: group/a\n name: A\n at-risk: true", ["foaf:Group"], {"kh:atRisk": '"true"^^xsd:boolean'}),
        ("id: event/a\n type: founding", ["kh:Event"], {"dcterms:type": "vocab:event/founding"}),
        ("id: incident/a\n type: attack", ["kh:Event", "kh:Incident"], {"dcterms:type": "vocab:event/attack"}),
        ("id: act/a\n type: killing", ["kh:Act", "kh:Event"], {"dcterms:type": "vocab:act/killing"}),
        ("id: intervention/a\n type: hotline", ["kh:Event", "kh:Intervention"], {}),
        ("id: membership/a\n name: A\n role: chairman", ["org:Membership"], {"org:role": "vocab:role/chairman"}),
        ("id: contact/a\n name: A", ["schema:ContactPoint"], {"rdfs:label": '"A"@en'}),
        ("id: series/a\n name: A", ["schema:CreativeWorkSeries"], {"schema:name": '"A"@en'}),
        ("id: source/a\n name: A", ["kh:Source"], {"schema:name": '"A"@en'}),
        ("id: profile/a\n name: A", ["kh:Profile", "kh:Source"], {"dcterms:type": "vocab:source/profile-page"}),
        (
            "id: profile/a\n name: A\n type: web-page",
            ["kh:Profile", "kh:Source"],
            {"dcterms:type": "vocab:source/web-page"},
        ),
        ("id: list/a\n name: A\n items: []", ["schema:ItemList"], {"schema:name": '"A"@en', "rdfs:label": '"A"@en'}),
    ],
)
def test_the_type_of_a_thing_follows_from_its_id(site, thing: str, classes: list[str], said: dict[str, str]) -> None:
    graph = site.graph("things:\n- " + thing.replace("\n", "\n "))
    subject = thing.split()[1]
    assert graph.of(subject, "rdf:type") == classes
    for predicate, value in said.items():
        assert graph.one(subject, predicate) == value


def test_several_types(site) -> None:
    graph = site.graph("things:\n- {id: act/a, type: [killing, torture]}\n- {id: org/b, name: B, type: [NGO, ngo]}")
    assert graph.of("act/a", "dcterms:type") == ["vocab:act/killing", "vocab:act/torture"]
    assert graph.of("org/b", "org:classification") == ["vocab:org-type/ngo"]
    assert graph.of("org/b", "rdf:type") == ["schema:NGO", "schema:Organization"]


def test_names_by_language_and_labels(site) -> None:
    graph = site.graph("""
        language: ru
        things:
        - {id: org/a, name: Имя, also-called: [Ещё, {en: Also}], note: [раз, {en: two}]}
        - {id: org/b, name: {en: Full name, RU: Имя}, label: Short}
        - {id: org/c, name: [Первое, Второе]}
    """)
    assert graph.of("org/a", "schema:name") == graph.of("org/a", "rdfs:label") == ['"Имя"@ru']
    assert graph.of("org/a", "schema:alternateName") == ['"Also"@en', '"Ещё"@ru']
    assert graph.of("org/a", "skos:editorialNote") == ['"two"@en', '"раз"@ru']
    assert graph.of("org/b", "schema:name") == ['"Full name"@en', '"Имя"@ru']
    assert graph.of("org/b", "rdfs:label") == ['"Short"@ru']
    assert graph.of("org/c", "schema:name") == ['"Второе"@ru', '"Первое"@ru']
    assert graph.of("org/c", "rdfs:label") == ['"Первое"@ru']


def test_labels_of_things_without_a_name(site) -> None:
    site.write("names.yaml", "things:\n- {id: person/anna, name: {en: Anna, ru: Анна}}\n- {id: org/team, name: Team}")
    graph = site.graph("""
        things:
        - {id: source/a, description: A very long description}
        - {id: source/b, type: news-article, published: 2031-04-05T10:00}
        - {id: source/c, type: report, date: 2031}
        - {id: act/a, type: [killing, torture], date: 2031-04}
        - {id: event/a, type: founding}
        - {id: membership/a, member: person/anna, organization: org/team, role: board-member}
        - {id: membership/b, member: person/nobody-yet, organization: org/team}
        - {id: contact/a, type: hotline, provider: org/team}
        - {id: contact/b, type: Letter box, provider: org/team}
        - {id: profile/a}
    """)
    labels = {s: graph.of(s, "rdfs:label") for s, p, _ in graph if p == "rdf:type"}
    assert labels == {
        "source/a": ['"A very long description"@en'],
        "source/b": ['"news article, 2031-04-05 10:00"@en', '"новостная статья, 2031-04-05 10:00"@ru'],
        "source/c": ['"report, 2031"@en', '"доклад, 2031"@ru'],
        "act/a": ['"killing, torture, 2031-04"@en', '"убийство, пытки, 2031-04"@ru'],
        "event/a": ['"founding"@en', '"основание"@ru'],
        "membership/a": ['"Anna, board member, Team"@en', '"Анна, член правления, Team"@ru'],
        "membership/b": ['"nobody yet, Team"@en', '"nobody yet, Team"@ru'],
        "contact/a": ['"hotline, Team"@en', '"горячая линия, Team"@ru'],
        "contact/b": ['"Letter box, Team"@en', '"Letter box, Team"@ru'],
        "profile/a": ['"profile page"@en', '"страница-профиль"@ru'],
    }
    assert graph.one("contact/a", "schema:contactType") == "vocab:intervention/hotline"
    assert graph.one("contact/b", "schema:contactType") == '"Letter box"@en'


def test_a_long_text_makes_a_short_label(site) -> None:
    words = "Word after word, " * 20
    graph = site.graph(
        f"things:\n- {{id: source/a, description: '{words}'}}\n- {{id: source/b, description: {'x' * 200}}}"
    )
    label = graph.one("source/a", "rdfs:label")
    assert label == '"' + ("Word after word, " * 4) + 'Word after…"@en'
    assert graph.one("source/b", "rdfs:label") == '"' + "x" * 79 + '…"@en'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "published: 2031-04-05",
            {"schema:datePublished": '"2031-04-05"^^xsd:date', "dcterms:date": '"2031-04-05"^^EDTF'},
        ),
        ("posted: 2031-04-05T08:09", {"schema:datePublished": '"2031-04-05T08:09:00"^^xsd:dateTime'}),
        ("posted: 2031-04-05T08:09+03:00", {"schema:datePublished": '"2031-04-05T08:09:00+03:00"^^xsd:dateTime'}),
        (
            "updated: 2031-04-05T08:09",
            {"schema:dateModified": '"2031-04-05T08:09:00"^^xsd:dateTime', "dcterms:date": None},
        ),
        (
            "published: 2031-04",
            {
                "schema:datePublished": None,
                "dcterms:date": '"2031-04"^^EDTF',
                "kh:earliest": '"2031-04-01"^^xsd:date',
                "kh:latest": '"2031-04-30"^^xsd:date',
            },
        ),
        ("date: ../2031", {"kh:earliest": None, "kh:latest": '"2031-12-31"^^xsd:date', "schema:datePublished": None}),
        ("date: 2031/..", {"kh:earliest": '"2031-01-01"^^xsd:date', "kh:latest": None}),
    ],
)
def test_dates_of_documents(site, written: str, expected: dict[str, str | None]) -> None:
    graph = site.graph(f"things:\n- {{id: source/a, name: A, {written}}}")
    for predicate, value in expected.items():
        assert graph.of("source/a", predicate) == ([value] if value else [])


@pytest.mark.parametrize(
    ("bound", "least", "most", "label"),
    [
        ("exactly", "40", "40", "40 (people detained)"),
        ("at-least", "40", None, "at least 40 (people detained)"),
        ("more-than", "41", None, "more than 40 (people detained)"),
        ("up-to", None, "40", "up to 40 (people detained)"),
        ("fewer-than", None, "39", "fewer than 40 (people detained)"),
        ("about", None, None, "about 40 (people detained)"),
    ],
)
def test_counts(site, bound: str, least: str | None, most: str | None, label: str) -> None:
    graph = site.graph(f"""
        things:
        - id: source/a
          name: A
          publisher: org/b
          says:
          - id: claim/c
            about: event/d
            count: {{of: people-detained, bound: {bound}, value: 40, words: forty}}
    """)
    assert graph.one("claim/c", "kh:quantity") == "claim/c/count"
    assert graph.of("claim/c/count", "schema:minValue") == ([f'"{least}"^^xsd:integer'] if least else [])
    assert graph.of("claim/c/count", "schema:maxValue") == ([f'"{most}"^^xsd:integer'] if most else [])
    assert graph.one("claim/c/count", "schema:value") == '"40"^^xsd:integer'
    assert f'"{label}"@en' in graph.of("claim/c/count", "rdfs:label")
    assert graph.one("claim/c", "dcterms:type") == "vocab:claim-type/figure"  # a claim with a count is one


STATEMENT = """
things:
- id: profile/p
  name: P
  publisher: org/us
  says:
  - {{id: claim/c, kind: fact, about: {about}, text: T, statement: {{{statement}}}}}
"""


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("schema:foundingDate, object: 2006-04", '"2006-04"^^EDTF'),
        ("schema:foundingDate, object: 2006", '"2006"^^EDTF'),
        ("schema:foundingDate, object: 2006-04-01", '"2006-04-01"^^xsd:date'),
        ("schema:numberOfEmployees, object: 2006", '"2006"^^xsd:integer'),
        ("schema:numberOfEmployees, object: 12345678901234567890", '"12345678901234567890"@en'),
        ("schema:temporal, object: 2006-04-01", '"2006-04-01"^^xsd:date'),
        ("schema:temporal, object: ../2006", '"../2006"^^EDTF'),
        ("schema:location, object: place/x", "place/x"),
        ("schema:description, object: place/x and more", '"place/x and more"@en'),
        ("schema:description, object: an NGO", '"an NGO"@en'),
        ("schema:description, object: {ru: НКО}", '"НКО"@ru'),
        ("schema:url, object: https://x.example/a", "https://x.example/a"),
        ("dcterms:type, object: vocab:act/killing", "vocab:act/killing"),
        ("rdf:type, object: schema:NGO", "schema:NGO"),
        ("kh:atRisk, object: true", '"true"^^xsd:boolean'),
        ("schema:description, object: Note:this", '"Note:this"@en'),
    ],
)
def test_statements(site, written: str, value: str) -> None:
    graph = site.graph(STATEMENT.format(about="org/a", statement="predicate: " + written))
    assert graph.one("claim/c", "rdf:subject") == "org/a"
    assert graph.one("claim/c", "rdf:predicate") == written.partition(",")[0]
    assert graph.one("claim/c", "rdf:object") == value
    assert not [s for s, _, _ in graph if s == "org/a"], "structured content asserts nothing"


def test_the_subject_of_a_statement_can_be_another(site) -> None:
    written = "subject: org/b, predicate: schema:location, object: place/x"
    graph = site.graph(STATEMENT.format(about="[org/a, org/b]", statement=written))
    assert graph.one("claim/c", "rdf:subject") == "org/b"


def test_things_of_others_are_named_by_their_address(site) -> None:
    graph = site.graph("things: [{id: source/a, name: A, about: [https://x.example/a, https://site.example/id/org/b]}]")
    assert graph.of("source/a", "schema:about") == ["https://x.example/a", "org/b"]


def test_the_same_file_gives_the_same_triples_in_the_same_order(site) -> None:
    first, second = site.record(TOM), site.record(TOM)
    assert first.triples == second.triples
    assert len(set(first.triples)) == len(first.triples)
    assert list(first.triples) == sorted(
        first.triples, key=lambda t: (t.subject.value, t.predicate.value, str(t.object))
    )
