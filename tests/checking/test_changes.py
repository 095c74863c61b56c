"""Checking what changed finds what a whole check finds, as far as it can differ, and reads no more than it must."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from graph.authoring.record import Content, Record
from graph.authoring.records import read_site
from graph.checking.changes import _ways
from graph.checking.checks import check, check_changes, rules_digest
from graph.checking.queries import read_queries
from graph.checking.reach import ways_of_shapes
from graph.checking.report import Report
from graph.checking.rules import site_rules
from graph.settings import Settings, read_settings
from graph.store.embedded import EmbeddedReader
from graph.terms import A
from graph.vocabulary import Vocabulary, load_vocabulary

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "rights-in-russia"


@pytest.fixture(scope="module")
def seed() -> tuple[Settings, tuple[Record, ...]]:
    settings = read_settings(EXAMPLE)
    return settings, read_site(settings)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return load_vocabulary()


def released(records: Iterable[Record], words: Vocabulary, *more: Quad) -> EmbeddedReader:
    def quads() -> Iterator[Quad]:
        yield from words.quads()
        for record in records:
            yield from (Quad(t.subject, t.predicate, t.object, record.iri) for t in record.triples)
            yield from (Quad(t.subject, t.predicate, t.object) for t in record.catalogue)
        yield from more

    return EmbeddedReader.of(quads())


def said(report: Report) -> set[tuple[object, ...]]:
    return {(f.rule, f.component, f.node, f.path, f.object, f.severity) for f in report.findings}


def edited(record: Record, everything: list[Triple], chance: random.Random) -> Record:
    """A record with some triples gone, some exchanged, some new, made of what the site holds."""
    triples = set(record.triples)
    for _ in range(chance.randint(1, 6)):
        one, other, third = (chance.choice(everything) for _ in range(3))
        own = chance.choice(sorted(triples, key=str)) if triples else one
        kind = chance.randrange(6)
        if kind == 0:
            triples.discard(own)
        elif kind == 1:
            triples = {t for t in triples if t.subject != own.subject}
        elif kind == 2:
            triples = triples - {own} | {Triple(own.subject, own.predicate, other.object)}
        elif kind == 3:
            triples.add(Triple(one.subject, own.predicate, own.object))
        elif kind == 4:
            triples.add(Triple(own.subject, other.predicate, third.object))
        else:
            triples = {t for t in triples if t.predicate != own.predicate}
    return replace(record, source=Content(tuple(sorted(triples, key=str)), record.catalogue, record.lines))


@pytest.mark.parametrize("number", range(12))
def test_what_changed_is_found(number: int, seed: tuple[Settings, tuple[Record, ...]], words: Vocabulary) -> None:
    settings, records = seed
    chance = random.Random(number)
    everything = sorted({t for r in records for t in r.triples}, key=str)
    start = list(records)
    if number % 2:  # from a release that is broken already
        start = [edited(r, everything, chance) for r in start]
    chosen = chance.sample(range(len(start)), chance.randint(1, 2))
    removed = [start[n] for n in chosen if chance.random() < 0.2]
    changed = [edited(start[n], everything, chance) for n in chosen if start[n] not in removed]
    names = {r.id for r in (*removed, *changed)}
    end = [*(r for r in start if r.id not in names), *changed]
    before, after = said(check(start, settings, vocabulary=words)), said(check(end, settings, vocabulary=words))
    with released(start, words) as base:
        found = said(check_changes(changed, settings, base, removed=[r.iri.value for r in removed], vocabulary=words))
    assert found <= after
    assert after - before <= found


def test_nothing_changed_finds_nothing(seed: tuple[Settings, tuple[Record, ...]], words: Vocabulary) -> None:
    settings, records = seed
    with released(records, words) as base:
        assert check_changes(records, settings, base, vocabulary=words).findings == ()


def test_every_rule_of_the_house_knows_how_far_it_reaches(seed: tuple[Settings, tuple[Record, ...]]) -> None:
    """One that does not would make every check of one record a check of the whole site."""
    rules = site_rules(seed[0])
    queries = read_queries(rules)
    handled = {q.constraint for q in queries}
    assert not [str(q.shape) for q in queries if _ways(q) is None]
    assert not [str(unit.shape) for unit, ways in ways_of_shapes(rules, handled) if ways is None]


def test_no_more_is_read_than_what_hangs_together(words: Vocabulary, site: Settings, shacl: SimpleNamespace) -> None:
    """A thousand other records are not looked at, although all share a publisher."""
    house = Settings(folder=site.folder, title={"": "x"}, base=site.base, publisher="x")
    thing = (
        "ex:claim{0} a kh:Claim ; schema:about ex:act{0} ; kh:statedIn ex:source{0} ."
        "ex:source{0} a kh:Source ; schema:publisher ex:outlet ; schema:name 'S'@en ."
    )
    records = [shacl.record(f"r{n}", thing.format(n)) for n in range(1000)]
    reads = 0

    class Counted(EmbeddedReader):
        def quads(self, *pattern: object, **named: object) -> Iterator[Quad]:
            nonlocal reads
            for quad in super().quads(*pattern, **named):  # type: ignore[arg-type]
                reads += 1
                yield quad

    with Counted.of(Quad(t.subject, t.predicate, t.object, r.iri) for r in records for t in r.triples) as base:
        assert check_changes([shacl.record("r5", thing.format(5))], house, base, vocabulary=words).findings == ()
        broken = shacl.record("r5", thing.format(5).replace("kh:statedIn", "kh:saidIn"))
        found = check_changes([broken], house, base, vocabulary=words)
    assert "https://w3id.org/khronika/shapes#claim-names-its-document" in {f.rule for f in found.findings}
    assert reads < 1000


def test_a_rule_that_looks_everywhere_makes_it_a_whole_check(
    words: Vocabulary, site: Settings, shacl: SimpleNamespace
) -> None:
    shacl.give_rules(
        site,
        """ex:alone a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql [ sh:message "Not alone."@en ; sh:select
        'SELECT $this { $this a ?kind . ?anything ?at ?all FILTER(STR(?anything) = "https://example.org/bad") }' ] .
        """,
    )
    one, other = shacl.record("one", "ex:one a ex:Thing ."), shacl.record("other", "ex:good ex:p 1 .")
    with released([one, other], words) as base:
        bad = shacl.record("other", "ex:bad ex:p 1 .")
        found = check_changes([bad], site, base, vocabulary=words)
    assert [f.focus for f in found.findings] == ["https://example.org/one"]


def test_a_class_put_below_another_makes_it_a_whole_check(
    words: Vocabulary, site: Settings, shacl: SimpleNamespace
) -> None:
    shacl.give_rules(
        site,
        "ex:named a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path rdfs:label ; sh:minCount 1 .",
    )
    one, other = shacl.record("one", "ex:one a ex:Sub ."), shacl.record("other", "ex:Sub a owl:Class .")
    with released([one, other], words) as base:
        changed = shacl.record("other", "ex:Sub a owl:Class ; rdfs:subClassOf ex:Thing .")
        found = check_changes([changed], site, base, vocabulary=words)
    assert [f.focus for f in found.findings] == ["https://example.org/one"]


def test_what_a_change_breaks_in_another_record_is_told_with_its_file(
    words: Vocabulary, site: Settings, shacl: SimpleNamespace
) -> None:
    shacl.give_rules(
        site,
        "ex:kind a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path ex:near ; sh:class ex:Place .",
    )
    site.records.mkdir()
    (site.records / "one.yaml").touch()
    one, other = (
        shacl.record("one", "ex:one a ex:Thing ; ex:near ex:there ."),
        shacl.record("other", "ex:there a ex:Place ."),
    )
    with released([one, other], words) as base:
        gone = check_changes([], site, base, removed=[other.iri.value], vocabulary=words)
        assert [(f.focus, f.file, f.line) for f in gone.findings] == [
            ("https://example.org/one", site.records / "one.yaml", None)
        ]


def test_the_derived_graph_and_the_sites_own_description_are_not_checked(
    words: Vocabulary, site: Settings, shacl: SimpleNamespace
) -> None:
    shacl.give_rules(
        site, "ex:few a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path ex:p ; sh:maxCount 1 ; sh:message '!'@en ."
    )
    thing, p = NamedNode("https://example.org/a"), NamedNode("https://example.org/p")
    more = (
        Quad(thing, p, Literal("derived"), site.record("derived")),
        Quad(NamedNode("https://example.org/"), A, NamedNode("https://example.org/Thing")),
    )
    old, new = (shacl.record("a", f"ex:a a ex:Thing ; ex:p {n} .") for n in (1, 2))
    with released([old], words, *more) as base:
        assert check_changes([new], site, base, vocabulary=words).findings == ()


def test_the_digest_names_the_rules_and_the_vocabulary(
    words: Vocabulary, site: Settings, shacl: SimpleNamespace
) -> None:
    before = rules_digest(site, words)
    assert rules_digest(site, words) == before
    shacl.give_rules(site, "ex:a sh:deactivated true .")
    assert rules_digest(site, words) != before
    (site.folder / "concepts").mkdir()
    (site.folder / "concepts" / "own.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <https://x.example/beating> a skos:Concept ;"
        " skos:inScheme <https://w3id.org/khronika/vocab/act> ; skos:prefLabel 'beating'@en ."
    )
    assert rules_digest(site) != rules_digest(site, words)
