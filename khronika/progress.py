"""What a long command is doing, on a terminal's last line; silent where nobody watches."""

import sys
import time
from types import TracebackType
from typing import Self

SHOWN_AFTER_SECONDS = 0.5  # what is done sooner needs no bar
REDRAWN_EVERY_SECONDS = 0.1


class Progress:
    """Called with `(step, done, total)` by the rooms; writes to standard error when that is a terminal."""

    def __init__(self) -> None:
        self._began = self._drawn = time.monotonic()
        self._shows = sys.stderr.isatty()
        self._dirty = False

    def __enter__(self) -> Self:
        return self

    def __call__(self, step: str, done: int, total: int) -> None:
        """Say that `done` of `total` parts of a step are done; `total` 0 when unknown."""
        now = time.monotonic()
        if not self._shows or now - self._began < SHOWN_AFTER_SECONDS or now - self._drawn < REDRAWN_EVERY_SECONDS:
            return
        self._drawn, self._dirty = now, True
        share = f" {done:,} of {total:,}" if total else ""
        sys.stderr.write(f"\r\x1b[K{step}{share} ...")
        sys.stderr.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._dirty:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
