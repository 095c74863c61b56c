"""A small load generator: keep-alive connections on raw sockets, so that the client costs little beside the server."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

CLIENTS = 4  # connections, each with a question under way at all times


@dataclass(frozen=True)
class Rate:
    """What one run gave: whole answers a second, bytes of the last answer, and the ETag it carried."""

    per_second: float
    size: int
    etag: str | None


class Failed(Exception):
    """An answer that was not the expected status: a rate of errors is no rate."""


def measure(url: str, query: Callable[[int], str], *, accept: str, seconds: float) -> Rate:
    """Ask `query(n)` with a new n each time for `seconds`."""
    parts = urlsplit(url)

    def text(number: int) -> bytes:
        return request(parts.netloc, f"{parts.path}?{urlencode({'query': query(number)})}", accept)

    return run(url, text, 200, seconds)


def revalidate(url: str, query: str, etag: str, *, accept: str, seconds: float) -> float:
    """Answers 304 a second for one query asked again with its ETag."""
    parts = urlsplit(url)
    path = f"{parts.path}?{urlencode({'query': query})}"
    again = request(parts.netloc, path, accept, f"If-None-Match: {etag}\r\n")
    return run(url, lambda _: again, 304, seconds).per_second


def run(
    url: str,
    text: Callable[[int], bytes | None],
    expected: int,
    seconds: float,
    right: Callable[[int, bytes], bool] = lambda _number, _body: True,
) -> Rate:
    """Send `text(n)` on every connection for `seconds`, or until it is None; no two get the same n.

    Each answer must have the expected status, and a body that is `right`.
    """
    parts = urlsplit(url)
    counts, sizes, failures = [0] * CLIENTS, [0] * CLIENTS, []
    etags: list[str | None] = [None] * CLIENTS
    end = time.monotonic() + seconds

    def ask(client: int) -> None:
        number = client
        try:
            with socket.create_connection((parts.hostname, parts.port), timeout=120) as connection:
                while time.monotonic() < end and (sent := text(number)) is not None:
                    connection.sendall(sent)
                    status, etags[client], body = answer(connection)
                    if status != expected or not right(number, body):
                        raise Failed(f"{status} where {expected} was due, or not what was asked: {body[:300]!r}")
                    counts[client] += 1
                    sizes[client] = len(body)
                    number += CLIENTS
        except (OSError, Failed) as error:
            failures.append(error)

    start = time.monotonic()
    threads = [threading.Thread(target=ask, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Failed(f"{url}: {failures[0]}")
    return Rate(sum(counts) / (time.monotonic() - start), max(sizes), etags[0])


def request(host: str, path: str, accept: str, more: str = "") -> bytes:
    """A GET with keep-alive."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\n{more}\r\n".encode()


def answer(connection: socket.socket) -> tuple[int, str | None, bytes]:
    """Status, ETag and whole body of one answer, by Content-Length or chunks (RFC 9112, section 6)."""
    data = b""
    while (cut := data.find(b"\r\n\r\n")) < 0:
        data += received(connection)
    head, body = data[:cut].lower(), data[cut + 4 :]
    status, etag = int(head[9:12]), _value(data[:cut], head, b"etag")
    if status in (204, 304):
        return status, etag, b""
    said = _value(data[:cut], head, b"content-length")
    if said is not None:
        length = int(said)
        parts, have = [body], len(body)
        while have < length:
            parts.append(received(connection))
            have += len(parts[-1])
        return status, etag, b"".join(parts)
    while not body.endswith(b"0\r\n\r\n"):
        body += received(connection)
    return status, etag, body


def _value(head: bytes, lowered: bytes, name: bytes) -> str | None:
    """A field of a head. Only those needed are looked for: the time of a client is taken from the server's."""
    at = lowered.find(b"\r\n" + name + b":")
    if at < 0:
        return None
    end = lowered.find(b"\r\n", at + 2)
    return head[at + 3 + len(name) : end if end > 0 else None].strip().decode("latin-1")


def received(connection: socket.socket) -> bytes:
    """The next bytes; an end before the answer is whole is a failure."""
    data = connection.recv(64 << 10)  # a megabyte would be found, and given back, each time
    if not data:
        raise Failed("connection closed in the middle of an answer")
    return data
