"""What a worker can no longer do, tried from within. Where the platform has no such sandbox, that is said."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from graph.store.lane import sandbox
from graph.store.lane.syscalls import AARCH64, ARCHITECTURES, KEPT, X86_64, program

ATTEMPTS = """
import ctypes, json, os, resource, socket, subprocess, sys, threading
from pathlib import Path
from graph.store.lane import sandbox
allowed, outside, measure = Path(sys.argv[1]), Path(sys.argv[2]), sandbox.open_measure()
done = {}
def attempt(name, action):
    try:
        action()
        done[name] = "done"
    except MemoryError:
        done[name] = "MemoryError"
    except OSError as error:
        done[name] = error.strerror
    except ValueError as error:
        done[name] = str(error)
def protect():
    library = ctypes.CDLL(None, use_errno=True)
    page = ctypes.create_string_buffer(8192)
    start = (ctypes.addressof(page) + 4095) & ~4095
    if library.mprotect(ctypes.c_void_p(start), 4096, 7) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
held = os.open(outside, os.O_RDONLY)
missing = [sandbox.read_only_below(allowed)]
thread_may = threading.Event()
said = []
def another():
    thread_may.wait()
    try:
        socket.socket()
        said.append("done")
    except OSError as error:
        said.append(error.strerror)
thread = threading.Thread(target=another, daemon=True)
thread.start()
missing.append(sandbox.cap_memory(measure, 256 << 20))
sandbox.cap_files(1000)
missing.append(sandbox.allow_only_thinking())
attempt("read below", lambda: (allowed / "file").read_bytes())
attempt("list below", lambda: os.listdir(allowed))
attempt("read outside", lambda: outside.read_bytes())
attempt("read a name of the machine", lambda: open("/etc/hostname").read())
attempt("write below", lambda: (allowed / "new").write_text("x"))
attempt("change below", lambda: (allowed / "file").write_text("x"))
attempt("write outside", lambda: outside.write_text("x"))
attempt("remove below", lambda: (allowed / "file").unlink())
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", 9), 1))
attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
attempt("unix", lambda: socket.socket(socket.AF_UNIX))
attempt("fork", os.fork)
attempt("execute", lambda: os.execv("/bin/true", ["true"]))
attempt("start", lambda: subprocess.run(["/bin/true"]))
attempt("kill the parent", lambda: os.kill(os.getppid(), 0))
attempt("trace", lambda: ctypes.CDLL(None).ptrace and os.pidfd_open(os.getppid()))
attempt("machine code", protect)
attempt("more memory", lambda: bytearray(1 << 30))
attempt("lift the cap", lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))
attempt("a thread", lambda: threading.Thread(target=int).start())
attempt("what was open", lambda: os.read(held, 1))
thread_may.set()
thread.join()
done["tcp of another thread"] = said[0]
os.write(1, json.dumps({"missing": [m for m in missing if m], "done": done}).encode())
"""

REFUSED = {"Operation not permitted", "Permission denied"}


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    allowed = tmp_path_factory.mktemp("allowed")
    outside = tmp_path_factory.mktemp("outside") / "secret"
    (allowed / "file").write_text("content")
    outside.write_text("secret")
    command = [sys.executable, "-c", ATTEMPTS, str(allowed), str(outside)]
    run = subprocess.run(command, capture_output=True, check=True, timeout=60)
    told = json.loads(run.stdout)
    if told["missing"]:
        pytest.skip("this machine lacks " + ", ".join(told["missing"]))
    assert (allowed / "file").read_text() == "content"
    assert outside.read_text() == "secret"
    done: dict[str, str] = told["done"]
    return done


@pytest.mark.parametrize("what", ["read below", "list below", "a thread", "what was open"])
def test_a_worker_can_still(what: str, tried: dict[str, str]) -> None:
    assert tried[what] == "done"


@pytest.mark.parametrize(
    "what",
    [
        "read outside", "read a name of the machine", "write below", "change below", "write outside", "remove below",
        "tcp", "udp", "unix", "fork", "execute", "start", "kill the parent", "trace", "machine code",
        "tcp of another thread",
    ],
)  # fmt: skip
def test_a_worker_can_no_longer(what: str, tried: dict[str, str]) -> None:
    assert tried[what] in REFUSED


def test_memory_has_an_end(tried: dict[str, str]) -> None:
    assert tried["more memory"] == "MemoryError"
    assert tried["lift the cap"] != "done"


def test_another_platform_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert sandbox.read_only_below(tmp_path) == sandbox.FILES
    assert sandbox.allow_only_thinking() == sandbox.NETWORK
    assert sandbox.cap_memory(None, 1 << 30) == sandbox.MEMORY


def test_an_unknown_processor_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert sandbox.allow_only_thinking() == sandbox.NETWORK


def test_a_kernel_without_landlock_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(name: str, *arguments: object) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(sandbox, "_call", refused)
    assert sandbox.read_only_below(tmp_path) == sandbox.FILES
    assert sandbox.allow_only_thinking() == sandbox.NETWORK


@pytest.mark.parametrize("calls", ARCHITECTURES.values(), ids=list(ARCHITECTURES))
def test_a_filter_is_well_formed(calls: object) -> None:
    """Whole instructions, every jump inside, the last one a refusal; the kernel checks the same of its own."""
    assert calls in (X86_64, AARCH64)
    code = program(calls, 1234)
    steps = [code[at : at + 8] for at in range(0, len(code), 8)]
    assert all(len(step) == 8 for step in steps)
    for at, step in enumerate(steps):
        if step[0] & 7 == 5:  # BPF_JMP
            assert at + 1 + max(step[2], step[3]) < len(steps)
    assert steps[-1][0] == 6
    assert len(set(calls.numbers.values())) == len(calls.numbers)


def test_no_dangerous_call_is_kept() -> None:
    dangerous = {
        "socket", "connect", "bind", "execve", "execveat", "fork", "vfork", "kill", "ptrace", "open", "unlink", "ioctl",
        "unlinkat", "rename", "renameat2", "io_uring_setup", "bpf", "mount", "process_vm_readv", "memfd_create",
        "userfaultfd", "pidfd_open", "tkill", "setrlimit",
    }  # fmt: skip
    assert not dangerous & set(KEPT)


def test_a_fork_that_comes_too_late_knows_that_its_parent_has_ended() -> None:
    """The kernel tells only of what ends from then on."""
    text = "import os; from graph.store.lane.sandbox import lives_with as f; print(f(os.getppid()), f(1 << 22))"
    assert subprocess.run([sys.executable, "-c", text], capture_output=True, text=True).stdout == "True False\n"
