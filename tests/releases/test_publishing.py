"""One way to publish: everything is shown, or nothing happened."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from graph.checking.report import Finding, Report, Severity
from graph.errors import AuthoringErrors
from graph.history.errors import JournalMissing
from graph.releases import current_mark, current_release
from graph.releases.errors import NotForThisSite, NothingPublished, PublishRefused, SiteBusy
from graph.releases.files.locks import only_one
from graph.store.open import open_reader
from graph.terms import ONTOLOGY_GRAPH, VOCABULARY_GRAPH


def test_a_first_publish_shows_records_catalogue_vocabulary_and_the_site(fresh) -> None:
    assert current_release(fresh.settings) is None
    done = fresh.publish()
    assert (done.release, done.changed, done.added, done.updated, done.removed) == (1, True, 1, 0, 0)
    release = current_release(fresh.settings)
    assert release is not None
    assert release.number == 1
    with open_reader(fresh.settings) as reader:
        assert reader.release == 1
        assert reader.digest == release.digest
        assert abs((datetime.now(UTC) - reader.released).total_seconds()) < 60
        graphs = {g.value for g in reader.named_graphs()}
        assert {fresh.record("us"), ONTOLOGY_GRAPH.value, VOCABULARY_GRAPH.value} <= graphs
        assert next(reader.quads(NamedNode(fresh.record("us")), graph=DefaultGraph()))
        site = NamedNode("https://site.example/")
        found = {q.predicate.value: q.object.value for q in reader.quads(site, graph=DefaultGraph())}
        assert found["http://www.w3.org/ns/dcat#version"] == "1"
        assert found["http://purl.org/dc/terms/title"] == "A site"
    assert fresh.says() == fresh.recorded()


def test_an_unchanged_site_is_left_alone_without_a_check(site) -> None:
    mark, journal = current_mark(site.settings), site.places.journal.read_bytes()
    done = site.publish(check=lambda *_: pytest.fail("nothing changed, so nothing is checked"))
    assert (done.release, done.changed, done.report) == (3, False, None)
    assert current_mark(site.settings) == mark
    assert site.places.journal.read_bytes() == journal


def test_a_publish_counts_what_it_changed(site) -> None:
    site.write("them", "Them at last")
    site.write("new", "Newcomers")
    site.remove("late")
    done = site.publish()
    assert (done.release, done.added, done.updated, done.removed) == (4, 1, 1, 1)
    assert {"Them at last", "Newcomers"} <= site.words()
    assert not {"Them later on", "Latecomers"} & site.words()
    assert site.says() == site.recorded()


def test_the_mark_changes_with_each_release(site) -> None:
    before = current_mark(site.settings)
    site.write("new", "Newcomers")
    site.publish()
    assert current_mark(site.settings) != before


def test_equal_content_has_an_equal_digest(site) -> None:
    with open_reader(site.settings) as reader:
        before = reader.digest
    site.write("them", "Them for a while")
    site.publish()
    with open_reader(site.settings) as reader:
        assert reader.digest != before
    site.write("them", "Them later on")
    site.publish()
    with open_reader(site.settings) as reader:
        assert reader.digest == before


def test_a_broken_rule_stops_everything(site) -> None:
    broken = Finding(
        "https://w3id.org/khronika/shapes#r", Severity.VIOLATION, "x", None, None, {"en": "no"}, None, None
    )
    site.write("them", "Them who break rules")
    with pytest.raises(PublishRefused) as refused:
        site.publish(check=lambda *_: Report((broken,)))
    assert refused.value.report.findings == (broken,)
    assert "khronika check" in str(refused.value)
    assert site.newest() == 3
    assert "Them later on" in site.words()


def test_a_record_that_cannot_be_read_stops_everything(site) -> None:
    (site.folder / "records" / "them.yaml").write_text("things: [", encoding="utf-8")
    with pytest.raises(AuthoringErrors):
        site.publish()
    assert site.newest() == 3


def test_nothing_to_read_before_the_first_publish(fresh) -> None:
    with pytest.raises(NothingPublished, match="khronika publish"):
        open_reader(fresh.settings)


def access(site, name: str, word: str, more: str = "") -> None:
    path = site.folder / "records" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8").replace("record:\n", f"record:\n  access: {word}\n{more}")
    path.write_text(text, encoding="utf-8")


def test_a_restricted_record_is_refused_by_name_and_leaves_no_trace(site) -> None:
    site.write("hidden", "Restricted words here")
    access(site, "hidden", "restricted")
    with pytest.raises(NotForThisSite) as refused:
        site.publish()
    assert "hidden.yaml" in str(refused.value)
    assert "'restricted'" in str(refused.value)
    assert site.newest() == 3


def test_an_embargoed_record_waits_for_its_day(site) -> None:
    site.write("early", "Embargoed words here")
    access(site, "early", "public", '  embargo: "2999-01-01"\n')
    site.write("new", "Newcomers")
    done = site.publish()
    assert [(s.record, s.why) for s in done.skipped] == [("early", "under embargo until 2999-01-01")]
    assert "Newcomers" in site.words()
    assert "Embargoed words here" not in site.words()
    with open_reader(site.settings) as reader:
        assert site.record("early") not in {g.value for g in reader.named_graphs()}


def test_a_record_marked_withdrawn_is_left_out(site) -> None:
    access(site, "them", "withdrawn")
    done = site.publish()
    assert [s.record for s in done.skipped] == ["them"]
    assert done.removed == 1
    assert "Them later on" not in site.words()


def test_a_second_publisher_waits_then_is_told(site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.releases.files.locks.WAIT_SECONDS", 0.1)
    with only_one(site.places.lock), pytest.raises(SiteBusy) as busy, only_one(site.places.lock, seconds=0.1):
        pytest.fail("two at once")
    assert f"process {__import__('os').getpid()}" in str(busy.value)


def test_two_publishers_at_once_both_get_their_release(site) -> None:
    outcomes = []
    site.write("one", "One")

    def run() -> None:
        outcomes.append(site.publish())

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((o.release, o.changed) for o in outcomes) == [(4, False), (4, True)]
    assert site.says() == site.recorded()


def test_a_site_whose_journal_is_gone_is_not_begun_anew(site) -> None:
    site.places.journal.unlink()
    site.write("new", "Newcomers")
    with pytest.raises(JournalMissing, match="khronika restore"):
        site.publish()
    assert not site.places.journal.exists()
    assert "Latecomers" in site.words()


def test_progress_names_its_steps(site) -> None:
    steps = []
    site.write("new", "Newcomers")
    site.publish(progress=lambda step, done, total: steps.append(step))
    assert list(dict.fromkeys(steps)) == [
        "Reading records", "Checking", "Deriving plain facts", "Recording", "Taking the snapshot",
    ]  # fmt: skip


def test_only_recent_snapshots_are_kept(site) -> None:
    for count in range(3):
        site.write("new", f"Newcomers {count}")
        site.publish()
    held = sorted(int(p.name) for p in site.places.releases.iterdir())
    assert held == [1, 2, 3, 4, 5, 6], "four recent ones, and older ones while there is room"


def test_a_snapshot_somebody_reads_is_not_removed(site, monkeypatch: pytest.MonkeyPatch) -> None:
    from graph.releases.files.pruning import drop

    reader = open_reader(site.settings, 1)
    folder = site.places.snapshot(1)
    assert not drop(folder)
    assert len(list(reader.quads())) > 100
    reader.close()
    assert drop(folder)
    assert not folder.exists()


def test_a_reader_keeps_its_release_while_the_next_is_published(site) -> None:
    with open_reader(site.settings) as reader:
        site.write("them", "Them in another release")
        site.publish()
        assert reader.release == 3
        words = {q.object.value for q in reader.quads() if hasattr(q.object, "language")}
        assert "Them later on" in words
        assert "Them in another release" not in words
    assert "Them in another release" in site.words()


def test_the_manifest_names_every_file(site) -> None:
    manifest = json.loads((site.places.snapshot(3) / "manifest.json").read_bytes())
    files = {p.relative_to(site.places.snapshot(3)).as_posix() for p in site.places.snapshot(3).rglob("*.*")}
    assert set(manifest["files"]) >= {f for f in files if f.endswith(".sst")}
    assert manifest["release"] == 3
    assert Path(site.places.snapshot(3), "store").is_dir()
