"""Connections as the front keeps them: raw bytes in, raw bytes out, and nobody holds one for nothing."""

import asyncio
import io
import threading
import time
from contextlib import suppress

import pytest
from front.served import answering
from front.spoken import BIG, Client, answer

from server.front.heads import BODY_BYTES, HEAD_BYTES
from server.front.requests import Reply, environ_of


def test_one_connection_for_many_requests(client: Client) -> None:
    for n in range(20):
        status, headers, body = client.ask(f"/?n={n}")
        assert (status, body, "connection" in headers) == (200, f"n={n}".encode(), False)
        assert headers["date"].endswith("GMT")


def test_a_304_leaves_the_connection_open(client: Client) -> None:
    for n in range(3):
        status, headers, _ = client.ask("/304")
        assert (status, headers["etag"]) == (304, '"x"')
        assert not {"connection", "content-length", "transfer-encoding"} & headers.keys()
        assert client.ask(f"/?n={n}")[2] == f"n={n}".encode()


def test_head_has_no_body(client: Client) -> None:
    assert client.ask("/?n=1", method="HEAD")[:1] == (200,)
    assert client.ask("/file", method="HEAD")[1]["content-length"] == str(len(BIG))
    assert client.ask("/?n=2")[2] == b"n=2"


def test_who_wants_it_closed_has_it_closed(client: Client) -> None:
    assert client.ask("/304", "Connection: close")[1]["connection"] == "close"
    assert client.is_closed()


def test_an_old_client_is_answered_and_the_connection_ends(client: Client) -> None:
    client.socket.sendall(b"GET /?n=1 HTTP/1.0\r\n\r\n")
    status, headers, body = client.receive()
    assert (status, headers["connection"], body) == (200, "close", b"n=1")
    assert client.is_closed()


def test_requests_sent_before_they_are_asked_for_are_answered_in_order(client: Client) -> None:
    for n in range(10):
        client.send(f"/?n={n}")
    assert [client.receive()[2] for _ in range(10)] == [f"n={n}".encode() for n in range(10)]


def test_many_requests_at_once_are_no_long_head(client: Client) -> None:
    request = b"GET /?n=1 HTTP/1.1\r\nHost: x\r\n\r\n"
    count = 2 * HEAD_BYTES // len(request)
    client.socket.sendall(request * count + request[:20])
    assert {client.receive()[0] for _ in range(count)} == {200}
    client.socket.sendall(request[20:])
    assert client.receive()[0] == 200


def test_a_request_that_comes_in_pieces(client: Client) -> None:
    assert client.ask("/?n=1")[2] == b"n=1"
    client.socket.sendall(b"GET /?n=2 HT")
    time.sleep(0.001)
    client.socket.sendall(b"TP/1.1\r\nHost: x\r\n")
    time.sleep(0.02)
    client.socket.sendall(b"\r\n")
    assert client.receive()[2] == b"n=2"
    client.send("/", "Content-Length: 6", method="POST", body=b"abc")
    time.sleep(0.001)
    client.socket.sendall(b"def")
    assert client.receive()[2] == b"abcdef"


def test_many_requests_that_come_in_pieces_are_no_long_head(client: Client) -> None:
    for n in range(12):
        client.socket.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        time.sleep(0.005)
        client.socket.sendall(b"X: " + b"y" * (HEAD_BYTES // 8) + b"\r\n\r\n")
        assert client.receive()[0] == 200, n


def test_an_iri_as_it_is_typed(client: Client) -> None:
    client.send("/орг?имя=я", method="POST", body=b"")
    assert client.receive()[2] == b"%D0%B8%D0%BC%D1%8F=%D1%8F"
    client.send("/", "Content-Length: 4", method="POST", body="яя".encode())
    assert client.receive()[2] == "яя".encode()
    client.send("/", "Content-Length: 4", method="POST")
    time.sleep(0.02)
    client.socket.sendall("яя".encode())  # the bytes of a body alone are no target
    assert client.receive()[2] == "яя".encode()


def test_a_body_in_chunks(client: Client) -> None:
    client.send("/", "Transfer-Encoding: chunked", method="POST", body=b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")
    assert client.receive()[2] == b"abcdef"


def test_a_body_that_waits_for_leave(client: Client) -> None:
    assert client.ask("/?n=1")[2] == b"n=1"
    client.send("/", "Content-Length: 3", "Expect: 100-continue", method="POST")
    assert client.file.readline() == b"HTTP/1.1 100 Continue\r\n"
    assert client.file.readline() == b"\r\n"
    client.socket.sendall(b"abc")
    assert client.receive()[2] == b"abc"


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nabc",
    ],
    ids=["nonsense", "a space in a name", "two lengths", "a length and chunks", "less than nothing"],
)
def test_nonsense_after_a_request_is_refused(client: Client, sent: bytes) -> None:
    assert client.ask("/?n=1")[2] == b"n=1"
    client.socket.sendall(sent)
    assert client.receive()[0] == 400
    assert client.is_closed()


def test_long_answers_are_whole(client: Client) -> None:
    assert client.ask("/big")[2] == BIG
    assert client.ask("/file")[2] == BIG
    assert client.ask("/?n=1")[2] == b"n=1"


@pytest.mark.parametrize("path", ["/fails", "/split"])
def test_an_answer_that_could_not_begin_is_a_500(client: Client, path: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing of it passes for a field of its own."""
    assert client.ask("/?n=1")[2] == b"n=1"
    client.send(path)
    status, headers, _ = client.receive()
    assert (status, headers["connection"], "set-cookie" in headers) == (500, "close", False)
    assert client.is_closed()
    assert "broke off" in caplog.text


def test_what_could_not_begin_is_counted_once() -> None:
    counted: list[object] = []
    with answering(answer, lambda *what: counted.append(what)) as port:
        for path in ("/fails", "/split", "/?n=1"):
            client = Client(port)
            client.ask(path)
            client.close()
    assert counted == [("refused", "GET", 500, 0.0)] * 2


@pytest.mark.parametrize(
    "sent", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"y" * 600_000], ids=["nonsense", "long"]
)
def test_what_is_refused_in_the_middle_of_an_answer_does_not_stand_in_it(client: Client, sent: bytes) -> None:
    client.send("/file")
    head = client.file.readline()
    while client.file.readline().strip():
        pass
    with suppress(BrokenPipeError, ConnectionResetError, TimeoutError):
        client.socket.sendall(sent)
    taken, piece = b"", b"-"
    with suppress(ConnectionResetError, TimeoutError):
        while piece and len(taken) < len(BIG):
            piece = client.socket.recv(1 << 20)
            taken += piece
    assert b"200" in head
    assert not taken.strip(b"x")


@pytest.mark.parametrize("how", ["read", "without it", "left", "refused"])
def test_a_file_is_closed_however_its_answer_ends(how: str) -> None:
    """Each is one of few that queries may have."""
    files = []

    async def give(_scope, _receive):
        if how == "left":
            await asyncio.sleep(0.05)
        files.append(io.BytesIO(BIG))
        return Reply(200, [("Content-Length", str(len(BIG)))], file=files[0])

    with answering(give) as port:
        client = Client(port)
        method = "HEAD" if how == "without it" else "GET"
        client.send("/", *(["Transfer-Encoding: chunked"] if how == "refused" else []), method=method)
        if how == "refused":
            client.socket.sendall(b"no chunk\r\n")
        elif how == "left":
            client.close()
        else:
            client.receive(method)
        until = time.monotonic() + 3
        while not files or not files[0].closed:
            assert time.monotonic() < until
            time.sleep(0.01)
        client.close()


def test_an_answer_that_breaks_off_ends_the_connection(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """It never looks whole, and nothing of it passes for another field."""
    assert client.ask("/?n=1")[2] == b"n=1"
    client.send("/short")
    try:
        rest = client.file.read()
    except ConnectionResetError:
        rest = b""
    assert b"Set-Cookie" not in rest
    assert len(rest.partition(b"\r\n\r\n")[2]) < 100
    assert "broke off" in caplog.text


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "in the middle of it"])
def test_a_head_that_is_too_long(client: Client, whole: bool) -> None:
    client.socket.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * HEAD_BYTES)
    if not whole:
        time.sleep(0.05)
        client.socket.sendall(b"y" * (HEAD_BYTES + 1))
    else:
        client.socket.sendall(b"\r\n\r\n")
    assert client.receive()[0] == 431
    assert client.is_closed()


def test_a_body_that_is_too_long(client: Client, port: int) -> None:
    client.send("/", f"Content-Length: {BODY_BYTES + 1}", method="POST")
    assert client.receive()[0] == 413
    assert client.is_closed()
    other = Client(port)
    other.send("/", "Transfer-Encoding: chunked", method="POST")
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    rest = b"HTTP/1.1 413"
    with suppress(BrokenPipeError, ConnectionResetError):  # whoever sends on may not come to read why it ended
        for _ in range(BODY_BYTES // 0x10000 + 2):
            other.socket.sendall(piece)
    with suppress(ConnectionResetError):
        rest = other.file.read()
    assert rest.startswith(b"HTTP/1.1 413") or not rest
    other.close()


def test_who_goes_away_costs_nothing(port: int) -> None:
    for _ in range(20):
        gone = Client(port)
        gone.send("/slow")
        gone.close()
    again = Client(port)
    assert again.ask("/?n=2")[2] == b"n=2"
    again.close()


def test_who_asks_in_a_loop_leaves_time_to_others(port: int) -> None:
    done = threading.Event()

    def keep_asking() -> None:
        asking = Client(port)
        while not done.is_set():
            asking.ask("/?n=1")
        asking.close()

    threads = [threading.Thread(target=keep_asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        fifth = Client(port)
        begun = time.monotonic()
        assert fifth.ask("/?n=5")[2] == b"n=5"
        assert time.monotonic() - begun < 1
        fifth.close()
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_a_request_as_an_application_sees_it() -> None:
    scope = {
        "method": "POST", "raw_path": b"/doc/%D0%BA%2Fx", "query_string": b"a=%D0%BA",
        "target": b"/doc/%D0%BA%2Fx?a=%D0%BA",
        "http_version": "1.1", "client": ("192.0.2.1", 5),
        "headers": [
            (b"host", b"x"), (b"accept", b"a"), (b"accept", b"b"), (b"cookie", b"c=1"), (b"cookie", b"d=2"),
            (b"x-forwarded-for", b"198.51.100.1"), (b"forwarded", b"for=198.51.100.1"),
            (b"remote_addr", b"198.51.100.1"),
            (b"content-type", b"text/plain"), (b"content-length", b"99"), (b"transfer-encoding", b"chunked"),
        ],
    }  # fmt: skip
    environ = environ_of(scope, b"abc")
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/doc/к/x"
    assert environ["REQUEST_URI"] == "/doc/%D0%BA%2Fx?a=%D0%BA"
    assert (environ["HTTP_ACCEPT"], environ["HTTP_COOKIE"]) == ("a, b", "c=1; d=2")
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "3")
    assert environ["wsgi.input"].read() == b"abc"
    assert environ["REMOTE_ADDR"] == "192.0.2.1"
    assert not [key for key in environ if "FORWARDED" in key or key in ("HTTP_REMOTE_ADDR", "HTTP_TRANSFER_ENCODING")]
