"""Somebody who reads pages: `reader.py PORT` until its input ends, then what was seen, as JSON.

A process of its own, so that what is timed is the server and not a test that is busy attacking it.
"""

import http.client
import json
import sys
import threading
import time

PAGES = ("/", "/browse", "/doc/profile/harbour-street-union", "/timeline?lang=ru", "/search?q=harbour")


def read(port: int, path: str) -> bool:
    """Whether a page came, whole."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=("127.0.0.100", 0))
    connection.request("GET", path, headers={"Accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status == 200 and body.rstrip().endswith(b"</html>")


def main(port: int) -> None:
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    took: list[tuple[float, float, str]] = []  # when, how many seconds, which page
    wrong: list[str] = []
    while not over.wait(0.02):
        path = PAGES[len(took) % len(PAGES)]
        at, begun = time.monotonic(), time.perf_counter()
        if not read(port, path):
            wrong.append(path)
        took.append((at, time.perf_counter() - begun, path))
    json.dump({"took": took, "wrong": wrong}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
