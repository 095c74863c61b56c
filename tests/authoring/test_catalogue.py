"""What the catalogue says of a record: who edits it, when it was changed, by which licence it may be used."""


def test_the_catalogue(site) -> None:
    graph = site.catalogue(
        """
        record:
          title: {en: A title, ru: Название}
          access: public
          licence: CC0-1.0
          editor: [org/us, person/anna]
          modified: 2031-05-01
          embargo: 2032-01-01
          note: A remark
        things: [{id: org/us, name: Us}]
        """,
        "profile/x.yaml",
    )
    record = "record/profile/x"
    assert graph == {
        (record, "rdf:type", "kh:Record"),
        (record, "rdfs:label", '"A title"@en'),
        (record, "rdfs:label", '"Название"@ru'),
        (record, "dcterms:title", '"A title"@en'),
        (record, "dcterms:title", '"Название"@ru'),
        (record, "dcterms:accessRights", "vocab:access/public"),
        (record, "dcterms:license", "https://creativecommons.org/publicdomain/zero/1.0/"),
        (record, "dcterms:creator", "org/us"),
        (record, "dcterms:creator", "person/anna"),
        (record, "prov:wasAttributedTo", "org/us"),
        (record, "prov:wasAttributedTo", "person/anna"),
        (record, "dcterms:modified", '"2031-05-01"^^xsd:date'),
        (record, "dcterms:available", '"2032-01-01"^^xsd:date'),
        (record, "skos:editorialNote", '"A remark"@en'),
    }


def test_the_catalogue_of_a_record_that_says_nothing_of_itself(site) -> None:
    site.set('editor = "org/us"\nlicence = "CC-BY-SA-4.0"\naccess = "restricted"')
    text = "things: [{id: org/us, name: {en: Us, ru: Мы}}]"
    graph = site.catalogue(text, "org/us.yaml")
    assert (
        graph.of("record/org/us", "rdfs:label") == graph.of("record/org/us", "dcterms:title") == ['"Us"@en', '"Мы"@ru']
    )
    assert graph.one("record/org/us", "dcterms:license") == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert graph.one("record/org/us", "dcterms:accessRights") == "vocab:access/restricted"
    assert graph.one("record/org/us", "dcterms:creator") == "org/us"
    assert site.record(text, "all-names_ru.yaml").access == "restricted"
    assert site.catalogue(text, "all-names_ru.yaml").one("record/all-names_ru", "rdfs:label") == '"all names ru"@en'


def test_a_licence_can_be_an_address(site) -> None:
    graph = site.catalogue("record: {licence: https://x.example/terms}\nthings: [{id: org/us, name: Us}]")
    assert graph.one("record/x", "dcterms:license") == "https://x.example/terms"
