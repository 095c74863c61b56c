"""What is taken away: what a killed process left behind, and snapshots that are neither recent nor in use."""

from contextlib import suppress
from pathlib import Path

from graph.releases.durable import TEMPORARY, remove_path
from graph.releases.locks import unleased
from graph.releases.manifest import NAME
from graph.releases.places import Places

KEPT = 4  # the newest snapshots; they share most of their files, so each costs about what it changed
KEPT_PAST = 8  # older ones that somebody asked for last; built from the journal again when asked for later


def sweep(places: Places) -> list[Path]:
    """Remove what an interrupted publish left, under the lock; the names of what was found."""
    found = [*places.var.glob(TEMPORARY + "*"), *places.releases.glob(TEMPORARY + "*")]
    found += places.store.glob("bulk-*.sst")  # of a killed bulk load
    found += places.store.glob("LOG.old.*")  # the engine keeps a thousand of these
    found = [path for path in found if path.name != TEMPORARY + places.blocklist.name]  # has a lock of its own
    for path in found:
        remove_path(path)
    return sorted(found)


def snapshots(places: Places) -> dict[int, Path]:
    """The snapshot folders by release, the newest first."""
    folders = [path for path in places.releases.glob("*") if path.name.isdigit() and path.is_dir()]
    return {int(path.name): path for path in sorted(folders, key=lambda p: int(p.name), reverse=True)}


def prune(places: Places, current: int) -> list[int]:
    """Remove the snapshots that nobody needs, under the lock; the numbers of those removed."""
    held = snapshots(places)
    recent = [number for number in held if number <= current][:KEPT]
    past = sorted((n for n in held if n not in recent), key=lambda n: _used(held[n]), reverse=True)
    gone = []
    for number in past[KEPT_PAST:] if len(past) > KEPT_PAST else []:
        if drop(held[number]):
            gone.append(number)
    return gone


def drop(folder: Path) -> bool:
    """Remove one snapshot unless somebody reads from it; whether it is gone."""
    with unleased(folder / NAME) as free:
        if free:
            remove_path(folder)
        return free


def _used(folder: Path) -> float:
    with suppress(OSError):
        return folder.stat().st_mtime
    return 0.0
