"""A process that answers queries over one snapshot until it is told to stop, or is stopped. It is forked by `spawner`.

It opens the store, gives up every right it does not need (`sandbox`), says that it is ready and what this platform
could not take from it, and then answers one message at a time. Its front may kill it at any instant.
"""

import gc
import os
import resource
import signal
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from pyoxigraph import Store

from graph.store.lane import sandbox, wire
from graph.store.lane.evaluate import Failure, evaluate
from graph.store.lane.spool import Spool

STACK_BYTES = 256 << 20  # a nested query of 5 kB overflows the usual 8 MB; address space only, touched as needed
GRACE_SECONDS = 0.5  # the worker's own alarm, should its front be too busy to kill it
WORN_KB = 128 << 10  # after a query that grew the process by so much, a fresh one costs less than its heap


def live(front: socket.socket, terms: Mapping[str, Any]) -> NoReturn:
    """Serve `front` on the spawner's `terms`: path, memory and result (bytes), prefixes. Ends the process."""
    measure = sandbox.open_measure()
    missing = [sandbox.read_only_below(Path(terms["path"]))]
    try:
        store = Store.read_only(terms["path"])
        threading.stack_size(STACK_BYTES)
        thread = threading.Thread(target=_serve, args=(front, store, terms, measure, missing))
        thread.start()
        thread.join()
    except OSError:  # whose words name a folder of this machine, which is nobody else's business
        _say_failed(front, Failure("lost", "The snapshot cannot be opened."))
    finally:
        os._exit(0)


def _serve(
    front: socket.socket, store: Store, terms: Mapping[str, Any], measure: int | None, missing: list[str | None]
) -> None:
    missing.append(sandbox.cap_memory(measure, terms["memory"]))
    sandbox.cap_files(terms["result"])
    missing.append(sandbox.allow_only_thinking())
    gc.freeze()
    try:
        wire.send(front, wire.READY, wire.pack({"missing": [part for part in missing if part]}))
        file = -1
        while True:
            _, content, files = wire.receive_with_files(front, wire.MOST_ASKED, 1 if file < 0 else 0)
            if files:
                file = files[0]
            if _answer(front, store, terms, wire.read_question(content), file):
                os.close(file)
                file = -1
    except wire.Closed:
        return


def _answer(front: socket.socket, store: Store, terms: Mapping[str, Any], ask: Mapping[str, Any], file: int) -> bool:
    """Answer one message; true when the answer went into the file."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.setitimer(signal.ITIMER_REAL, ask["seconds"] + GRACE_SECONDS)
    spool = Spool(file, wire.INLINE_BYTES, terms["result"])
    try:
        evaluate(store, ask, terms["prefixes"], spool)
    except Failure as failure:
        _say_failed(front, failure, spoiled=spool.spilled)
        return spool.spilled
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    worn = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before > WORN_KB
    if spool.spilled:
        kind, content = wire.SPOOLED, wire.pack({"length": spool.length})
    else:
        kind, content = wire.BODY, spool.body()
    wire.send(front, kind.lower() if worn else kind, content)
    return spool.spilled


def _say_failed(front: socket.socket, failure: Failure, *, spoiled: bool = False) -> None:
    """Say why there is no answer; `spoiled` where the file was begun, of which this process lets go."""
    place = {"line": failure.line, "column": failure.column}
    said = {"kind": failure.kind, "reason": failure.reason, "spoiled": spoiled, **place}
    wire.send(front, wire.FAILED, wire.pack(said))
