"""What the page hides and a naive model loses: the ten traps, and the counts that give them away."""

from typing import Any

from graph.terms import DCTERMS, KH, ORG, PROV, RDFS, SCHEMA, SKOS

PAGE = "profile/russian-lgbt-network-2017-04-10"
NETWORK = "org/russian-lgbt-network"

CLAIMS = """
PREFIX claim-type: <https://w3id.org/khronika/vocab/claim-type/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kh: <https://w3id.org/khronika/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
SELECT DISTINCT ?claim ?kind ?status ?by ?in ?text ?measure ?min ?max ?said WHERE {
  ?claim a kh:Claim ; dcterms:type ?kind ; kh:assertionStatus ?status ; prov:wasAttributedTo ?by ; kh:statedIn ?in ;
         schema:text ?text .
  OPTIONAL { ?claim schema:datePublished ?said }
  OPTIONAL {
    ?claim kh:quantity ?count . ?count kh:measure ?measure .
    OPTIONAL { ?count schema:minValue ?min }
    OPTIONAL { ?count schema:maxValue ?max }
  }
} ORDER BY ?claim
"""


def claims(seed: Any, **wanted: str) -> list[dict[str, str]]:
    return [row for row in seed.rows(CLAIMS) if all(row.get(key) == value for key, value in wanted.items())]


def the_claim(seed: Any, text: str) -> dict[str, str]:
    found = [row for row in seed.rows(CLAIMS) if text in row["text"]]
    assert len(found) == 1, text
    return found[0]


def of_kind(seed: Any, kind: str) -> list[dict[str, str]]:
    return claims(seed, kind=f"vocab:claim-type/{kind}")


def test_appeals_and_people_stand_side_by_side(seed: Any) -> None:
    both = claims(seed, measure="vocab:measure/people-asking-to-leave")
    assert sorted((row["by"], row["min"], row.get("max"), row["status"]) for row in both) == [
        ("org/caucasian-knot", "15", "15", "vocab:status/headline"),
        ("person/tom-balmforth", "11", None, "vocab:status/reported"),
    ]
    appeals = the_claim(seed, "more than 10 appeals for help")
    assert "appeals for help" in " ".join(seed.objects(appeals["claim"], SKOS("editorialNote")))


def test_regions_helped_and_regions_with_divisions_are_two_measures(seed: Any) -> None:
    helped, divisions = (
        claims(seed, measure=f"vocab:measure/{word}") for word in ("regions-with-groups-helped", "regional-divisions")
    )
    assert [(row["min"], row["max"], row["by"], row["status"]) for row in helped] == [
        ("20", "20", NETWORK, "vocab:status/self-reported")
    ]
    assert [(row["min"], row["max"], row["by"], row["status"]) for row in divisions] == [
        ("16", "16", "org/rights-in-russia", "vocab:status/editorial")
    ]


def test_the_two_dates_of_the_offer_are_both_kept_with_a_note(seed: Any) -> None:
    offer = the_claim(seed, "had offered to assist with the evacuation")
    assert offer["said"] == "2017-04-05"
    assert seed.objects(offer["in"], SCHEMA("datePublished")) == {"2017-04-03"}
    note = " ".join(seed.objects(offer["claim"], SKOS("editorialNote")))
    assert "5 April 2017" in note
    assert "3 April 2017" in note
    assert "not known" in note


def test_novaya_gazetas_reports_the_facebook_page_and_the_original_are_sources_though_not_listed(seed: Any) -> None:
    listed = seed.objects(PAGE, SCHEMA("citation"))
    assert len(listed) == 5
    assert not listed & {
        "source/novaya-gazeta-2017-04-01",
        "source/novaya-gazeta-secret-prison",
        "source/rln-facebook-page",
        "source/rln-statement-original",
    }
    assert "1 April 2017" in " ".join(seed.objects("source/novaya-gazeta-secret-prison", SKOS("editorialNote")))


def test_the_listed_sources_are_in_the_order_and_words_of_the_list(seed: Any) -> None:
    found = {}
    for source in seed.objects(PAGE, SCHEMA("citation")):
        (position,) = seed.objects(source, SCHEMA("position"))
        (line,) = seed.objects(source, DCTERMS("bibliographicCitation"))
        found[int(position)] = (source, line)
    assert [found[n][0] for n in sorted(found)] == [
        "source/rln-statement",
        "source/caucasian-knot-2017-04-03",
        "source/caucasian-knot-2017-04-05",
        "source/rferl-2017-04-05",
        "source/moscow-times-2017-04-06",
    ]
    assert found[2][1].startswith("' \"Russian LGBT-network\" offers to evacuate gays from Chechnya,' Caucasian Knot")
    assert found[3][1] == "'Fifteen LGBTs ask evacuation from Chechnya, Caucasian Knot, 5 April 2017"


def test_the_statement_is_the_networks_in_the_text_and_its_boards_in_the_list(seed: Any) -> None:
    assert seed.objects("source/rln-statement", SCHEMA("author")) == {"org/russian-lgbt-network-board"}
    assert seed.objects("source/rln-statement", SCHEMA("publisher")) == {"org/rights-in-russia"}
    assert seed.objects("source/rln-statement", PROV("wasDerivedFrom")) == {"source/rln-statement-original"}
    assert seed.objects("source/rln-statement-original", SCHEMA("author")) == {NETWORK}
    assert seed.objects("intervention/statement-2017-04-02", PROV("wasAssociatedWith")) == {NETWORK}
    assert {row["by"] for row in claims(seed) if row["in"] == "source/rln-statement"} == {NETWORK}
    assert seed.objects("org/russian-lgbt-network-board", SCHEMA("parentOrganization")) == {NETWORK}
    assert "Board" in " ".join(seed.objects("source/rln-statement", SKOS("editorialNote")))


def test_the_networks_own_caveat_answers_both_claims_of_novaya_gazeta(seed: Any) -> None:
    (caveat,) = of_kind(seed, "caveat")
    assert caveat["by"] == NETWORK
    assert caveat["in"] == "source/caucasian-knot-2017-04-03"
    assert seed.objects(caveat["claim"], KH("respondsTo")) == {
        row["claim"] for row in claims(seed) if row["in"] == "source/novaya-gazeta-2017-04-01"
    }
    assert len(seed.objects(caveat["claim"], KH("respondsTo"))) == 2


def test_torture_is_only_in_a_headline_and_kidnapping_only_in_the_statement(seed: Any) -> None:
    def about(act: str) -> list[tuple[str, str, str]]:
        return [
            (row["by"], row["in"], row["status"])
            for row in claims(seed)
            if f"act/chechnya-2017-{act}" in seed.objects(row["claim"], SCHEMA("about"))
        ]

    assert about("torture") == [("person/matthew-kupfer", "source/moscow-times-2017-04-06", "vocab:status/headline")]
    assert about("kidnappings") == [(NETWORK, "source/rln-statement", "vocab:status/reported")]
    assert about("secret-prison") == [
        ("org/caucasian-knot", "source/caucasian-knot-2017-04-03", "vocab:status/reported")
    ]
    assert {by for by, _, _ in about("detentions")} == {"org/novaya-gazeta", "person/matthew-kupfer"}
    assert {by for by, _, _ in about("killings")} == {"org/novaya-gazeta", NETWORK, "person/matthew-kupfer"}


def test_only_what_caucasian_knot_cites_has_a_primary_source(seed: Any) -> None:
    rows = seed.rows("SELECT DISTINCT ?c ?s { ?c <http://www.w3.org/ns/prov#hadPrimarySource> ?s }")
    assert [row["s"] for row in rows] == ["source/novaya-gazeta-secret-prison"]


def test_the_two_hotlines_are_two(seed: Any) -> None:
    rows = seed.rows(
        "PREFIX schema: <https://schema.org/> "
        "SELECT DISTINCT ?c ?where { ?c a schema:ContactPoint ; schema:areaServed ?where } ORDER BY ?c"
    )
    assert [(row["c"], row["where"]) for row in rows] == [
        ("contact/hotline-north-caucasus", "place/north-caucasus"),
        ("contact/hotline-russia", "place/russia"),
    ]


def test_former_chairman_has_only_a_latest_end(seed: Any) -> None:
    chairman, board = "membership/igor-kochetkov-chairman", "membership/igor-kochetkov-board-member"
    assert seed.objects(chairman, ORG("role")) == {"vocab:role/chairman"}
    assert seed.objects(chairman, KH("latest")) == {"2017-04-10"}
    assert seed.objects(chairman, KH("earliest")) == set()
    assert seed.objects(board, ORG("role")) == {"vocab:role/board-member"}
    assert seed.objects(board, DCTERMS("date")) == set()
    assert "Igor Kochetkov, former chairman of the Russian LGBT Network" in seed.objects(chairman, RDFS("label"))
    for membership in (chairman, board):
        assert seed.objects(membership, ORG("member")) == {"person/igor-kochetkov"}
        assert seed.objects(membership, ORG("organization")) == {NETWORK}


def test_the_goals_are_left_open(seed: Any) -> None:
    notes = " ".join(seed.objects("list/rln-goals", SKOS("editorialNote")))
    assert "And a lot more..." in notes
    passages = seed.objects("list/rln-goals", KH("passage"))
    assert "And a lot more..." in {label for p in passages for label in seed.objects(p, RDFS("label"))}


def test_posted_and_updated_have_no_zone_and_a_note_says_so(seed: Any) -> None:
    assert seed.objects(PAGE, SCHEMA("datePublished")) == {"2017-04-10T08:09:00"}
    assert seed.objects(PAGE, SCHEMA("dateModified")) == {"2017-04-10T08:53:00"}
    notes = " ".join(seed.objects(PAGE, SKOS("editorialNote")))
    assert "without a time zone" in notes
    assert '"Comments"' in notes


def test_goals_achievements_and_their_speakers(seed: Any) -> None:
    goals, achievements = of_kind(seed, "goal"), of_kind(seed, "achievement")
    assert (len(goals), len(achievements)) == (12, 11)
    assert {(row["by"], row["status"]) for row in goals + achievements} == {(NETWORK, "vocab:status/self-reported")}
    assert {row["in"] for row in goals} == {"source/rln-facebook-page"}
    assert {row["in"] for row in achievements} == {PAGE}  # the page does not say where the organization sets them out
    for list_, rows in (("list/rln-goals", goals), ("list/rln-achievements", achievements)):
        assert seed.objects(list_, SCHEMA("itemListElement")) == {row["claim"] for row in rows}


def test_the_plain_facts_are_those_of_the_page_alone(seed: Any) -> None:
    facts = {tuple(seed.short(term.value) for term in triple) for triple in seed.derived}
    assert facts == {
        (NETWORK, "schema:description", "NGO that works to promote the rights of LGBT people in Russia"),
        (NETWORK, "schema:foundingDate", "2006-04"),
        (NETWORK, "schema:member", "person/igor-kochetkov"),
        ("event/conference-2008", "schema:location", "place/moscow"),
    }
