"""One place opens releases: what is held stays on disk, what changed is followed, damage is said."""

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from graph.formats import JSON_RESULTS
from graph.history.journal import Journal
from graph.history.payloads import canonical, quads_of
from graph.releases.errors import NothingPublished, StateDamaged, Withdrawing
from graph.releases.files.locks import only_one, unleased
from graph.releases.places import Places
from graph.releases.showing import show
from graph.releases.withdrawal.blocklist import refresh_blocklist
from graph.settings import Settings, read_settings
from graph.store import open as opening
from graph.store.lane.errors import LaneBusy
from graph.store.lane.question import Ask
from graph.store.open import hold, open_lane, open_reader
from graph.store.workers import QueryLane

TRIPLE = '<https://site.example/id/a> <http://x/p> "{}" <https://site.example/record/a> .\n'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "site.toml").write_text('title = "A"\nbase = "https://site.example/"\npublisher = "Us"\n')
    return read_settings(tmp_path)


def released(settings: Settings, words: str) -> None:
    """A release straight from the journal, without editors."""
    places = Places(settings.var)
    text = canonical(quads_of(TRIPLE.format(words).encode()))
    derived = settings.record("derived").value
    with only_one(places.lock) as lock:
        with Journal(places.journal, create=True) as journal:
            puts = {settings.record("a").value: text, derived: b""}
            journal.commit(author="a", message="m", software="1", puts=puts)
        show(settings, lock)


def words(settings: Settings) -> set[str]:
    with open_reader(settings) as reader:
        subject = NamedNode("https://site.example/id/a")
        return {q.object.value for q in reader.quads(subject) if isinstance(q.object, Literal)}


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_nothing_is_open_before_the_first_release(settings: Settings) -> None:
    with pytest.raises(NothingPublished):
        open_reader(settings)
    with pytest.raises(NothingPublished):
        open_lane(settings)


def test_a_reader_holds_its_snapshot_and_gives_it_back(settings: Settings) -> None:
    released(settings, "one")
    before = descriptors()
    reader = open_reader(settings)
    manifest = Places(settings.var).snapshot(1) / "manifest.json"
    with unleased(manifest) as free:
        assert not free
    reader.close()
    del reader
    gc.collect()
    with unleased(manifest) as free:
        assert free
    assert descriptors() == before


def test_the_next_reader_sees_the_next_release(settings: Settings) -> None:
    released(settings, "one")
    assert words(settings) == {"one"}
    released(settings, "two")
    assert words(settings) == {"two"}


def test_a_snapshot_that_cannot_be_leased_is_tried_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    released(settings, "one")
    real, tries = opening.lease, iter([None, None])
    monkeypatch.setattr(opening, "lease", lambda path: next(tries, real(path)))
    assert words(settings) == {"one"}
    monkeypatch.setattr(opening, "lease", lambda path: None)
    with pytest.raises(StateDamaged, match="vanish"):
        open_reader(settings)


def test_what_the_engine_cannot_open_is_damage_and_leaks_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(settings, "one")
    monkeypatch.setattr(opening, "_prove", lambda *_: None)  # as if the manifest had been made over the damage
    (Places(settings.var).snapshot(1) / "store" / "CURRENT").write_text("MANIFEST-999999\n")
    before = descriptors()
    with pytest.raises(StateDamaged, match="cannot be opened"):
        open_reader(settings)
    assert descriptors() == before


def test_damage_found_while_proving_leaks_nothing(settings: Settings) -> None:
    released(settings, "one")
    (Places(settings.var).snapshot(1) / "store" / "more").touch()
    before = descriptors()
    with pytest.raises(StateDamaged, match="does not belong"):
        hold(settings)
    assert descriptors() == before


@pytest.fixture
def lane(settings: Settings) -> Iterator[QueryLane]:
    released(settings, "one")
    lane = open_lane(settings)
    yield lane
    lane.close()


def asked(lane: QueryLane) -> bytes:
    return lane.ask(Ask("SELECT ?o { <https://site.example/id/a> ?p ?o }", JSON_RESULTS)).read()


def test_a_lane_follows_releases_and_stops_for_a_withdrawal(settings: Settings, lane: QueryLane) -> None:
    assert b'"one"' in asked(lane)
    released(settings, "two")
    assert b'"two"' in asked(lane)
    with Journal(Places(settings.var).journal) as journal:
        journal.withdrawals.add(settings.record("a").value, "risk", datetime.now(UTC).date())
        refresh_blocklist(settings, journal)
    with pytest.raises(LaneBusy, match="withdrawal"):
        asked(lane)
    with pytest.raises(Withdrawing):
        open_reader(settings)


def test_a_lane_that_is_gone_holds_nothing(settings: Settings) -> None:
    released(settings, "one")
    lane = open_lane(settings)
    lane.close()
    del lane
    gc.collect()
    with unleased(Places(settings.var).snapshot(1) / "manifest.json") as free:
        assert free


def test_who_will_not_search_does_not_have_the_index_proved(settings: Settings) -> None:
    released(settings, "a")
    folder = Places(settings.var).snapshot(1)
    (folder / "search.sqlite").write_bytes(b"damaged")
    with pytest.raises(StateDamaged, match="is not what was written"):
        open_reader(settings)
    with open_reader(settings, unsearched=True) as reader:
        assert reader.release == 1
    opening._prove.cache_clear()
    (folder / "store" / "CURRENT").write_bytes(b"damaged")
    with pytest.raises(StateDamaged, match="CURRENT"):
        open_reader(settings, unsearched=True)
