"""Who asks, where others stand before the server: budgets are theirs, and nobody can spend another's."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from front.test_front import receive, scope
from loops import run_through

from server.front.answering import Front
from server.front.clients import Clients
from server.http.asked import client_at
from server.http.shortcut import Shortcut

OURS = Clients(["127.0.0.1", "10.0.0.0/8", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "said", "found"),
    [
        ("127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["1.1.1.1", "198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["198.51.100.7 ,10.1.2.3", " 10.9.9.9"], "198.51.100.7"),
        ("fd00::1", ["2001:db8::5"], "2001:db8::5"),
        ("::ffff:127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("127.0.0.1", ["unknown"], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.7, _hidden"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9, \xff, 10.0.0.1"], "10.0.0.1"),
        ("127.0.0.1", ["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
        ("", ["198.51.100.7"], ""),
    ],
)
def test_only_proxies_of_ours_are_believed_and_only_what_they_added(peer: str, said: list[str], found: str) -> None:
    fields = [(b"host", b"x"), *((b"x-forwarded-for", each.encode("latin-1")) for each in said), (b"forwarded", b"1")]
    assert OURS.behind(peer, fields) == found


@pytest.mark.parametrize(("clients", "seen"), [(OURS, "198.51.100.7"), (None, "127.0.0.1")], ids=["told", "not told"])
def test_every_budget_is_that_of_who_asked_the_proxy(clients: Clients | None, seen: str) -> None:
    """That of queries, which the front counts, and that of letters, which the application counts."""
    noted = []

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        noted.append(environ["REMOTE_ADDR"])
        start("200 OK", [])
        return [b""]

    class Quick:
        async def answer(self, asked: dict[str, Any], _failed: object) -> None:
            noted.append(asked["client"][0])

    made = Front(application, ThreadPoolExecutor(1), Quick(), Shortcut(), lambda: None, None, lambda *_: None, clients)  # type: ignore[arg-type]
    asked = scope() | {"headers": [(b"x-forwarded-for", b"198.51.100.7")]}
    assert run_through(made(asked, receive)) is not None
    assert noted == [seen, seen]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "no address", True),
    ],
)
def test_one_client_is_an_address_or_what_one_subscriber_has(one: str, other: str, same: bool) -> None:
    assert (client_at(one) == client_at(other)) is same
