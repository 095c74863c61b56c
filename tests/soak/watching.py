"""The machine while it is looked at, from /proc: who else uses it, how much memory a server has, whom it talks to."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Self

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
EVERY = 0.5  # seconds between two looks
QUIET = 0.25  # of a core: others who take less do not disturb


@dataclass(frozen=True)
class Look:
    """What is seen at one moment. `others` is the share of a core that processes of others took since the last look."""

    at: float
    others: float
    memory: dict[int, int]  # bytes, by process of the server; workers, which come and go, are left out
    outside: set[str]  # addresses on other machines that a process of the server has a socket to


@dataclass
class Watch:
    """Looks now and then, in a thread, at the machine and at the server whose first process is `pid`."""

    pid: int
    looks: list[Look] = field(default_factory=list, repr=False)

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def quiet(self, at: float) -> bool:
        """Whether nobody else used the machine at that moment of the monotonic clock."""
        return next((look.others < QUIET for look in self.looks if look.at >= at), False)

    def growth(self) -> dict[int, int]:
        """Bytes by which each process grew that was there all the time: the last quarter of it beside the second.

        The middle of each, as a long answer that is on its way at one moment is no growth.
        """
        quarter = len(self.looks) // 4
        second, last = self.looks[quarter : 2 * quarter], self.looks[-quarter:]
        there = [pid for pid in second[0].memory if all(pid in look.memory for look in self.looks[quarter:])]
        held = {pid: [median(look.memory[pid] for look in looks) for looks in (second, last)] for pid in there}
        return {pid: round(after - before) for pid, (before, after) in held.items()}

    def _run(self) -> None:
        used, at = others_used(), time.monotonic()
        while not self._over.wait(EVERY):
            before, since = used, at
            used, at = others_used(), time.monotonic()
            family = set(descendants(self.pid))
            memory = {pid: size for pid in family if (size := memory_of(pid))}
            self.looks.append(Look(at, (used - before) / (at - since), memory, outside(family)))


def others_used() -> float:
    """Seconds of all cores that went to anything but this process and those that it started."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    user, nice, system, *_, steal = (int(n) for n in fields[1:4] + fields[8:9])
    return (user + nice + system + steal) / TICKS - sum(used_by(pid) for pid in descendants(os.getpid()))


def used_by(pid: int) -> float:
    """Seconds that a process has had, with those of its children that it has buried."""
    stat = stat_of(pid)
    return sum(int(n) for n in stat[11:15]) / TICKS if stat else 0.0


def stat_of(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third (the state) on; none where there is no such process any more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def descendants(pid: int) -> Iterator[int]:
    """A process, its children and theirs."""
    children: dict[int, list[int]] = {}
    for other in (int(entry) for entry in os.listdir("/proc") if entry.isdigit()):
        if stat := stat_of(other):
            children.setdefault(int(stat[1]), []).append(other)
    waiting = [pid]
    while waiting:
        yield (one := waiting.pop())
        waiting += children.get(one, [])


def memory_of(pid: int) -> int:
    """Bytes that a process holds; 0 for workers and for one that has ended."""
    try:
        if b"graph.store.lane" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return 0
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def outside(family: set[int]) -> set[str]:
    """Addresses, as the kernel writes them, of other machines that these processes have sockets to."""
    own = {inode for pid in family for inode in sockets_of(pid)}
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            parts = line.split()
            address = parts[2].rpartition(":")[0]
            here = not address.strip("0") or address.endswith("7F") or address == "0" * 24 + "01000000"
            if parts[9] in own and not here:
                found.add(parts[2])
    return found


def sockets_of(pid: int) -> Iterator[str]:
    """The inodes of the sockets that a process holds."""
    try:
        descriptors = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return
    for descriptor in descriptors:
        with suppress(OSError):
            kind, _, number = os.readlink(f"/proc/{pid}/fd/{descriptor}").partition(":")
            if kind == "socket":
                yield number.strip("[]")
