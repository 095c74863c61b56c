"""What a snapshot must consist of, byte for byte: a damaged file is noticed before anybody reads from it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from graph.releases.errors import StateDamaged
from graph.releases.files.durable import write_whole
from graph.releases.files.proved import Proved

NAME = "manifest.json"
FORMAT = 4  # of the manifest, the index and what lies in the store; a snapshot of another one is made again


@dataclass(frozen=True, slots=True)
class Manifest:
    """One snapshot.

    `digest` names its content, `chain` the release in the journal, `withdrawals` how many withdrawals it takes
    account of, `store` the working store it was taken from, `files` the SHA-256 of each file by its path below the
    snapshot's folder.
    """

    release: int
    recorded: str
    digest: str
    chain: str
    withdrawals: int
    store: str
    files: Mapping[str, str]
    format: int = FORMAT

    @property
    def recorded_at(self) -> datetime:
        """When the release was recorded, UTC."""
        return datetime.fromisoformat(self.recorded)

    def to_bytes(self) -> bytes:
        """The same manifest, the same bytes."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode() + b"\n"


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Put the manifest into the snapshot's folder; its own SHA-256, for the pointer."""
    content = manifest.to_bytes()
    write_whole(folder / NAME, content)
    return hashlib.sha256(content).hexdigest()


def read_manifest(folder: Path, digest: str | None = None) -> Manifest:
    """The manifest of a snapshot; `StateDamaged` when it is gone, unreadable, or not the one with that SHA-256."""
    path = folder / NAME
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StateDamaged(path, f"cannot be read: {error.strerror}.") from error
    if digest is not None and hashlib.sha256(content).hexdigest() != digest:
        raise StateDamaged(path, "is not what was written.")
    try:
        table = json.loads(content)
        manifest = Manifest(**table)
        manifest.recorded_at  # noqa: B018 - parses
    except (ValueError, TypeError) as error:
        raise StateDamaged(path, "is not a manifest.") from error
    if manifest.format != FORMAT or not isinstance(manifest.files, dict):
        raise StateDamaged(path, "is not a manifest of this version.")
    return manifest


def digests(folder: Path, proved: Proved) -> dict[str, str]:
    """The SHA-256 of every file below `folder` but the manifest, by its path, sorted; those `proved` are not read."""
    return {name: proved.digest(folder / name) for name in sorted(_names(folder))}


def prove(folder: Path, manifest: Manifest, proved: Proved | None = None, *, below: str = "") -> None:
    """Compare every file with the manifest; `StateDamaged` names the first that is missing, added or different.

    Every file whose path begins with `below` is read, but for those that are `proved` already.
    """
    known = proved or Proved()
    found = set(_names(folder))
    for name in sorted(found ^ set(manifest.files)):
        raise StateDamaged(folder / name, "does not belong here." if name in found else "is missing.")
    for name, digest in manifest.files.items():
        if not name.startswith(below):
            continue
        try:
            same = known.has(folder / name, digest)
        except OSError as error:
            raise StateDamaged(folder / name, f"cannot be read: {error.strerror}.") from error
        if not same:
            raise StateDamaged(folder / name, "is not what was written.")


def _names(folder: Path) -> Iterator[str]:
    return (p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir() and p.name != NAME)
