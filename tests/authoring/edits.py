"""Edits of a site at random, as editors make them: files written, broken, renamed, linked and removed."""

import os
import random
from pathlib import Path

OLD = 1_700_000_000_000_000_000  # nanoseconds; long before now, so that a stamp is trusted
ACTS = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://site.example/vocab/act/eviction> a skos:Concept ;
  skos:inScheme <https://w3id.org/khronika/vocab/act> ; skos:prefLabel 'WORD'@en, 'выселение'@ru ."""


def old(path: Path, later: int = 0) -> Path:
    """Give a file a stamp that can be trusted; a test waits for no clock."""
    os.utime(path, ns=(OLD + later, OLD + later))
    return path


def write_all(site, chance: random.Random) -> None:
    """Begin anew, with a site that has no fault but what chance brings."""
    site.set()
    for path in files_of(site):
        path.unlink()
    for path in (site.folder / "concepts").glob("*"):
        path.unlink()
    for number in range(9):
        (write_turtle if number % 3 == 0 else write_yaml)(site, chance, number)


def write_record(site, chance: random.Random) -> None:
    """Add a record, or write one anew."""
    number = chance.randrange(9)
    (write_turtle if number % 3 == 0 else write_yaml)(site, chance, number)


def write_yaml(site, chance: random.Random, number: int) -> None:
    author, member = (f"person/p{chance.choice([number, chance.randrange(9)])}" for _ in range(2))
    page = f"source/s{chance.choice([number, chance.randrange(9)])}"
    header = chance.choice(
        ["", "", "", "record: {embargo: 2099-01-01}", "language: ru", "record: {access: restricted}"]
    )
    label = chance.choice(["name: Anna", f"name: Anna {number}", "name: {en: Ann, ru: Анна}"])
    lines = [
        header, "things:", f"- {{id: person/p{number}, {label}, basis: byline}}",
        f"- {{id: org/o{number}, name: O}}", f"- id: source/s{number}", f"  name: S{chance.randrange(3)}",
        f"  author: {author}", f"- id: claim/c{number}", f"  in: {page}", "  kind: allegation", "  text: Something",
        f"- {{id: membership/m{number}, member: {member}, organization: org/o{number}}}",
    ]  # fmt: skip
    if chance.random() < 0.1:
        lines.append(f"- {{id: act/a{number}, type: {chance.choice(['eviction', 'killing', 'killing'])}}}")
    if chance.random() < 0.05:
        lines.append("- {id: org/x, nam: X}")
    suffix = ".yml" if chance.random() < 0.04 else ".yaml"
    site.write(f"{'in/' if number % 2 else ''}r{number}{suffix}", "\n".join(lines))


def write_turtle(site, chance: random.Random, number: int) -> None:
    site.write(
        f"r{number}.ttl",
        "@prefix schema: <https://schema.org/> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f"<org/o{number}> a schema:NGO ; rdfs:label 'O{chance.randrange(3)}'@en .\n"
        f"<source/s{number}> a <https://w3id.org/khronika/ns#Source> ; rdfs:label 'S'@en ; "
        f"schema:author <person/p{number}> .\n"
        f"<person/p{number}> a schema:Person ; rdfs:label 'P'@{chance.choice(['en', 'ru'])} .\n",
    )


def files_of(site) -> list[Path]:
    return sorted(path for path in site.settings.records.rglob("*") if path.is_file())


def remove(site, chance: random.Random) -> None:
    """Take a record away, unless it is the last."""
    found = files_of(site)
    if len(found) > 1:
        chance.choice(found).unlink()


def rename(site, chance: random.Random) -> None:
    path = chance.choice(files_of(site))
    path.rename(path.with_name(f"m{chance.randrange(5)}{path.suffix}"))


def touch(site, chance: random.Random) -> None:
    os.utime(chance.choice(files_of(site)))


def break_file(site, chance: random.Random) -> None:
    chance.choice(files_of(site)).write_text("things:\n- {id: org/o1", encoding="utf-8")


def link(site, chance: random.Random) -> None:
    """A record that lies elsewhere in the site, and is changed there."""
    elsewhere = site.folder / "elsewhere.yaml"
    elsewhere.write_text(f"things: [{{id: org/e, name: E{chance.randrange(9)}}}]", encoding="utf-8")
    if not (site.settings.records / "linked.yaml").exists():
        (site.settings.records / "linked.yaml").symlink_to(elsewhere)


def set_settings(site, chance: random.Random) -> None:
    site.set(chance.choice(["", 'language = "ru"', 'editor = "org/o1"', 'licence = "CC0-1.0"', 'languages = ["ru"]']))


def set_concepts(site, chance: random.Random) -> None:
    folder = site.folder / "concepts"
    folder.mkdir(exist_ok=True)
    word = chance.choice(["eviction", "removal", "' broken"])
    (folder / "acts.ttl").write_text(ACTS.replace("WORD", word), encoding="utf-8")


EDITS = [remove, rename, touch, break_file, link, set_settings, set_concepts]
