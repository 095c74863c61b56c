"""Records in Turtle: the same graph, held to the same limits."""

from time import process_time

import pytest

HEAD = """\
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix kh: <https://w3id.org/khronika/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix record: <https://site.example/record/> .
@prefix org: <https://site.example/id/org/> .
"""


def test_a_record_in_turtle(site) -> None:
    record = site.record(
        HEAD
        + """
<org/a> a schema:Organization ;
    rdfs:label "A"@en ;
    schema:url <https://a.example/> .

org:b a schema:Organization ; rdfs:label "B"@en .
record:notes dcterms:title "Notes"@en .
""",
        "notes.ttl",
    )
    assert [(t.subject.value, t.predicate.value.rsplit("/")[-1].split("#")[-1]) for t in record.triples] == [
        ("https://site.example/id/org/a", "type"),
        ("https://site.example/id/org/a", "label"),
        ("https://site.example/id/org/a", "url"),
        ("https://site.example/id/org/b", "type"),
        ("https://site.example/id/org/b", "label"),
    ]
    assert record.lines["https://site.example/id/org/a", None] == 9
    assert record.lines["https://site.example/id/org/b", None] == 13
    assert record.id == "notes"


def test_what_turtle_says_of_its_record_goes_to_the_catalogue(site) -> None:
    text = (
        HEAD
        + """
record:notes dcterms:title "Notes"@en ; rdfs:label "Our notes"@en ;
    dcterms:license <https://l.example/> ; dcterms:creator <org/a> ;
    dcterms:accessRights <https://w3id.org/khronika/vocab/access/restricted> .
<org/a> a schema:Organization ; rdfs:label "A"@en .
"""
    )
    record = site.record(text, "notes.ttl")
    assert record.access == "restricted"
    assert site.catalogue(text, "notes.ttl") == {
        ("record/notes", "rdf:type", "kh:Record"),
        ("record/notes", "rdfs:label", '"Our notes"@en'),
        ("record/notes", "dcterms:title", '"Notes"@en'),
        ("record/notes", "dcterms:license", "https://l.example/"),
        ("record/notes", "dcterms:creator", "org/a"),
        ("record/notes", "prov:wasAttributedTo", "org/a"),
        ("record/notes", "dcterms:accessRights", "vocab:access/restricted"),
    }
    assert record.lines["https://site.example/record/notes", None] == 9


def test_a_title_is_a_label_too(site) -> None:
    for given in ("dcterms:title", "rdfs:label"):
        text = f'{HEAD}record:x {given} "Notes"@en . <org/a> a schema:Organization ; rdfs:label "A"@en .'
        graph = site.catalogue(text, "x.ttl")
        assert graph.one("record/x", "dcterms:title") == graph.one("record/x", "rdfs:label") == '"Notes"@en'


def test_the_rest_of_the_catalogue_comes_from_the_site(site) -> None:
    site.set('editor = "org/a"')
    graph = site.catalogue(HEAD + '<org/a> a schema:Organization ; rdfs:label "A"@en .', "org/a.ttl")
    assert graph == {
        ("record/org/a", "rdf:type", "kh:Record"),
        ("record/org/a", "rdfs:label", '"A"@en'),
        ("record/org/a", "dcterms:title", '"A"@en'),
        ("record/org/a", "dcterms:license", "https://creativecommons.org/licenses/by/4.0/"),
        ("record/org/a", "dcterms:creator", "org/a"),
        ("record/org/a", "prov:wasAttributedTo", "org/a"),
        ("record/org/a", "dcterms:accessRights", "vocab:access/public"),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<org/a> a schema:Organization", "8: not Turtle: "),
        ("<org/a> a\n  shema:Organization .", "9: not Turtle: The prefix shema: has not been declared (column 3)."),
        ("<g> { <org/a> a schema:Organization . }", "8: not Turtle: "),
        ("GRAPH <g> { <org/a> a schema:Organization . }", "8: not Turtle: "),
        ("<org/a> a schema:Organization .\n<org/a>\n  schema:address [ a schema:PostalAddress ] .", "10: a blank node"),
        ("<org/a> a schema:Organization .\n_:b a schema:Organization .", "9: a blank node: nobody could point to it"),
        ("<org/a> schema:knows (1 2) .", "8: a blank node"),
        ("<org/a> schema:name <<( <org/b> a schema:Organization )>> .", "8: a triple about a triple"),
        (
            "<https://other.example/x> a schema:Organization .",
            "8: <https://other.example/x> is not a thing of this site.",
        ),
        ("kh:Claim a schema:Organization .", "8: <https://w3id.org/khronika/ns#Claim> is not a thing of this site."),
        (
            "record:derived a schema:Organization .",
            "8: <https://site.example/record/derived> is not a thing of this site.",
        ),
        ("record:y dcterms:title 'Y' .", "8: <https://site.example/record/y> is not a thing of this site."),
        (
            "<org/a> schema:url <javascript:alert(1)> .",
            "8: <javascript:alert(1)> may not be linked to. Links begin with",
        ),
        ("<org/a> schema:url <JavaScript:alert(1)> .", "8: <JavaScript:alert(1)> may not be linked to."),
        ("<org/a> schema:url <data:text/html,x> .", "8: <data:text/html,x> may not be linked to."),
        ("<org/a> schema:url <file:///etc/passwd> .", "8: <file:///etc/passwd> may not be linked to."),
        ("<org/a> <data:x> 1 .", "8: <data:x> may not be linked to."),
        ("record:x dcterms:license <javascript:alert(1)> .", "8: <javascript:alert(1)> may not be linked to."),
        ('<org/a> schema:name "a\\u0007" .', "8: a text holds the control character U+0007."),
        ('record:x dcterms:title "a\\u0007" .', "8: a text holds the control character U+0007."),
        ("<org/a> a kh:Clam .", "8: <https://w3id.org/khronika/ns#Clam> is not a term of the vocabulary. Did you mean"),
        ("<org/a> kh:victm <org/b> .", "8: <https://w3id.org/khronika/ns#victm> is not a term of the vocabulary."),
        (
            "<org/a> dcterms:type <https://w3id.org/khronika/vocab/act/kiling> .",
            "8: <https://w3id.org/khronika/vocab/act/kiling> is not a term of the vocabulary. Did you mean",
        ),
        ("<org/a.ttl> a schema:Organization .", "8: 'org/a.ttl' cannot be an id: it ends like a file."),
        ("<org/a%20b> a schema:Organization .", "8: 'org/a%20b' cannot be an id: a name is made of letters"),
        ("<lantern> a schema:Organization .", "8: 'lantern' is not an id: it is a type, a slash and a name."),
        ("<thing/a> a schema:Organization .", "8: 'thing' is not a type of thing."),
        (
            "record:x schema:name 'x' .",
            "8: a record does not say <https://schema.org/name> of itself. It may say: <http",
        ),
        ("record:x dcterms:accessRights <https://x.example/open> .", "8: <https://x.example/open> is not a concept of"),
    ],
)
def test_what_is_refused(site, text: str, told: str) -> None:
    complaints = site.wrong(HEAD + text, "x.ttl")
    assert any(complaint.startswith(told) for complaint in complaints), complaints


def test_turtle_that_is_no_utf8_or_empty(site) -> None:
    assert site.wrong(b"# \n<org/a> \xff", "x.ttl")[0].startswith("2: not UTF-8: byte 0xff")
    assert site.wrong(b"", "x.ttl") == ["None: the file is empty. Write a record, or delete the file."]
    assert site.wrong(b"# nothing", "x.ttl")[0].startswith("None: the record describes nothing.")


def test_a_long_file_is_located_in_one_pass(site) -> None:
    """One line a statement or all on one line: time grows with the length, not with its square."""
    for separator in ("\n", " "):
        text = HEAD + separator.join(f"<org/a{n}> a schema:Organization ; rdfs:label 'A'@en ." for n in range(20_000))
        start = process_time()
        record = site.record(text, "x.ttl")
        assert process_time() - start < 5
        line = 20_007 if separator == "\n" else 8
        assert record.lines["https://site.example/id/org/a19999", None] == line


def test_a_subject_is_found_where_it_is_described(site) -> None:
    text = """
# <org/b> is only spoken of here
org:a a schema:Organization ; rdfs:label "see <org/b>"@en ; schema:parentOrganization <org/b> .
  <https://site.example/id/org/b>
    a schema:Organization ; rdfs:label \"\"\"of
<org/c>\"\"\"@en .
org:c a schema:Organization ; rdfs:label "C"@en .
"""
    lines = site.record(HEAD + text, "x.ttl").lines
    assert [lines[f"https://site.example/id/org/{name}", None] for name in "abc"] == [10, 11, 14]


def test_nothing_is_fetched(site) -> None:
    """An IRI in a record is a name."""
    graph = site.graph(HEAD + "<org/a> a schema:Organization ; schema:url <http://127.0.0.1:9/x> .", "x.ttl")
    assert graph.one("org/a", "schema:url") == "http://127.0.0.1:9/x"
