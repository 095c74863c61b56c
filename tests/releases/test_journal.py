"""The journal: what is in it stays in it, and what is not as it was written is found."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from releases.conftest import journal_of_schema_1

from graph.history import chain
from graph.history.errors import JournalDamaged, JournalMissing, JournalNotWritable
from graph.history.hiding import Target, speaks_of, without
from graph.history.journal import Journal
from graph.history.payloads import canonical, quads_of
from graph.history.proving import faults_of
from graph.history.withdrawals import Erasure

OLD = "https://site.example/"  # the site of the old journal
NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def nquads(*words: str, graph: str = "https://site.example/record/a") -> bytes:
    node = NamedNode("https://site.example/id/a")
    return canonical(Quad(node, NamedNode("http://x/p"), Literal(w), NamedNode(graph)) for w in words)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "history.sqlite", create=True)
    journal.commit(author="ann", message="one", software="1", puts={"a": nquads("1"), "b": nquads("2")}, now=NOON)
    journal.commit(author="бен", message="two", software="1", puts={"a": nquads("3")}, removals=["b"], now=NOON)
    yield journal
    journal.close()


def test_entries_say_who_when_and_why(journal: Journal) -> None:
    first, second = journal.entries()
    assert (first.number, first.author, first.message, first.recorded) == (1, "ann", "one", NOON.replace(microsecond=0))
    assert (second.number, second.author) == (2, "бен")
    assert journal.newest() == second == journal.entry(2)
    assert journal.entry(3) is None


def test_history_does_not_run_backwards(journal: Journal) -> None:
    third = journal.commit(author="", message="", software="1", puts={"c": b""}, now=NOON - timedelta(days=1))
    assert third.recorded == NOON.replace(microsecond=0)
    assert journal.entry_at(NOON) == third
    assert journal.entry_at(NOON - timedelta(seconds=1)) is None


def test_parts_are_those_of_each_release(journal: Journal) -> None:
    assert list(journal.parts(1)) == ["a", "b"]
    now = journal.parts(2)
    assert list(journal.parts_after(journal.parts(1), 1, 2).items()) == list(now.items())
    assert list(now) == ["a"]
    assert now["a"].since == 2
    assert journal.text(now["a"].payload) == nquads("3")
    assert journal.text(journal.parts(1)["a"].payload) == nquads("1")
    assert [(c.part, c.kind) for c in journal.changes(2)] == [("a", "changed"), ("b", "removed")]
    assert [(c.part, c.kind) for c in journal.changes(1)] == [("a", "added"), ("b", "added")]
    assert journal.releases_of("b") == [1, 2]
    journal.commit(author="", message="", software="1", puts={"a": nquads("4"), "b": nquads("2")})
    assert list(journal.parts_after(journal.parts(1), 1, 3).items()) == list(journal.parts(3).items())


def test_a_failed_commit_leaves_no_trace(journal: Journal) -> None:
    before = journal.path.read_bytes()
    with pytest.raises(TypeError):
        journal.commit(author="x", message="y", software="1", puts={"z": None})  # type: ignore[dict-item]
    assert journal.path.read_bytes() == before
    assert journal.commit(author="x", message="y", software="1", puts={"z": b""}).number == 3


def test_it_is_synced_and_overwrites_what_it_deletes(journal: Journal) -> None:
    pragmas = ("synchronous", "journal_mode", "secure_delete", "foreign_keys", "application_id", "user_version")
    found = {name: journal.rows(f"PRAGMA {name}")[0][0] for name in pragmas}
    assert found == {
        "synchronous": 3, "journal_mode": "delete", "secure_delete": 1, "foreign_keys": 1,
        "application_id": 0x4B485231, "user_version": 3,
    }  # fmt: skip


def test_two_equal_texts_have_two_seals(journal: Journal) -> None:
    journal.commit(author="", message="", software="1", puts={"c": nquads("3")})
    seals = journal.rows("SELECT seal FROM change WHERE part IN ('a', 'c') AND release >= 2")
    assert len({row[0] for row in seals}) == 2, "a digest must not confirm a guess about the words"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ("UPDATE release SET recorded = '2000-01-01T00:00:00+00:00' WHERE number = 1", "Release 1 is not what was"),
        ("UPDATE change SET part = 'c' WHERE part = 'b' AND release = 1", "Release 1 is not what was"),
        ("UPDATE change SET payload = 2 WHERE part = 'a' AND release = 2", "content of a is not what was sealed"),
        ("UPDATE payload SET salt = zeroblob(32) WHERE id = 2", "Payload 2 is not what was sealed"),
        ("UPDATE payload SET body = x'00' WHERE id = 2", "Payload 2 cannot be unpacked"),
        ("UPDATE payload SET content = x'00' WHERE id = 2", "Payload 2 has another digest"),
        ("UPDATE payload SET body = NULL, salt = NULL WHERE id = 2", "Payload 2 is empty"),
        ("DELETE FROM change WHERE release = 1; DELETE FROM release WHERE number = 1", "Release 1 is missing"),
        ("INSERT INTO withdrawal (iri, reason, day, since) VALUES ('x', 'risk', '2026-01-01', 1)", "Release 1 is not"),
        ("UPDATE release SET note = 2 WHERE number = 1", "its note is not what was sealed"),
    ],
)
def test_what_was_changed_behind_its_back_is_found(journal: Journal, spoil: str, says: str) -> None:
    assert list(faults_of(journal)) == []
    connection = sqlite3.connect(journal.path)
    connection.executescript(spoil)
    connection.close()
    assert any(says in fault for fault in faults_of(journal))


def test_the_chain_depends_on_every_field() -> None:
    one = chain.link(chain.GENESIS, 1, "t", b"note", [("a", b"1"), ("b", None)])
    others = [
        chain.link(b"\1" * 32, 1, "t", b"note", [("a", b"1"), ("b", None)]),
        chain.link(chain.GENESIS, 2, "t", b"note", [("a", b"1"), ("b", None)]),
        chain.link(chain.GENESIS, 1, "u", b"note", [("a", b"1"), ("b", None)]),
        chain.link(chain.GENESIS, 1, "t", b"eton", [("a", b"1"), ("b", None)]),
        chain.link(chain.GENESIS, 1, "t", b"note", [("a", b"1"), ("b", b"")]),
        chain.link(chain.GENESIS, 1, "t", b"note", [("a", b"1")]),
        chain.link(chain.GENESIS, 1, "tn", b"ote", [("a", b"1"), ("b", None)]),
    ]
    assert len({one, *others}) == len(others) + 1
    assert chain.link(chain.GENESIS, 1, "t", b"note", [("b", None), ("a", b"1")]) == one, "in any order"


def test_canonical_is_sorted_unique_and_comes_back() -> None:
    text = nquads("b", "a", "b", 'quote " and \\ \n and Ж')
    assert text.splitlines() == sorted(set(text.splitlines()))
    assert len(text.splitlines()) == 3
    assert canonical(quads_of(text)) == text


def test_blank_nodes_are_not_recorded() -> None:
    with pytest.raises(ValueError, match="only IRIs and literals"):
        canonical([Quad(BlankNode("x"), NamedNode("http://x/p"), Literal("y"))])


def test_a_text_without_a_thing_keeps_its_namesakes() -> None:
    target = Target("https://site.example/id/a")
    text = (
        b'<https://site.example/id/a> <http://x/p> "1" .\n'
        b'<https://site.example/id/a#part> <http://x/p> "1" .\n'
        b'<https://site.example/id/a/count> <http://x/p> "2" .\n'
        b'<https://site.example/id/ab> <http://x/p> "3" .\n'
        b"<https://site.example/id/b> <http://x/p> <https://site.example/id/a> .\n"
        b"<https://site.example/id/b> <http://x/p> <https://site.example/id/ab> .\n"
        b'<https://site.example/id/b> <http://x/p> "about <https://site.example/id/a>" .\n'
    )
    assert [line.split(b" ")[2] for line in without(text, [target]).splitlines()] == [
        b'"3"', b"<https://site.example/id/ab>", b'"about',
    ]  # fmt: skip
    assert speaks_of(text, target)
    assert not speaks_of(without(text, [target]), target)
    assert without(text, []) == text


def test_a_text_without_a_record_keeps_those_in_a_folder_of_its_name() -> None:
    record = Target("https://site.example/record/a", nodes=False)
    gone = b'<https://site.example/record/a> <http://x/p> "1" .\n'
    kept = b'<https://site.example/record/a/b> <http://x/p> "2" .\n'
    assert without(gone + kept, [record]) == kept
    assert not speaks_of(kept, record)


def test_an_erasure_takes_words_and_leaves_the_chain(journal: Journal) -> None:
    withdrawal = journal.withdrawals.add("b", "risk", date(2026, 11, 22))
    assert withdrawal.pending
    gone = journal.payloads_of("b")
    entry = journal.commit(
        author="", message="", software="1", puts={}, erasure=Erasure(withdrawal.id, gone, {}), now=NOON
    )
    assert journal.text(gone[0]) is None
    assert list(journal.parts(1)) == ["a"]
    (settled,) = journal.withdrawals
    assert (settled.since, settled.erased, settled.pending) == (entry.number, entry.number, False)
    assert list(faults_of(journal)) == []


def test_an_erasure_forgets_a_mask_that_is_off_again_and_the_chain_holds(journal: Journal) -> None:
    mask = journal.withdrawals.add("https://site.example/id/a", "risk", date(2026, 11, 22))
    journal.commit(author="", message="", software="1", puts={}, now=NOON)
    journal.withdrawals.lift(mask)
    journal.commit(author="", message="", software="1", puts={}, now=NOON)
    erased = journal.withdrawals.add("a", "risk", date(2026, 11, 23))
    erasure = Erasure(erased.id, journal.payloads_of("a"), forgotten=[mask.id])
    journal.commit(author="", message="", software="1", puts={}, erasure=erasure, now=NOON)
    forgotten, settled = journal.withdrawals
    assert (forgotten.iri, forgotten.since, forgotten.lifted) == ("", 3, 4)
    assert settled.record
    assert b"site.example/id/a" not in journal.path.read_bytes()
    assert list(faults_of(journal)) == []


def test_a_withdrawal_that_was_tampered_with_is_found(journal: Journal) -> None:
    journal.withdrawals.add("b", "risk", date(2026, 11, 22))
    journal.rows("UPDATE withdrawal SET iri = 'a'")
    assert list(faults_of(journal)) == ["Withdrawal 1 is not what was sealed."]
    journal.rows("UPDATE withdrawal SET salt = NULL")
    assert list(faults_of(journal)) == ["Withdrawal 1 has lost its salt, and no release erased it."]


@pytest.fixture
def old(tmp_path: Path) -> Journal:
    journal_of_schema_1(tmp_path / "old.sqlite")
    with Journal(tmp_path / "old.sqlite") as journal:
        yield journal


def test_a_journal_of_the_first_schema_is_brought_up(old: Journal) -> None:
    """Its chain holds IRIs, which the next release replaces by seals; what was chained stays what it was."""
    with Journal(old.path) as again:
        assert [w.chained for w in again.withdrawals] == [OLD + "id/org/secret", OLD + "record/us"]
        assert list(faults_of(again)) == []
        assert again.rows("PRAGMA user_version") == [(3,)]
    before = [entry.chain for entry in old.entries()]
    for _ in range(2):
        old.commit(author="", message="", software="1", puts={})
        assert [len(bytes.fromhex(w.chained)) for w in old.withdrawals] == [32, 32]
        assert [w.rechained for w in old.withdrawals] == [5, 5]
        assert list(faults_of(old)) == []
    assert [entry.chain for entry in old.entries()][:4] == before


def test_an_erasure_forgets_a_mask_of_the_first_schema_and_the_chain_holds(old: Journal) -> None:
    mask, _ = old.withdrawals
    erased = old.withdrawals.add(OLD + "record/secret", "risk", date(2026, 11, 23))
    erasure = Erasure(erased.id, old.payloads_of(erased.iri), forgotten=[mask.id])
    old.commit(author="", message="", software="1", puts={}, erasure=erasure)
    assert b"org/secret" not in old.path.read_bytes()
    assert list(faults_of(old)) == []
    old.commit(author="", message="", software="1", puts={})
    assert list(faults_of(old)) == []


@pytest.mark.parametrize("change", ["withdrawal SET reason = 'error'", "release SET recorded = recorded || ' '"])
def test_what_was_tampered_with_is_found_however_it_was_chained(old: Journal, change: str) -> None:
    old.commit(author="", message="", software="1", puts={})
    old.rows(f"UPDATE {change} WHERE {'id' if change.startswith('w') else 'number'} = 2")
    assert list(faults_of(old)) == ["Release 5 is not what was chained."], "which vouches for the earlier one"


def test_a_damaged_link_of_the_first_schema_stays_damaged(old: Journal) -> None:
    old.rows("UPDATE withdrawal SET reason = 'error' WHERE id = 2")
    old.commit(author="", message="", software="1", puts={})
    assert list(faults_of(old)) == ["Release 4 is not what was chained."]


def test_a_journal_of_the_second_schema_is_brought_up(journal: Journal) -> None:
    """Its withdrawals have seals, but those that it had brought up from the first."""
    journal.withdrawals.add("a", "risk", date(2026, 11, 22))
    journal.commit(author="", message="", software="1", puts={}, now=NOON)
    journal.rows("INSERT INTO withdrawal (iri, reason, day) VALUES ('b', 'risk', '2026-11-22')")
    sealed, _ = journal.rows("SELECT seal FROM withdrawal ORDER BY id")
    journal.rows("ALTER TABLE withdrawal DROP COLUMN rechained")
    journal.rows("PRAGMA user_version = 2")
    with Journal(journal.path) as again:
        assert [(w.iri, w.chained) for w in again.withdrawals] == [("a", sealed[0].hex()), ("b", "b")]
        assert list(faults_of(again)) == []
        again.commit(author="", message="", software="1", puts={}, now=NOON)
        assert [(w.rechained, w.since) for w in again.withdrawals] == [(None, 3), (4, 4)]
        assert list(faults_of(again)) == []


def test_there_has_to_be_a_journal(tmp_path: Path) -> None:
    with pytest.raises(JournalMissing, match="khronika restore"):
        Journal(tmp_path / "history.sqlite")
    (tmp_path / "other.sqlite").write_bytes(b"")
    with pytest.raises(JournalDamaged, match="not a journal"):
        Journal(tmp_path / "other.sqlite")
    connection = sqlite3.connect(tmp_path / "foreign.sqlite")
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    connection.close()
    with pytest.raises(JournalDamaged, match="not a journal"):
        Journal(tmp_path / "foreign.sqlite", create=True)


def test_a_journal_that_somebody_holds_is_not_waited_for_without_end(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.history.schema.WAIT_SECONDS", 0.05)
    holder = sqlite3.connect(journal.path)
    holder.execute("BEGIN IMMEDIATE")
    with Journal(journal.path) as other, pytest.raises(JournalNotWritable, match="locked"):
        other.commit(author="", message="", software="1", puts={"x": b""})
    holder.close()
    with Journal(journal.path) as other:
        assert other.commit(author="", message="", software="1", puts={"x": b""}).number == 3


def test_a_payload_that_is_not_there_is_damage(journal: Journal) -> None:
    with pytest.raises(JournalDamaged, match="payload 999 is missing"):
        journal.text(999)
