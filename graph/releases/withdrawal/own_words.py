"""What stands in files below `var/` because we or the engine wrote it there, and proves nothing about an erased record.

A record may say "database", or the day on which it was withdrawn, and nothing else. After an erase these words still
stand in the engine's log, in a list of columns, in the date of a release. An IRI is never one of our own words.
"""

import json
import mmap
from importlib.util import find_spec
from pathlib import Path

from graph.history.schema import own_texts
from graph.releases.files.manifest import NAME
from graph.releases.places import Places


def is_own(places: Places, path: Path, word: bytes) -> bool:
    """Whether `word`, which stands in the file `path`, stands only where we or the engine wrote it by ourselves."""
    if b"://" in word:
        return False
    if path in _made_by_us(places) or (path.name == NAME and path.parent.parent == places.releases):
        return _is_table(path)  # keys, numbers, digests, days, and the IRIs of tombstones, which stay
    if path.parent.name == "store":
        return _is_of_the_engine(word)
    content = path.read_bytes()
    for own in sorted(set(own_texts(path, word)), key=len, reverse=True):
        content = content.replace(own, b"\0")
    return word not in content


def _made_by_us(places: Places) -> set[Path]:
    return {places.current, places.lineage, places.proved, places.blocklist}


def _is_table(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True


def _is_of_the_engine(word: bytes) -> bool:
    """Whether the engine's program has the word, to write it into its logs, options and tables.

    Its store is made anew after an erase, from texts that were searched, so such a word may be let pass.
    """
    engine = find_spec("pyoxigraph.pyoxigraph")
    assert engine is not None
    assert engine.origin is not None
    with Path(engine.origin).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as program:
        return program.find(word) >= 0
