"""The whole site in one file, and back."""

import io
import tarfile
from pathlib import Path

import pytest

from graph.history.errors import JournalMissing
from graph.releases.errors import BackupUnusable
from graph.releases.keeping import backup, restore
from graph.releases.verifying import verify


def test_a_restored_site_says_the_same_and_goes_on(site, tmp_path: Path) -> None:
    size = backup(site.settings, tmp_path / "site.tar")
    assert size == (tmp_path / "site.tar").stat().st_size
    done = restore(tmp_path / "site.tar", tmp_path / "again")
    assert done.release.number == 3
    again = type(site)(tmp_path / "again")
    assert again.says() == site.says()
    assert again.says(1) == site.says(1)
    times = [{p.name: int(p.stat().st_mtime) for p in each.settings.records.iterdir()} for each in (site, again)]
    assert times[0] == times[1]
    assert verify(again.settings).sound
    again.write("new", "Newcomers")
    assert again.publish().release == 4


def test_a_backup_holds_what_editors_wrote_and_the_journal_and_nothing_else(site, tmp_path: Path) -> None:
    (site.folder / ".git").mkdir()
    (site.folder / ".git" / "config").write_text("private")
    backup(site.settings, tmp_path / "site.tar")
    with tarfile.open(tmp_path / "site.tar") as tar:
        assert sorted(tar.getnames()) == [
            "records/late.yaml", "records/secret.yaml", "records/them.yaml", "records/us.yaml", "site.toml",
            "var/history.sqlite",
        ]  # fmt: skip


def test_a_backup_is_whole_or_not_there(site, tmp_path: Path) -> None:
    (tmp_path / "site.tar").write_text("the backup before")
    site.places.journal.unlink()
    with pytest.raises(JournalMissing):
        backup(site.settings, tmp_path / "site.tar")
    assert (tmp_path / "site.tar").read_text() == "the backup before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["site", "site.tar"]


def test_nothing_is_restored_over_something(site, tmp_path: Path) -> None:
    backup(site.settings, tmp_path / "site.tar")
    with pytest.raises(BackupUnusable, match="something here already"):
        restore(tmp_path / "site.tar", site.folder)


def member(tar: tarfile.TarFile, name: str, content: bytes = b"x") -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


@pytest.mark.parametrize("name", ["../outside", "var/../../outside", "/outside"])
def test_a_backup_writes_nothing_outside(site, tmp_path: Path, name: str) -> None:
    backup(site.settings, tmp_path / "site.tar")
    with tarfile.open(tmp_path / "site.tar", "a") as tar:
        member(tar, name)
    with pytest.raises(BackupUnusable, match="no backup holds"):
        restore(tmp_path / "site.tar", tmp_path / "new" / "again")
    assert not (tmp_path / "new" / "outside").exists()
    assert not (tmp_path / "new" / "again").exists()


def test_a_link_in_a_backup_is_refused(site, tmp_path: Path) -> None:
    backup(site.settings, tmp_path / "site.tar")
    with tarfile.open(tmp_path / "site.tar", "a") as tar:
        info = tarfile.TarInfo("records/x.yaml")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(BackupUnusable, match="no backup holds"):
        restore(tmp_path / "site.tar", tmp_path / "again")


def test_what_is_no_backup_is_said(site, tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b"noise" * 1000)
    with pytest.raises(BackupUnusable, match="cannot be read"):
        restore(tmp_path / "noise", tmp_path / "again")
    with pytest.raises(BackupUnusable, match="No such file"):
        restore(tmp_path / "missing", tmp_path / "again")
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        member(tar, "readme")
    with pytest.raises(BackupUnusable, match="not a backup"):
        restore(tmp_path / "other.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_backup_with_a_damaged_journal_is_refused(site, tmp_path: Path) -> None:
    backup(site.settings, tmp_path / "site.tar")
    content = bytearray((tmp_path / "site.tar").read_bytes())
    place = content.rindex(b"CREATE TABLE release") + 20_000
    for byte in range(place, place + 3000):
        content[byte] ^= 0xFF
    (tmp_path / "bad.tar").write_bytes(content)
    with pytest.raises(Exception, match="damaged"):
        restore(tmp_path / "bad.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()
