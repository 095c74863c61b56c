"""Killed at any step or any instant: what was acknowledged stays, nothing is half there, the next start repairs."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from releases.conftest import Site, words_of
from releases.nursery import Nursery, Whom

from graph.history.faults import POINTS, VARIABLE
from graph.releases.recovering import recover
from graph.releases.verifying import verify

ACT = Path(__file__).with_name("act.py")
HOUSE = Path(__file__).resolve().parents[2]
RANDOM_KILLS = int(os.environ.get("KHRONIKA_KILLS", "200"))  # by hand: 2000
ROUNDS = 4  # tests that share the kills, so that they share the cores
WHOM = list(Whom)
AIMS = [  # seconds since a file is there, in which a kill falls: of which there would be few by mere chance
    ("", 0.0),  # since the beginning, over the whole of a publish
    ("", 0.0),
    ("var/history.sqlite-journal", 0.003),  # while the release is being recorded
    ("var/releases/.new-*", 0.05),  # while its snapshot is taken
]
KILLED_AGAIN = 0.2  # of the starts that follow a kill are killed as well
MOST_RECORDS = 5
MEMORY_BYTES = 64 << 20  # more than a round ever takes

PAIRS = int(os.environ.get("KHRONIKA_PAIRS", "2"))  # by hand: 100


def start(site, *what: str, fault: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ACT), what[0], str(site.folder), *what[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, VARIABLE: fault},
    )


def acknowledged(process: subprocess.Popen[str]) -> int:
    """The release that was acknowledged before the end, 0 for none."""
    said, _ = process.communicate(timeout=60)
    return int(said) if said.strip() else 0


def prove(site: Site, at_least: int) -> set[str]:
    """The next start serves exactly what the journal says, and nothing acknowledged is missing; the words served."""
    recover(site.settings)
    assert site.newest() >= at_least
    said = site.says()
    assert said == site.recorded()
    assert verify(site.settings, deep=False).faults == ()
    assert not list(site.places.var.glob(".new-*")) + list(site.places.releases.glob(".*"))
    assert recover(site.settings).found == ()
    return words_of(said)


def test_every_fault_point_is_listed() -> None:
    said = [re.findall(r'fault\("(\w+)"\)', p.read_text(encoding="utf-8")) for p in (HOUSE / "graph").rglob("*.py")]
    assert sorted(point for points in said for point in points) == sorted(POINTS)


@pytest.mark.parametrize("point", [p for p in POINTS if p not in ("blocked", "settled", "erased")])
def test_killed_at_a_step_of_a_publish(site, point: str) -> None:
    before = site.newest()
    if point in ("filled", "built", "placed"):  # steps of a store made from nothing
        site.places.lineage.unlink()
    site.write("new", "Newcomers")
    process = start(site, "publish", fault=point)
    assert acknowledged(process) == 0
    assert process.returncode != 0
    recorded = point not in ("read", "checked", "committing")
    assert site.newest() == before + recorded
    prove(site, before + recorded)
    assert ("Newcomers" in site.words()) == recorded
    again = site.publish()
    assert (again.release, again.changed) == (before + 1, not recorded)
    assert "Newcomers" in site.words()


@pytest.mark.parametrize("point", ["blocked", "settled", "stored", "switched"])
def test_killed_at_a_step_of_a_mask(site, point: str) -> None:
    iri = site.record("secret")
    assert acknowledged(start(site, "withdraw", iri, fault=point)) == 0
    prove(site, 3)
    assert "Zinaida Quillfeather" not in site.words()


@pytest.mark.parametrize("point", ["blocked", "committing", "erased", "built", "named", "switched"])
def test_killed_at_a_step_of_an_erase(site, point: str) -> None:
    iri = site.record("secret")
    assert acknowledged(start(site, "erase", iri, fault=point)) == 0
    prove(site, 3)
    assert "Zinaida Quillfeather" not in site.words()
    finished = start(site, "erase", iri)
    assert acknowledged(finished) > 3


def test_two_publishers_at_once(site) -> None:
    """Both are told a release, of which only one is new; nothing is published twice."""
    for count in range(PAIRS):
        before = site.newest()
        site.write("them", f"Them {count}")
        said = [acknowledged(process) for process in [start(site, "publish"), start(site, "publish")]]
        assert said == [before + 1, before + 1]
        assert site.newest() == before + 1
    assert site.says() == site.recorded()


@pytest.fixture
def site_in_memory(published: Path) -> Iterator[Site]:
    """A copy of the published site where writing is quick: no power is cut here, so nothing need reach a disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > MEMORY_BYTES
    with tempfile.TemporaryDirectory(dir=memory if roomy else None) as folder:
        yield Site(Path(shutil.copytree(published, Path(folder) / "site")))


class Editor:
    """Changes, adds and removes records by chance, and knows what they say."""

    def __init__(self, site: Site, chance: random.Random) -> None:
        self.site, self.chance = site, chance
        self.words = dict.fromkeys(("us", "them", "late"), "")
        self.published, self.ever = set[str](), set[str]()

    def edit(self, count: int) -> None:
        """Make one edit, the `count`th."""
        name = self.chance.choice([*self.words, f"new{count}"])
        if len(self.words) > MOST_RECORDS and name in self.words and name != "us":  # the site's editor stays
            self.site.remove(name)
            del self.words[name]
            return
        self.words[name] = f"{name} as of edit {count}"
        self.site.write(name, self.words[name])
        self.ever.add(self.words[name])

    def stands(self, seen: set[str], recorded: bool) -> None:
        """What is `seen` is all of the edits or, where they were not `recorded`, exactly what was seen before."""
        if recorded:
            self.published = {*self.words.values()}
        assert seen & self.ever == self.published & self.ever


@pytest.mark.parametrize("number", range(ROUNDS))
def test_killed_at_random_instants(site_in_memory: Site, number: int) -> None:
    """Whoever dies, and whenever: the publisher, the process that shows, both, also those of the start that follows."""
    site = site_in_memory
    seed = os.environ.get("KHRONIKA_SEED") or str(random.SystemRandom().randrange(10**6))
    chance = random.Random(f"{seed}/{number}")
    print(f"to see these instants again: KHRONIKA_SEED={seed} KHRONIKA_KILLS={RANDOM_KILLS}")
    editor, fates = Editor(site, chance), Counter[str]()
    with Nursery() as nursery:
        nursery.act("publish", site.folder)  # the words of the vocabulary go with it: see the nursery
        editor.edit(0)
        takes = nursery.act("publish", site.folder).seconds
        editor.stands(site.words(), recorded=True)
        for count in range(1, RANDOM_KILLS // ROUNDS + 1):
            before = site.newest()
            editor.edit(count)
            seen, seconds = chance.choice(AIMS)
            died = nursery.act("publish", site.folder, chance.choice(WHOM), chance.uniform(0, seconds or takes), seen)
            assert died.said == "" or died.acknowledged or "is recorded but not shown" in died.said
            recorded = site.newest()
            if chance.random() < KILLED_AGAIN:
                nursery.act("recover", site.folder, chance.choice(WHOM), chance.uniform(0, takes))
            served = nursery.act("recover", site.folder)
            assert served.acknowledged == recorded, served.said
            assert recorded in {before, before + 1}
            editor.stands(prove(site, max(before, died.acknowledged)), recorded > before)
            fates["acknowledged" if died.acknowledged else "recorded" if recorded > before else "forgotten"] += 1
    print(dict(fates))
    killed_for_real(site, editor, chance)


def killed_for_real(site: Site, editor: Editor, chance: random.Random) -> None:
    """The same once more with processes as they are started."""
    before = site.newest()
    editor.edit(-1)
    process = start(site, "publish")
    time.sleep(chance.uniform(0.3, 0.9))  # before that, Python itself is starting
    process.send_signal(signal.SIGKILL)
    prove(site, max(before, acknowledged(process)))
