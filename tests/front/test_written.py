"""Heads of answers by the letter: how long the body is, and whether the connection stays."""

import io

import pytest

from server.front.requests import Reply
from server.front.written import head_of

DATE = ((b"date", b"Thu, 01 Jan 2026 00:00:00 GMT"),)
LENGTH, CLOSE = "Content-Length: 3", "Connection: close"


@pytest.mark.parametrize(
    ("reply", "method", "stays", "lines", "stayed"),
    [
        (Reply(200, [], b"abc"), "GET", True, [LENGTH], True),
        (Reply(200, [], b"abc"), "GET", False, [LENGTH, CLOSE], False),
        (Reply(200, [], b"abc"), "HEAD", True, [], True),
        (Reply(204, []), "GET", True, [], True),
        (Reply(304, [("ETag", '"x"')]), "GET", True, ['ETag: "x"'], True),
        (Reply(200, [("content-length", "3")], b"abc"), "GET", True, ["content-length: 3"], True),
        (Reply(200, [("Content-Length", "3")], file=io.BytesIO(b"abc")), "GET", True, [LENGTH], True),
        (Reply(400, [("Connection", "Close")], b"abc"), "GET", True, ["Connection: Close", LENGTH], False),
        (Reply(200, [("Connection", "close")], b"abc"), "GET", False, [CLOSE, LENGTH], False),
        (Reply(200, [], b"abc", written="Vary: x\r\n"), "GET", True, [LENGTH, "Vary: x"], True),
    ],
)
def test_a_head_by_the_letter(reply: Reply, method: str, stays: bool, lines: list[str], stayed: bool) -> None:
    head, keeps = head_of(reply, method, DATE, stays=stays)
    first, *told = head.decode().removesuffix("\r\n\r\n").split("\r\n")
    assert first.startswith(f"HTTP/1.1 {reply.status} ")
    assert told == [*lines, "Date: Thu, 01 Jan 2026 00:00:00 GMT"]
    assert keeps is stayed


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b", "a\nb", "a\rb"])
def test_no_value_is_read_as_another_field(value: str) -> None:
    with pytest.raises(ValueError, match="X"):
        head_of(Reply(200, [("X", value)]), "GET", (), stays=True)
