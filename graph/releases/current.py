"""Which release is shown. A small file names it and is replaced in one step, so that nobody ever sees half of one."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph.history.journal import Entry
from graph.releases.errors import StateDamaged, StoreAhead
from graph.releases.files.durable import write_whole
from graph.releases.files.manifest import Manifest, prove, read_manifest
from graph.releases.places import Places
from graph.settings import Settings

WITHDRAWALS = slice(2, 4)  # the part of a mark that changes with each withdrawal


@dataclass(frozen=True, slots=True)
class Release:
    """A release that can be read: `path` is its snapshot's folder, `digest` names its content (64 hex digits)."""

    number: int
    path: Path
    published_at: datetime
    digest: str
    chain: str
    withdrawals: int

    @property
    def store(self) -> Path:
        """What `Store.read_only` opens; hold a lease on `manifest` meanwhile."""
        return self.path / "store"

    @property
    def manifest(self) -> Path:
        """The file whose shared lock keeps this snapshot from being removed."""
        return self.path / "manifest.json"


def current_release(settings: Settings) -> Release | None:
    """The release that is shown, None before the first.

    Reads two small files and proves the second; `StateDamaged` when they are not what was written. The snapshot's
    own files are proved by `open_reader`.
    """
    pointer = read_pointer(Places(settings.var))
    if pointer is None:
        return None
    folder = Places(settings.var).snapshot(pointer[0])
    return release_of(folder, read_manifest(folder, pointer[1]))


def current_mark(settings: Settings) -> tuple[int, ...]:
    """A cheap name of what is shown now, for comparing only: it changes with each release and each withdrawal."""
    return Marking(settings).now()


class Marking:
    """Gives `current_mark` again and again for one site: each query asks twice."""

    def __init__(self, settings: Settings) -> None:
        places = Places(settings.var)
        self._paths = (str(places.current), str(places.blocklist))

    def now(self) -> tuple[int, ...]:
        """The mark of this moment."""
        mark: list[int] = []
        for path in self._paths:
            try:
                found = os.stat(path)
            except FileNotFoundError:
                mark += (0, 0)
            else:
                mark += (found.st_ino, found.st_mtime_ns)
        return tuple(mark)


def is_shown(settings: Settings, entry: Entry) -> bool:
    """Whether a release of the journal is shown and every file of it is what was written."""
    try:
        release = current_release(settings)
        if release is None or (release.number, release.chain) != (entry.number, entry.chain):
            return False
        prove(release.path, read_manifest(release.path))
    except StateDamaged:
        return False
    return True


def refuse_older_journal(settings: Settings, newest: Entry | None) -> None:
    """`StoreAhead` when what is shown is later than `newest`, the last release of the journal."""
    try:
        release = current_release(settings)
    except StateDamaged:  # recovery's business, which has the journal to go by
        return
    last = newest.number if newest else 0
    if release and release.number > last:
        raise StoreAhead(release.path, release.number, last)


def release_of(folder: Path, manifest: Manifest) -> Release:
    """The release in a snapshot's folder."""
    return Release(
        manifest.release, folder, manifest.recorded_at, manifest.digest, manifest.chain, manifest.withdrawals
    )


def read_pointer(places: Places) -> tuple[int, str] | None:
    """The number of the release shown and the SHA-256 of its manifest; None where nothing is."""
    try:
        table = json.loads(places.current.read_bytes())
        return int(table["release"]), str(table["manifest"])
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError) as error:
        raise StateDamaged(places.current, "does not name a release.") from error


def switch(places: Places, release: int, manifest: str) -> None:
    """Show `release` from now on."""
    content = json.dumps({"release": release, "manifest": manifest}).encode() + b"\n"
    write_whole(places.current, content)
    os.utime(places.snapshot(release))
