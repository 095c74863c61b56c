"""A Memento client that is not ours finds the versions of our documents by date."""

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest
from memento_client import MementoClient


@pytest.mark.parametrize("path", ["doc/org/us", "record/us.ttl"])
def test_a_strange_client_finds_versions_by_date(
    grow: type, tmp_path: Path, serve_site: Callable[..., AbstractContextManager[str]], path: str
) -> None:
    with socket.socket() as free:  # the data's base has to be the server's own address for a client to follow links
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}/"
    site = grow(tmp_path / "site", base=base)
    for words in ("one", "two", "three"):
        site.release(us=words)
    with serve_site(site.folder, "--port", str(port)), MementoClient(check_native_timegate=True) as client:
        assert client.get_native_timegate_uri(base + path, datetime(2026, 1, 3)) == f"{base}timegate/{path}"
        for day, release in ((1, 1), (3, 1), (4, 2), (20, 3)):
            found = client.get_memento_info(base + path, datetime(2026, 1, day, 10))
            assert found["original_uri"] == base + path
            assert found["timegate_uri"] == f"{base}timegate/{path}"
            assert found["mementos"]["closest"]["uri"] == [f"{base}{path}?release={release}"]
            assert found["mementos"]["closest"]["http_status_code"] == 200
            assert found["mementos"]["closest"]["datetime"] == datetime(2026, 1, 1 + release, 12)
            assert found["mementos"]["last"]["uri"] == [f"{base}{path}?release=3"]
        assert client.is_memento(f"{base}{path}?release=2")
        assert not client.is_memento(base + path)
