"""What docs/endpoint.md and docs/cookbook.md show is what a shell shows: each block is run against the example site."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from server.problems import STATUSES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "endpoint.md"
BLOCKS = re.findall(r"```console\n\$ (.+)\n((?:.+\n)+)```", PAGE.read_text(encoding="utf-8"))


def test_every_block_is_a_command_and_what_it_answers() -> None:
    assert len(BLOCKS) == PAGE.read_text(encoding="utf-8").count("```console") > 8


@pytest.mark.skipif(shutil.which("curl") is None, reason="the blocks are for curl, which is not here")
@pytest.mark.parametrize(("command", "answer"), BLOCKS, ids=range(len(BLOCKS)))
def test_a_block(command: str, answer: str, example_url: str) -> None:
    command = command.replace("http://127.0.0.1:8000", example_url)
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    run = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=60, env=environment)
    assert run.returncode == 0, run.stderr
    assert all(line in run.stdout for line in answer.splitlines())


COOKBOOK = re.findall(r"```sh\n(.+?)```", PAGE.with_name("cookbook.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the blocks are for curl, which is not here")
def test_every_command_of_the_cookbook_gives_rows(example_url: str) -> None:
    assert len(COOKBOOK) == 8
    script = "".join(f"{command}\necho ====\n" for command in COOKBOOK).replace("http://127.0.0.1:8000", example_url)
    run = subprocess.run(["/bin/sh", "-ec", script], capture_output=True, text=True, timeout=60, check=True)
    answers = run.stdout.split("====\n")[:-1]
    assert len(answers) == len(COOKBOOK)
    assert all(answer.count("\n") > 1 and "{" not in answer.splitlines()[0] for answer in answers), answers


def test_every_status_of_the_table_is_one_we_give() -> None:
    told = set(map(int, re.findall(r"^\| (\d{3}) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)))
    given = {status for status, _ in STATUSES.values()} | {406, 415, 429}
    assert told <= given
