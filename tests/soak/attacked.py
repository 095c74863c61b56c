"""`khronika serve` as typed, over a site as `khronika init` makes it, with limits that are soon reached."""

import http.client
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DEADLINE = 1.0  # seconds a query may take
LIMITS = f"\n[limits]\nquery_seconds = {DEADLINE}\nquery_memory_mb = 256\nresult_mb = 16\ncache_mb = 8\n"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Got:
    """An answer, with how long it took from the first byte sent to the last byte read."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass
class Server:
    """A server in a process of its own, and the folder of its site."""

    process: "subprocess.Popen[str]"
    port: int
    folder: Path

    def ask(self, path: str, *, source: str = "127.0.0.1", body: bytes | None = None, **headers: str) -> Got:
        """A request on a connection of its own, from an address that `source` says."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(source, 0))
        begun = time.perf_counter()
        try:
            connection.request("POST" if body is not None else "GET", path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            return Got(answer.status, dict(answer.headers), content, time.perf_counter() - begun)
        finally:
            connection.close()


@contextmanager
def started(folder: Path) -> Iterator[Server]:
    """A server over a new site in `folder` that answers queries; ended with the block."""
    subprocess.run([sys.executable, "-m", "khronika", "init", str(folder)], check=True, capture_output=True)
    with (folder / "site.toml").open("a", encoding="utf-8") as file:
        file.write(LIMITS)
    command = [sys.executable, "-u", "-m", "khronika", "serve", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        port = next(int(line.rpartition(":")[2].strip(" /\n")) for line in process.stdout if "http://" in line)
        threading.Thread(target=process.stdout.read, daemon=True).start()
        server = Server(process, port, folder)
        while server.ask("/sparql?query=ASK%7B%7D").status != 200:
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
