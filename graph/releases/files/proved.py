"""The large files of snapshots that were read and found to be what was written, so that no release reads them again.

Snapshots share the engine's tables (`*.sst`), which are written once and never changed. Each is known by inode, length
and time of change, with the SHA-256 it had when it was read; a file that was replaced, cut or written to is another
one, and read. What changes behind the file system's back keeps its old digest in the next manifest, so it is found by
whatever reads everything (each start, `khronika verify`, `khronika doctor`), and the engine checks each block it reads.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from graph.releases.files.durable import write_whole
from graph.releases.places import Places

Stamp = tuple[int, int, int]  # inode, bytes, nanoseconds of the last change


class Proved:
    """What is known of the files of one site; of one that knows nothing, every file is read."""

    def __init__(self, known: Mapping[Stamp, str] | None = None) -> None:
        self._known = dict(known or {})
        self._met: dict[Stamp, str] = {}

    @classmethod
    def read(cls, places: Places) -> Self:
        """What was written down by the last publish; nothing where that is missing or unreadable."""
        try:
            rows = json.loads(places.proved.read_bytes())
            return cls({(int(inode), int(size), int(changed)): str(digest) for inode, size, changed, digest in rows})
        except (OSError, ValueError, TypeError):
            return cls()

    def digest(self, path: Path) -> str:
        """The SHA-256 of a file, read only if it is not known."""
        if path.suffix != ".sst":
            return read_digest(path)
        stamp = _stamp(path)
        digest = self._known.get(stamp) or read_digest(path)
        if _stamp(path) == stamp:
            self._met[stamp] = digest
        return digest

    def has(self, path: Path, digest: str) -> bool:
        """Whether a file has this SHA-256; read unless it is known to."""
        known = path.suffix == ".sst" and self._known.get(_stamp(path)) == digest
        return known or read_digest(path) == digest

    def write(self, places: Places) -> None:
        """Write down what was met, and only that; where it cannot be, that costs only time."""
        rows = sorted([*stamp, digest] for stamp, digest in self._met.items())
        with suppress(OSError):
            write_whole(places.proved, json.dumps(rows).encode() + b"\n")


def read_digest(path: Path) -> str:
    """The SHA-256 of what a file holds now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stamp(path: Path) -> Stamp:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
