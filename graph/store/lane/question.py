"""What is asked of the lane and what comes back."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from graph.formats import Format
from graph.store.lane.files import SpoolFile
from graph.store.lane.tokens import Reading


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One release on disk: its number, the digest of what it holds, the folder of its store."""

    release: int
    digest: str
    path: Path


class Ask(NamedTuple):
    """One query. `None` for graphs means that the request named none; an empty tuple that there shall be none.

    `seconds` may ask for less than the site's own limit; `client` is whoever asks, in any form (it is never stored:
    the lane keeps a hash of it, with a key that lives a day in memory). `reading` is what `tokens.read` told of the
    query, where the asker has read it already; `base` is what relative IRIs in it are relative to. `link` is where the
    same answer can be had again: results in JSON and XML carry it in their head.
    """

    query: str
    format: Format
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    seconds: float | None = None
    client: str = ""
    reading: Reading | None = None
    base: str | None = None
    link: str = ""


@dataclass(slots=True)
class Answer:
    """A whole answer: `body` when it is small, else `file`, positioned at its start, unlinked, the taker's to close."""

    media_type: str
    length: int
    seconds: float
    body: bytes | None = None
    file: SpoolFile | None = None

    def read(self) -> bytes:
        """All of it in memory; closes the file."""
        if self.body is not None:
            return self.body
        assert self.file is not None
        with self.file as file:
            return file.read()

    def chunks(self, size: int = 1 << 16) -> Iterator[bytes]:
        """All of it, a piece at a time; closes the file."""
        if self.body is not None:
            yield self.body
            return
        assert self.file is not None
        with self.file as file:
            while piece := file.read(size):
                yield piece

    def close(self) -> None:
        """Let go of the file, if there is one."""
        if self.file is not None:
            self.file.close()


def etag(ask: Ask, snapshot: Snapshot) -> str:
    """The entity tag of an answer, known before it is computed: a release never changes."""
    parts = [str(snapshot.release), snapshot.digest, ask.format.media_type, ask.query]
    for graphs in (ask.default_graphs, ask.named_graphs):
        parts += ["-"] if graphs is None else [str(len(graphs)), *graphs]
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:32]
