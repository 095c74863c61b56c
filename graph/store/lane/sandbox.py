"""What a worker may still do once its store is open: read that store, think, answer. The kernel holds it to that.

Landlock (files, TCP, signals) must be entered before threads exist; seccomp is laid over all threads at once and so
comes last. Each part that this platform lacks is named, never skipped in silence: see `QueryLane.missing`.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

from graph.store.lane.syscalls import ARCHITECTURES, program

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446  # the same on every architecture
LANDLOCK_CREATE_RULESET_VERSION, LANDLOCK_RULE_PATH_BENEATH = 1, 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 1, 1
# How many rights over files each version of Landlock knows of (linux/landlock.h); newer versions know at least these.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}

FILES = "landlock (files outside the snapshot can be read)"
NETWORK = "seccomp (network and new processes are not closed)"
MEMORY = "RLIMIT_AS (memory of a query is not capped)"


def lives_with(parent: int) -> bool:
    """Have the kernel kill this fork of `parent` when that ends, as Linux can; False when it has ended already."""
    if sys.platform == "linux":
        _call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    return os.getppid() == parent


def read_only_below(folder: Path) -> str | None:
    """Close every file but those below `folder`, which may be read. What is missing, None when nothing is."""
    if sys.platform != "linux":
        return FILES
    try:
        version = _call("syscall", LANDLOCK_CREATE_RULESET, None, 0, LANDLOCK_CREATE_RULESET_VERSION)
        rights = (1 << FILE_RIGHTS.get(version, 16)) - 1
        # struct landlock_ruleset_attr: files, TCP bind and connect (4), abstract sockets and signals (6)
        ruleset = struct.pack("=QQQ", rights, 3, 3)[: 24 if version >= 6 else 16 if version >= 4 else 8]
        rules = _call("syscall", LANDLOCK_CREATE_RULESET, ruleset, len(ruleset), 0)
        below = os.open(folder, os.O_PATH | os.O_CLOEXEC)
        try:
            rule = struct.pack("=Qi", READ_FILE | READ_DIR, below)
            _call("syscall", LANDLOCK_ADD_RULE, rules, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
            _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            _call("syscall", LANDLOCK_RESTRICT_SELF, rules, 0)
        finally:
            os.close(below)
            os.close(rules)
    except OSError:
        return FILES
    return None


def allow_only_thinking() -> str | None:
    """Close every system call but those an open store needs. What is missing, None when nothing is."""
    calls = ARCHITECTURES.get(platform.machine()) if sys.platform == "linux" else None
    if calls is None or sys.byteorder != "little":
        return NETWORK
    code = program(calls, os.getpid())
    text = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HP", len(code) // 8, ctypes.addressof(text))  # struct sock_fprog
    try:
        _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _call("syscall", calls.seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, header)
    except OSError:
        return NETWORK
    return None


def open_measure() -> int | None:
    """A descriptor of this process's size, to be opened before files are closed; None where there is no such file."""
    try:
        return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def cap_memory(measure: int | None, more: int) -> str | None:
    """Let this process grow by `more` bytes of address space over what it has now. What is missing, None if nothing is.

    Past the cap an allocation fails, which ends the process (Rust aborts) or raises `MemoryError`.
    """
    if measure is None:
        return MEMORY
    try:
        pages = int(os.read(measure, 200).split()[0])
        cap = pages * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (cap, cap))
    except (OSError, ValueError):
        return MEMORY
    finally:
        os.close(measure)
    return None


def cap_files(size: int) -> None:
    """No file longer than `size` bytes, and no core dump: it would hold what was asked."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _call(name: str, *arguments: object) -> int:
    """A function of the C library; `OSError` where it gives -1 or does not exist."""
    library = ctypes.CDLL(None, use_errno=True)
    function = getattr(library, name, None)
    if function is None:
        raise OSError(errno.ENOSYS, name)
    function.restype = ctypes.c_long
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(function(*wide))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
