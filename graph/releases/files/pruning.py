"""What is taken away: what a killed process left behind, and snapshots that are neither recent nor in use."""

from contextlib import suppress
from pathlib import Path

from graph.releases.errors import StateDamaged
from graph.releases.files.durable import TEMPORARY, remove_path
from graph.releases.files.locks import unleased
from graph.releases.files.manifest import NAME, read_manifest
from graph.releases.places import Places

KEPT = 4  # the newest snapshots; they share most of their files, so each costs about what it changed
KEPT_PAST = 8  # older ones that somebody asked for last; built from the journal again when asked for later


def leftovers(places: Places) -> list[Path]:
    """What an interrupted publish left; while somebody publishes, also what that is working on."""
    found = [*places.var.glob(TEMPORARY + "*"), *places.releases.glob(TEMPORARY + "*")]
    found += places.store.glob("bulk-*.sst")  # of a killed bulk load
    return sorted(path for path in found if path.name != TEMPORARY + places.blocklist.name)  # has a lock of its own


def sweep(places: Places) -> list[Path]:
    """Remove what an interrupted publish left, under the lock; what was found."""
    found = leftovers(places)
    for path in [*found, *places.store.glob("LOG.old.*")]:  # the engine keeps a thousand of its old logs
        remove_path(path)
    return found


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


def stale(places: Places, events: int) -> list[Path]:
    """The snapshots from before the last of `events` of withdrawal: they hold what is withdrawn since."""
    return [folder for folder in snapshots(places).values() if _events(folder) != events]


def drop_stale(places: Places, events: int) -> list[Path]:
    """Remove the stale snapshots; those that somebody still reads from."""
    return [folder for folder in stale(places, events) if not drop(folder)]


def _events(folder: Path) -> int | None:
    try:
        return read_manifest(folder).withdrawals
    except StateDamaged:
        return None


def forget(places: Places) -> None:
    """Remove the working store, so that the next one has never seen what the last one held."""
    remove_path(places.lineage)
    remove_path(places.store)


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
