"""Any release as it was, from a kept snapshot or from the journal; how two differ; what the history says."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import Dataset, NamedNode, Quad, RdfFormat, Store, parse

from graph.history.errors import JournalMissing
from graph.releases import current
from graph.releases.derived.statistics import STATISTICS
from graph.releases.errors import NothingPublished, SiteBusy, UnknownRelease
from graph.releases.files.locks import only_one, unleased
from graph.releases.files.pruning import KEPT, KEPT_PAST, prune, snapshots
from graph.releases.past import past_release
from graph.releases.telling import diff, log, show_release
from graph.releases.withdrawal.withdrawing import withdraw
from graph.store.open import open_reader

SECRET = "Zinaida Quillfeather"
GROWTH = int(os.environ.get("KHRONIKA_GROWTH", "6"))  # releases of the growing site; by hand: 20


def test_every_release_is_read_as_it_was(site) -> None:
    """A growing site, with all snapshots and with none: the answers are those of then."""
    then = {at: site.says(at) for at in (1, 2, 3)}
    for count in range(4, GROWTH + 1):
        site.write(f"new{count}", f"Newcomers {count}")
        if count == 6:
            site.remove("new4")
        site.publish()
        then[count] = site.says()
    assert len(snapshots(site.places)) > KEPT
    for at, said in then.items():
        assert site.says(at) == said
    for folder in snapshots(site.places).values():
        if folder.name != str(GROWTH):
            shutil.rmtree(folder)
    for at, said in then.items():
        with open_reader(site.settings, at) as reader:
            assert reader.release == at
        assert site.says(at) == said


def test_a_rebuilt_release_has_the_digest_of_then(site) -> None:
    with open_reader(site.settings, 2) as reader:
        before = (reader.digest, reader.released)
    shutil.rmtree(site.places.snapshot(2))
    with open_reader(site.settings, 2) as reader:
        assert (reader.digest, reader.released) == before


def test_a_moment_names_the_release_of_then(site) -> None:
    times = {told.entry.number: told.entry.recorded for told in log(site.settings)}
    assert show_release(site.settings, times[3] + timedelta(days=1)).entry.number == 3
    assert show_release(site.settings, datetime.now(UTC)).entry.number == 3
    latest_then = max(n for n, t in times.items() if t <= times[1])
    assert show_release(site.settings, times[1]).entry.number == latest_then
    with pytest.raises(UnknownRelease):
        show_release(site.settings, times[1] - timedelta(seconds=1))
    with open_reader(site.settings, times[3]) as reader:
        assert reader.release == 3


@pytest.mark.parametrize("wanted", [0, 4, -1])
def test_a_release_that_never_was(site, wanted: int) -> None:
    with pytest.raises(UnknownRelease, match="from 1 to 3"):
        open_reader(site.settings, wanted)


def test_the_past_of_nothing(fresh) -> None:
    with pytest.raises(JournalMissing):
        past_release(fresh.settings, 1)
    (fresh.folder / "records" / "us.yaml").write_text("things: [", encoding="utf-8")
    with pytest.raises(Exception, match=r"us[.]yaml"):
        fresh.publish()
    with pytest.raises(NothingPublished):
        past_release(fresh.settings, 1)


def test_one_past_release_is_built_at_a_time(site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.releases.past.WAIT_SECONDS", 0.05)
    shutil.rmtree(site.places.snapshot(1))
    with only_one(site.places.past_lock), pytest.raises(SiteBusy, match="building a past release"):
        past_release(site.settings, 1)
    assert past_release(site.settings, 1).number == 1


def test_what_a_killed_builder_left_is_removed_by_the_next(site) -> None:
    shutil.rmtree(site.places.snapshot(1))
    (site.places.var / ".past-store").mkdir()
    (site.places.releases / ".past-1").mkdir()
    site.says(1)
    assert not list(site.places.var.glob(".past*")) + list(site.places.releases.glob(".past*"))


def test_a_past_release_built_before_and_after_a_withdrawal_is_two_stores(site) -> None:
    """The files of both are numbered alike and differ: the older is no witness against the newer."""
    shutil.rmtree(site.places.snapshot(1))
    site.says(1)
    old = site.places.snapshot(1)
    aside = site.folder / "aside"
    shutil.copytree(old, aside)
    withdraw(site.settings, site.record("secret"), reason="risk", author="ann")
    shutil.copytree(aside, old)  # as one that a reader still holds
    assert SECRET not in site.words(1)


def test_only_so_many_past_snapshots_are_kept_the_last_used_ones(site) -> None:
    for number in range(1, 4):
        shutil.rmtree(site.places.snapshot(number))
    for number in range(101, 120):
        site.places.snapshot(number).mkdir()
    gone = prune(site.places, 119)
    held = set(snapshots(site.places))
    assert len(held) == KEPT + KEPT_PAST
    assert {116, 117, 118, 119} <= held
    assert held.isdisjoint(gone)


def test_a_difference_is_what_was_added_and_removed(site) -> None:
    found = diff(site.settings, 1, 3)
    assert (found.older, found.newer) == (1, 3)
    record, late = NamedNode(site.record("them")), NamedNode(site.record("late"))
    assert {q.object.value for q in found.removed} == {"Them at first"}
    assert {q.object.value for q in found.added if q.graph_name == record} == {"Them later on"}
    assert {q.object.value for q in found.added if q.graph_name == late} >= {"Latecomers"}
    back = diff(site.settings, 3, 1)
    assert (back.added, back.removed) == (found.removed, found.added)
    assert not any((diff(site.settings, 2, 2).added, diff(site.settings, 2, 2).removed))


def test_a_difference_as_an_update_makes_the_newer_out_of_the_older(site) -> None:
    store = Store()
    marks = "dcat#version", "purl.org/dc/terms/issued"  # these and the statistics are each store's own
    told, at = site.settings.well_known(STATISTICS), site.settings.base

    def recorded(release: int) -> set[Quad]:
        held = (q for q in site.says(release) if q.graph_name != told)
        return {q for q in held if q.subject != NamedNode(at) or not any(m in str(q.predicate) for m in marks)}

    store.extend(recorded(1))
    store.update(diff(site.settings, 1, 3).as_update())
    assert set(store) == recorded(3)


def test_a_difference_can_be_read(site) -> None:
    found = diff(site.settings, 1, 3)
    removed, added = found.as_trig()
    assert set(Dataset(parse(added, format=RdfFormat.TRIG))) == set(found.added)
    assert 'rdfs:label "Them at first"@en' in removed


def test_the_log_says_who_when_why_and_what(site) -> None:
    told = log(site.settings)
    assert [t.entry.number for t in told] == [3, 2, 1]
    assert [t.entry.message for t in told] == ["third", "second", "first"]
    assert {t.entry.author for t in told} == {"ann"}
    assert told[0].added == (site.record("late"),)
    assert told[1].changed == (site.record("them"),)
    assert set(told[2].added) == {site.record(name) for name in ("us", "them", "secret")}
    assert [t.entry.number for t in log(site.settings, newest_first=False, most=2)] == [1, 2]
    assert show_release(site.settings, 2) == told[1]


def test_a_damaged_past_release_is_noticed_and_built_again_without_being_asked(site) -> None:
    table = max((site.places.snapshot(1) / "store").glob("*.sst"), key=lambda p: p.stat().st_size)
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 0x40
    table.unlink()
    table.write_bytes(content)
    assert site.says(1) == site.recorded(1)
    assert not table.exists() or table.read_bytes() != bytes(content)


def test_a_release_that_is_replaced_while_it_is_looked_up_is_no_damage(site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the pointer and the manifest that it names, a withdrawal put the next release in its place."""
    real, times = current.read_manifest, []

    def overtaken(folder: Path, digest: str | None = None) -> object:
        if not times:
            times.append(folder)
            with monkeypatch.context() as patch:
                patch.setattr(current, "read_manifest", real)
                withdraw(site.settings, site.record("secret"), reason="risk", author="ann")
        return real(folder, digest)

    monkeypatch.setattr(current, "read_manifest", overtaken)
    with open_reader(site.settings) as reader:
        assert reader.release == 4
    assert not times[0].exists()


def test_a_snapshot_that_is_being_removed_at_this_moment_is_waited_for(site) -> None:
    """By who keeps the disk from filling up: for an instant it is there and cannot be leased."""
    with ThreadPoolExecutor() as pool, ExitStack() as stack:
        assert stack.enter_context(unleased(site.places.snapshot(1) / "manifest.json"))
        pool.submit(lambda: (time.sleep(0.1), stack.close()))
        assert site.says(1) == site.recorded(1)
