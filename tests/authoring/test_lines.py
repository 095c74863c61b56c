"""Every statement knows where it was written."""

from graph.authoring.records import Record

TEXT = """\
record:
  title: A title
  modified: 2031-05-01
things:
- id: org/us
  name: Us
- id: profile/p
  name:
    en: The page
  publisher: org/us
  published:
    2031-04-01
  text:
  - passage: Something
    says:
    - kind: fact
      about:
      - org/us
      - org/us2
      id: claim/c
      count:
        of: people-killed
        bound: exactly
        value: 3
        words: three
      statement:
        subject: org/us
        predicate: schema:name
        object: Us
    quotes:
    - words: Hm
      by: org/us
      id: quote/q
- id: org/us2
  name: Us too
"""


def line(record: Record, subject: str, predicate: str | None = None) -> int:
    full = {"schema": "https://schema.org/", "kh": "https://w3id.org/khronika/ns#"} | {
        "dcterms": "http://purl.org/dc/terms/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    }
    prefix, _, name = (predicate or "").partition(":")
    return record.lines[f"https://site.example/{subject}", full[prefix] + name if predicate else None]


def test_lines(site) -> None:
    record = site.record(TEXT)
    assert line(record, "record/x") == 2
    assert line(record, "record/x", "dcterms:title") == 2
    assert line(record, "record/x", "dcterms:modified") == 3
    assert line(record, "id/org/us") == 5
    assert line(record, "id/org/us", "schema:name") == 6
    assert line(record, "id/profile/p") == 7
    assert line(record, "id/profile/p", "schema:name") == 9
    assert line(record, "id/profile/p", "schema:datePublished") == 12
    assert line(record, "id/profile/p", "kh:earliest") == 12
    assert line(record, "id/claim/c") == 16
    assert line(record, "id/claim/c", "schema:about") == 18
    assert line(record, "id/claim/c", "rdf:object") == 29
    assert line(record, "id/claim/c/count") == 22
    assert line(record, "id/claim/c/count", "schema:value") == 24
    assert line(record, "id/claim/c/count", "kh:asWritten") == 25
    assert line(record, "id/quote/q", "schema:spokenByCharacter") == 32


def test_every_triple_has_its_line(site) -> None:
    record = site.record(TEXT)
    for triple in (*record.triples, *record.catalogue):
        assert 1 <= record.lines[triple.subject.value, triple.predicate.value] <= TEXT.count("\n")
        assert (triple.subject.value, None) in record.lines


def test_an_id_nobody_describes_is_told_on_its_own_line(site) -> None:
    site.write("a.yaml", TEXT.replace("id: org/us2", "id: org/else"))
    assert site.all_wrong() == ["records/a.yaml:19: 'org/us2' is described nowhere in the site. Did you mean 'org/us'?"]
