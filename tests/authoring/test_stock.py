"""What is kept of an earlier reading is never seen: a site read with it is the site read without."""

import os
import pickle
import random
from pathlib import Path

import pytest
from authoring.edits import (
    EDITS,
    old,
    write_all,
    write_record,
    write_yaml,
)
from authoring.stocks import keeping, told

from graph.authoring import shares as shares_room
from graph.authoring.files import Found
from graph.authoring.kept import LEDGER, PACKS, discard, open_kept
from graph.authoring.stock import Cache, take_stock
from graph.errors import AuthoringErrors
from graph.store.apart import ApartDied, silent

pytestmark = pytest.mark.usefixtures("stamps_trusted_at_once")
ROUNDS = int(os.environ.get("KHRONIKA_EDITS", "25"))  # 1,000 by hand


def test_only_what_changed_is_read(site, cache: Cache) -> None:
    for name in "abc":
        old(site.write(f"{name}.yaml", f"things: [{{id: org/{name}, name: {name}}}]"))
    assert [r.kept for r in keeping(site, cache).records()] == [False] * 3
    old(site.write("b.yaml", "things: [{id: org/b, name: another}]"), 1)
    stock = keeping(site, cache)
    assert [r.kept for r in stock.records()] == [True, False, True]
    assert b"another" in stock.records()[1].text
    assert [r.kept for r in keeping(site, cache).records()] == [True] * 3


def test_a_name_that_another_record_took_over(site, cache: Cache) -> None:
    """The label of a claim has the name of who is quoted, whichever file gives it."""
    old(site.write("a.yaml", "things: [{id: org/paper, name: The Paper}, {id: source/s, name: S, author: org/paper}]"))
    old(site.write("b.yaml", "things: [{id: membership/m, member: org/paper, organization: org/b},"
                             " {id: org/b, name: B}]"))  # fmt: skip
    old(site.write("c.yaml", "things: [{id: org/c, name: C}]"))
    keeping(site, cache)
    old(site.write("a.yaml", "things: [{id: org/paper, name: Another}, {id: source/s, name: S, author: org/paper}]"), 1)
    stock = keeping(site, cache)
    assert [r.kept for r in stock.records()] == [False, False, True]
    assert b"Another" in stock.records()[1].text


@pytest.mark.parametrize("shares", [1, 2])
def test_random_edits(site, cache: Cache, shares: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files come, go, move and change; so do names, settings, concepts, and now and then what is kept is damaged."""
    chance = random.Random(11)
    monkeypatch.setattr(shares_room, "_elsewhere", shares_room._compiled)
    monkeypatch.setattr("graph.authoring.counting.FEW", 200 if shares == 1 else 0)
    write_all(site, chance)
    clean = 0
    for turn in range(ROUNDS):
        edit = chance.choice([*EDITS, *[write_record] * len(EDITS)])
        edit(site, chance)
        monkeypatch.setattr(shares_room, "SHARE", 1000)
        expected = told(lambda: take_stock(site.settings))
        monkeypatch.setattr(shares_room, "SHARE", 1000 if shares == 1 else 2)
        assert told(lambda: keeping(site, cache)) == expected, f"turn {turn}, after {edit.__name__}"
        clean += isinstance(expected, tuple)
        if isinstance(expected, list) and chance.random() < 0.5:
            write_all(site, chance)
        if chance.random() < 0.15:
            harm(cache, chance)
    assert ROUNDS * 0.3 < clean < ROUNDS * 0.95, "a site that is always right or always wrong shows little"


def harm(cache: Cache, chance: random.Random) -> None:
    """Change, cut or take away a file of what is kept."""
    found = sorted(cache.folder.glob("*")) if cache.folder.is_dir() else []
    if not found:
        return
    path = chance.choice(found)
    content = bytearray(path.read_bytes())
    how = chance.randrange(4)
    if how == 0:
        path.unlink()
    elif how == 1:
        path.write_bytes(content[: chance.randrange(len(content))])
    else:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)


@pytest.mark.parametrize("how", ["flipped", "cut", "gone", "garbled"])
@pytest.mark.parametrize("which", ["ledger", "pack"])
def test_damage_is_thrown_away(site, cache: Cache, which: str, how: str) -> None:
    """Wherever a bit flips: what is kept is compared with its digest before anything in it is believed."""
    for name in "ab":
        site.write(f"{name}.yaml", f"things: [{{id: org/{name}, name: {name}}}]")
    expected = told(lambda: keeping(site, cache))
    (path,) = [p for p in cache.folder.iterdir() if (p.name == LEDGER) == (which == "ledger")]
    content = path.read_bytes()
    for place in range(0, len(content), max(1, len(content) // 8)):
        path.write_bytes({
            "flipped": content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :],
            "cut": content[:place], "gone": b"", "garbled": bytes(len(content)),
        }[how])  # fmt: skip
        if how == "gone":
            path.unlink()
        assert told(lambda: take_stock(site.settings, cache)) == expected
        cache.folder.mkdir(exist_ok=True)
        path.write_bytes(content)
    discard(cache.folder)
    discard(cache.folder)
    assert not cache.folder.exists()


def test_words_that_went_while_a_file_changed(site, cache: Cache) -> None:
    """A kept record whose words are damaged is read again; where its file says something else by now, that is said."""
    path = old(site.write("a.yaml", "things: [{id: org/a, name: A}]"))
    keeping(site, cache)
    (record,) = take_stock(site.settings, cache).records()
    (pack,) = cache.folder.glob("*.pack")
    pack.write_bytes(bytes(pack.stat().st_size))
    site.write("a.yaml", "things: [{id: org/a, name: B}]")
    with pytest.raises(AuthoringErrors, match=r"a\.yaml: the file changed while the site was read\.\n  Try again"):
        _ = record.text
    assert not cache.folder.exists(), "damage is not met twice"
    assert path.exists()


def test_a_file_changed_in_the_moment_it_was_read(site, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within one tick of the clock a file can change and keep its stamp: a stamp so young is not trusted."""
    monkeypatch.setattr("graph.authoring.counting.SETTLED_NS", 2_000_000_000)
    path = site.write("a.yaml", "things: [{id: org/a, name: A}]")
    keeping(site, cache)
    stamp = path.stat()
    path.write_text("things: [{id: org/a, name: B}]", encoding="utf-8")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    monkeypatch.setattr("graph.authoring.files._stamp", lambda _entry: (*[stamp.st_mtime_ns] * 2, 1, 1))
    assert b'"B"' in keeping(site, cache).records()[0].text


def test_many_small_packs_are_made_one(site, cache: Cache) -> None:
    site.write("z.yaml", "things: [{id: org/z, name: Z}]")
    for turn in range(PACKS * 2 + 3):
        site.write(f"r{turn}.yaml", f"things: [{{id: org/a{turn}, name: A}}]")
        keeping(site, cache)
        assert len(list(cache.folder.glob("*"))) <= PACKS + 2
    stock = take_stock(site.settings, cache)
    assert all(record.kept for record in stock.records())
    assert told(lambda: stock) == told(lambda: take_stock(site.settings))


def test_a_large_pack_stays_as_long_as_half_of_it_is_asked_for(site, cache: Cache) -> None:
    for number in range(8):
        site.write(f"large{number}.yaml", f"things: [{{id: org/l{number}, name: L}}]")
    keeping(site, cache)
    (large,) = cache.folder.glob("*.pack")

    def edit(count: int, name: str) -> None:
        for turn in range(PACKS):
            for number in range(count):
                site.write(f"large{number}.yaml", f"things: [{{id: org/l{number}, name: {name}{turn}}}]")
            site.write(f"small{turn}.yaml", f"things: [{{id: org/s{turn}, name: {name}}}]")
            keeping(site, cache)

    edit(3, "A")
    assert large.exists()
    edit(6, "B")
    assert not large.exists()
    assert len(list(cache.folder.glob("*.pack"))) < PACKS
    assert told(lambda: take_stock(site.settings, cache)) == told(lambda: take_stock(site.settings))


def test_packs_that_another_check_made_one_can_still_be_read(site, cache: Cache) -> None:
    site.write("a.yaml", "things: [{id: org/a, name: A}]")
    keeping(site, cache)
    before = take_stock(site.settings, cache)
    for pack in cache.folder.glob("*.pack"):
        pack.unlink()
    assert b'"A"' in before.records()[0].text


def test_where_nothing_can_be_written_nothing_is(site, cache: Cache) -> None:
    site.write("a.yaml", "things: [{id: org/a, name: A}]")
    cache.folder.parent.mkdir()
    cache.folder.write_text("a file where the folder should be", encoding="utf-8")
    assert told(lambda: keeping(site, cache)) == told(lambda: take_stock(site.settings))


def test_nothing_is_kept_that_speaks_of_the_erased(site, cache: Cache) -> None:
    """Not its words, not the names others took from it; and it is read each time, as if nothing were kept."""
    site.write("a.yaml", "things: [{id: person/anna, name: Secretname, basis: byline}]")
    site.write("b.yaml", "things: [{id: source/s, name: S, author: person/anna}]")
    site.write("c.yaml", "things: [{id: org/c, name: C}]")
    erased = Cache(cache.folder, frozenset({"https://site.example/id/person/anna"}))
    for _ in range(2):
        stock = keeping(site, erased)
        assert [(r.id, r.kept) for r in stock.records()][:2] == [("a", False), ("b", False)]
        kept = open_kept(cache.folder, site.settings)
        assert kept
        assert [row.id for row in kept.ledger.rows()] == ["c"]
        for pack in cache.folder.glob("*.pack"):
            place = kept.ledger.place_of("c")
            assert place
            assert pack.stat().st_size == place.text + place.notes
        ledger = (cache.folder / LEDGER).read_bytes()
        assert ledger.count(b"person/anna") == 1, "where it is noted down what must not be spoken of"
        assert b"source/s" not in ledger
    assert stock.records()[2].kept


def test_what_was_kept_before_an_erase_is_not_believed(site, cache: Cache) -> None:
    site.write("a.yaml", "things: [{id: person/anna, name: Anna, basis: byline}]")
    keeping(site, cache)
    erased = Cache(cache.folder, frozenset({"https://site.example/id/person/anna"}))
    assert [r.kept for r in take_stock(site.settings, erased).records()] == [False]


def test_who_took_stock_before_an_erase_keeps_nothing(site, cache: Cache) -> None:
    site.write("a.yaml", "things: [{id: org/a, name: A}]")
    stock = take_stock(site.settings, cache)
    stock.keep({"https://site.example/id/person/anna"})
    assert not cache.folder.exists()


def test_two_who_take_stock_at_once_do_not_undo_each_other(site, cache: Cache) -> None:
    site.write("a.yaml", "things: [{id: org/a, name: A}]")
    one, other = (take_stock(site.settings, cache) for _ in range(2))
    one.keep(())
    kept = (cache.folder / LEDGER).read_bytes()
    other.keep(())
    assert (cache.folder / LEDGER).read_bytes() == kept


@pytest.fixture
def in_two_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares_room, "SHARE", 2)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def write_site_of_six(site) -> object:
    """Names and authors go from file to file, and one file is wrong; what one process says of it."""
    for number in range(6):
        write_yaml(site, random.Random(number + 20), number)
    site.write("wrong.yaml", "things: [{id: org/x, nam: X}]")
    return told(lambda: take_stock(site.settings))


def test_shares_compiled_by_other_processes(site, monkeypatch: pytest.MonkeyPatch, request) -> None:
    expected = write_site_of_six(site)
    request.getfixturevalue("in_two_shares")
    assert told(lambda: take_stock(site.settings)) == expected
    (site.settings.records / "wrong.yaml").unlink()
    monkeypatch.setattr(shares_room, "SHARE", 1000)
    expected = told(lambda: take_stock(site.settings))
    monkeypatch.setattr(shares_room, "SHARE", 2)
    assert told(lambda: take_stock(site.settings)) == expected


@pytest.mark.parametrize("how", ["died", "no room"])
def test_a_process_that_fails_leaves_its_share_to_us(site, how: str, monkeypatch: pytest.MonkeyPatch, request) -> None:
    expected = write_site_of_six(site)
    request.getfixturevalue("in_two_shares")

    def fail(*_: object) -> object:
        raise ApartDied("graph.authoring.shares", -9, "") if how == "died" else OSError(28, "No space left")

    monkeypatch.setattr(shares_room, "run_apart", fail)
    assert told(lambda: take_stock(site.settings)) == expected


def test_a_vocabulary_that_changed_meanwhile_compiles_nothing(site, tmp_path: Path) -> None:
    site.write("a.yaml", "things: [{id: org/a, name: A}]")
    share = tmp_path / "share"
    share.write_bytes(pickle.dumps(([Found("a", "a.yaml", None)], site.settings, "another")))
    assert shares_room.work([str(share)], silent) == {}
    share.write_bytes(pickle.dumps(([Found("a", "a.yaml", None)], site.settings, site.vocabulary.digest)))
    assert list(shares_room.work([str(share)], silent)) == ["a"]
