"""The head of an answer, as it stands on the line (RFC 9112 §4 to §6, §9.3). No I/O."""

from functools import lru_cache
from http import HTTPStatus

from server.front.requests import Reply, line

STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}
BODILESS = (204, 304)


def head_of(reply: Reply, method: str, standing: tuple[tuple[bytes, bytes], ...], *, stays: bool) -> tuple[bytes, bool]:
    """The head of the answer to a request, and whether the connection stays after it; `stays` says if it could.

    `standing` are the fields that every answer has. `ValueError` for a field that would be read as two.
    """
    head = [STATUS_LINES[reply.status]]
    length = told = False
    for name, value in reply.headers:
        head.append(line(name, value))
        key = name.lower()
        length = length or key == "content-length"
        if key == "connection":
            told, stays = True, stays and value.lower() != "close"
    if not length and reply.file is None and reply.status not in BODILESS and method != "HEAD":
        head.append(f"Content-Length: {len(reply.body)}\r\n")
    if not stays and not told:
        head.append("Connection: close\r\n")
    head += [reply.written, _lines(standing), "\r\n"]
    return "".join(head).encode("latin-1"), stays


@lru_cache(maxsize=1)
def _lines(fields: tuple[tuple[bytes, bytes], ...]) -> str:
    """What uvicorn gives each answer: the date, which is another one once a second."""
    return "".join([f"{name.decode().title()}: {value.decode()}\r\n" for name, value in fields])
