"""Connections as waitress keeps them for us: raw bytes in, raw bytes out."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from flask import Flask, Response, request
from waitress.server import create_server

from server.http.keeping import SOON_MS, keep_connections

BIG = b"x" * 3_000_000


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    app = Flask("echo")

    @app.route("/304")
    def unchanged() -> Response:
        return Response(status=304, headers={"ETag": '"x"'})

    @app.route("/big")
    def big() -> Response:
        return Response(BIG)

    @app.route("/pieces")
    def pieces() -> Response:
        return Response(iter([b"a" * 10, b"b" * 10]))

    @app.route("/fails")
    def fails() -> Response:
        return Response(iter([b"half", 1]), headers={"Content-Length": "100"})  # type: ignore[list-item]

    @app.route("/", methods=["GET", "POST"])
    def echo() -> bytes:
        return request.args.get("n", "").encode() + request.get_data()

    listening: dict[int, object] = {}
    server = create_server(app, listening, host="127.0.0.1", port=0, threads=2)
    keep_connections(listening)

    def run() -> None:
        with suppress(OSError):  # its sockets are closed while it waits for them
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(5)


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.file = self.socket.makefile("rb")

    def send(self, path: str, *lines: str, method: str = "GET", body: bytes = b"") -> None:
        head = "\r\n".join((f"{method} {path} HTTP/1.1", "Host: x", *lines, "", ""))
        self.socket.sendall(head.encode() + body)

    def receive(self) -> tuple[int, dict[str, str], bytes]:
        status = int(self.file.readline().split()[1])
        headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        return status, headers, self.file.read(int(headers.get("content-length", 0)))

    def ask(self, path: str, *lines: str, **more: object) -> tuple[int, dict[str, str], bytes]:
        self.send(path, *lines, **more)  # type: ignore[arg-type]
        return self.receive()

    def is_closed(self) -> bool:
        return self.file.read(1) == b""


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    made = Client(port)
    yield made
    made.file.close()
    made.socket.close()


@pytest.mark.parametrize("pause", [0.0, 3 * SOON_MS / 1000], ids=["at once", "after a while"])
def test_one_connection_for_many_requests(client: Client, pause: float) -> None:
    for n in range(20):
        status, headers, body = client.ask(f"/?n={n}")
        assert (status, body, "connection" in headers) == (200, str(n).encode(), False)
        time.sleep(pause)


def test_a_304_leaves_the_connection_open(client: Client) -> None:
    for n in range(3):
        status, headers, _ = client.ask("/304")
        assert (status, headers["etag"]) == (304, '"x"')
        assert not {"connection", "content-length", "transfer-encoding"} & headers.keys()
        assert client.ask(f"/?n={n}")[2] == str(n).encode()


def test_who_wants_it_closed_has_it_closed(client: Client) -> None:
    assert client.ask("/304", "Connection: close")[1]["connection"] == "close"
    assert client.is_closed()


def test_requests_sent_before_they_are_asked_for_are_answered_in_order(client: Client) -> None:
    for n in range(10):
        client.send(f"/?n={n}")
    assert [client.receive()[2] for _ in range(10)] == [str(n).encode() for n in range(10)]


def test_a_request_that_comes_in_pieces(client: Client) -> None:
    assert client.ask("/?n=1")[2] == b"1"
    client.socket.sendall(b"GET /?n=2 HT")
    time.sleep(0.001)
    client.socket.sendall(b"TP/1.1\r\nHost: x\r\n")
    time.sleep(0.02)
    client.socket.sendall(b"\r\n")
    assert client.receive()[2] == b"2"
    client.send("/", "Content-Length: 6", method="POST", body=b"abc")
    time.sleep(0.001)
    client.socket.sendall(b"def")
    assert client.receive()[2] == b"abcdef"


def test_a_body_that_waits_for_leave(client: Client) -> None:
    assert client.ask("/?n=1")[2] == b"1"
    client.send("/", "Content-Length: 3", "Expect: 100-continue", method="POST")
    assert client.file.readline() == b"HTTP/1.1 100 Continue\r\n"
    assert client.file.readline() == b"\r\n"
    client.socket.sendall(b"abc")
    assert client.receive()[2] == b"abc"


def test_nonsense_after_a_request_is_refused(client: Client) -> None:
    assert client.ask("/?n=1")[2] == b"1"
    client.socket.sendall(b"nonsense\r\n\r\n")
    assert client.receive()[0] == 400
    assert client.is_closed()


def test_a_long_answer_and_one_in_pieces(client: Client) -> None:
    assert client.ask("/big")[2] == BIG
    assert client.ask("/?n=1")[2] == b"1"
    status, headers, _ = client.ask("/pieces")
    assert (status, headers["transfer-encoding"]) == (200, "chunked")


def test_an_answer_that_breaks_off_ends_the_connection(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert client.ask("/?n=1")[2] == b"1"
    client.send("/fails")
    assert len(client.receive()[2]) < 100
    assert client.is_closed()


def test_who_goes_away_holds_no_thread(port: int) -> None:
    for _ in range(20):
        gone = Client(port)
        assert gone.ask("/?n=1")[2] == b"1"
        gone.file.close()
        gone.socket.close()
    again = Client(port)
    assert again.ask("/?n=2")[2] == b"2"
    again.file.close()
    again.socket.close()


def test_who_asks_in_a_loop_leaves_threads_to_others(port: int) -> None:
    """Two threads, four clients that never pause: a fifth is answered all the same."""
    done = threading.Event()

    def keep_asking() -> None:
        asking = Client(port)
        while not done.is_set():
            asking.ask("/?n=1")
        asking.file.close()
        asking.socket.close()

    threads = [threading.Thread(target=keep_asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        fifth = Client(port)
        begun = time.monotonic()
        assert fifth.ask("/?n=5")[2] == b"5"
        assert time.monotonic() - begun < 1
        fifth.file.close()
        fifth.socket.close()
    finally:
        done.set()
        for thread in threads:
            thread.join()
