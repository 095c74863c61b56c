"""Killed at any step or any instant: what was acknowledged stays, nothing is half there, the next start repairs."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.history.faults import POINTS, VARIABLE
from graph.releases.recovering import recover
from graph.releases.verifying import verify

ACT = Path(__file__).with_name("act.py")
HOUSE = Path(__file__).resolve().parents[2]
RANDOM_KILLS = int(os.environ.get("KHRONIKA_KILLS", "6"))  # by hand: 2000

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


def prove(site, at_least: int) -> None:
    """The next start serves exactly what the journal says, and nothing acknowledged is missing."""
    recover(site.settings)
    assert site.newest() >= at_least
    assert site.says() == site.recorded()
    assert verify(site.settings, deep=False).faults == ()
    assert not list(site.places.var.glob(".new-*")) + list(site.places.releases.glob(".*"))
    assert recover(site.settings).found == ()


def test_every_fault_point_is_listed() -> None:
    said = [re.findall(r'fault\("(\w+)"\)', p.read_text(encoding="utf-8")) for p in (HOUSE / "graph").rglob("*.py")]
    assert sorted(point for points in said for point in points) == sorted(POINTS)


@pytest.mark.parametrize("point", [p for p in POINTS if p not in ("blocked", "settled", "erased")])
def test_killed_at_a_step_of_a_publish(site, point: str) -> None:
    before = site.newest()
    if point in ("built", "placed"):  # steps of a store made from nothing
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


def test_killed_at_random_instants(site) -> None:
    chance = random.Random(20170410)
    last = site.newest()
    for count in range(RANDOM_KILLS):
        site.write("them", f"Them {count}")
        process = start(site, "publish")
        time.sleep(chance.uniform(0.0, 0.9))
        process.send_signal(signal.SIGKILL)
        last = max(last, acknowledged(process))
        prove(site, last)
        last = site.newest()
