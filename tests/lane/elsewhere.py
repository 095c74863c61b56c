"""Another endpoint, on this machine: answers from a store of its own, or misbehaves as it is told."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

JSON = "application/sparql-results+json"


@dataclass
class Endpoint:
    """Where it is, what it was asked, and how it behaves (`manner`, see `_Handler`)."""

    url: str
    store: Store
    manner: str = "well"
    asked: list[str] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    endpoint: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = parse_qs(body)["query"][0] if "form" in self.headers["Content-Type"] else body
        self.endpoint.asked.append(query)
        self.endpoint.heads.append(dict(self.headers))
        with suppress(OSError):
            getattr(self, self.endpoint.manner)(query)

    def well(self, query: str) -> None:
        self._send(self._rows(query))

    def failing(self, query: str) -> None:
        self._send(b"no", 500)

    def moving(self, query: str) -> None:
        self._send(b"", 302, Location=self.endpoint.url + "elsewhere")

    def partial(self, query: str) -> None:
        self._send(self._rows(query), 206)

    def capped(self, query: str) -> None:
        self._send(self._rows(query), **{"X-SPARQL-MaxRows": "2"})

    def html(self, query: str) -> None:
        self._send(b"<html></html>", kind="text/html")

    def rubbish(self, query: str) -> None:
        self._send(b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x"')

    def controls(self, query: str) -> None:
        self._send(b"\x01" * 3_500_000)

    def unreadable(self, query: str) -> None:
        self._send(b"\xff\xfe")

    def truth(self, query: str) -> None:
        self._send(b'{"head": {}, "boolean": true}')

    def another(self, query: str) -> None:
        told = {"head": {"vars": ["zzz"]}, "results": {"bindings": [{"zzz": {"type": "uri", "value": "x:y"}}]}}
        self._send(json.dumps(told).encode())

    def injecting(self, query: str) -> None:
        bad = {"type": "uri", "value": "x:y> } } SELECT * { <x:z"}
        self._send(json.dumps({"head": {"vars": ["o"]}, "results": {"bindings": [{"o": bad}]}}).encode())

    def huge(self, query: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Connection", "close")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b" " * 100_000)

    def many(self, query: str) -> None:
        rows = [{"o": {"type": "literal", "value": str(n)}} for n in range(20_000)]
        self._send(json.dumps({"head": {"vars": ["o"]}, "results": {"bindings": rows}}).encode())

    def cut(self, query: str) -> None:
        rows = self._rows(query)
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", str(len(rows)))
        self.end_headers()
        self.wfile.write(rows[:-5])
        self.close_connection = True

    def zipped(self, query: str) -> None:
        self._send(b"\x1f\x8b", **{"Content-Encoding": "gzip"})

    def dripping(self, query: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(1000):
            self.wfile.write(f"X-{n}: y\r\n".encode())
            time.sleep(0.05)

    def silent(self, query: str) -> None:
        time.sleep(8)

    def _rows(self, query: str) -> bytes:
        solutions = self.endpoint.store.query(query)
        assert isinstance(solutions, QuerySolutions)
        return bytes(solutions.serialize(format=QueryResultsFormat.JSON) or b"")

    def _send(self, body: bytes, status: int = 200, kind: str = JSON, **more: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Who hangs up is no news."""


@contextmanager
def endpoint(store: Store, address: str = "127.0.0.1", tls: object = None) -> Iterator[Endpoint]:
    """A running one; with `tls` (a server's context) it is asked by https."""
    made = Endpoint("", store)
    server = _Server((address, 0), type("Handler", (_Handler,), {"endpoint": made}))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)  # type: ignore[attr-defined]
    made.url = f"http{'s' if tls else ''}://{address}:{server.server_port}/sparql"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
