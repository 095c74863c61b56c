"""What is kept of compiled records: never in the way, in no backup, and gone with what is erased."""

import tarfile
from datetime import date

import pytest

from graph.authoring import counting
from graph.authoring.kept import LEDGER, open_kept
from graph.history.journal import Journal
from graph.releases import stocktaking
from graph.releases.files.locks import only_one
from graph.releases.keeping import backup
from graph.releases.rehearsing import rehearse
from graph.releases.withdrawal.withdrawing import withdraw

SECRET = "Zinaida Quillfeather"
DAY = date(2026, 11, 21)


def erase(site, iri: str) -> None:
    withdraw(site.settings, iri, reason="risk", author="ann", today=DAY, erase=True)


def kept(site) -> dict[str, bytes]:
    """What is kept, unpacked: by id of record all its words."""
    found = open_kept(site.places.compiled, site.settings)
    if found is None:
        return {}
    bodies = {row.id: found.body(found.ledger.place_of(row.id)) for row in found.ledger.rows()}
    return {i: body.text(None) + repr(body.notes()).encode() for i, body in bodies.items()}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The records whose files are read."""
    found: list[str] = []
    original = counting.open_file
    monkeypatch.setattr(counting, "open_file", lambda name, *more: (found.append(name), original(name, *more))[1])
    return found


def test_a_check_and_a_publish_read_only_what_changed(site, read: list[str]) -> None:
    site.write("us", "Others")
    assert len(rehearse(site.settings).records) == 4
    assert read == ["us"]
    site.publish()
    assert read == ["us"], "the check has read it"
    assert len(rehearse(site.settings, everything=True).records) == 4
    assert read == ["us"]


@pytest.mark.parametrize("what", ["record", "thing"])
def test_what_is_erased_is_not_kept_though_its_file_stays(site, what: str) -> None:
    assert SECRET.encode() in kept(site)["secret"]
    erase(site, getattr(site, what)("secret"))
    assert not site.places.compiled.exists()
    for take in (lambda: rehearse(site.settings), lambda: rehearse(site.settings, everything=True), site.publish):
        site.write("late", f"Later {take}")
        take()
        assert set(kept(site)) == {"us", "them", "late"}
        assert b"Quillfeather" not in b"".join(kept(site).values())
        assert b"Quillfeather" not in (site.places.compiled / LEDGER).read_bytes()


def test_a_check_that_began_before_an_erase_keeps_nothing_after_it(site, monkeypatch: pytest.MonkeyPatch) -> None:
    original = stocktaking.take_stock

    def slowly(*arguments: object):
        stock = original(*arguments)
        monkeypatch.undo()
        erase(site, site.record("secret"))
        return stock

    site.write("secret", f"{SECRET} again")
    monkeypatch.setattr(stocktaking, "take_stock", slowly)
    assert b"again" in b"".join(r.text for r in rehearse(site.settings, everything=True).records)
    assert not site.places.compiled.exists()


def test_a_check_does_not_wait_for_who_publishes(site) -> None:
    before = kept(site)
    site.write("us", "Others")
    with only_one(site.places.lock):
        assert len(rehearse(site.settings).records) == 4
    assert kept(site) == before


def test_a_check_where_nothing_may_be_written(site) -> None:
    before = kept(site)
    site.places.lock.unlink()
    site.places.lock.mkdir()  # opening it for writing is refused, as everything is on a read-only disk
    site.write("us", "Others")
    assert len(rehearse(site.settings).records) == 4
    assert kept(site) == before


def test_a_check_of_a_site_without_a_state_folder_makes_none(fresh) -> None:
    assert rehearse(fresh.settings).since is None
    assert not fresh.settings.var.exists()


def test_who_cannot_ask_the_journal_what_was_erased_keeps_nothing(site) -> None:
    before = kept(site)
    site.places.journal.write_bytes(b"no journal")
    site.write("us", "Others")
    assert len(rehearse(site.settings, everything=True).records) == 4
    assert kept(site) == before


def test_it_is_in_no_backup(site, tmp_path) -> None:
    backup(site.settings, tmp_path / "site.tar")
    with tarfile.open(tmp_path / "site.tar") as tar:
        assert not [name for name in tar.getnames() if "compiled" in name]


def test_a_publish_goes_on_where_nothing_can_be_kept(fresh) -> None:
    fresh.settings.var.mkdir()
    fresh.places.compiled.write_text("in the way", encoding="utf-8")
    assert fresh.publish().release == 1
    with Journal(fresh.places.journal) as journal:
        assert fresh.record("us") in journal.parts(1)
