"""What is erased is in no byte of any file, and the site equals one that never held it."""

import json
import sqlite3
from contextlib import closing
from datetime import date

import pytest
from pyoxigraph import NamedNode
from releases.conftest import journal_of_schema_1
from releases.hiding import DAY, SECRET, mask

from graph.history.journal import Journal
from graph.history.payloads import pack
from graph.releases.errors import CannotWithdraw
from graph.releases.recovering import recover
from graph.releases.telling import log
from graph.releases.verifying import verify
from graph.releases.withdrawal.blocklist import read_blocklist
from graph.releases.withdrawal.erasing import remains, remains_of_ours
from graph.releases.withdrawal.withdrawing import lift
from graph.store.base import Tombstone
from graph.store.open import open_reader
from graph.store.working import WorkingStore


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


def test_the_name_of_a_mask_of_the_first_version_goes_with_the_words(fresh) -> None:
    """Its chain held the IRI itself."""
    fresh.places.var.mkdir()
    journal_of_schema_1(fresh.places.journal)
    fresh.write("secret", SECRET)
    assert recover(fresh.settings).release.number == 4
    assert SECRET in fresh.words()
    assert mask(fresh, fresh.record("secret"), erase=True).erased
    assert not list(remains(fresh.places.var, [SECRET, fresh.thing("secret")]))
    assert verify(fresh.settings).sound
    assert fresh.says() == fresh.recorded()


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


def test_words_that_stand_in_every_site_are_no_remains(site) -> None:
    words = [
        "compaction",  # in the engine's log and options
        "tail.start.offset",  # in its tables
        "withdrawals",  # a key of the manifest
        "WITHOUT ROWID",  # in the journal's own description
        date.today().isoformat(),  # the day of the release, and of the withdrawal
    ]
    things = (f'  - id: org/secret{n}\n    type: NGO\n    name: "{word}"\n' for n, word in enumerate(words))
    path = site.folder / "records" / "secret.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "".join(things), encoding="utf-8")
    site.publish()
    assert mask(site, site.record("secret"), erase=True, today=date.today()).erased
    for word in words:
        assert list(remains(site.places.var, [word])), "so the test tests something"


def test_a_word_of_ours_is_looked_for_where_we_did_not_write_it(site) -> None:
    """Also in files of the same kind: in a row of a table, in a file that is no table of ours."""
    mask(site, site.record("secret"))
    with closing(sqlite3.connect(site.places.var / "other.sqlite")) as other:
        other.executescript("CREATE TABLE withdrawals (said); INSERT INTO withdrawals VALUES ('x compaction x')")
    left = site.places.var / "withdrawals.json"
    left.write_text('{"withdrawals": "compaction"}')
    words = ["withdrawals", "compaction"]
    assert list(remains_of_ours(site.places, words)) == [str(site.places.var / "other.sqlite"), str(left)]
    with closing(sqlite3.connect(site.places.var / "other.sqlite")) as other:
        other.executescript(
            "DELETE FROM withdrawals; VACUUM; CREATE TABLE two (a, b); INSERT INTO two VALUES ('x comp', 'action x')"
        )
        assert list(remains_of_ours(site.places, words)) == [str(left)], "one value after the other makes no word"
        other.executescript("INSERT INTO two VALUES ('compaction', 'x')")
    assert str(site.places.var / "other.sqlite") in list(remains_of_ours(site.places, words))
    site.places.blocklist.write_bytes(b'{"withdrawals')
    left.unlink()
    assert list(remains_of_ours(site.places, ["withdrawals"])) == [str(site.places.blocklist)]


def test_what_others_write_with_capitals_is_no_remains_in_the_search(site) -> None:
    """The index has all words in small letters, so those of the others too; nowhere else these prove anything less."""
    site.write("small", "the quillfeather choir")
    site.write("large", "The Quillfeather Choir")
    site.publish()
    mask(site, site.record("small"), erase=True)
    assert {"The Quillfeather Choir"} == {word for word in site.words() if "choir" in word.casefold()}
    words = ["the quillfeather choir"]
    index = str(site.places.snapshot(site.newest()) / "search.sqlite")
    assert list(remains_of_ours(site.places, words)) == [index]
    assert list(remains_of_ours(site.places, words, words)) == []
    (site.places.var / "left").write_text(words[0], encoding="utf-8")
    assert list(remains_of_ours(site.places, words, words)) == [str(site.places.var / "left")]


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
