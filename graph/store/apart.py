"""Work on the store in a process of its own: a fresh interpreter, never a fork.

So no other process of ours ever has the store open for writing, and a killed one takes nothing with it.
"""

import base64
import importlib
import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence

from graph.errors import KhronikaError

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


def run_apart(
    module: str, arguments: Sequence[str], *, holding: Sequence[int] = (), progress: Progress | None = None
) -> object:
    """What `work(arguments, progress)` of a module returns in a fresh process; raises what it raised, or `ApartDied`.

    `holding` are descriptors, locks mostly, that the process keeps open: it holds on to them when we are killed.
    """
    # -P: a folder `graph` lying around where we were started is not ours.
    command = [sys.executable, "-P", "-m", "graph.store.apart", module, *arguments]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - our own module, arguments as a list
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, pass_fds=holding
        ) as process,
    ):
        assert process.stdout is not None
        outcome: tuple[bool, object] | None = None
        for line in process.stdout:
            message = json.loads(line)
            if isinstance(message, list):
                if progress:
                    progress(*message)
            else:
                # Only ever from our own child, through a pipe that nobody else holds.
                outcome = pickle.loads(base64.b64decode(message["outcome"]))  # noqa: S301
        code = process.wait()
        if outcome is None or code:
            said.seek(0)
            raise ApartDied(module, code, said.read().decode("utf-8", "replace").strip()[-2000:])
    fine, value = outcome
    if not fine:
        assert isinstance(value, BaseException)
        raise value
    return value


def answer(module: str, arguments: Sequence[str]) -> None:
    """In the process apart: do the work and send back what it returns, or what it raises if a user can mend that."""

    def send(message: object) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    work = importlib.import_module(module).work
    try:
        outcome: tuple[bool, object] = (True, work(arguments, lambda step, done, total: send([step, done, total])))
    except (KhronikaError, OSError) as error:
        outcome = (False, error)
    send({"outcome": base64.b64encode(pickle.dumps(outcome)).decode("ascii")})


if __name__ == "__main__":
    answer(sys.argv[1], sys.argv[2:])
