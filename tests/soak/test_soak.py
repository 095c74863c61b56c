"""The whole server under people who mean harm: `khronika serve` as typed, eight attackers, readers who notice nothing.

KHRONIKA_SOAK is how many seconds the attack lasts (default 60). What is measured by the clock means something only on
a machine that does nothing else, so `make test` runs this room by itself, after all other tests.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from soak.attacked import Server, started
from soak.corpus import questions
from soak.reference import Reference
from soak.siege import Siege
from soak.watching import Watch

pytestmark = [pytest.mark.alone, pytest.mark.xdist_group("soak")]
SECONDS = float(os.environ.get("KHRONIKA_SOAK", "60"))
BEFORE = 4.0  # seconds of reading in peace: pages are slower the first time, whoever attacks
PAGE_P99 = 0.05  # seconds, while nobody else uses the machine
PAGE_P99_BUSY = 0.5  # while others do
LATE, LATE_BUSY = 1.0, 3.0  # seconds past the deadline, again
MEMORY = 32 << 20  # bytes that a process of the server may grow by while it is attacked
READER = Path(__file__).with_name("reader.py")


@dataclass(repr=False)
class Soak:
    """What there was to see of one long attack."""

    server: Server
    siege: Siege
    watch: Watch
    pages: list[tuple[float, float, str]]  # when, in how many seconds, which
    spoiled: list[str]  # pages that did not come whole
    heard: bool  # whether anybody was asked whom the server may not ask

    @property
    def is_telling(self) -> bool:
        """Whether nobody else used the machine for long enough that the clock says something of the server."""
        return sum(self.watch.quiet(at) for at, _, _ in self.pages) > len(self.pages) / 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(tmp_path_factory.mktemp("soak") / "site") as server:
        yield server


@pytest.fixture(scope="module")
def soak(server: Server) -> Soak:
    """The attack itself: eight attackers here, a reader in a process of its own, a listener that must hear nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        siege = Siege(server, questions(f"http://127.0.0.1:{listener.getsockname()[1]}/"), SECONDS)
        reading = [sys.executable, str(READER), str(server.port)]
        with (
            Watch(server.process.pid) as watch,
            subprocess.Popen(reading, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader,
        ):
            time.sleep(BEFORE)
            begun = time.monotonic()
            siege.run()
            told = json.loads(reader.communicate(timeout=60)[0])
        pages = [page for page in told["took"] if page[0] >= begun]
        return Soak(server, siege, watch, pages, told["wrong"], hears(listener))


def hears(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except TimeoutError:
        return False
    return True


def test_each_question_ends_as_it_may_in_each_format(soak: Soak) -> None:
    siege = soak.siege
    print(f"{siege.statuses.total()} hostile queries {dict(siege.statuses)}, {dict(siege.ends)}")
    assert not siege.wrong
    assert not [str(question) for question in siege.questions if question not in siege.settled]
    assert len({question.name for question in siege.questions}) >= 60
    assert set(siege.ends) >= {"answer", "time", "refused", "busy", *(("memory", "size") if soak.is_telling else ())}


def test_a_200_is_whole_and_right(soak: Soak) -> None:
    reference = Reference(soak.server.folder)
    assert not [str(asked) for asked, body in soak.siege.bodies.items() if reference.differs(asked, body)]
    assert len(soak.siege.bodies) > 100


def test_nobody_waits_past_the_deadline(soak: Soak) -> None:
    all_of_them = [late for _, late in soak.siege.late]
    quiet = [late for at, late in soak.siege.late if soak.watch.quiet(at)]
    print(
        f"latest: {max(all_of_them):+.2f} s after its deadline, {max(quiet, default=-1):+.2f} s while nobody else ..."
    )
    assert max(all_of_them) < LATE_BUSY
    assert max(quiet, default=0) < LATE


def test_readers_notice_nothing(soak: Soak) -> None:
    assert not soak.spoiled
    quiet = [page for page in soak.pages if soak.watch.quiet(page[0])]
    print(
        f"{len(soak.pages)} pages, {told(soak.pages)}; {len(quiet)} while nobody else used the machine, {told(quiet)}"
    )
    assert p99(soak.pages) < PAGE_P99_BUSY
    assert not soak.is_telling or p99(quiet) < PAGE_P99


def p99(pages: list[tuple[float, float, str]]) -> float:
    return sorted(seconds for _, seconds, _ in pages)[int(len(pages) * 0.99)]


def told(pages: list[tuple[float, float, str]]) -> str:
    """The figures of some pages, all and by address, in milliseconds."""
    by = {path: [page for page in pages if page[2] == path] for path in sorted({page[2] for page in pages})}
    return ", ".join(f"p99 {p99(some) * 1000:.0f} ms of {path}" for path, some in {"all": pages, **by}.items() if some)


def test_memory_is_flat_and_nothing_is_started_anew(soak: Soak) -> None:
    grown = soak.watch.growth()
    print(f"memory: {[f'{size / (1 << 20):+.1f} MB' for size in grown.values()]}")
    assert soak.server.process.poll() is None
    assert set(soak.watch.looks[0].memory) <= set(soak.watch.looks[-1].memory)
    assert soak.server.process.pid in grown
    assert max(grown.values()) < MEMORY


def test_nothing_leaves_the_machine(soak: Soak) -> None:
    """Neither to the listener that seventeen queries name, nor to any other machine."""
    assert not soak.heard
    assert not set().union(*(look.outside for look in soak.watch.looks))
