"""What several rooms' tests share: the example site, published once a run, and a server over it on a free port."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from jinja2 import Environment

from server import templating
from server.messages import Messages

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "rights-in-russia"


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once() -> Iterator[None]:
    """Tests make hundreds of applications with the same templates; compiling them is a third of what that takes.

    What is said is part of the code, so applications share what they say the same things with.
    """
    made = templating.environment
    held: dict[str, dict[str, bytes]] = {}

    def environment(say: Messages, compiled: dict[str, bytes] | None = None) -> Environment:
        found = made(say, held.setdefault(f"{say.language} {say._words}", {}))
        if compiled is not None:
            compiled.update(held[f"{say.language} {say._words}"])
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templating, "environment", environment)
        yield


@pytest.fixture(scope="session")
def published_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example site, published. Shared by all workers of a run: read it, do not change it; copy it to damage it."""
    shared = tmp_path_factory.getbasetemp().parent
    if os.environ.get("PYTEST_XDIST_WORKER") is None:
        shared = tmp_path_factory.getbasetemp()
    site = shared / "rights-in-russia"
    with FileLock(shared / "rights-in-russia.lock"):
        if not (site / "var" / "current").exists():
            shutil.rmtree(site, ignore_errors=True)
            shutil.copytree(EXAMPLE, site, ignore=shutil.ignore_patterns("var"))
            done = subprocess.run(
                [sys.executable, "-m", "khronika", "publish", site, "-m", "for the tests"],
                capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
    return site


@contextmanager
def serving(site: Path, *options: str) -> Iterator[str]:
    """`khronika serve` over a site on a free port, as a process of its own; gives the URL it said."""
    command = [sys.executable, "-m", "khronika", "serve", str(site), "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said: list[str] = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://[\d.:]+", line):
                threading.Thread(target=process.stdout.read, daemon=True).start()
                yield found.group()
                return
        pytest.fail("the server ended: " + "".join(said))
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@pytest.fixture(scope="session")
def example_url(published_example: Path) -> Iterator[str]:
    """The URL (no slash at the end) of a server over the published example; one a worker."""
    with serving(published_example) as url:
        yield url


@pytest.fixture(scope="session")
def serve_site() -> Callable[..., object]:
    """`with serve_site(folder, *options) as url` for tests that need a server over a site of their own."""
    return serving
