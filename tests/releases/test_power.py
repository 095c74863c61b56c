"""The power goes: what the disk holds at that instant is copied, mounted again, and nothing acknowledged is missing.

A file system in an image of its own. A copy of the image holds what was written through and nothing that was still in
memory, as a disk does. Needs root and a loop device; without them the same promise is held by `test_crashes.py` but for
the syncing.
"""

import filecmp
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph.releases.recovering import recover
from graph.releases.verifying import verify

ACT = Path(__file__).with_name("act.py")
CUTS = int(os.environ.get("KHRONIKA_CUTS", "2"))  # by hand: 100
IMAGE_MB = 96


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-o", "loop", str(image), str(place)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no image can be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mkfs.ext4"), reason="needs root and mkfs.ext4")
def test_power_cuts(site, tmp_path: Path) -> None:
    image, cut = tmp_path / "disk.img", tmp_path / "cut.img"
    with image.open("wb") as file:
        file.truncate(IMAGE_MB << 20)
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    chance = random.Random(20170401)
    with mounted(image, tmp_path / "disk") as disk:
        shutil.copytree(site.folder, disk / "site")
        os.sync()
        running = type(site)(disk / "site")
        for count in range(CUTS):
            before = running.newest()
            running.write("them", f"Them {count}")
            command = [sys.executable, str(ACT), "publish", str(disk / "site")]
            with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
                try:
                    time.sleep(chance.uniform(0.3, 1.5))
                    os.killpg(process.pid, signal.SIGSTOP)  # the process apart as well
                    acknowledged = _said(process)
                    _copy(image, cut)
                finally:
                    os.killpg(process.pid, signal.SIGCONT)
                    process.communicate(timeout=60)
            _prove(site, cut, tmp_path / "after", max(before, acknowledged))


def _copy(image: Path, cut: Path) -> None:
    """Copy the image as it is at one instant: again, until nothing was written meanwhile."""
    while True:
        shutil.copyfile(image, cut)
        again = cut.with_suffix(".again")
        shutil.copyfile(image, again)
        if filecmp.cmp(cut, again, shallow=False):
            return


def _said(process: subprocess.Popen[bytes]) -> int:
    """The release that was acknowledged so far, 0 for none."""
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    try:
        said = os.read(process.stdout.fileno(), 100)
    except BlockingIOError:
        said = b""
    return int(said) if said.strip() else 0


def _prove(site, cut: Path, place: Path, at_least: int) -> None:
    with mounted(cut, place) as disk:
        after = type(site)(disk / "site")
        assert recover(after.settings).release.number >= at_least
        assert after.newest() >= at_least
        assert after.says() == after.recorded()
        assert verify(after.settings, deep=False).faults == ()
