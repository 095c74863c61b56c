"""Heads as clients, proxies and attackers write them: what one reads in them every other must read too."""

import threading

import pytest
from front.served import answering
from front.spoken import Client, answer

from server.front.heads import BODY_BYTES, FIELDS, HEAD_BYTES, fault_of, rooted, spelled

HOST = (b"host", b"x.example")


@pytest.mark.parametrize(
    ("version", "fields", "fault"),
    [
        ("1.1", [HOST], 0),
        ("1.0", [], 0),
        ("1.1", [(b"host", b"")], 0),
        ("1.1", [(b"host", b"[2001:db8::1]:8000")], 0),
        ("2.0", [HOST], 505),
        ("0.9", [HOST], 505),
        ("1.1", [], 400),
        ("1.1", [HOST, HOST], 400),
        ("1.0", [HOST, (b"host", b"y")], 400),
        ("1.1", [(b"host", b"x.example/evil")], 400),
        ("1.1", [(b"host", b"x, y")], 400),
        ("1.1", [(b"host", b"a@b")], 400),
        ("1.1", [(b"host", b"\xff")], 400),
        ("1.1", [HOST, (b"content-length", b"%d" % BODY_BYTES)], 0),
        ("1.1", [HOST, (b"content-length", b"%d" % (BODY_BYTES + 1))], 413),
        ("1.1", [HOST, (b"transfer-encoding", b"Chunked")], 0),
        ("1.1", [HOST, (b"transfer-encoding", b"gzip, chunked")], 501),
        ("1.1", [HOST, (b"transfer-encoding", b"gzip"), (b"transfer-encoding", b"chunked")], 501),
        ("1.1", [HOST] + [(b"x", b"")] * (FIELDS - 1), 0),
        ("1.1", [HOST] + [(b"x", b"")] * FIELDS, 431),
        ("1.1", [HOST, (b"x", b"y" * HEAD_BYTES)], 431),
    ],
)
def test_a_head_by_the_letter(version: str, fields: list[tuple[bytes, bytes]], fault: int) -> None:
    assert fault_of(version, b"/", fields) == fault


def test_a_target_counts() -> None:
    assert fault_of("1.1", b"/" * (HEAD_BYTES - 13), [HOST]) == 0
    assert fault_of("1.1", b"/" * (HEAD_BYTES - 12), [HOST]) == 431


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        (b"http://x.example", b"http://x.example/"),
        (b"HTTPS://x.example:8000?a=http://b", b"HTTPS://x.example:8000/?a=http://b"),
        (b"http://x.example#a", b"http://x.example/#a"),
        (b"http://x.example/doc?a", b"http://x.example/doc?a"),
        (b"/doc/http://x.example", b"/doc/http://x.example"),
        (b"*", b"*"),
        (b"httpx", b"httpx"),
    ],
)
def test_the_address_of_a_host_alone_is_that_of_its_root(target: bytes, meant: bytes) -> None:
    assert rooted(target) == meant


def test_an_iri_is_spelled_wherever_it_begins() -> None:
    assert spelled("\r\nGET /я HTTP/1.1\r\nX: я".encode()) == b"GET /%D1%8F HTTP/1.1\r\n" + "X: я".encode()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a:\r\n" * 30_000 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", 200),
    ],
    ids=[
        "no-host",
        "two-hosts",
        "version",
        "coding",
        "fields",
        "fold",
        "nul",
        "cr",
        "lf",
        "lf-chunk",
        "hex",
        "body",
        "second",
    ],
)
def test_what_is_refused_ends_the_connection(sent: bytes, status: int, caplog: pytest.LogCaptureFixture) -> None:
    with answering(answer) as port:
        client = Client(port)
        client.socket.sendall(sent)
        assert client.receive()[0] == status
        if status == 200:
            assert client.receive()[0] == 400
        assert client.is_closed()
        client.close()
    assert not caplog.text  # nobody tried to answer it all the same


def test_a_chunk_that_is_none_is_refused_also_when_it_comes_later() -> None:
    told = threading.Event()

    async def wait(scope, receive):
        reply = await answer(scope, receive)
        if reply is None:
            told.set()
        return reply

    with answering(wait) as port:
        client = Client(port)
        client.send("/", "Transfer-Encoding: chunked", "Expect: 100-continue", method="POST")
        assert client.file.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert client.file.readline() == b"\r\n"
        client.socket.sendall(b"no chunk\r\n")
        assert client.receive()[0] == 400
        assert told.wait(1)  # whoever waited for the rest waits no more
        assert client.is_closed()
        client.close()


def test_fields_after_a_body_are_no_fields_of_the_request() -> None:
    seen = []

    async def note(scope, receive):
        reply = await answer(scope, receive)
        seen.extend(name for name, _ in scope["headers"])
        return reply

    with answering(note) as port:
        client = Client(port)
        body = b"3\r\nabc\r\n0\r\nAuthorization: Bearer x\r\n\r\n"
        assert client.ask("/", "Transfer-Encoding: chunked", method="POST", body=body)[2] == b"abc"
        assert client.ask("/?n=1")[2] == b"n=1"
        client.close()
    assert b"authorization" not in seen
    assert seen.count(b"host") == 2


def test_another_protocol_is_not_spoken_and_this_one_goes_on() -> None:
    """Java's client asks for HTTP/2 with its first request; RFC 9110 §7.8: who does not want to goes on as before."""
    with answering(answer) as port:
        client = Client(port)
        client.send("/?n=1", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
        client.send("/?n=2", "Connection: Upgrade", "Upgrade: websocket")
        client.send("/?n=3")
        assert [client.receive()[2] for _ in range(3)] == [b"n=1", b"n=2", b"n=3"]
        client.close()


def test_the_address_of_a_host_alone_is_answered_as_its_root() -> None:
    seen = []

    async def note(scope, receive):
        seen.append((scope["raw_path"], scope["target"], scope["query_string"]))
        return await answer(scope, receive)

    with answering(note) as port:
        client = Client(port)
        assert client.ask("http://x.example?n=1")[2] == b"n=1"
        client.close()
    assert seen == [(b"/", b"http://x.example/?n=1", b"n=1")]


def test_an_old_client_is_told_no_100() -> None:
    with answering(answer) as port:
        client = Client(port)
        client.socket.sendall(b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc")
        assert client.receive()[::2] == (200, b"abc")
        client.close()
