"""Clients that stop speaking before they stop listening, go on when nobody listens, or ask and take no answers."""

import asyncio
import gc
import time
from contextlib import suppress

import pytest
from front.served import answering
from front.spoken import BIG, Client, answer

from server.front import connections
from server.front.connections import AHEAD_BYTES, AROUND_BYTES, AT_ONCE, PIECE, Connection
from server.front.heads import BODY_BYTES
from server.front.requests import Reply, body_of

SHUT_WR = 1


def test_who_has_asked_may_stop_speaking(client: Client) -> None:
    """As `nc -N` does: the answer is given all the same, and the connection ends with it."""
    client.send("/later?n=1")
    client.socket.shutdown(SHUT_WR)
    status, headers, body = client.receive()
    assert (status, headers["connection"], body) == (200, "close", b"n=1")
    assert client.is_closed()


def test_all_that_was_asked_is_answered(client: Client) -> None:
    client.send("/later?n=1")
    client.send("/?n=2")
    client.send("/", "Content-Length: 3", method="POST", body=b"abc")
    client.send("/file")
    client.socket.shutdown(SHUT_WR)
    assert [client.receive()[2] for _ in range(4)] == [b"n=1", b"n=2", b"abc", BIG]
    assert client.is_closed()


def test_who_stops_speaking_while_it_listens_hears_it_all(client: Client) -> None:
    client.send("/file")
    assert b"200" in client.file.readline()
    client.socket.shutdown(SHUT_WR)
    while client.file.readline().strip():
        pass
    assert client.file.read() == BIG  # and then it ends


@pytest.mark.parametrize("rest", [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"])
def test_who_has_not_asked_whole_has_nothing_to_wait_for(client: Client, rest: bytes) -> None:
    client.socket.sendall(rest)
    client.socket.shutdown(SHUT_WR)
    begun = time.monotonic()
    assert client.is_closed()
    assert time.monotonic() - begun < 1


def test_many_that_wait_and_a_half_one(client: Client) -> None:
    client.socket.sendall(b"GET /?n=1 HTTP/1.1\r\nHost: x\r\n\r\n" * 500 + b"GET / HT")
    client.socket.shutdown(SHUT_WR)
    assert {client.receive()[2] for _ in range(500)} == {b"n=1"}
    begun = time.monotonic()
    assert client.is_closed()
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("lines", [("Transfer-Encoding: chunked",), (f"Content-Length: {5 * BODY_BYTES}",)])
def test_who_sends_too_much_comes_to_read_so(client: Client, lines: tuple[str, ...]) -> None:
    """To close at once would take the answer from it: what was sent and not read resets a connection."""
    client.send("/", *lines, method="POST")
    for _ in range(5 * BODY_BYTES // 0x10000):
        client.socket.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        time.sleep(0.001)
    assert client.receive()[0] == 413
    assert client.is_closed()


def test_who_goes_on_sending_what_was_refused_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LINGER_SECONDS", 0.2)
    with answering(answer) as port:
        client = Client(port)
        client.send("/", f"Content-Length: {BODY_BYTES + 1}", method="POST")
        begun = time.monotonic()
        with suppress(BrokenPipeError, ConnectionResetError):
            while time.monotonic() - begun < 3:
                client.socket.sendall(b"x")
                time.sleep(0.02)
        assert time.monotonic() - begun < 2
        client.close()


@pytest.mark.parametrize(
    "around",
    [b"3;" + b"x" * 2 * AROUND_BYTES, b"0\r\nX: " + b"x" * 2 * AROUND_BYTES, b"1\r\nx\r\n" * AROUND_BYTES],
    ids=["what a chunk says of itself", "fields after it", "chunks of a byte"],
)
def test_what_surrounds_a_body_has_an_end(client: Client, around: bytes) -> None:
    client.send("/", "Transfer-Encoding: chunked", method="POST")
    client.socket.sendall(around)
    assert client.receive()[0] == 413
    assert client.is_closed()


def test_who_asks_and_takes_nothing_costs_little(client: Client, port: int) -> None:
    """Thousands of requests in a few packets, and nobody who reads: neither they nor their answers pile up."""
    request = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"
    client.socket.settimeout(0.3)
    with suppress(TimeoutError):
        client.socket.sendall(request * 400_000)
    ours = connection_of(client)
    assert ours.transport.get_write_buffer_size() < 2 * PIECE
    assert len(ours.pipeline) <= AT_ONCE // len(request) + 1
    assert 0 < len(ours._ahead) <= AHEAD_BYTES
    other = Client(port)
    assert other.ask("/?n=1")[2] == b"n=1"
    other.close()


def test_who_sends_bodies_ahead_is_let_go() -> None:
    """Where a body is awaited the line is read: what comes with it beyond its own is not kept without end."""

    async def later(scope, receive):
        body = await body_of(receive, BODY_BYTES)
        await asyncio.sleep(0.01)
        return Reply(200, [], body)

    with answering(later) as port:
        client = Client(port)
        with suppress(TimeoutError, ConnectionResetError, BrokenPipeError):
            client.socket.settimeout(1)
            client.socket.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx" * 400_000)
        begun = time.monotonic()
        with suppress(ConnectionResetError):
            while client.socket.recv(1 << 20) and time.monotonic() - begun < 3:
                pass
        assert time.monotonic() - begun < 3
        client.close()


@pytest.mark.parametrize("path", ["/big", "/file"])
def test_a_long_answer_is_written_as_it_is_taken(client: Client, path: str) -> None:
    client.send(path)
    assert b"200" in client.file.readline()
    time.sleep(0.2)
    assert connection_of(client)._written < len(BIG) // 2


def connection_of(client: Client) -> Connection:
    """The other end of it."""
    (found,) = [
        each for each in gc.get_objects() if isinstance(each, Connection) and each.client == client.socket.getsockname()
    ]
    return found
