"""How one page process answers on several connections: in turns, and never is one slow answer everybody's."""

import marshal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.front.page_process import HEAD, PIECE, Turns
from server.front.requests import Environ

SOON = 20.0


class Asked:
    """Somebody who asks on a connection of their own."""

    def __init__(self, path: Path) -> None:
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.settimeout(SOON)
        self.connection.connect(str(path))

    def ask(self, **environ: str) -> None:
        said = marshal.dumps((environ, "state"))
        self.connection.sendall(HEAD.pack(len(said), 0) + said)

    def answer(self) -> bytes:
        return self.connection.recv(1000)


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Callable[[Callable[[Environ, str], bytes]], Callable[[], Asked]]]:
    """Has some function answer, in a thread as in a process of its own; gives who asks it."""
    listening, asked = socket.socket(socket.AF_UNIX), list[Asked]()
    path = tmp_path / "s"
    listening.bind(str(path))
    listening.listen()

    def begin(answer: Callable[[Environ, str], bytes]) -> Callable[[], Asked]:
        threading.Thread(target=Turns(answer, listening).take, daemon=True).start()

        def another() -> Asked:
            asked.append(Asked(path))
            return asked[-1]

        return another

    yield begin
    for each in asked:
        each.connection.close()


def test_each_connection_gets_its_own_answers(asking) -> None:
    another = asking(lambda environ, state: f"{state} {environ['x']}".encode())
    some = [another() for _ in range(5)]
    for turn in range(3):
        for number, each in enumerate(some):
            each.ask(x=f"{turn} {number}")
        assert [each.answer().decode() for each in some] == [f"state {turn} {number}" for number in range(5)]


def test_a_request_may_come_in_pieces(asking) -> None:
    one = asking(lambda environ, _: str(len(environ["x"])).encode())()
    said = marshal.dumps(({"x": "y" * 3 * PIECE}, ""))
    whole = HEAD.pack(len(said), 0) + said
    for piece in (whole[:3], whole[3:9], whole[9 : PIECE + 1], whole[PIECE + 1 :]):
        one.connection.sendall(piece)
        time.sleep(0.01)
    assert one.answer() == str(3 * PIECE).encode()


def test_whether_anybody_is_there_is_answered_at_once(asking) -> None:
    one = asking(lambda *_: b"")()
    one.connection.sendall(HEAD.pack(0, 0))
    assert one.answer() == HEAD.pack(0, 0)


def test_a_slow_answer_holds_up_nobody_else(asking) -> None:
    """However many of them there are."""
    going_on = threading.Event()

    def answer(environ: Environ, _: str) -> bytes:
        if environ["x"] == "slow":
            assert going_on.wait(SOON)
        return str(environ["x"]).encode()

    another = asking(answer)
    slow, quick = [another() for _ in range(3)], another()
    for each in slow:
        each.ask(x="slow")
    for number in range(50):
        quick.ask(x=str(number))
        assert quick.answer() == str(number).encode()
    going_on.set()
    assert [each.answer() for each in slow] == [b"slow"] * 3
    for number in range(50):  # and everything goes on as before
        for each in (quick, *slow):
            each.ask(x=str(number))
        assert [each.answer() for each in (quick, *slow)] == [str(number).encode()] * 4


def test_who_was_slow_takes_no_turn_again(asking) -> None:
    """Two threads with one turn would both wait for what only one of them gets to read."""
    another = asking(lambda environ, _: time.sleep(float(environ["x"])) or b"!")  # type: ignore[func-returns-value]
    before = threading.active_count()
    for each in [another() for _ in range(4)]:
        each.ask(x="0.2")
        assert each.answer() == b"!"
    end = time.monotonic() + SOON
    while threading.active_count() > before + 1:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_who_hangs_up_is_let_go(asking) -> None:
    going_on = threading.Event()

    def answer(environ: Environ, _: str) -> bytes:
        if environ["x"] == "slow":
            assert going_on.wait(SOON)
        return b"!"

    another = asking(answer)
    gone, half, stays = another(), another(), another()
    gone.ask(x="slow")
    half.connection.sendall(b"\0")
    time.sleep(0.2)
    gone.connection.close()
    half.connection.close()
    for _ in range(10):
        stays.ask(x="")
        assert stays.answer() == b"!"
    going_on.set()
    for _ in range(10):
        stays.ask(x="")
        assert stays.answer() == b"!"


def test_many_may_come_and_go(asking) -> None:
    """The number of a connection that is gone is that of one which comes."""
    another = asking(lambda *_: b"!")
    for _ in range(50):
        one = another()
        one.ask(x="")
        assert one.answer() == b"!"
        one.connection.close()


def test_another_process_may_be_first(tmp_path: Path) -> None:
    """Several accept from one socket, and all of them hear that somebody is there."""
    taken, contested = list[object](), threading.Event()

    class Contested(socket.socket):
        def accept(self) -> tuple[socket.socket, object]:
            if contested.is_set() and not taken:
                taken.append(super().accept())
            return super().accept()

    listening = Contested(socket.AF_UNIX)
    listening.bind(str(tmp_path / "s"))
    listening.listen()
    threading.Thread(target=Turns(lambda *_: b"!", listening).take, daemon=True).start()
    ours = Asked(tmp_path / "s")
    ours.ask(x="")
    assert ours.answer() == b"!"
    contested.set()
    theirs = Asked(tmp_path / "s")
    end = time.monotonic() + SOON
    while not taken:
        assert time.monotonic() < end
        time.sleep(0.01)
    ours.ask(x="")
    assert ours.answer() == b"!"
    for each in (ours, theirs):
        each.connection.close()


def test_a_fault_is_printed_and_the_front_asks_somebody_else(asking, capfd: pytest.CaptureFixture[str]) -> None:
    another = asking(lambda environ, _: str(environ["x"]).encode())
    wrong, right = another(), another()
    wrong.ask(y="")
    assert wrong.answer() == b""
    assert "KeyError: 'x'" in capfd.readouterr().err
    right.ask(x="!")
    assert right.answer() == b"!"


def test_one_that_can_accept_nobody_ends(tmp_path: Path) -> None:
    """Then the front knows, and asks somebody else; it would ask again and again, and everybody would wait."""
    program = f"""
import resource, socket
from pathlib import Path
from server.front.page_process import Turns
listening = socket.socket(socket.AF_UNIX)
listening.bind({str(tmp_path / "s")!r})
listening.listen()
turns = Turns(lambda *_: b"", listening)
asked = socket.socket(socket.AF_UNIX)
asked.connect({str(tmp_path / "s")!r})
resource.setrlimit(resource.RLIMIT_NOFILE, (asked.fileno() + 1, asked.fileno() + 1))
turns.take()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=SOON)
    assert done.returncode == 0
    assert "Too many open files" in done.stderr
