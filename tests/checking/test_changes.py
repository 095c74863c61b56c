"""Checking what changed finds what a whole check finds, as far as it can differ, and reads no more than it must."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Quad, Triple

from graph.authoring.records import Record, read_site
from graph.checking.checks import check, check_changes
from graph.checking.report import Report
from graph.settings import Settings, read_settings
from graph.store.embedded import EmbeddedReader
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
    return replace(record, triples=tuple(sorted(triples, key=str)))


@pytest.mark.parametrize("number", range(24))
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
