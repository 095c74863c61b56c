"""What must go, goes: hidden from every channel at once, and after an erase in no byte of any file."""

import json
import zlib
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from graph.history.journal import Journal
from graph.history.payloads import pack
from graph.releases.blocklist import read_blocklist
from graph.releases.erasing import remains
from graph.releases.errors import CannotWithdraw, StateDamaged, Withdrawing, WordsRemain
from graph.releases.recovering import recover
from graph.releases.telling import diff, log
from graph.releases.verifying import verify
from graph.releases.withdrawing import lift, withdraw
from graph.store.base import Tombstone
from graph.store.open import open_reader
from graph.store.working import WorkingStore

SECRET = "Zinaida Quillfeather"
DAY = date(2026, 11, 22)


def mask(site, iri: str, **how: object):
    return withdraw(site.settings, iri, **{"reason": "risk", "author": "ann", "today": DAY, **how})


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
        patch.setattr("graph.releases.withdrawing.settle", stopped)
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
        patch.setattr("graph.releases.withdrawing.settle", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            mask(site, site.thing("secret"))
    assert site.publish().changed
    assert SECRET not in site.words()
    assert SECRET not in site.words(1)


@pytest.mark.parametrize("what", ["record", "thing"])
def test_erased_words_are_in_no_file(site, what: str) -> None:
    site.write("secret", f"{SECRET} the second")
    site.publish(message=f"About {SECRET} the second")
    site.words(1)  # build a past snapshot too
    iri = getattr(site, what)("secret")
    done = mask(site, iri, erase=True)
    assert done.erased
    assert done.elsewhere == (str(site.folder / "records" / "secret.yaml"),), "the editor's own file is named"
    everything = b"".join(p.read_bytes() for p in sorted(site.places.var.rglob("*")) if p.is_file())
    assert SECRET.encode() not in everything
    assert b"Quillfeather" not in everything
    for at in (None, 1, 2, 3, 4, 5):
        assert not [q for q in site.says(at) if "Quillfeather" in str(q)]
    assert "Quillfeather" not in str(log(site.settings)), "not in the message either"
    with Journal(site.places.journal) as journal:
        assert not [text for _, text in journal.texts() if b"Quillfeather" in text]
        assert [e.message for e in journal.entries()] == ["first", "second", "third", None, ""]
    assert verify(site.settings).sound, "the chain outlives the words"


def test_the_packed_words_are_overwritten_in_the_journal(site) -> None:
    with Journal(site.places.journal) as journal:
        part = journal.parts(3)[site.record("secret")]
        text = journal.text(part.payload)
        assert text is not None
        packed = pack(text)
    assert packed in site.places.journal.read_bytes()
    mask(site, site.record("secret"), erase=True)
    assert packed not in site.places.journal.read_bytes()
    assert packed[20:60] not in site.places.journal.read_bytes()


def test_an_erased_record_never_comes_back(site) -> None:
    iri = site.record("secret")
    mask(site, iri, erase=True)
    site.write("new", "Newcomers")
    assert [s.why for s in site.publish().skipped] == ["it was erased; this site does not publish it"]
    assert SECRET not in site.words()
    with pytest.raises(CannotWithdraw, match="cannot be undone"):
        lift(site.settings, iri, author="ann")
    with open_reader(site.settings) as reader:
        assert reader.withdrawn(iri) == Tombstone(iri, DAY, "risk", True)


def test_an_erased_thing_never_comes_back(site) -> None:
    mask(site, site.thing("secret"), erase=True)
    site.write("new", "Newcomers")
    site.publish()
    assert "Newcomers" in site.words()
    assert SECRET not in site.words()
    with Journal(site.places.journal) as journal:
        assert not [text for _, text in journal.texts() if SECRET.encode() in text]


def test_a_mask_can_be_followed_by_an_erase_and_an_erase_is_done_once(site) -> None:
    iri = site.record("secret")
    mask(site, iri)
    assert mask(site, iri, erase=True).release == 5
    assert mask(site, iri, erase=True).release == 5
    assert not list(remains(site.places.var, [SECRET]))


def test_a_record_whose_thing_was_masked_and_shown_again_can_be_erased(site) -> None:
    """The name of the thing goes too: nothing speaks of it any more, and no tombstone needs it."""
    mask(site, site.thing("secret"))
    lift(site.settings, site.thing("secret"), author="ann")
    assert mask(site, site.record("secret"), erase=True).erased
    assert not list(remains(site.places.var, [SECRET, site.thing("secret")]))
    assert verify(site.settings).sound
    assert site.says(1) == site.recorded(1)


def test_a_record_whose_thing_is_masked_can_be_erased_and_the_tombstone_stays(site) -> None:
    mask(site, site.thing("secret"))
    assert mask(site, site.record("secret"), erase=True).erased
    assert site.thing("secret") in read_blocklist(site.places.blocklist).tombstones
    assert not list(remains(site.places.var, [SECRET]))
    assert verify(site.settings).sound


def test_who_erases_their_own_name_does_not_sign(site) -> None:
    done = mask(site, site.record("secret"), erase=True, author=SECRET.upper())
    assert not list(remains(site.places.var, [SECRET, SECRET.upper()]))
    with Journal(site.places.journal) as journal:
        entry = journal.entry(done.release)
        assert entry
        assert entry.author == ""


def test_a_word_that_the_journal_writes_itself_can_be_erased(site) -> None:
    site.write("secret", "author")
    site.publish()
    assert mask(site, site.record("secret"), erase=True).erased


def test_a_record_goes_without_those_in_a_folder_of_its_name(site) -> None:
    """`record/secret` and `record/secret/deep` are two records; the catalogue goes on listing the second."""
    (site.folder / "records" / "secret").mkdir()
    site.write("secret/deep", "Deep")
    (site.folder / "records" / "secret" / "deep.yaml").write_text(
        (site.folder / "records" / "us.yaml").read_text().replace("org/us", "org/deep").replace("Us", "Deep"), "utf-8"
    )
    site.publish()
    deep = NamedNode(site.record("secret/deep"))
    before = {q for q in site.says() if q.subject == deep}
    assert before
    for erase in (False, True):
        mask(site, site.record("secret"), erase=erase)
        assert {q for q in site.says() if q.subject == deep} == before
        assert {q for q in site.says(4) if q.subject == deep} == before
        assert SECRET not in site.words()
        assert site.says() == site.recorded()


def test_after_an_erase_the_site_equals_one_that_never_held_it(site, fresh) -> None:
    """Quads, digest, history, sizes of the texts: all but the engine's own files."""
    (fresh.folder / "records" / "us.yaml").unlink()
    for name, words in (("us", "Us"), ("them", "Them at first")):
        fresh.write(name, words)
    fresh.publish(message="first")
    fresh.write("them", "Them later on")
    fresh.publish(message="second")
    fresh.write("late", "Latecomers")
    fresh.publish(message="third")
    mask(site, site.record("secret"), erase=True)
    for at in (1, 2, 3):
        with open_reader(site.settings, at) as ours, open_reader(fresh.settings, at) as theirs:
            assert ours.digest == theirs.digest
            assert [g.value for g in ours.named_graphs()] == [g.value for g in theirs.named_graphs()]
        strip = {q for q in site.says(at) if "issued" not in str(q)}
        assert strip == {q for q in fresh.says(at) if "issued" not in str(q)}
    told, theirs_told = log(site.settings, newest_first=False), log(fresh.settings, newest_first=False)
    assert [(t.added, t.changed, t.removed) for t in told[:3]] == [(t.added, t.changed, t.removed) for t in theirs_told]


def test_who_still_reads_an_old_snapshot_is_named(site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.releases.withdrawing.LET_GO_SECONDS", 0.1)
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


def test_an_older_journal_that_brings_back_erased_words_is_said(site) -> None:
    kept = site.places.journal.read_bytes()
    mask(site, site.record("secret"), erase=True)
    site.places.journal.write_bytes(kept)
    site.places.current.unlink()
    done = recover(site.settings)
    assert any("khronika withdraw --erase" in line for line in done.done)
    assert SECRET not in site.words()
    assert mask(site, site.record("secret"), erase=True).erased
    assert not list(remains(site.places.var, [SECRET]))


def test_the_working_store_is_new_after_an_erase(site) -> None:
    before = json.loads(site.places.lineage.read_bytes())["store"]
    mask(site, site.record("secret"), erase=True)
    assert json.loads(site.places.lineage.read_bytes())["store"] != before
    store = WorkingStore(site.places.store)
    assert not [q for q in store.store if SECRET in str(q)]
    store.close()


def test_the_search_finds_a_word_however_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text('before Зинаида "Перо" after', encoding="utf-8")
    (tmp_path / "escaped").write_bytes(rb'x "\u0417" Zinaida \"Quill\" y')
    (tmp_path / "empty").touch()
    (tmp_path / "packed").write_bytes(zlib.compress(b"Zinaida"))
    assert [Path(p).name for p in remains(tmp_path, ["Зинаида"])] == ["plain"]
    assert [Path(p).name for p in remains(tmp_path, ['Zinaida "Quill"'])] == ["escaped"]
    assert list(remains(tmp_path, ["short"])) == []
