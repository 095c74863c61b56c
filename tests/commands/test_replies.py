"""`khronika replies` as typed: letters listed, read, destroyed; never in a backup."""

import os
import tarfile
from datetime import date
from pathlib import Path

import pytest
from commands.typed import khronika

from graph.replies import Letter, Letters, LettersShut, NoSuchLetter, is_reference

SITE = 'title = "A site"\nbase = "https://site.example/"\npublisher = "Us"\n'
RECORD = 'record: {modified: 2026-11-22}\nthings:\n  - {id: org/us, type: NGO, name: "Us"}\n'
DAY = date(2026, 11, 23)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    return folder


def letters_of(site: Path) -> Letters:
    return Letters(site / "replies", 10)


def test_letters_are_listed_read_and_destroyed(site: Path) -> None:
    assert khronika("replies", site).stdout == "No letters wait.\n"
    about = "https://site.example/id/person/ann"
    first = letters_of(site).keep(Letter("withdrawal", "Please.\n\nIt is me.", about, "ann@home.example", 3), DAY)
    second = letters_of(site).keep(Letter("other", "long " * 40), date(2026, 11, 24))
    listed = khronika("replies", site).stdout.splitlines()
    assert listed[0] == f"{first}  withdrawal  person/ann  Please. It is me."
    assert listed[1].startswith(f"{second}  other       -  long long")
    assert listed[1].endswith("…")
    read = khronika("replies", site, "--show", first).stdout
    for words in ("2026-11-23, release 3", about, "ann@home.example", "Please.\n\nIt is me.\n"):
        assert words in read
    asked = khronika("replies", site, "--delete", first)
    assert asked.returncode != 0, "nobody answered the question"
    assert "for good?" in asked.stdout
    done = khronika("replies", site, "--delete", first, "--yes")
    assert (done.returncode, done.stdout) == (0, f"{first} is destroyed.\n")
    assert letters_of(site).waiting() == [second]
    again = khronika("replies", site, "--delete", first, "--yes")
    assert again.returncode == 1
    assert "No letter has the reference" in again.stderr


@pytest.mark.parametrize("reference", ["", "../site", "2026-11-23-ABCDEF/../../site", "2026-11-23-abcdef", "x\x00"])
def test_a_reference_is_never_a_path(site: Path, reference: str) -> None:
    for act in (letters_of(site).read, letters_of(site).delete):
        with pytest.raises(NoSuchLetter):
            act(reference)


def test_a_letter_cannot_forge_its_head_or_steer_a_terminal(site: Path) -> None:
    letters = letters_of(site)
    sent = Letter("other", "\x1b[2Jone\r\ntwo\x07\n\nthree\u2028four", answer_to="a@b\nreceived: 1999-01-01\n\nforged")
    found = letters.read(letters.keep(sent, DAY))
    assert found.day == DAY
    assert found.letter.answer_to == "a@b received: 1999-01-01 forged"
    assert found.letter.text == "[2Jone\ntwo\n\nthreefour"
    assert found.letter.about == ""


def test_a_destroyed_letter_was_overwritten_first(site: Path) -> None:
    letters = letters_of(site)
    reference = letters.keep(Letter("other", "a secret"), DAY)
    path = site / "replies" / f"{reference}.txt"
    other_name = site / "kept-open.txt"
    os.link(path, other_name)  # as an undelete would find it
    letters.delete(reference)
    assert not path.exists()
    assert set(other_name.read_bytes()) == {0}


def test_a_file_that_is_no_letter_hides_no_other(site: Path) -> None:
    reference = letters_of(site).keep(Letter("other", "here"), DAY)
    (site / "replies" / "2026-01-01-ABCDEF.txt").write_text("scribbled over", encoding="utf-8")
    (site / "replies" / "notes.txt").write_text("an editor's own", encoding="utf-8")
    done = khronika("replies", site)
    assert reference in done.stdout
    assert "2026-01-01-ABCDEF.txt: this is not a letter" in done.stderr
    assert "notes" not in done.stdout + done.stderr


def test_a_folder_that_cannot_be_read_is_said(site: Path) -> None:
    (site / "replies").write_text("a file")
    with pytest.raises(LettersShut, match="Not a directory"):
        letters_of(site).waiting()
    done = khronika("replies", site)
    assert done.returncode == 1
    assert "Letters need room there" in done.stderr


def test_references_can_be_read_aloud_and_do_not_repeat(site: Path) -> None:
    letters = Letters(site / "replies", 1000)
    found = {letters.keep(Letter("other", "x"), DAY) for _ in range(50)}
    assert len(found) == 50
    assert all(map(is_reference, found))
    assert not set("01IO") & set("".join(r[11:] for r in found))


def test_letters_are_in_no_backup(site: Path, tmp_path: Path) -> None:
    (site / "records").mkdir()
    (site / "records" / "us.yaml").write_text(RECORD, encoding="utf-8")
    (site / "site.toml").write_text(SITE + 'editor = "org/us"\n[replies]\nfolder = "desk/letters"\n', encoding="utf-8")
    done = khronika("publish", site)
    assert done.returncode == 0, done.stdout + done.stderr
    Letters(site / "desk" / "letters", 10).keep(Letter("other", "private"), DAY)
    file = tmp_path / "backup.tar"
    kept = khronika("backup", site, file)
    assert f"Not in it: 1 letter of readers, in {site / 'desk' / 'letters'}" in kept.stdout
    with tarfile.open(file) as tar:
        names = tar.getnames()
    assert "records/us.yaml" in names
    assert not [n for n in names if "desk" in n]
    assert b"private" not in file.read_bytes()
