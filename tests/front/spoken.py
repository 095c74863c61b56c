"""A client that speaks HTTP by the letter, and an answerer that echoes what it is asked."""

import asyncio
import io
import socket

from server.front.connections import REFUSED
from server.front.heads import BODY_BYTES
from server.front.requests import BodyTooLong, Gone, Reply, body_of, refusal

BIG = b"x" * 30_000_000
OF_THEIR_OWN = {
    "/304": lambda: Reply(304, [("ETag", '"x"')]),
    "/page": lambda: Reply(200, [], BIG[:50_000]),
    "/big": lambda: Reply(200, [], BIG),
    "/file": lambda: Reply(200, [("Content-Length", str(len(BIG)))], file=io.BytesIO(BIG)),
    "/short": lambda: Reply(200, [("Content-Length", "100")], file=io.BytesIO(b"half")),
    "/split": lambda: Reply(200, [("X", "a\r\nSet-Cookie: b")]),
}
WAITS = {"/slow": 1, "/later": 0.1}


async def answer(scope, receive) -> Reply | None:
    """Echoes the query string and the body, with ways of its own at some addresses."""
    if scope.get(REFUSED):
        return refusal(scope[REFUSED])
    path = scope["path"]
    if path in OF_THEIR_OWN:
        return OF_THEIR_OWN[path]()
    if path == "/fails":
        raise ZeroDivisionError
    if path in WAITS:
        await asyncio.sleep(WAITS[path])
    try:
        body = b"" if scope["method"] in ("GET", "HEAD") else await body_of(receive, BODY_BYTES)
    except BodyTooLong:
        return refusal(413)
    except Gone:
        return None
    return Reply(200, [("Content-Type", "text/plain")], scope["query_string"] + body)


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.file = self.socket.makefile("rb")

    def send(self, path: str, *lines: str, method: str = "GET", body: bytes = b"") -> None:
        head = "\r\n".join((f"{method} {path} HTTP/1.1", "Host: x", *lines, "", ""))
        self.socket.sendall(head.encode() + body)

    def receive(self, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        version, status, _ = self.file.readline().split(maxsplit=2)
        assert version == b"HTTP/1.1"  # nothing of another answer before it
        headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        length = 0 if method == "HEAD" or status == b"304" else int(headers["content-length"])
        return int(status), headers, self.file.read(length)

    def ask(self, path: str, *lines: str, **more: object) -> tuple[int, dict[str, str], bytes]:
        self.send(path, *lines, **more)  # type: ignore[arg-type]
        return self.receive(str(more.get("method", "GET")))

    def is_closed(self) -> bool:
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self.file.close()
        self.socket.close()
