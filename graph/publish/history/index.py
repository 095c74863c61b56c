"""Which parts of the journal ever named an IRI of the site: what makes the history of one thing cheap to read.

Kept in memory alone, as numbers that lead back to no IRI: nothing of it has to be erased from a disk.
"""

import re
from array import array
from bisect import bisect_left

from graph.history.journal import Journal

_HASH_BITS = 40  # a chance hit costs reading one part in vain
_PART_BITS = 24
_MERGED = 50_000  # numbers that wait before they are sorted in: sorting a million takes half a second


class Mentions:
    """The index over one journal. It errs by naming a part too many, never one too few. Not for several threads."""

    def __init__(self, base: str, skipped: frozenset[str]) -> None:
        """IRIs that begin with `base` count; the parts in `skipped` do not."""
        self._own = re.compile(rb"<(" + re.escape(base.encode()) + rb"(?:id|record)/[^>]*)>")
        self._skipped = skipped
        self._parts: list[str] = []
        self._numbers: dict[str, int] = {}
        self._seen = 0
        self._sorted = array("Q")
        self._waiting: set[int] = set()

    def follow(self, journal: Journal) -> None:
        """Read the releases that came since; the first time all of them, a million statements in some seconds."""
        newest = journal.newest()
        for release in range(self._seen + 1, newest.number + 1 if newest else 0):
            for change in journal.changes(release):
                if change.after is not None and change.part not in self._skipped:
                    self._read(change.part, journal.text(change.after) or b"")
            self._seen = release
        if len(self._waiting) > _MERGED:
            self._merge()

    def parts(self, iri: str) -> list[str]:
        """The names of the parts that may have named `iri` or a node below it, sorted."""
        wanted = _hash(iri.encode()) << _PART_BITS
        first = bisect_left(self._sorted, wanted)
        last = bisect_left(self._sorted, wanted + (1 << _PART_BITS))
        found = {*self._sorted[first:last], *(n for n in self._waiting if n & ~_PART_MASK == wanted)}
        return sorted(self._parts[number & _PART_MASK] for number in found)

    def _read(self, part: str, text: bytes) -> None:
        number = self._numbers.setdefault(part, len(self._parts))
        if number == len(self._parts):
            self._parts.append(part)
        for iri in set(self._own.findall(text)):
            for each in _with_owners(iri):
                self._waiting.add(_hash(each) << _PART_BITS | number)
        if len(self._waiting) > _MERGED:
            self._merge()

    def _merge(self) -> None:
        self._sorted = array("Q", sorted(self._waiting.union(self._sorted)))
        self._waiting.clear()


_PART_MASK = (1 << _PART_BITS) - 1


def _hash(iri: bytes) -> int:
    return hash(iri) & ((1 << _HASH_BITS) - 1)


def _with_owners(iri: bytes) -> list[bytes]:
    """An IRI and those of the things it may be a node of: `x/count#y`, `x/count`, `x`."""
    whole, _, _ = iri.partition(b"#")
    found = {iri, whole}
    while whole.count(b"/") > 3:
        whole = whole.rpartition(b"/")[0]
        found.add(whole)
    return list(found)
