"""Having a release shown: by a process apart, under the lock, which goes the `steps` from the journal to the pointer.

It may be started beforehand, and make ready meanwhile what it can.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Self

from graph.errors import KhronikaError
from graph.history.errors import JournalError
from graph.history.journal import Entry
from graph.releases.current import Release, is_shown
from graph.releases.errors import NotShownYet, StoreAhead
from graph.settings import Settings
from graph.store.apart import Progress, Waiting, run_apart

ROOM = "graph.releases.steps"
ANEW, KNOWING = "anew", "knowing"  # words it may be told


class Beforehand:
    """The process that shows, started while there is still something else to do; it keeps hold of `lock` too.

    `waiting` is None where none can be started: what is to be published is then still checked and recorded. Leaving the
    block ends it.
    """

    def __init__(self, settings: Settings, lock: int) -> None:
        self._folder, self._prepares = str(settings.folder), False
        self.waiting: Waiting | None = None
        with suppress(OSError):
            self.waiting = Waiting(ROOM, holding=[lock])

    def prepare(self) -> None:
        """Have it make ready what it can, if it was not told so yet: there will be something to show."""
        if self.waiting and not self._prepares:
            self._prepares = True
            self.waiting.prepare([self._folder])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.waiting:
            self.waiting.close()


def show(
    settings: Settings,
    lock: int,
    progress: Progress | None = None,
    *,
    anew: bool = False,
    knowing: bool = False,
    waiting: Waiting | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Release:
    """Show the newest release of the journal, in a process apart that keeps hold of `lock`.

    `anew` trusts no file; `knowing` does not read files again that were proved before (see `proved`): only where all
    went well so far. `waiting` is that of `Beforehand`; `meanwhile` is done here while the process works. Raises
    `StoreAhead`, a `JournalError`, OSError (no room, no right to write) or `ApartDied`.
    """
    arguments = [str(settings.folder), *([ANEW] if anew else []), *([KNOWING] if knowing else [])]
    release = run_apart(ROOM, arguments, holding=[lock], progress=progress, waiting=waiting, meanwhile=meanwhile)
    assert isinstance(release, Release)
    return release


def show_or_say(
    settings: Settings,
    entry: Entry,
    lock: int,
    progress: Progress,
    *,
    knowing: bool = False,
    waiting: Waiting | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Show the newest release, `entry`, unless it is shown already; it is recorded, so what goes wrong is not a loss.

    `knowing`, `waiting` and `meanwhile` as in `show`; the last is not done where nothing has to be. Raises
    `NotShownYet`; `StoreAhead` or a `JournalError` where something is wrong that no second try mends.
    """
    if is_shown(settings, entry):
        return
    try:
        show(settings, lock, progress, knowing=knowing, waiting=waiting, meanwhile=meanwhile)
    except (JournalError, StoreAhead):
        raise
    except (KhronikaError, OSError) as error:
        raise NotShownYet(entry.number, str(error)) from error
