"""What must go, goes: hidden from every channel at once, and after an erase in no byte of any file."""

import json
import zlib
from pathlib import Path

import pytest
from releases.hiding import DAY, SECRET, mask

from graph.releases.errors import CannotWithdraw, StateDamaged, Withdrawing, WordsRemain
from graph.releases.recovering import recover
from graph.releases.telling import diff, log
from graph.releases.verifying import verify
from graph.releases.withdrawal.blocklist import read_blocklist
from graph.releases.withdrawal.erasing import remains
from graph.releases.withdrawal.withdrawing import lift
from graph.store.base import Tombstone
from graph.store.open import open_reader


def test_a_masked_record_is_in_no_release_and_has_a_tombstone(site) -> None:
    iri = site.record("secret")
    done = mask(site, iri)
    assert (done.release, done.erased) == (4, False)
    for at in (None, 1, 2, 3, 4):
        assert SECRET not in site.words(at)
        assert not [q for q in site.says(at) if iri in str(q)]
    with open_reader(site.settings) as reader:
        assert reader.withdrawn(iri) == Tombstone(iri, DAY, "risk", False)
        assert reader.withdrawn(site.record("us")) is None
    assert site.says() == site.recorded()
    assert verify(site.settings).sound
    assert iri not in str(log(site.settings))
    assert SECRET not in str(diff(site.settings, 1, 4))


def test_every_snapshot_from_before_is_gone(site) -> None:
    mask(site, site.record("secret"))
    assert [p.name for p in site.places.releases.iterdir()] == ["4"]


def test_a_lifted_mask_brings_everything_back(site) -> None:
    iri = site.record("secret")
    before = {at: site.says(at) for at in (1, 2, 3)}
    mask(site, iri)
    assert lift(site.settings, iri, author="ann").release == 5
    assert SECRET in site.words()
    assert SECRET not in site.words(4), "release 4 never held it"
    assert {at: site.says(at) for at in (1, 2, 3)} == before
    with open_reader(site.settings) as reader:
        assert reader.withdrawn(iri) is None
    assert verify(site.settings).sound
    mask(site, iri)
    assert SECRET not in site.words()


def test_a_masked_record_stays_out_of_the_next_publishes(site) -> None:
    mask(site, site.record("secret"))
    site.write("new", "Newcomers")
    done = site.publish()
    assert [(s.record, s.why) for s in done.skipped] == [("secret", "it was withdrawn; this site does not publish it")]
    assert (done.added, done.removed) == (1, 0)
    assert SECRET not in site.words()
    assert lift(site.settings, site.record("secret"), author="ann").release == 6
    assert {SECRET, "Newcomers"} <= site.words()


def test_a_masked_thing_takes_every_statement_that_names_it(site) -> None:
    path = site.folder / "records" / "us.yaml"
    path.write_text(path.read_text() + "    parent: org/secret\n", encoding="utf-8")
    site.publish()
    iri = site.thing("secret")
    assert len([q for q in site.says() if f"<{iri}>" in str(q)]) > 2
    mask(site, iri)
    for at in (None, 1, 4):
        assert not [q for q in site.says(at) if f"<{iri}>" in str(q)]
        assert SECRET not in site.words(at)
    assert "Us" in site.words()
    site.write("new", "Newcomers")
    site.publish()
    assert SECRET not in site.words(), "the masked thing is still described in records/"
    assert verify(site.settings).sound
    lift(site.settings, iri, author="ann")
    assert SECRET in site.words()


def test_nothing_is_read_between_block_list_and_release(site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first step tells every channel; until the release without it is there, nothing at all is served."""
    reader = open_reader(site.settings)

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("graph.releases.withdrawal.withdrawing.settle", stopped)
        with pytest.raises(KeyboardInterrupt):
            mask(site, site.record("secret"))
    assert reader.withdrawn(site.record("secret")), "also a reader that was open before"
    with pytest.raises(Withdrawing, match="khronika doctor"):
        open_reader(site.settings)
    reader.close()
    done = recover(site.settings)
    assert "The withdrawal was carried out." in done.done
    assert SECRET not in site.words()


def test_a_publish_carries_out_a_withdrawal_that_was_stopped(site, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(
            "graph.releases.withdrawal.withdrawing.settle", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            mask(site, site.thing("secret"))
    assert site.publish().changed
    assert SECRET not in site.words()
    assert SECRET not in site.words(1)


def test_a_publish_shows_again_what_a_lift_that_was_stopped_uncovers(site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it goes on from the last release, in which that record was hidden."""
    mask(site, site.record("secret"))
    assert SECRET not in site.words()
    with monkeypatch.context() as patch:
        patch.setattr(
            "graph.releases.withdrawal.withdrawing.settle", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            lift(site.settings, site.record("secret"), author="ann")
    site.write("new", "Newcomers")
    site.publish()
    assert SECRET in site.words()
    assert site.says() == site.recorded()


def test_who_still_reads_an_old_snapshot_is_named(site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.releases.withdrawal.withdrawing.LET_GO_SECONDS", 0.1)
    scratch = site.places.snapshot(3) / "note.txt"
    scratch.write_text(f"{SECRET}, written here by who knows whom")
    reader = open_reader(site.settings, 2)
    (site.places.snapshot(2) / "note.txt").write_text(SECRET)
    with pytest.raises(WordsRemain) as told:
        mask(site, site.record("secret"), erase=True)
    assert "releases/2/note.txt" in str(told.value)
    assert SECRET not in str(told.value)
    reader.close()
    recover(site.settings)
    assert not list(remains(site.places.var, [SECRET]))


@pytest.mark.parametrize(
    ("iri", "reason", "says"),
    [
        ("https://site.example/record/secret", "because", "Reasons: "),
        ("https://elsewhere.example/id/x", "risk", "not an IRI of this site"),
        ("https://site.example/record/derived", "risk", "not an IRI of this site"),
        ("https://site.example/id/org/secre", "risk", "never published"),
    ],
)
def test_a_withdrawal_that_makes_no_sense_changes_nothing(site, iri: str, reason: str, says: str) -> None:
    with pytest.raises(CannotWithdraw, match=says):
        mask(site, iri, reason=reason)
    assert site.newest() == 3
    assert not site.places.blocklist.exists()


def test_what_is_not_withdrawn_cannot_be_lifted(site) -> None:
    with pytest.raises(CannotWithdraw, match="is not withdrawn"):
        lift(site.settings, site.record("us"), author="ann")


def test_the_block_list_is_made_again_and_a_bad_one_stops_reading(site) -> None:
    mask(site, site.record("secret"))
    written = site.places.blocklist.read_bytes()
    site.places.blocklist.write_bytes(b"{")
    with pytest.raises(StateDamaged):
        open_reader(site.settings)
    recover(site.settings)
    assert site.places.blocklist.read_bytes() == written
    site.places.blocklist.unlink()
    recover(site.settings)
    assert site.places.blocklist.read_bytes() == written
    assert list(json.loads(written)["withdrawn"][0]) == ["iri", "day", "reason", "erased"]


def test_an_older_journal_does_not_bring_back_what_was_withdrawn(site) -> None:
    kept = site.places.journal.read_bytes()
    mask(site, site.record("secret"))
    site.places.journal.write_bytes(kept)
    site.places.current.unlink()
    done = recover(site.settings)
    assert f"{site.record('secret')}: withdrawn again." in done.done
    assert SECRET not in site.words()
    assert site.record("secret") in read_blocklist(site.places.blocklist).tombstones


def test_the_search_finds_a_word_however_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text('before Зинаида "Перо" after', encoding="utf-8")
    (tmp_path / "escaped").write_bytes(rb'x "\u0417" Zinaida \"Quill\" y')
    (tmp_path / "empty").touch()
    (tmp_path / "packed").write_bytes(zlib.compress(b"Zinaida"))
    assert [Path(p).name for p in remains(tmp_path, ["Зинаида"])] == ["plain"]
    assert [Path(p).name for p in remains(tmp_path, ['Zinaida "Quill"'])] == ["escaped"]
    assert list(remains(tmp_path, ["short"])) == []
