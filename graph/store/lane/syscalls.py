"""The system calls a worker keeps, as a seccomp filter. Numbers from the kernel's tables; everything else is EPERM.

Classic BPF (linux/filter.h): eight bytes an instruction, over `struct seccomp_data` (number, architecture, arguments).
"""

import errno
import struct
from collections.abc import Mapping
from dataclasses import dataclass

ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
CLONE_THREAD, PROT_EXEC = 0x10000, 4
OPEN_TO_WRITE = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000  # O_WRONLY O_RDWR O_CREAT O_TRUNC O_APPEND
X32 = 0x40000000  # numbers of the x32 table on x86_64, which would go round the filter

# What reading a store, allocating, locking, keeping time and answering on sockets that are already open takes.
KEPT = (
    "read", "pread64", "readv", "preadv", "write", "writev", "pwrite64", "close", "fstat", "newfstatat", "statx",
    "lseek", "getdents64", "fcntl", "fadvise64", "readahead", "ftruncate",
    "recvmsg", "recvfrom", "sendmsg", "sendto", "poll", "ppoll", "select", "pselect6", "shutdown",
    "munmap", "mremap", "madvise", "brk", "membarrier",
    "futex", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "gettid", "getpid", "getppid", "getcpu",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "setitimer",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
    "getrandom", "getrusage", "sysinfo", "uname", "exit", "exit_group", "geteuid", "getuid", "getegid", "getgid",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calls:
    """The table of one architecture: its audit number, and the number of each call it has."""

    audit: int
    numbers: Mapping[str, int]

    @property
    def seccomp(self) -> int:
        """The call that lays a filter."""
        return self.numbers["seccomp"]


X86_64 = Calls(0xC000003E, {
    "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11,
    "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "pread64": 17, "pwrite64": 18,
    "readv": 19, "writev": 20, "select": 23, "sched_yield": 24, "mremap": 25, "madvise": 28, "nanosleep": 35,
    "setitimer": 38, "getpid": 39, "sendto": 44, "recvfrom": 45, "sendmsg": 46, "recvmsg": 47, "shutdown": 48,
    "clone": 56, "exit": 60, "uname": 63, "fcntl": 72, "ftruncate": 77, "gettimeofday": 96, "getrusage": 98,
    "sysinfo": 99, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110, "sigaltstack": 131,
    "gettid": 186, "readahead": 187, "time": 201, "futex": 202, "sched_getaffinity": 204, "getdents64": 217,
    "restart_syscall": 219, "fadvise64": 221, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230,
    "exit_group": 231, "tgkill": 234, "openat": 257, "newfstatat": 262, "pselect6": 270, "ppoll": 271,
    "set_robust_list": 273, "preadv": 295, "prlimit64": 302, "getcpu": 309, "seccomp": 317, "getrandom": 318,
    "membarrier": 324, "statx": 332, "rseq": 334, "clone3": 435,
})  # fmt: skip
AARCH64 = Calls(0xC00000B7, {
    "fcntl": 25, "ftruncate": 46, "openat": 56, "close": 57, "getdents64": 61, "lseek": 62, "read": 63, "write": 64,
    "readv": 65, "writev": 66, "pread64": 67, "pwrite64": 68, "preadv": 69, "pselect6": 72, "ppoll": 73,
    "newfstatat": 79, "fstat": 80, "exit": 93, "exit_group": 94, "futex": 98, "set_robust_list": 99, "nanosleep": 101,
    "setitimer": 103, "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115, "sched_getaffinity": 123,
    "sched_yield": 124, "restart_syscall": 128, "tgkill": 131, "sigaltstack": 132, "rt_sigaction": 134,
    "rt_sigprocmask": 135, "rt_sigreturn": 139, "uname": 160, "getrusage": 165, "getcpu": 168, "gettimeofday": 169,
    "getpid": 172, "getppid": 173, "getuid": 174, "geteuid": 175, "getgid": 176, "getegid": 177, "gettid": 178,
    "sysinfo": 179, "sendto": 206, "recvfrom": 207, "shutdown": 210, "sendmsg": 211, "recvmsg": 212, "readahead": 213,
    "brk": 214, "munmap": 215, "mremap": 216, "clone": 220, "mmap": 222, "fadvise64": 223, "mprotect": 226,
    "madvise": 233, "prlimit64": 261, "seccomp": 277, "getrandom": 278, "membarrier": 283, "statx": 291, "rseq": 293,
    "clone3": 435,
})  # fmt: skip
ARCHITECTURES: Mapping[str, Calls] = {"x86_64": X86_64, "aarch64": AARCH64}


def program(calls: Calls, pid: int) -> bytes:
    """The filter for a process `pid` of this architecture, as an array of `struct sock_filter`."""
    refuse = _return(ERRNO | errno.EPERM)
    code = [_load(ARCHITECTURE), _jump_equal(calls.audit, 1, 0), _return(KILL), _load(NUMBER)]
    if calls is X86_64:
        code += [_jump_at_least(X32, 0, 1), refuse]
    for name in KEPT:
        if name in calls.numbers:
            code += [_jump_equal(calls.numbers[name], 0, 1), _return(ALLOW)]
    code += _where(calls, "clone", [_load(_argument(0)), _jump_set(CLONE_THREAD, 1, 0), refuse])
    code += _where(calls, "mmap", [_load(_argument(2)), _jump_set(PROT_EXEC, 0, 1), refuse])
    code += _where(calls, "mprotect", [_load(_argument(2)), _jump_set(PROT_EXEC, 0, 1), refuse])
    code += _where(calls, "openat", [_load(_argument(2)), _jump_set(OPEN_TO_WRITE, 0, 1), refuse])
    code += _where(calls, "tgkill", [_load(_argument(0)), _jump_equal(pid, 1, 0), refuse])  # abort() of itself
    asked = [_load(_argument(2)), _jump_equal(0, 1, 0), refuse, _load(_argument(2) + 4), _jump_equal(0, 1, 0), refuse]
    code += _where(calls, "prlimit64", asked)  # limits may be read, not set
    # glibc asks clone3 first, whose flags lie behind a pointer that a filter cannot follow; ENOSYS sends it to clone
    code += [_jump_equal(calls.numbers["clone3"], 0, 1), _return(ERRNO | errno.ENOSYS), refuse]
    return b"".join(code)


def _where(calls: Calls, name: str, conditions: list[bytes]) -> list[bytes]:
    """Allow one call if its conditions fall through without returning."""
    return [_jump_equal(calls.numbers[name], 0, len(conditions) + 1), *conditions, _return(ALLOW)]


def _argument(place: int) -> int:
    """The offset of the low half of an argument (little-endian)."""
    return ARGUMENTS + 8 * place


def _instruction(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)


def _load(offset: int) -> bytes:
    return _instruction(0x20, offset)  # BPF_LD | BPF_W | BPF_ABS


def _jump_equal(value: int, then: int, otherwise: int) -> bytes:
    return _instruction(0x15, value, then, otherwise)  # BPF_JMP | BPF_JEQ | BPF_K


def _jump_at_least(value: int, then: int, otherwise: int) -> bytes:
    return _instruction(0x35, value, then, otherwise)  # BPF_JMP | BPF_JGE | BPF_K


def _jump_set(value: int, then: int, otherwise: int) -> bytes:
    return _instruction(0x45, value, then, otherwise)  # BPF_JMP | BPF_JSET | BPF_K


def _return(value: int) -> bytes:
    return _instruction(0x06, value)  # BPF_RET | BPF_K
