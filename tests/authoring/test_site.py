"""A whole site: its files, what one says of another's things, and every problem at once."""

import os
from pathlib import Path

import pytest

from graph.authoring.records import read_record, read_site
from graph.authoring.stock import take_stock
from graph.errors import AuthoringErrors, SiteError

A = "things: [{id: org/a, name: A}]"


def test_records_come_in_the_order_of_their_ids(site) -> None:
    for name, thing in (("z.yaml", "z"), ("profile/b.yml", "b"), ("profile/a.yaml", "a"), ("a.yaml", "aa")):
        site.write(name, f"things: [{{id: org/{thing}, name: {thing}}}]")
    site.write("t.ttl", "<org/t> <http://www.w3.org/2000/01/rdf-schema#label> 'T'@en ; a <https://schema.org/NGO> .")
    records = read_site(site.settings)
    assert [r.id for r in records] == ["a", "profile/a", "profile/b", "t", "z"]
    assert [r.iri.value for r in records][1] == "https://site.example/record/profile/a"
    assert records[1].path == site.folder / "records/profile/a.yaml"
    assert [r.id for r in read_site(site.settings, only={"z", "t"})] == ["t", "z"]


def test_names_in_other_scripts(site) -> None:
    site.write("профиль/сеть.yaml", "things: [{id: org/сеть, name: Сеть}, {id: org/شبكة, name: X}]")
    (record,) = read_site(site.settings)
    assert record.id == "профиль/сеть"
    assert {t.subject.value for t in record.triples} == {
        "https://site.example/id/org/сеть",
        "https://site.example/id/org/شبكة",
    }


def test_a_site_without_records(site) -> None:
    with pytest.raises(SiteError, match="no records: the folder is empty"):
        read_site(site.settings)
    site.write("README.md", "Notes")
    with pytest.raises(SiteError, match="no records"):
        read_site(site.settings)
    (site.folder / "records/README.md").unlink()
    (site.folder / "records").rmdir()
    with pytest.raises(SiteError, match="no folder of records"):
        read_site(site.settings)


def test_every_problem_of_every_file(site) -> None:
    site.write("a.yaml", "things: [{id: org/a, nam: A}]")
    site.write("b.yaml", "things:\n- [")
    site.write("c.yaml", b"\xff")
    site.write("d.ttl", "<org/d>")
    site.write("e.yaml", "things:\n- {id: org/e, name: E}\n- {id: source/s, name: S, author: person/nobody}")
    site.write("f.csv", "a,b")
    told = site.all_wrong()
    assert [t.split(" ")[0] for t in told] == [
        "records/a.yaml:1:", "records/b.yaml:2:", "records/c.yaml:1:", "records/d.ttl:1:",
        "records/e.yaml:3:", "records/f.csv:None:",
    ]  # fmt: skip
    assert "'nam' is not a key" in told[0]
    assert told[-1].endswith("'f.csv' is not a record. Records end in .yaml, .yml, .ttl; notes in .md, .txt.")
    with pytest.raises(AuthoringErrors) as caught:
        read_site(site.settings, only={"e"})
    assert [e.path.name for e in caught.value.problems] == ["e.yaml", "f.csv"]


def test_ids_are_looked_for_in_the_whole_site(site) -> None:
    site.write("a.yaml", "things: [{id: person/anna-example, name: Anna}, {id: org/paper, name: Paper}]")
    site.write("b.yaml", "things:\n- id: source/s\n  name: S\n  author: person/ana-example\n  publisher: org/paper")
    site.write("c.ttl", "<org/c> <https://schema.org/parentOrganization> <org/papr>, <org/else> .")
    assert site.all_wrong() == [
        "records/b.yaml:4: 'person/ana-example' is described nowhere in the site. Did you mean 'person/anna-example'?",
        "records/c.ttl:1: 'org/c' is described nowhere in the site. Describe it under the 'things' of a record.",
        "records/c.ttl:1: 'org/else' is described nowhere in the site. Describe it under the 'things' of a record.",
        "records/c.ttl:1: 'org/papr' is described nowhere in the site. Did you mean 'org/paper'?",
    ]


def test_a_carried_or_cited_id_has_to_be_described_too(site) -> None:
    items = "[{passage: a, carries: source/x}, {passage: b, cites: source/y}]"
    site.write("a.yaml", f"things: [{{id: profile/p, name: P, text: {items}}}]")
    assert ["'source/x'" in t or "'source/y'" in t for t in site.all_wrong()] == [True, True]


def test_a_file_that_cannot_be_read_does_not_make_others_wrong(site) -> None:
    site.write("a.yaml", "things:\n- {id: person/anna, name: Anna\n")
    site.write("b.yaml", "things: [{id: source/s, name: S, author: person/anna}, {id: person/anna, basis: byline}]")
    told = site.all_wrong()
    assert len(told) == 1
    assert told[0].startswith("records/a.yaml:3: not YAML")


def test_a_thing_nobody_names(site) -> None:
    site.write("a.yaml", "things:\n- {id: org/a, url: https://a.example}\n- {id: org/b, name: B}")
    site.write("b.yaml", "things:\n- {id: org/a, type: NGO}")
    assert site.all_wrong() == [
        "records/a.yaml:2: 'org/a' has no name in any record. Add a 'name' or a 'label' (in Turtle, rdfs:label)."
    ]
    site.write("c.yaml", "language: ru\nthings: [{id: org/a, name: А}]")
    assert site.all()["c"].one("org/a", "rdfs:label") == '"А"@ru'


def test_the_same_thing_in_several_records(site) -> None:
    site.write("a.yaml", "things: [{id: person/a, name: Anna, basis: byline}]")
    site.write("b.yaml", "language: ru\nthings: [{id: person/a, name: Анна}]")
    graphs = site.all()
    assert graphs["a"].of("person/a", "rdfs:label") == ['"Anna"@en']
    assert graphs["b"].of("person/a", "rdfs:label") == ['"Анна"@ru']


def test_addresses_of_the_site_itself_that_are_no_things(site) -> None:
    site.write("a.yaml", "things: [{id: org/a, name: A, url: https://site.example/about}]")
    assert site.all()["a"].one("org/a", "schema:url") == "about"
    site.write("b.yaml", "things: [{id: source/s, name: S, about: [https://site.example/record/a]}]")
    assert site.all()["b"].one("source/s", "schema:about") == "record/a"
    site.write("b.yaml", "things: [{id: source/s, name: S, about: [https://site.example/record/c]}]")
    assert site.all_wrong()[0].startswith("records/b.yaml:1: 'record/c' is described nowhere")


def test_concepts_of_the_site(site) -> None:
    folder = site.folder / "concepts"
    folder.mkdir()
    concept = (
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "<https://site.example/vocab/act/eviction> a skos:Concept ;"
        " skos:inScheme <https://w3id.org/khronika/vocab/act> ; skos:prefLabel 'eviction'@en, 'выселение'@ru ."
    )
    (folder / "acts.ttl").write_text(concept, encoding="utf-8")
    site.write("a.yaml", "things: [{id: act/a, type: eviction}]")
    graph = site.all()["a"]
    assert graph.one("act/a", "dcterms:type") == "vocab/act/eviction"
    assert graph.of("act/a", "rdfs:label") == ['"eviction"@en', '"выселение"@ru']
    site.write("a.yaml", "things: [{id: act/a, type: evicton}]")
    assert site.all_wrong()[0].endswith("Did you mean 'eviction'?")
    (folder / "acts.ttl").write_text("not turtle", encoding="utf-8")
    assert site.all_wrong()[0].startswith("concepts/acts.ttl:1: not Turtle")


# What may lie in the folder


def test_notes_and_hidden_files_are_passed_over(site) -> None:
    site.write("a.yaml", A)
    for name in ("README.md", "notes.TXT", ".a.yaml.swp", "a.yaml~", "#a.yaml#", ".git/config", ".hidden/b.yaml"):
        site.write(name, "nothing of ours")
    assert list(site.all()) == ["a"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.csv", "'a.csv' is not a record. Records end in .yaml"),
        ("a.YAML", "'a.YAML' is not a record."),
        ("a", "'a' is not a record."),
        ("two words.yaml", "'two words' cannot be an id: a name is made of letters"),
        ("a;b.yaml", "'a;b' cannot be an id"),
        ("a.ttl.yaml", "'a.ttl' cannot be an id: it ends like a file"),
        ("derived.yaml", "the record 'derived' is the one that is generated."),
    ],
)
def test_files_that_cannot_be_records(site, name: str, told: str) -> None:
    site.write("fine.yaml", A)
    path = site.write(name, A)
    assert [t for t in site.all_wrong() if told in t]
    with pytest.raises(AuthoringErrors):
        read_record(path, site.settings, site.vocabulary)


def test_two_files_of_one_name(site) -> None:
    site.write("a.yaml", A)
    site.write("a.yml", A)
    assert site.all_wrong() == ["records/a.yml:None: 'a.yaml' is the same record, 'a'. Rename one of them."]


def test_links_out_of_the_site_are_refused(site, tmp_path_factory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    secret = elsewhere / "secret.yaml"
    secret.write_text("things: [{id: org/secret, name: Secret}]", encoding="utf-8")
    site.write("a.yaml", A)
    (site.folder / "records/b.yaml").symlink_to(secret)
    (site.folder / "records/c").symlink_to(elsewhere)
    (site.folder / "records/d.yaml").symlink_to(site.folder / "records/nowhere.yaml")
    (site.folder / "records/e.yaml").symlink_to(site.folder / "records/e.yaml")
    told = site.all_wrong()
    assert told[:3] == [
        "records/b.yaml:None: the file is a link out of the site. Put the file itself here.",
        "records/c:None: a linked folder is not followed. Put the files themselves here.",
        "records/d.yaml:None: cannot be read: No such file or directory. Look at the file and its permissions.",
    ]
    assert told[3].startswith("records/e.yaml:None: cannot be read")


def test_a_link_within_the_site_is_a_file(site) -> None:
    (site.folder / "kept.yaml").write_text(A, encoding="utf-8")
    (site.folder / "records/a.yaml").symlink_to(site.folder / "kept.yaml")
    assert list(site.all()) == ["a"]


def test_a_pipe_is_not_waited_for(site) -> None:
    os.mkfifo(site.folder / "records/a.yaml")
    assert site.all_wrong() == ["records/a.yaml:None: not a file. Delete it, or put a file in its place."]


def test_a_file_outside_the_folder_of_records(site, tmp_path: Path) -> None:
    site.write("a.yaml", A)
    outside = tmp_path / "x.yaml"
    outside.write_text(A, encoding="utf-8")
    with pytest.raises(AuthoringErrors, match="not in the site's folder of records"):
        read_record(outside, site.settings, site.vocabulary)
    with pytest.raises(AuthoringErrors, match=r"not in the site's folder|cannot be an id"):
        read_record(site.folder / "records/../x.yaml", site.settings, site.vocabulary)
    with pytest.raises(AuthoringErrors, match="not a record"):
        read_record(site.write("notes.md", "x"), site.settings, site.vocabulary)


# Settings every record leans on


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('language = "not a language"', "'language': 'not a language' is not a language."),
        ('access = "publik"', "'access': 'publik' is not a word of the scheme access.\n  Did you mean 'public'?"),
        ('editor = "us"', "'editor': 'us' is not an id"),
        ('editor = "javascript:x/y"', "'editor': 'javascript:x/y' cannot be an id"),
    ],
)
def test_settings_that_cannot_stand_in_a_record(site, line: str, told: str) -> None:
    site.set(line)
    path = site.write("a.yaml", A)
    with pytest.raises(SiteError) as caught:
        read_site(site.settings)
    assert told in str(caught.value)
    assert str(caught.value).startswith(str(site.folder / "site.toml"))
    with pytest.raises(SiteError):
        read_record(path, site.settings, site.vocabulary)


def test_an_editor_nobody_describes(site) -> None:
    site.set('editor = "org/b"')
    site.write("a.yaml", A)
    site.write("b.yaml", "things: [{id: place/c, name: C}]")
    told = site.all_wrong()
    assert told == ["site.toml:None: 'editor': 'org/b' is described nowhere in the site. Did you mean 'org/a'?"]
    site.set('editor = "https://orcid.example/0000"')
    assert len(site.all()) == 2


# Records that are held back


def test_what_only_a_record_held_back_describes(site) -> None:
    site.write("a.yaml", "record: {embargo: 2099-01-01}\nthings: [{id: person/anna, name: Anna, basis: byline}]")
    site.write(
        "b.yaml", "things:\n- {id: org/b, name: B}\n- {id: membership/m, member: person/anna, organization: org/b}"
    )
    stock = take_stock(site.settings)
    assert [record.until for record in stock.records()] == ["2099-01-01", ""]
    assert stock.undescribed(()) == ()
    (problem,) = stock.undescribed({"a"})
    assert problem.line == 3
    assert problem.problem == "'person/anna' is described nowhere in the site."
