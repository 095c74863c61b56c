"""Who takes all they can get, who sends half, who never reads: nobody else notices."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from lane.hostile import ENDLESS
from soak.attacked import Got, Server, started
from soak.watching import Watch

pytestmark = [pytest.mark.alone, pytest.mark.xdist_group("soak")]
PING = 0.05  # seconds, while nobody else uses the machine
PING_BUSY = 0.5  # while others do
FLOOD_SECONDS = 12.0
SMALL, OTHER = "/sparql?query=ASK%7B%7D", "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%7D"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 8000"  # 4 MB, more than sockets hold (2.6 on loopback)
HEADS, BODIES, UNREAD = 300, 20, 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(tmp_path_factory.mktemp("idlers") / "site") as server:
        yield server


def test_two_flooders_do_not_slow_a_third(server: Server) -> None:
    """One asks a small question as fast as it can, one asks for all the time there is."""
    until = time.monotonic() + FLOOD_SECONDS
    slow = "/sparql?query=" + quote(ENDLESS["product filtered to nothing"])

    def flood(path: str, source: str) -> None:
        while time.monotonic() < until:
            server.ask(path, source=source)

    threads = [threading.Thread(target=flood, args=(SMALL, "127.0.0.20"))]
    threads += [threading.Thread(target=flood, args=(slow, "127.0.0.21")) for _ in range(3)]
    with Watch(server.process.pid) as watch:
        for thread in threads:
            thread.start()
        time.sleep(FLOOD_SECONDS / 4)
        pings = [*pinged(server, OTHER, until)]
        for thread in threads:
            thread.join()
    all_of_them, quiet = judged(watch, pings)
    print(f"third client: p90 {ninth(all_of_them) * 1000:.1f} ms, {ninth(quiet) * 1000:.1f} while nobody else ...")
    assert ninth(all_of_them) < PING_BUSY
    assert ninth(quiet) < PING


def pinged(server: Server, path: str, until: float) -> Iterator[tuple[float, float]]:
    """When a small question was asked, and in how many seconds it was answered."""
    while (at := time.monotonic()) < until:
        got = server.ask(path, source="127.0.0.22")
        assert got.status == 200
        yield at, got.seconds
        time.sleep(0.03)


def judged(watch: Watch, pings: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """The seconds of all pings, and of those while nobody else used the machine, each sorted."""
    return sorted(s for _, s in pings), sorted(s for at, s in pings if watch.quiet(at))


def ninth(seconds: list[float]) -> float:
    return seconds[int(len(seconds) * 0.9)] if seconds else 0.0


def test_who_sends_half_or_never_reads_holds_nobody_up(server: Server) -> None:
    """All are still there when the last ping was answered: they go on, and get what they asked for, whole."""
    held: list[socket.socket] = []
    server.ask("/")  # pages are slower the first time, whoever idles
    try:
        held += [never_read(server, number) for number in range(UNREAD)]
        held += [half_asked(server, number) for number in range(HEADS + BODIES)]
        with Watch(server.process.pid) as watch:
            until = time.monotonic() + 3
            pings = [*pinged(server, SMALL, until)]
            pages = [(at, server.ask("/", source="127.0.0.31").seconds) for at, _ in pings[:20]]
        rest = [b"\r\n\r\n"] * HEADS + [b" " * 52] * BODIES
        done = {read_on(each, more).status for each, more in zip(held[UNREAD:], rest, strict=True)}
        whole = {read_on(each, b"").status for each in held[:UNREAD]}
    finally:
        for each in held:
            each.close()
    all_of_them, quiet = judged(watch, pings + pages)
    print(f"{len(held)} idle clients: slowest ping {all_of_them[-1] * 1000:.1f} ms, {quiet[-1:]} while nobody else ...")
    assert whole == done == {200}
    assert all_of_them[-2] < PING_BUSY
    assert not quiet or quiet[-1] < PING


def never_read(server: Server, number: int) -> socket.socket:
    """A client that asks for a long answer and, once it is on its way, takes none of it."""
    while True:
        each = socket.socket()
        each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        each.settimeout(30)
        each.bind((f"127.0.1.{number + 1}", 0))
        each.connect(("127.0.0.1", server.port))
        each.sendall(f"GET /sparql?query={quote(LONG)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        if each.recv(15, socket.MSG_PEEK) == b"HTTP/1.1 200 OK":
            return each
        each.close()  # a busy machine: the lane had no time for it


def half_asked(server: Server, number: int) -> socket.socket:
    """A client that sends half a head or, the last twenty, half a body."""
    each = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    if number < HEADS:
        each.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    else:
        each.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
                     b"Content-Length: 60\r\n\r\nASK {} #")  # fmt: skip
    return each


def read_on(each: socket.socket, more: bytes) -> Got:
    """What a client is answered once it has sent the rest, read to its end."""
    each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    each.sendall(more)
    with http.client.HTTPResponse(each) as answer:
        answer.begin()
        body = answer.read()
        assert len(body) == int(answer.headers["Content-Length"])
        return Got(answer.status, dict(answer.headers), body, 0.0)
