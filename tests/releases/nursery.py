"""Acts on a site that begin at once, so that hundreds can be killed: forks of a process that has everything loaded.

As a program: a line of JSON in, what is to be done and who is killed when; a line of JSON out, what became of it. What
runs is the product's own code but for two things. Where it starts the process apart, one is forked that never saw a
journal or a store. And ontology and vocabulary, which no kill touches, are read once and not published: they are nine
tenths of such a small site.
"""

import ctypes
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Self

HOUSE = Path(__file__).resolve().parents[2]
UNENDING_SECONDS = 60.0
LOOK_SECONDS = 0.0002
SET_CHILD_SUBREAPER = 36  # prctl(2): who is left an orphan becomes ours, to be waited for


class Whom(StrEnum):
    """Who is killed: who acts, the process apart that works on the store, or both in the same instant."""

    ACTOR = "actor"
    APART = "apart"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act said: the release, or what was wrong, or nothing; the code it ended with, and after how long."""

    said: str
    code: int
    seconds: float

    @property
    def acknowledged(self) -> int:
        """The release that was acknowledged, 0 for none."""
        return int(self.said) if self.said.isdecimal() else 0


class Nursery:
    """The process that forks, as a test sees it: `with Nursery() as nursery`."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(HOUSE)},
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=UNENDING_SECONDS)

    def act(self, what: str, folder: Path, whom: Whom | None = None, after: float = 0.0, seen: str = "") -> Outcome:
        """Do what `act.py` does; `whom`, if anybody, is killed `after` so many seconds: of the act, or of a file.

        `seen` is a pattern below `folder`; the clock starts when what it names is there, if ever.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([what, str(folder), whom, after, seen]), file=self._process.stdin, flush=True)
        return Outcome(**json.loads(self._process.stdout.readline()))


class Spare:
    """A process that waits to become the one apart. One is made before each act begins: an act needs no more."""

    made: "Spare"

    def __init__(self, *not_its: int) -> None:
        inside, self.door = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.number = forked(lambda: apart(inside, [self.door.fileno(), *not_its]))
        inside.close()


class Forked:
    """Stands for `subprocess.Popen` where the process apart is started: tells the spare one what to be."""

    def __init__(self, command: Sequence[str], *, stderr: IO[bytes], pass_fds: Sequence[int], **_: object) -> None:
        its_input, asking = os.pipe()
        answering, its_output = os.pipe()
        its_own = [its_input, its_output, stderr.fileno()]
        socket.send_fds(Spare.made.door, [command[-1].encode()], [*its_own, *pass_fds])
        os.close(its_input)
        os.close(its_output)
        self.stdin, self.stdout = os.fdopen(asking, "wb"), os.fdopen(answering, "rb")
        self._code: int | None = None

    def kill(self) -> None:
        """As of `Popen`."""
        os.kill(Spare.made.number, signal.SIGKILL)

    def wait(self) -> int:
        """As of `Popen`."""
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(Spare.made.number, 0)[1])
        return self._code

    def __exit__(self, *_: object) -> None:
        with suppress(BrokenPipeError):
            self.stdin.close()
        self.stdout.close()
        self.wait()


def forked(child: Callable[[], int | None]) -> int:
    """The number of a process that does what `child` says, ends with the code it returns, and nothing else of ours."""
    if number := os.fork():
        return number
    code = 1
    try:
        code = child() or 0
    except BaseException:  # else the loop of the parent would go on twice
        traceback.print_exc()
    finally:
        os._exit(code)


def apart(door: socket.socket, not_mine: Sequence[int]) -> None:
    """Wait to be told which module to be apart with, and be it; nothing where the door closes first."""
    from graph.store.apart import answer

    for descriptor in not_mine:
        os.close(descriptor)
    module, mine, *_ = socket.recv_fds(door, 200, 8)
    if not module:
        return
    for standard, descriptor in enumerate(mine[:3]):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
    answer(module.decode())


def actor(what: str, folder: str, told: int) -> int:
    """Do one act on a site; tells the number of the spare process, then what came of the act."""
    from act import act

    from graph.errors import KhronikaError

    os.setpgid(0, 0)  # and with us the process apart, so that one signal reaches both
    Spare.made = Spare(told)
    os.write(told, b"%d\n" % Spare.made.number)
    try:
        os.write(told, b"%d" % act(what, folder))
    except KhronikaError as error:
        os.write(told, str(error).encode())
        return 1
    return 0


def appears(seen: str, folder: str, saying: IO[bytes]) -> None:
    """Wait until there is a file that `seen` names, or the act is over."""
    while seen and not any(Path(folder).glob(seen)) and not select.select([saying], [], [], LOOK_SECONDS)[0]:
        pass


def outcome(what: str, folder: str, whom: str | None, after: float, seen: str) -> Outcome:
    """What comes of one act, of which `whom` is killed."""
    heard, told = os.pipe()
    number = forked(lambda: actor(what, folder, told))
    os.close(told)
    with os.fdopen(heard, "rb", buffering=0) as saying:
        spare, begun = int(saying.readline()), time.monotonic()
        if whom:
            appears(seen, folder, saying)
            time.sleep(after)
            with suppress(ProcessLookupError):
                os.kill({Whom.ACTOR: number, Whom.APART: spare, Whom.BOTH: -number}[Whom(whom)], signal.SIGKILL)
        said, seconds = saying.read().decode(), time.monotonic() - begun
    _, status = os.waitpid(number, 0)
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return Outcome(said, os.waitstatus_to_exitcode(status), seconds)


def load() -> None:
    """Everything that an act or a process apart would load, and the two things that are otherwise."""
    from importlib import import_module

    from graph.authoring import stock
    from graph.store import apart as starting
    from graph.vocabulary import Vocabulary, load_vocabulary

    for module in ("graph.releases.steps", "graph.releases.publishing", "graph.releases.recovering"):
        import_module(module)
    vocabulary = load_vocabulary()
    Vocabulary.quads = Vocabulary.triples = lambda _self: iter(())
    stock.load_vocabulary = lambda *_extra: vocabulary
    starting.subprocess.Popen = Forked  # type: ignore[assignment,misc]
    gc.freeze()  # what is loaded is nobody's rubbish, in no fork


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    load()
    for line in sys.stdin:
        print(json.dumps(asdict(outcome(*json.loads(line)))), flush=True)
