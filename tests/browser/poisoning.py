"""A site that somebody wrote to harm its readers, brought through the real door: what the door refuses is counted."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.authoring.records import read_site
from graph.errors import AuthoringError, AuthoringErrors
from graph.releases import publish
from graph.releases.errors import PublishRefused
from graph.settings import read_settings

BASE = "https://poisoned.example/"
MODIFIED = "2026-01-15"
THINGS = (
    "org/x", "org/press", "person/x", "place/x", "series/x", "source/x", "incident/x", "act/x", "intervention/x",
    "event/x", "group/x", "membership/x", "contact/x", "claim/said", "claim/figure", "quote/x", "list/x", "profile/x",
)  # fmt: skip
TURTLE = """@prefix schema: <https://schema.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{base}record/{record}> dcterms:modified "2026-01-15"^^xsd:date .
<{base}id/org/{record}> a schema:Organization, schema:NGO ; {more} .
"""
CONCEPT = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://w3id.org/khronika/vocab/act/x-{n}> a skos:Concept ; skos:inScheme <https://w3id.org/khronika/vocab/act> ;
  skos:broader <https://w3id.org/khronika/vocab/act/killing> ; skos:notation {text} ;
  rdfs:label {text}@en, {text}@ru ; skos:prefLabel {text}@en, {text}@ru ; skos:definition {text}@en, {text}@ru .
"""


@dataclass(frozen=True)
class Poisoned:
    """The site as published; `refused` counts what its door turned away, by place, `kept` what came through."""

    folder: Path
    payloads: Sequence[str]
    kept: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    numbers: set[int] = field(default_factory=set)  # of the payloads that stand in every text of the model


def texts(p: str, n: int) -> list[dict[str, Any]]:
    """Things with the payload in every text the model has."""
    both = {"en": p, "ru": p}

    def own(what: str, /, **more: Any) -> dict[str, Any]:
        return {"id": f"{what}-{n}", **more}

    return [
        own("org/x", type="NGO", name=both, **{"also-called": [p]}, note=p),
        own("org/press", type="NewsMediaOrganization", name=p),
        own("person/x", name=both, basis="byline", note=p),
        own("place/x", type="City", name=p, precision="settlement", note=p),
        own("series/x", name=p, publisher=f"org/press-{n}", note=p),
        own(
            "source/x", type="news-article", name=p, author=f"person/x-{n}", publisher=f"org/press-{n}",
            published="2025-11-03", citation=p, note=p, language="en", **{"part-of": f"series/x-{n}"},
            says=[
                {"id": f"claim/said-{n}", "kind": "fact", "text": both, "note": p,
                 "about": [f"act/x-{n}", f"event/x-{n}", f"intervention/x-{n}"]},
            ],
            quotes=[{"id": f"quote/x-{n}", "by": f"person/x-{n}", "words": p, "about": f"act/x-{n}"}],
        ),
        own("incident/x", type="violation", name=p, place=f"place/x-{n}", note=p),
        own("act/x", type="forced-eviction", name=p, date="2025-11", place=f"place/x-{n}", note=p,
            victim=f"group/x-{n}", **{"part-of": f"incident/x-{n}"}),
        own("intervention/x", type="statement", name=p, by=f"org/x-{n}", date="2025-11-04", note=p),
        own("event/x", type="appeals-for-help", name=p, place=f"place/x-{n}", **{"part-of": f"incident/x-{n}"}),
        own("group/x", name=p, note=p, **{"at-risk": "false"}),
        own("membership/x", name=p, member=f"person/x-{n}", organization=f"org/press-{n}", role="journalist", note=p),
        own("contact/x", name=p, type=p, provider=f"org/x-{n}", serves=f"place/x-{n}", note=p),
        own(
            "profile/x", name=p, about=f"org/x-{n}", publisher=f"org/press-{n}", posted="2025-11-10T08:00",
            breadcrumb=p, note=p,
            text=[
                {"passage": p, "carries": "page", "note": p},
                {"passage": p + " again", "says": [
                    {"kind": "fact", "about": f"org/x-{n}",
                     "statement": {"subject": f"org/x-{n}", "predicate": "schema:slogan", "object": {"en": p}}},
                    {"id": f"claim/figure-{n}", "kind": "figure", "in": f"source/x-{n}", "by": f"org/press-{n}",
                     "about": f"act/x-{n}",
                     "count": {"of": "families-evicted", "bound": "more-than", "value": "40", "words": p}},
                ]},
                {"passage": p + " cited", "cites": f"source/x-{n}"},
                {"passage": p + " listed", "list": {
                    "id": f"list/x-{n}", "name": p, "kind": "goal", "by": f"org/x-{n}", "about": f"org/x-{n}",
                    "open": p, "note": p, "items": [p, {"text": p, "note": p}]}},
            ],
        ),
    ]  # fmt: skip


def strict(p: str, n: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Records with the payload where a word, an id, an address or a date has to stand, one place a record."""
    org = {"id": f"org/strict-{n}", "type": "NGO", "name": "Strict"}
    source = {"id": f"source/strict-{n}", "type": "news-article", "name": "Strict", "publisher": "org/editors"}
    yield "id", {"things": [org | {"id": f"org/{p}"}]}
    yield "language of a text", {"things": [org | {"name": {p: "Strict"}}]}
    yield "url", {"things": [org | {"url": p}]}
    yield "end of a url", {"things": [org | {"url": "https://e.example/" + p}]}
    yield "type", {"things": [org | {"type": p}]}
    yield "licence", {"record": {"licence": p}, "things": [org]}
    yield "language of a record", {"language": p, "things": [org]}
    yield "language of a document", {"things": [source | {"language": p}]}
    yield "date", {"things": [source | {"published": p}]}
    yield "latitude", {"things": [{"id": f"place/strict-{n}", "name": "Strict", "precision": "city", "latitude": p}]}


def turtle(p: str) -> Iterator[tuple[str, str]]:
    """What is said of an organization as data: texts, addresses, language tags as Turtle has them, or as nobody may."""
    text = json.dumps(p, ensure_ascii=False).replace("\\/", "/")

    name = 'schema:name "T"@en ; rdfs:label "T"@en'
    yield "turtle text", f"schema:name {text}@en ; rdfs:label {text}@en, {text}@ru ; skos:editorialNote {text}@en"
    yield "turtle address", f"{name} ; schema:url <{p}>"
    yield "turtle end of an address", f"{name} ; schema:url <https://e.example/{p}>"
    yield "turtle language", f'schema:name "T"@{p} ; rdfs:label "T"@en'
    yield "turtle datatype", f'{name} ; schema:slogan "T"^^<{p}>'


def poison(folder: Path, payloads: Sequence[str]) -> Poisoned:
    """Write the site, take out what the door refuses, publish the rest."""
    made = Poisoned(folder, payloads)
    (folder / "records").mkdir(parents=True)
    (folder / "queries").mkdir()
    (folder / "concepts").mkdir()
    joined = " ".join(payloads)
    described = json.dumps(joined)
    (folder / "site.toml").write_text(
        f'base = "{BASE}"\npublisher = {described}\neditor = "org/editors"\nlanguage = "en"\n'
        f"[title]\nen = {described}\nru = {described}\n[description]\nen = {described}\n",
        encoding="utf-8",
    )
    places: dict[Path, tuple[str, int]] = {}
    for n, p in enumerate(payloads):
        _write(folder, places, "texts", n, {"record": {"title": p, "note": p}, "things": texts(p, n)})
        for place, record in strict(p, n):
            _write(folder, places, place, n, record)
        for place, more in turtle(p):
            path = folder / "records" / f"{place.replace(' ', '-')}-{n}.ttl"
            path.write_text(TURTLE.format(base=BASE, record=path.stem, more=more), encoding="utf-8")
            places[path] = (place, n)
        concept = CONCEPT.format(n=n, text=json.dumps(p, ensure_ascii=False).replace("\\/", "/"))
        (folder / "concepts" / f"x-{n}.ttl").write_text(concept, encoding="utf-8")
        line = " ".join(p.split())
        (folder / "queries" / f"q-{n}.rq").write_text(
            f"# title: {line}\n# explanation: {line}\nSELECT * {{ ?s ?p {json.dumps(line, ensure_ascii=False)} }}\n",
            encoding="utf-8",
        )
    editors = {"things": [{"id": "org/editors", "type": "NGO", "name": "The editors"}]}
    _write(folder, {}, "editors", 0, editors)
    _publish(made, places, joined)
    made.kept["concept"] = len(list((folder / "concepts").iterdir()))
    for place, n in places.values():
        made.kept[place] += 1
        if place == "texts":
            made.numbers.add(n)
    return made


def _write(folder: Path, places: dict[Path, tuple[str, int]], place: str, n: int, record: dict[str, Any]) -> None:
    path = folder / "records" / f"{place.replace(' ', '-')}-{n}.yaml"
    whole = record | {"record": {"modified": MODIFIED} | record.get("record", {})}
    path.write_text(json.dumps(whole), encoding="utf-8")  # JSON is YAML
    places[path] = (place, n)


def _publish(made: Poisoned, places: dict[Path, tuple[str, int]], message: str) -> None:
    settings = read_settings(made.folder)
    for _ in range(20):
        try:
            read_site(settings)
            publish(settings, author=message, message=message)
        except AuthoringErrors as error:
            bad = {problem.path for problem in error.problems}
        except AuthoringError as error:  # of a concept: the vocabulary is read first
            made.refused["concept"] += 1
            error.path.unlink()
            continue
        except PublishRefused as error:
            bad = {f.file for f in error.report.findings if f.file is not None and f.severity.name == "VIOLATION"}
        else:
            return
        for path in bad:
            place, _ = places.pop(path)
            made.refused[place] += 1
            path.unlink()
    raise AssertionError("the door refuses one thing after the other")
