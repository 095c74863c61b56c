"""The list of what was withdrawn, in a file that every channel looks at: the fast half of a withdrawal.

It is written the moment a withdrawal is asked for, and made from the journal. A snapshot that was taken before is not
read any more from then on; the next release, without what was withdrawn, takes its place in a moment.
"""

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.history.journal import Journal
from graph.history.withdrawals import Withdrawals
from graph.releases.errors import StateDamaged
from graph.releases.files.durable import write_whole
from graph.releases.files.locks import only_one
from graph.releases.places import Places
from graph.settings import Settings
from graph.store.base import Tombstone


@dataclass(frozen=True, slots=True)
class Blocklist:
    """What is withdrawn today. `events` counts what ever happened to the list, as `Manifest.withdrawals` does."""

    events: int
    tombstones: Mapping[str, Tombstone]


EMPTY = Blocklist(0, {})


def write_blocklist(places: Places, withdrawals: Withdrawals) -> None:
    """Put the list where every channel looks; the same withdrawals, the same bytes."""
    table = {
        "events": withdrawals.events,
        "withdrawn": [
            {"iri": w.iri, "day": w.day.isoformat(), "reason": w.reason, "erased": w.erased is not None}
            for w in withdrawals
            if w.active
        ],
    }
    write_whole(places.blocklist, json.dumps(table, indent=1).encode() + b"\n")


def refresh_blocklist(settings: Settings, journal: Journal) -> None:
    """Make the list again from the journal."""
    places = Places(settings.var)
    with only_one(places.withdrawal_lock):
        write_blocklist(places, journal.withdrawals)


def read_blocklist(path: Path) -> Blocklist:
    """The list; empty where nothing was ever withdrawn, `StateDamaged` where it cannot be read."""
    try:
        table = json.loads(path.read_bytes())
        stones = [
            Tombstone(row["iri"], date.fromisoformat(row["day"]), row["reason"], row["erased"])
            for row in table["withdrawn"]
        ]
        return Blocklist(int(table["events"]), {stone.iri: stone for stone in stones})
    except FileNotFoundError:
        return EMPTY
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StateDamaged(path, "cannot be read, so nobody knows what was withdrawn.") from error


class LiveBlocklist:
    """The list as it is at this moment; looks at the file's date before it reads it. For any thread."""

    def __init__(self, path: Path) -> None:
        self._path, self._name, self._lock = path, str(path), threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._list = EMPTY

    def now(self) -> Blocklist:
        """The list; see `read_blocklist`."""
        try:
            found = os.stat(self._name)  # of a string, at a third of the price: every answer asks several times
        except FileNotFoundError:
            return EMPTY
        mark = (found.st_ino, found.st_mtime_ns)
        with self._lock:
            if mark != self._seen:
                self._list = read_blocklist(self._path)
                self._seen = mark
            return self._list

    def tombstone(self, iri: str) -> Tombstone | None:
        """The tombstone of an IRI that is withdrawn at this moment."""
        return self.now().tombstones.get(iri)
