"""Makes a site of invented incidents, the same for the same seed: `python bench/generate.py DIR 100000`.

One record file an incident: its acts, the documents that report it, what each says, with figures. About 170 triples a
record, in the shape editors' own records have, valid against every rule. Nothing in it is real.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

BASE = "https://generated.example/"
TRIPLES_PER_RECORD = 170  # measured; a size asked for is met within a few per cent
PLACES, OUTLETS = 80, 40

PREFIXES = f"""@prefix : <{BASE}id/> .
@prefix kh: <https://w3id.org/khronika/ns#> .
@prefix v: <https://w3id.org/khronika/vocab/> .
@prefix schema: <https://schema.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
"""
SITE = f"""title = "A generated site"
base = "{BASE}"
publisher = "Nobody"
editor = "org/outlet-0"
"""
ACTS = ("detention", "killing", "kidnapping", "torture")
BOUNDS = ("exactly", "at-least", "more-than", "up-to", "fewer-than")
STREETS = ("Harbour", "Station", "Mill", "Garden", "Bridge", "Market", "School", "River")


def write_site(folder: Path, triples: int, seed: int = 7) -> int:
    """Write `folder` as a site of about `triples` triples; returns how many records it has."""
    records = folder / "records"
    (records / "incident").mkdir(parents=True)
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    (records / "shared.ttl").write_text(PREFIXES + "".join(shared()) + edited("shared"), encoding="utf-8")
    count = max(1, triples // TRIPLES_PER_RECORD)
    for number in range(count):
        (records / "incident" / f"{number:06}.ttl").write_text(
            PREFIXES
            + "".join(incident(number, random.Random(seed * 1_000_003 + number)))
            + edited(f"incident/{number:06}"),
            encoding="utf-8",
        )
    return count + 1


def edited(record: str) -> str:
    """When a record was last edited, which a record has to say."""
    return f'<{BASE}record/{record}> dcterms:modified "2025-01-15"^^xsd:date .\n'


def shared() -> Iterator[str]:
    """The places and outlets that incidents share."""
    yield (
        ':place/country a schema:Place, schema:Country ; rdfs:label "Inventia"@en ; schema:name "Inventia"@en ;'
        " kh:geoPrecision v:precision\\/country .\n"
    ).replace(":place/", ":place\\/")
    for n in range(PLACES):
        yield (
            f':place\\/{n} a schema:Place, schema:City ; rdfs:label "Town {n}"@en ; schema:name "Town {n}"@en ;'
            f" kh:geoPrecision v:precision\\/settlement ; schema:containedInPlace :place\\/country .\n"
        )
    for n in range(OUTLETS):
        yield (
            f':org\\/outlet-{n} a schema:Organization, schema:NewsMediaOrganization ; rdfs:label "Outlet {n}"@en ;'
            f' schema:name "Outlet {n}"@en .\n'
        )


def incident(number: int, chance: random.Random) -> Iterator[str]:
    """One incident with one to four acts and two documents that each say something of each act."""
    day = f"{chance.randint(2012, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    place = f":place\\/{chance.randrange(PLACES)}"
    street = chance.choice(STREETS)
    name = f"Events reported in {street} Street, case {number}"
    yield (
        f":incident\\/{number} a kh:Event, kh:Incident ; dcterms:type v:event\\/violation ;"
        f' rdfs:label "{name}"@en ; schema:name "{name}"@en ; schema:location {place} ;'
        f' dcterms:date "{day}"^^edtf:EDTF ; kh:earliest "{day}"^^xsd:date ; kh:latest "{day}"^^xsd:date .\n'
    )
    yield f':group\\/{number} a foaf:Group ; rdfs:label "People of case {number}"@en ; kh:atRisk false .\n'
    acts = chance.sample(ACTS, chance.randint(1, 4))
    for act in acts:
        yield (
            f":act\\/{number}-{act} a kh:Event, kh:Act ; dcterms:type v:act\\/{act} ;"
            f' rdfs:label "{act} in case {number}"@en ; schema:superEvent :incident\\/{number} ;'
            f" schema:location {place} ; kh:victim :group\\/{number} .\n"
        )
    for report in range(2):
        yield from document(number, report, day, acts, chance)


def document(number: int, report: int, day: str, acts: list[str], chance: random.Random) -> Iterator[str]:
    """One news article and a claim with a figure about each act."""
    outlet = f":org\\/outlet-{chance.randrange(OUTLETS)}"
    article = f":source\\/{number}-{report}"
    title = f"Report {report} on case {number}"
    yield (
        f'{article} a kh:Source ; dcterms:type v:source\\/news-article ; rdfs:label "{title}"@en ;'
        f' schema:name "{title}"@en ; schema:publisher {outlet} ; schema:datePublished "{day}"^^xsd:date ;'
        f' dcterms:date "{day}"^^edtf:EDTF ; kh:earliest "{day}"^^xsd:date ; kh:latest "{day}"^^xsd:date ;'
        f' schema:inLanguage "en" .\n'
    )
    for act in acts:
        bound, value = chance.choice(BOUNDS), chance.randint(2, 400)
        claim, measure = f":claim\\/{number}-{report}-{act}", MEASURES[act]
        text = f"{bound.replace('-', ' ')} {value} people, says report {report} of case {number}"
        passage = f"{article}\\/passage\\/{act}"
        yield (
            f"{claim} a kh:Claim ; dcterms:type v:claim-type\\/figure ; kh:assertionStatus v:status\\/reported ;"
            f' rdfs:label "{text}"@en ; schema:text "{text}"@en ; schema:about :act\\/{number}-{act} ;'
            f" kh:statedIn {article} ; prov:wasAttributedTo {outlet} ; kh:passage {passage} ;"
            f" kh:quantity {claim}\\/count .\n"
            f"{claim}\\/count a kh:Count ; kh:measure v:measure\\/{measure} ; kh:bound v:bound\\/{bound} ;"
            f' rdfs:label "{bound} {value}"@en ; kh:asWritten "{bound.replace("-", " ")} {value}" ;'
            f" schema:value {value}{limits(bound, value)} .\n"
            f'{passage} a oa:SpecificResource ; rdfs:label "{text}"@en ; oa:hasSource {article} ;'
            f" schema:position {acts.index(act) + 1} ; oa:hasSelector {passage}\\/quote .\n"
            f'{passage}\\/quote a oa:TextQuoteSelector ; rdfs:label "{text}"@en ; oa:exact "{text}"@en .\n'
        )


MEASURES = {
    "detention": "people-detained",
    "killing": "people-killed",
    "kidnapping": "people-kidnapped",
    "torture": "people-tortured",
}


def limits(bound: str, value: int) -> str:
    """The derived minimum and maximum of a count, as Turtle; a side that is open is left out."""
    low = {"exactly": value, "at-least": value, "more-than": value + 1}.get(bound)
    high = {"exactly": value, "up-to": value, "fewer-than": value - 1}.get(bound)
    return (f" ; schema:minValue {low}" if low is not None else "") + (
        f" ; schema:maxValue {high}" if high is not None else ""
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python bench/generate.py DIR TRIPLES")
    made = write_site(Path(sys.argv[1]), int(sys.argv[2]))
    print(f"{made} records in {sys.argv[1]}")
