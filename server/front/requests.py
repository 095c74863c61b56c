"""From a request as the loop has it to one as WSGI has it (PEP 3333), and an answer on its way back."""

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import unquote_to_bytes

PIECE = 256 << 10  # bytes of a file read at a time
OF_PROXIES = ("X_FORWARDED_", "FORWARDED")  # anybody may send these; addresses come from the settings
OF_THE_LINE = ("TRANSFER_ENCODING", "CONTENT_LENGTH")  # how a body was sent, which is here already

ROUTE = "khronika.route"  # in the environment of a request: the template of its address, told by the application

REFUSAL = "refused"  # in place of that, where nobody looked at the address

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]
Receive = Callable[[], Any]
Note = Callable[[str, str, int, float], object]  # told route, method, status and seconds of what was answered


class BodyTooLong(Exception):
    """More was sent than a request may have."""


class Gone(Exception):
    """Who asked has left."""


def lines(fields: Iterable[tuple[str, str]]) -> str:
    """Fields as they stand in the head of an answer (RFC 9112 §5); `ValueError` as `line`."""
    known = list(fields)
    text = "".join([f"{name}: {value}\r\n" for name, value in known])
    if text.count("\n") != len(known) or text.count("\r") != len(known):
        for name, value in known:
            line(name, value)  # says which
    return text


def line(name: str, value: str) -> str:
    """One field as it stands in the head of an answer; `ValueError` for a value that would be read as two."""
    if "\n" in value or "\r" in value:
        raise ValueError(name)
    return f"{name}: {value}\r\n"


@dataclass(slots=True)
class Reply:
    """A whole answer: its body in memory, or in a file that is the taker's to close."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    file: IO[bytes] | None = None
    route: str = ""  # the template of the address, for those who count
    state: str | None = None  # what the site was in when a page process gave it
    written: str = ""  # fields besides `headers`, as `lines` has them; none speaks of the body or the connection


class FileBody:
    """What `wsgi.file_wrapper` makes: a file that is sent by the front, not read by the application."""

    def __init__(self, file: IO[bytes], size: int = PIECE) -> None:
        self.file, self._size = file, size

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.file.read(self._size):
            yield piece

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def environ_of(scope: Mapping[str, Any], body: bytes | None = None) -> Environ:
    """The request for a WSGI application; `body` is None where it has none."""
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REQUEST_URI": scope["target"].decode("latin-1"),
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "SERVER_NAME": "server.invalid",  # pages never say where they are but by the settings
        "SERVER_PORT": "80",
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.url_scheme": "http",
    }
    for name, value in scope["headers"]:
        key = KEYS.get(name)
        if key is None:
            key = _key(name)
        if not key:
            continue
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ', '}{text}" if key in environ else text
    if body is not None:
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = io.BytesIO(body)
    return environ


def _key(name: bytes) -> str:
    """The WSGI name of a field; empty for one that is not handed on."""
    key = name.decode("latin-1").upper()
    if "_" in key:  # would pass for the same with a dash
        return ""
    key = key.replace("-", "_")
    if key.startswith(OF_PROXIES) or key in OF_THE_LINE:
        return ""
    return key if key == "CONTENT_TYPE" else "HTTP_" + key


COMMON = (b"host", b"accept", b"accept-encoding", b"accept-language", b"user-agent", b"connection", b"if-none-match")
KEYS = {name: _key(name) for name in COMMON}


def completed(environ: Environ) -> Environ:
    """The request with what WSGI demands besides."""
    return {
        "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileBody,
        **environ,
    }


async def body_of(receive: Receive, most: int) -> bytes:
    """All that was sent with a request; `BodyTooLong` past `most` bytes, `Gone` where it breaks off."""
    parts, size = [], 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Gone
        parts.append(event.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise BodyTooLong
        if not event.get("more_body"):
            return b"".join(parts)


def run(application: Wsgi, environ: Environ) -> Reply:
    """What a WSGI application answers, all of it."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        begun[:] = [(status, headers)]
        return lambda _data: None

    whole = completed(environ)
    result = application(whole, start)
    if isinstance(result, FileBody):
        return Reply(int(begun[0][0][:3]), begun[0][1], file=result.file)
    try:
        body = b"".join(result)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()
    return Reply(int(begun[0][0][:3]), begun[0][1], body, route=whole.get(ROUTE, "none"))


def refusal(status: int) -> Reply:
    """An answer to what is refused before anybody reads it; the connection ends with it."""
    words = f"{HTTPStatus(status).phrase}\n".encode("ascii")
    return Reply(status, [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")], words)
