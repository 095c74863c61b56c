"""Named points at which a test may kill a publish, to prove that nothing is lost. Without the variable: nothing."""

import os
import signal

VARIABLE = "KHRONIKA_FAULT"  # in the environment: the name of the point at which this process kills itself

POINTS = (
    "read",  # records are read, nothing is recorded
    "checked",  # they conform
    "committing",  # written, but the transaction is still open
    "committed",  # the release is recorded: from here on it may not be lost
    "filled",  # a store made from nothing holds everything; if it is large, its index is being made
    "built",  # a store made from nothing, not yet in its place
    "placed",  # in its place, not yet signed
    "stored",  # the working store holds the release
    "copied",  # its files are copied
    "manifested",  # and signed
    "named",  # the snapshot stands under its number
    "switched",  # and is shown
    "pruned",  # what is no longer needed is gone
    "shown",  # everything is done, nobody has been told
    "blocked",  # a withdrawal: every channel knows
    "settled",  # the release without it is recorded
    "erased",  # the words are out of the journal
)


def fault(point: str) -> None:
    """Die here, as from a power switch, when a test asked for it."""
    if os.environ.get(VARIABLE) == point:
        os.kill(os.getpid(), signal.SIGKILL)
