"""What one changed record costs on a large site, and what recovery costs: `python bench/publish.py --triples 1000000`.

The site is generated, published whole and served. Then one record after the other is changed and published, as
whoever watches files does, and its page is asked for until it has the new words. Work is processor time of all
processes that publish; the ratio is that of the whole publish to one change. Then what was made is taken away piece by
piece, and `khronika serve` started until it answers.
"""

import argparse
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from generate import write_site

from graph.releases import publish
from graph.releases.places import Places
from graph.settings import Settings, read_settings

PATIENCE = 600  # seconds for anything; on a busy machine everything takes many times as long
POLL = 0.005
SETTLED = 2.5  # seconds until the stamp of a file that was just written is trusted
SECONDS_TO_VISIBLE, TIMES_LESS = 1.0, 50  # what is promised


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and processor seconds of this process and its children."""

    wall: float
    work: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s by the clock, {self.work:.2f} s of work"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--triples", type=int, default=1_000_000)
    arguments.add_argument("--changes", type=int, default=8)
    arguments.add_argument("--site", type=Path, help="a published generated site; it is copied")
    arguments.add_argument("--recovery", action="store_true", help="also take away what was made, and start again")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        if given.site:
            shutil.copytree(given.site, site)
            time.sleep(SETTLED)
        else:
            write_site(site, given.triples)
        measure(read_settings(site), given.changes, whole=not given.site)
        if given.recovery:
            recovery(read_settings(site))


def measure(settings: Settings, changes: int, *, whole: bool) -> None:
    if whole:
        first = cost(lambda: publish(settings, author="bench", message="all", progress=stages()))
        print(f"whole publish   {first}", flush=True)
    incidents = sorted((settings.folder / "records" / "incident").glob("*.ttl"))
    print(f"{len(incidents) + 1:,} records; each change is of one", flush=True)
    found = []
    with serving(settings) as url:
        if not whole:  # each file of a copy is another file, so all are read once more, and what is kept is proved
            done, _ = changed(settings, incidents[-1], changes, url)
            print(f"the first after copying the site {done}; it does not count", flush=True)
        for number in range(changes):
            path = incidents[number * len(incidents) // changes]
            done, recorded = changed(settings, path, number, url)
            print(f"one changed     {done}; from being recorded to being shown {recorded}", flush=True)
            found.append(done)
    visible = statistics.median(done.wall for done in found)
    print(f"median from the save until it is visible: {visible:.2f} s; promised: under {SECONDS_TO_VISIBLE:g} s")
    if whole:
        times = first.work / statistics.median(done.work for done in found)
        print(f"a whole publish is {times:.0f} times the work; promised: {TIMES_LESS}")


def changed(settings: Settings, path: Path, number: int, url: str) -> tuple[Cost, Cost]:
    """Change the title of one incident, publish it, and wait until a visitor sees it; the cost, and that of its end."""
    words = f"Seen anew {number} at {path.stem}"
    text = path.read_text(encoding="utf-8")
    name = re.search(r'rdfs:label "(Events[^"]*|Seen anew[^"]*)"@en', text)
    assert name, "an incident has a title"
    page = f"{url}id/incident/{int(path.stem)}"
    seen(page)

    recording, end = Cost(0, 0), Cost(0, 0)

    def noted(step: str, _done: int, _total: int) -> None:
        nonlocal recording
        if step == "Recording":
            recording = Cost(time.monotonic(), work())

    def act() -> None:
        nonlocal end
        path.write_text(text.replace(name[1], words), encoding="utf-8")
        publish(settings, author="bench", message="one", progress=noted)
        end = Cost(time.monotonic() - recording.wall, work() - recording.work)
        until(lambda: words in seen(page))

    return cost(act), end


def recovery(settings: Settings) -> None:
    """Start the server with less and less of what was made."""
    places = Places(settings.var)
    current = max(int(path.name) for path in places.releases.iterdir() if path.name.isdigit())
    everything = [p for p in places.var.iterdir() if p.name != places.journal.name]
    for what, gone in (
        ("all is well", []),
        ("without the snapshot that was shown", [places.snapshot(current)]),
        ("without pointer and store", [places.current, places.store]),
        ("from the journal alone", everything),
    ):
        for path in gone:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        began = time.monotonic()
        with serving(settings) as url:
            took = time.monotonic() - began
            seen(url)
        print(f"served {took:8.2f} s after the start, {what}", flush=True)


def cost(act: Callable[[], object]) -> Cost:
    """What an act costs."""
    before, began = work(), time.monotonic()
    act()
    return Cost(time.monotonic() - began, work() - before)


def work() -> float:
    """Processor seconds of this process and of its children that have ended; the server is not one of these."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def stages() -> Callable[[str, int, int], None]:
    """Says when each stage begins."""
    began = time.monotonic()

    def told(step: str, done: int, _total: int) -> None:
        if not done:
            print(f"  {time.monotonic() - began:8.2f} s  {step}", flush=True)

    return told


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of `khronika serve`, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-P", "-m", "khronika", "serve", str(settings.folder), "--port", str(port)]
    url = f"http://127.0.0.1:{port}/"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            until(lambda: answers(url, server))
            yield url
        finally:
            server.terminate()


def answers(url: str, server: subprocess.Popen[bytes]) -> bool:
    assert server.poll() is None, "the server has ended"
    with suppress(OSError):
        return bool(seen(url))
    return False


def seen(url: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": "text/html"}), timeout=60) as answer:
        return str(answer.read().decode("utf-8"))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            sys.exit("nothing happens any more")
        time.sleep(POLL)


if __name__ == "__main__":
    main()
