"""Work on the store in a process of its own: a fresh interpreter, never a fork.

So no other process of ours ever has the store open for writing, and a killed one takes nothing with it.
"""

import base64
import gc
import importlib
import json
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import Any, Self

from graph.errors import KhronikaError

BOUND = "bound"  # a word on the command line of a process apart
Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, how much there is (0: unknown)


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class ApartDied(KhronikaError):
    """The process ended without an answer: killed, out of memory, or a fault of ours. `said` is its last words."""

    def __init__(self, module: str, code: int, said: str) -> None:
        super().__init__(module, code, said)
        self.module, self.code, self.said = module, code, said

    def __str__(self) -> str:
        how = f"was killed by signal {-self.code}" if self.code < 0 else f"ended with code {self.code}"
        return f"The process that works on the store {how}." + (f" It said: {self.said}" if self.said else "")


class Waiting:
    """A process apart that has its module loaded and waits to be told what to do: `with Waiting(...) as waiting`.

    Starting one takes as long as a small task, so it may be started before it is needed. Leaving the block ends one
    that was never asked; so does our own death, which closes its input. One that is `bound` does not finish then what
    it was told, either. Raises OSError where none can be started.
    """

    def __init__(self, module: str, *, holding: Sequence[int] = (), bound: bool = False) -> None:
        self._told = False
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `close`
        # -P: a folder `graph` lying around where we were started is not ours.
        command = [sys.executable, "-P", "-m", "graph.store.apart", module, *([BOUND] if bound else [])]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, arguments as a list
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, pass_fds=holding
            )
        except BaseException:
            self._said.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it, if it has not ended yet."""
        if not self._told:  # then it has begun nothing
            self._process.kill()
        with suppress(BrokenPipeError):  # it died before it read what it was told
            self._process.__exit__(None, None, None)  # closes its pipes and waits for it
        self._said.close()

    def kill(self) -> None:
        """End it at once, whatever it does; who asked it is answered that it died."""
        self._process.kill()

    def prepare(self, arguments: Sequence[str]) -> None:
        """Have it go into `prepared(arguments)` of its module, a context whose value is then its `work`."""
        self._tell({"beforehand": list(arguments)})

    def ask(
        self, arguments: Sequence[str], progress: Progress | None, meanwhile: Callable[[], None] | None = None
    ) -> tuple[bool, object] | None:
        """Whether its work went well and what it returned or raised; None when it died. It can be asked once."""
        assert self._process.stdout is not None
        self._tell(list(arguments))
        if meanwhile:
            meanwhile()
        outcome: tuple[bool, object] | None = None
        for line in self._process.stdout:
            message = json.loads(line)
            if isinstance(message, list):
                if progress:
                    progress(*message)
            else:
                # Only ever from our own child, through a pipe that nobody else holds.
                outcome = pickle.loads(base64.b64decode(message["outcome"]))  # noqa: S301
        return outcome if self._process.wait() == 0 else None

    def _tell(self, what: object) -> None:
        assert self._process.stdin is not None
        self._told = True
        try:
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):  # it died while it waited; that is told where somebody asks
            with suppress(BrokenPipeError):  # what it never took would be tried once more, and fail, in `close`
                self._process.stdin.close()

    def death(self) -> tuple[int, str]:
        """The code it ended with, and its last words."""
        self._said.seek(0)
        return self._process.wait(), self._said.read().decode("utf-8", "replace").strip()[-2000:]


def run_apart(
    module: str,
    arguments: Sequence[str],
    *,
    holding: Sequence[int] = (),
    progress: Progress | None = None,
    waiting: Waiting | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> object:
    """What `work(arguments, progress)` of a module returns in a fresh process; raises what it raised, or `ApartDied`.

    `holding` are descriptors, locks mostly, that the process keeps open: it holds on to them when we are killed.
    With `waiting`, it is that process, which was started with the same module and holdings; it serves once. `meanwhile`
    is done here while it works, before any progress is told.
    """
    with waiting or Waiting(module, holding=holding) as apart:
        outcome = apart.ask(arguments, progress, meanwhile)
        if outcome is None:
            raise ApartDied(module, *apart.death())
    fine, value = outcome
    if not fine:
        assert isinstance(value, BaseException)
        raise value
    return value


def answer(module: str, bound: bool = False) -> None:
    """In the process apart: do what it is told, send back what that returns, or what it raises if a user can mend it.

    Told is a line of JSON, the arguments; before it may come another, of what to do `beforehand`. The end of input
    instead means that nothing is wanted. Later it means that the parent ended, and so does this process if it is
    `bound`.
    """

    def send(message: object) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    room = importlib.import_module(module)
    gc.freeze()  # what is loaded is nobody's rubbish
    told = _told()
    outcome: tuple[bool, object]
    try:
        with ExitStack() as kept:
            work = room.work
            if isinstance(told, dict):
                work = kept.enter_context(room.prepared(told["beforehand"]))
                told = _told()
            if told is None:
                return
            if bound:
                threading.Thread(target=_end_with_input, daemon=True).start()
            outcome = (True, work(told, lambda step, done, total: send([step, done, total])))
    except (KhronikaError, OSError) as error:
        outcome = (False, error)
    send({"outcome": base64.b64encode(pickle.dumps(outcome)).decode("ascii")})


def _end_with_input() -> None:
    """End this process when its input does; nothing is said in it any more."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


def _told() -> Any:
    line = sys.stdin.readline()
    return json.loads(line) if line else None


if __name__ == "__main__":
    answer(sys.argv[1], BOUND in sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)  # all is said and closed; to take the interpreter apart would be a part of each publish
