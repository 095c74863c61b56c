"""The whole site in one file, and back: what editors wrote and the journal, from which all the rest is made."""

import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from graph.history.journal import Journal
from graph.history.proving import faults_of
from graph.releases.errors import BackupUnusable
from graph.releases.files.durable import TEMPORARY, sync_folder, sync_tree
from graph.releases.places import Places
from graph.releases.recovering import Recovery, recover
from graph.settings import Settings, read_settings
from graph.store.apart import Progress

JOURNAL = "var/history.sqlite"


def backup(settings: Settings, file: Path) -> int:
    """Write the site into one file, whole or not at all; its size in bytes. A publish may go on meanwhile.

    An uncompressed tar, since the journal is compressed already. Raises a `JournalError`, or OSError.
    """
    places = Places(settings.var)
    file = file.absolute()
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=TEMPORARY) as scratch:
        copy, archive = Path(scratch, "history.sqlite"), Path(scratch, "backup.tar")
        with Journal(places.journal) as journal:
            journal.copy(copy)
        with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
            for path in _written(settings.folder, settings.letters):
                tar.add(path, str(path.relative_to(settings.folder)), recursive=False)
            tar.add(copy, JOURNAL)
        with archive.open("rb") as written:
            os.fsync(written.fileno())
        archive.replace(file)
    sync_folder(file.parent)
    return file.stat().st_size


def _written(folder: Path, letters: Path) -> Iterator[Path]:
    """What editors wrote: every file of the site but those in `var/`, hidden ones, and what readers wrote to them.

    A letter is destroyed when it was dealt with; it must not live on in backups.
    """
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if parts[0] == "var" or any(part.startswith(".") for part in parts) or path.is_relative_to(letters):
            continue
        if path.is_file():
            yield path


def restore(file: Path, folder: Path, *, progress: Progress | None = None) -> Recovery:
    """Make the site in `folder`, which must be new or empty, out of a backup, and show its newest release.

    Raises `BackupUnusable`: nothing is left in `folder` then.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupUnusable(folder, "there is something here already; nothing was written.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=TEMPORARY) as scratch:
        fresh = Path(scratch, "site")
        fresh.mkdir()
        _unpack(file, fresh)
        with Journal(fresh / JOURNAL) as journal:
            fault = next(faults_of(journal), None)
        if fault:
            raise BackupUnusable(file, f"its journal is damaged: {fault}")
        sync_tree(fresh)
        if folder.exists():
            folder.rmdir()
        fresh.rename(folder)
    sync_folder(folder.parent)
    return recover(read_settings(folder), progress=progress)


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file, "r:") as tar:
            members = tar.getmembers()
            if not {"site.toml", JOURNAL} <= {m.name for m in members}:
                raise BackupUnusable(file, "it is not a backup of a site.")
            for member in members:
                path = PurePosixPath(member.name)
                if not member.isfile() or path.is_absolute() or ".." in path.parts:
                    raise BackupUnusable(file, f"it holds something that no backup holds: {member.name}")
            for member in members:  # `extractall` has no filter before 3.11.4, and Debian 12 has 3.11.2
                target, content = folder / member.name, tar.extractfile(member)
                assert content is not None, "a file has content"
                target.parent.mkdir(parents=True, exist_ok=True)
                with content, target.open("xb") as out:
                    shutil.copyfileobj(content, out)
                os.utime(target, (member.mtime, member.mtime))
    except (tarfile.TarError, EOFError) as error:
        raise BackupUnusable(file, f"it cannot be read: {error}.") from error
    except OSError as error:
        raise BackupUnusable(file, f"it cannot be unpacked: {error.strerror or error}.") from error
