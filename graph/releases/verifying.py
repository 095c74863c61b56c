"""Whether everything below `var/` is what was published: journal, chain, snapshots, pointer, block list."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Quad

from graph.history.journal import Journal
from graph.history.proving import faults_of
from graph.releases.current import current_release
from graph.releases.derived.statistics import statistics
from graph.releases.errors import StateDamaged
from graph.releases.files.locks import only_one
from graph.releases.files.manifest import prove, read_manifest
from graph.releases.files.pruning import drop, snapshots
from graph.releases.past import sweep_past
from graph.releases.places import Places
from graph.releases.recovering import Recovery, recover
from graph.releases.view import View, marks, view_of
from graph.settings import Settings
from graph.store.apart import Progress, silent
from graph.store.layout import told
from graph.store.working import in_memory, snapshot_quads


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and a sentence for everything that is wrong."""

    releases: int
    snapshots: int
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(settings: Settings, *, deep: bool = True, progress: Progress | None = None) -> Verification:
    """Compare everything with everything; changes nothing. `deep` also reads each snapshot quad by quad.

    Raises a `JournalError` where there is no journal that can be read.
    """
    places, report = Places(settings.var), progress or silent
    with Journal(places.journal) as journal:
        report("Proving the journal", 0, 0)
        faults = [f"{places.journal}: {fault}" for fault in faults_of(journal)]
        held = snapshots(places)
        if not faults:
            for done, number in enumerate(sorted(held)):
                report("Proving snapshots", done, len(held))
                faults += _of_snapshot(settings, places, journal, number, deep)
            faults += _of_pointer(settings, journal)
        newest = journal.newest()
    return Verification(newest.number if newest else 0, len(held), tuple(faults))


def _of_snapshot(settings: Settings, places: Places, journal: Journal, number: int, deep: bool) -> Iterator[str]:
    folder, entry = places.snapshot(number), journal.entry(number)
    try:
        manifest = read_manifest(folder)
        prove(folder, manifest)
    except StateDamaged as error:
        yield f"{error.path}: {error.problem}"
        return
    if entry is None:
        yield f"{folder}: the journal knows no release {number}."
        return
    view = view_of(journal, entry, settings)
    if (manifest.chain, manifest.digest, manifest.withdrawals) != (entry.chain, view.digest, view.withdrawals):
        yield f"{folder}: not the release {number} of the journal."
    elif deep and snapshot_quads(folder / "store") != _expected(settings, view):
        yield f"{folder}: does not hold what release {number} says."


def _expected(settings: Settings, view: View) -> set[Quad]:
    quads = [quad for name in view.contents for quad in view.quads(name)]
    store = in_memory([*quads, *marks(settings, view.entry)])
    return set(told(store)) | statistics(store, settings)


def _of_pointer(settings: Settings, journal: Journal) -> Iterator[str]:
    newest = journal.newest()
    try:
        release = current_release(settings)
    except StateDamaged as error:
        yield f"{error.path}: {error.problem}"
        return
    if newest and (release is None or release.chain != newest.chain):
        shown = f"release {release.number}" if release else "nothing"
        yield f"Release {newest.number} is the newest of the journal, but {shown} is shown."


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found and done at the start, and what is still wrong then."""

    recovery: Recovery
    verification: Verification


def doctor(settings: Settings, *, progress: Progress | None = None) -> Diagnosis:
    """Recover, remove older snapshots that are damaged (they are built again when asked for), then verify everything.

    Raises as `recover`.
    """
    recovery = recover(settings, progress=progress)
    places = Places(settings.var)
    if not places.journal.exists():
        return Diagnosis(recovery, Verification(0, 0, ()))
    dropped = tuple(_drop_damaged(places)) if recovery.release else ()
    return Diagnosis(replace(recovery, done=recovery.done + dropped), verify(settings, progress=progress))


def _drop_damaged(places: Places) -> Iterator[str]:
    with only_one(places.lock), only_one(places.past_lock):
        yield from (f"{path}: removed." for path in sweep_past(places))
        for folder in snapshots(places).values():
            try:
                prove(folder, read_manifest(folder))
            except StateDamaged as error:
                if drop(folder):
                    yield f"{folder}: removed, since {error.path.name} {error.problem}"
