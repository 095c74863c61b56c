"""What the README says works: its commands are run, its links lead somewhere, its questions have answers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LOCAL = "http://127.0.0.1:8000"


def blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert len(links) > 5
    assert not [link for link in links if not (ROOT / link).exists()]


@pytest.mark.parametrize("block", [b for b in blocks() if b.startswith("curl")], ids=["ask", "fetch"])
def test_curl_answers(block: str, example_url: str) -> None:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.replace(LOCAL, example_url).replace("curl -s", "curl -sf")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "over 100" in done.stdout or "russian-lgbt-network" in done.stdout


def test_the_figures_it_asks_for(example_url: str) -> None:
    block = next(b for b in blocks() if "asWritten" in b)
    done = subprocess.run(["bash", "-c", block.replace(LOCAL, example_url)], capture_output=True, text=True, check=True)
    rows = done.stdout.replace("\r", "").splitlines()
    assert rows[0] == "words,min,who"
    assert "over 100,101,Novaya gazeta" in rows
    assert "at least three,3,Novaya gazeta" in rows


def test_a_new_site_and_its_two_mistakes(tmp_path: Path) -> None:
    """`khronika init`, then what "Write" tells the reader to break."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    run = {"capture_output": True, "text": True, "cwd": tmp_path, "env": environment, "check": False}
    assert subprocess.run(["khronika", "init", "my-site"], **run).returncode == 0
    record = tmp_path / "my-site/records/profile/harbour-street-union.yaml"
    whole = record.read_text(encoding="utf-8")
    for old, new in (("bound: more-than, ", ""), ("more-than", "more-then")):
        assert old in whole
        record.write_text(whole.replace(old, new), encoding="utf-8")
        done = subprocess.run(["khronika", "check", "my-site"], **run)
        assert done.returncode == 1
        assert re.search(r"harbour-street-union\.yaml:\d+", done.stdout + done.stderr), done.stdout + done.stderr
