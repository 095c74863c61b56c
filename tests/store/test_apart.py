"""Work in a process of its own: what it returns, what it raises, what is said when it dies."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from graph.errors import SiteError
from graph.parallel import beside
from graph.releases.files.locks import only_one
from graph.store.apart import ApartDied, Waiting, run_apart

HOUSE = Path(__file__).resolve().parents[2]
WORK = """
import os, signal, sys, time
from contextlib import contextmanager
from pathlib import Path
from graph.errors import SiteError

@contextmanager
def prepared(arguments):
    if not arguments:
        raise SiteError(Path("x"), "not ready.", "Make ready.")
    said = Path(arguments[0])
    said.write_text("ready")
    try:
        yield lambda given, progress: [said.read_text(), *given]
    finally:
        said.write_text("put away")

def work(arguments, progress):
    what = arguments[0]
    if what == "count":
        for done in range(3):
            progress("Counting", done, 3)
        return {"arguments": arguments, "held": os.path.exists(f"/proc/self/fd/{arguments[1]}")}
    if what == "site":
        raise SiteError(Path("x"), "no site.", "Make one.")
    if what == "disk":
        raise OSError(28, "No space left on device")
    if what == "fault":
        raise ValueError("our own mistake")
    if what == "last":
        with open(arguments[1], "w") as said:
            progress("Working", 0, 0)
            time.sleep(0.3)
            said.write("finished")
        return None
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "apart_work.py").write_text(WORK)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(HOUSE)]))
    return "apart_work"


def test_it_returns_reports_and_keeps_what_it_is_given(module: str) -> None:
    steps = []
    read, write = os.pipe()
    try:
        found = run_apart(module, ["count", str(read)], holding=[read], progress=lambda *step: steps.append(step))
        assert found == {"arguments": ["count", str(read)], "held": True}
        assert steps == [("Counting", 0, 3), ("Counting", 1, 3), ("Counting", 2, 3)]
        assert run_apart(module, ["count", str(read)]) == {"arguments": ["count", str(read)], "held": False}
    finally:
        os.close(read)
        os.close(write)


def test_what_a_user_can_mend_is_raised_here(module: str) -> None:
    with pytest.raises(SiteError, match=r"no site\.\n  Make one"):
        run_apart(module, ["site"])
    with pytest.raises(OSError, match="No space left") as told:
        run_apart(module, ["disk"])
    assert told.value.errno == 28


def test_a_fault_of_ours_is_told_with_its_last_words(module: str) -> None:
    with pytest.raises(ApartDied, match="our own mistake") as told:
        run_apart(module, ["fault"])
    assert told.value.code == 1


def test_a_killed_process_is_told_with_its_signal(module: str) -> None:
    with pytest.raises(ApartDied, match="killed by signal 9") as told:
        run_apart(module, ["die"])
    assert told.value.code == -signal.SIGKILL


def test_one_that_waits_is_the_one_that_works_and_is_asked_once(module: str) -> None:
    read, write = os.pipe()
    try:
        with Waiting(module, holding=[read]) as waiting:
            found = run_apart(module, ["count", str(read)], waiting=waiting)
        assert found == {"arguments": ["count", str(read)], "held": True}
        with Waiting(module) as waiting, pytest.raises(ApartDied, match="killed by signal 9"):
            run_apart(module, ["die"], waiting=waiting)
    finally:
        os.close(read)
        os.close(write)


def test_one_that_is_not_asked_ends_and_lets_go(module: str, tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with only_one(lock) as held, Waiting(module, holding=[held]):
        pass
    with only_one(lock, seconds=0.0):
        pass


def test_one_that_prepared_goes_on_from_there_and_puts_away_what_it_held(module: str, tmp_path: Path) -> None:
    said = tmp_path / "said"
    with Waiting(module) as waiting:
        waiting.prepare([str(said)])
        assert run_apart(module, ["count"], waiting=waiting) == ["ready", "count"]
    assert said.read_text() == "put away"
    with Waiting(module) as waiting:
        waiting.prepare([str(said)])
    assert said.read_text() == "put away"


def test_what_hinders_preparing_is_told_who_asks(module: str) -> None:
    with Waiting(module) as waiting:
        waiting.prepare([])
        with pytest.raises(SiteError, match="not ready"):
            run_apart(module, ["count"], waiting=waiting)
    with Waiting(module) as waiting:
        waiting.prepare([])


def test_meanwhile_is_while_it_works(module: str) -> None:
    steps: list[object] = []
    run_apart(module, ["count", "0"], progress=lambda *step: steps.append(step), meanwhile=lambda: steps.append("here"))
    assert steps[0] == "here"
    assert len(steps) == 4


def test_one_that_was_killed_while_it_waited_is_told_only_to_who_asks(module: str) -> None:
    for asks in (False, True):
        waiting = Waiting(module)
        waiting._process.kill()
        waiting._process.wait()
        waiting.prepare(["x"])
        if asks:
            with pytest.raises(ApartDied, match="killed by signal 9"):
                run_apart(module, ["count"], waiting=waiting)
        waiting.close()


def test_one_that_died_while_it_waited_is_told(module: str) -> None:
    with Waiting("apart_nowhere") as waiting, pytest.raises(ApartDied, match="No module named 'apart_nowhere'"):
        run_apart(module, ["count", "0"], waiting=waiting)


def test_a_folder_lying_around_is_not_ours(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere" / "graph").mkdir(parents=True)
    (tmp_path / "elsewhere" / "graph" / "__init__.py").write_text("raise SystemExit('foreign')")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run_apart(module, ["count", "0"])


BOUND = """
import os, sys
from graph.store.apart import Waiting
waiting = Waiting("apart_work", bound=sys.argv[2] == "bound")
waiting._tell(["last", sys.argv[1]])
waiting._process.stdout.readline()
os._exit(0)
"""


@pytest.mark.parametrize("how", ["bound", "free"])
def test_one_that_is_bound_does_not_outlive_its_parent(module: str, tmp_path: Path, how: str) -> None:
    said = tmp_path / "said"
    os.mkfifo(said)
    with subprocess.Popen([sys.executable, "-c", BOUND, str(said), how]):
        # Ends when whoever may write into the pipe has ended.
        assert said.read_text() == ("" if how == "bound" else "finished")


def test_one_that_is_killed_is_told_to_who_asks(module: str, tmp_path: Path) -> None:
    said = tmp_path / "said"
    os.mkfifo(said)
    with Waiting(module) as waiting:
        answered = beside(partial(waiting.ask, ["last", str(said)], None))
        with said.open():
            waiting.kill()
            assert answered.result() is None
        assert waiting.death()[0] == -signal.SIGKILL
