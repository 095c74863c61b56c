"""Named points at which a test may kill a publish, to prove that nothing is lost. Without the variable: nothing."""

import os
import signal

VARIABLE = "KHRONIKA_FAULT"  # in the environment: the name of the point at which this process kills itself


def fault(point: str) -> None:
    """Die here, as from a power switch, when a test asked for it."""
    if os.environ.get(VARIABLE) == point:
        os.kill(os.getpid(), signal.SIGKILL)
