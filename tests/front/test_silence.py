"""Nobody holds a connection for nothing: who says nothing, or takes nothing, is let go."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from front.served import answering
from front.spoken import BIG, Client, answer
from uvicorn import Config
from uvicorn.server import ServerState

from graph.store.lane.files import SETTLED_SECONDS, SpoolRoom
from server.front import connections
from server.front.connections import Connection
from server.front.requests import Reply


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that waits for fractions of a second where others wait for half a minute."""
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.3)
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.6)
    monkeypatch.setattr(connections, "SWEEP_SECONDS", 0.05)
    with answering(answer) as port:
        yield port


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_says_nothing_more_is_let_go(hasty: int, sent: bytes) -> None:
    client = Client(hasty)
    client.socket.sendall(sent)
    begun = time.monotonic()
    assert client.is_closed()
    assert 0.2 < time.monotonic() - begun < 3
    client.close()


def test_who_sends_a_byte_now_and_then_is_let_go_too(hasty: int) -> None:
    client = Client(hasty)
    client.socket.sendall(b"GET / HTTP/1.1\r\n")
    begun = time.monotonic()
    with suppress(BrokenPipeError, ConnectionResetError):
        while time.monotonic() - begun < 5:
            client.socket.sendall(b"X: y\r\n")
            time.sleep(0.05)
    assert 0.5 < time.monotonic() - begun < 3
    client.close()


@pytest.mark.parametrize("path", ["/big", "/file"])
def test_who_takes_nothing_is_let_go(hasty: int, path: str) -> None:
    client = Client(hasty)
    client.send(path)
    time.sleep(1.5)
    taken = 0
    try:
        while piece := client.socket.recv(1 << 20):
            taken += len(piece)
    except ConnectionResetError:
        pass
    assert taken < len(BIG)
    client.close()


def test_who_takes_a_byte_now_and_then_is_let_go_too(hasty: int) -> None:
    """A file it holds is one that others cannot have."""
    client = Client(hasty)
    client.send("/file")
    begun, taken = time.monotonic(), 0
    with suppress(ConnectionResetError):
        while time.monotonic() - begun < 2:
            taken += len(client.socket.recv(1))
            time.sleep(0.02)
        while piece := client.socket.recv(1 << 20):
            taken += len(piece)
    assert taken < len(BIG)
    client.close()


class Line:
    """A transport by its numbers: what of `written` bytes waits, and whether it was ended."""

    def __init__(self) -> None:
        self.waits, self.ended = 0, False

    def get_write_buffer_size(self) -> int:
        return self.waits

    def abort(self) -> None:
        self.ended = True


@pytest.mark.parametrize(("rate", "kept"), [(connections.SLOWEST + 100, True), (connections.SLOWEST - 100, False)])
def test_so_many_bytes_a_second_must_be_taken(rate: int, kept: bool) -> None:
    line, loop = Line(), asyncio.new_event_loop()
    ours = Connection(Config(answer, interface="asgi3", ws="none"), ServerState(), {}, loop)
    loop.close()
    ours.transport = line  # type: ignore[assignment]
    begun, ours._written = ours._moved, 10_000_000
    for second in range(0, 40, connections.SWEEP_SECONDS):
        line.waits = ours._written - rate * second
        ours.look(begun + second)
    assert line.ended is not kept


def test_who_takes_a_long_answer_slowest_makes_room_for_others(tmp_path: Path) -> None:
    """Each of them at a thousand bytes a second, so that none is let go for its silence."""
    room = SpoolRoom(tmp_path, 2)

    async def give(_scope: object, _receive: object) -> Reply:
        file = room.file()
        file.write(BIG)
        file.seek(0)
        return Reply(200, [("Content-Length", str(len(BIG))), ("Connection", "close")], file=file)

    with answering(give) as port:
        slow, quick = Client(port), Client(port)
        for each in (slow, quick):
            each.send("/")
        taken = len(quick.file.read(5_000_000))
        time.sleep(SETTLED_SECONDS)
        other = Client(port)
        assert other.ask("/")[2] == BIG
        taken += len(quick.file.read())
        assert taken > len(BIG)
        with suppress(ConnectionResetError):
            assert len(slow.file.read()) < len(BIG)  # which is less than it was promised
        for each in (slow, quick, other):
            each.close()
        until = time.monotonic() + 3
        while room.open:
            assert time.monotonic() < until
            time.sleep(0.01)


def test_who_takes_it_slowly_gets_all_of_it(hasty: int) -> None:
    client = Client(hasty)
    client.send("/file")
    head, begun = client.file.readline(), time.monotonic()
    while client.file.readline().strip():
        pass
    taken = 0
    while taken < len(BIG):
        taken += len(client.file.read(min(3_000_000, len(BIG) - taken)))
        time.sleep(0.1)
    assert (b"200" in head, taken) == (True, len(BIG))
    assert time.monotonic() - begun > 0.6
    client.close()


def test_who_waits_for_us_is_not_let_go(hasty: int) -> None:
    client = Client(hasty)
    assert client.ask("/slow?n=1")[2] == b"n=1"
    client.close()


def test_who_waits_for_us_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "CONNECTIONS", 2)
    with answering(answer) as port:
        waiting = Client(port)
        waiting.send("/slow?n=1")
        time.sleep(0.1)
        idle = Client(port)
        assert idle.ask("/?n=0")[0] == 200
        new = Client(port)
        assert idle.is_closed()  # which was not the most silent one
        assert new.ask("/?n=2")[2] == b"n=2"
        newest = Client(port)
        assert newest.ask("/?n=3")[2] == b"n=3"
        assert new.is_closed()
        assert waiting.receive()[2] == b"n=1"
        for each in (waiting, idle, new, newest):
            each.close()


def test_where_all_places_are_taken_the_most_silent_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "CONNECTIONS", 5)
    with answering(answer) as port:
        silent = []
        for _ in range(5):
            silent.append(Client(port))
            assert silent[-1].ask("/?n=1")[0] == 200
        assert silent[0].ask("/?n=2")[0] == 200  # so the second is the most silent
        new = Client(port)
        assert new.ask("/?n=3")[2] == b"n=3"
        assert silent[1].is_closed()
        assert silent[0].ask("/?n=4")[2] == b"n=4"
        for each in (*silent, new):
            each.close()
