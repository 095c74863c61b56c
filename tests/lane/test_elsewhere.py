"""Whom a query's errand may reach: looked-at addresses only, by verified names, and never longer than it may."""

import ssl
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from lane.elsewhere import Endpoint, endpoint
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.store.lane import elsewhere
from graph.store.lane.elsewhere import Allowed, Errand, Unanswered, is_public

STUB = Path(__file__).with_name("stub.pem")  # a key that certifies itself as stub.example, for these tests alone
ROWS = "SELECT * { ?s ?p ?o }"


def store() -> Store:
    made = Store()
    made.add(Quad(NamedNode("x:s"), NamedNode("x:p"), Literal("o")))
    return made


def errand(allowed: Allowed, seconds: float = 5.0) -> Errand:
    return Errand(allowed, requests=5, size=100_000, deadline=time.monotonic() + seconds)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:93.184.215.14", False),
        ("::ffff:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("64:ff9b::5db8:d70e", False),
        ("64:ff9b:1::a00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:1::1", False),
        ("2001:db8::1", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("ff0e::1", False),
        ("4000::1", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_addresses_of_the_public_internet(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::ffff:127.0.0.1"], ["::1"]])
def test_a_name_that_leads_inside_is_not_asked(addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One address of several is enough: nobody's public endpoint has a private one."""
    monkeypatch.setattr(elsewhere, "_Pinned", None)  # whoever connects, fails
    with pytest.raises(Unanswered, match="not public"):
        errand(Allowed(lookup=lambda host, port: addresses)).ask("https://stub.example/sparql", ROWS)


def test_an_address_in_place_of_a_name_is_looked_at_too() -> None:
    for address in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"):
        with pytest.raises(Unanswered, match=r"not public|nowhere"):
            errand(Allowed()).ask(f"https://{address}/sparql", ROWS)


def test_a_name_is_resolved_once_and_the_address_checked_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the second look would lead to another endpoint, on an address that nobody checked."""
    monkeypatch.setattr(elsewhere, "is_public", lambda address: address == "127.0.0.1")
    looked: list[str] = []

    def lookup(host: str, port: int) -> Sequence[str]:
        looked.append(host)
        return ["127.0.0.1"] if len(looked) == 1 else ["127.0.0.2"]

    with endpoint(store()) as good:
        port = good.url.rpartition(":")[2]
        asking = errand(Allowed(lookup=lookup))
        for _ in range(3):
            assert '"bindings":[{' in asking.ask(f"http://rebound.example:{port}", ROWS)
        assert looked == ["rebound.example"]
        assert [head["Host"] for head in good.heads] == [f"rebound.example:{port.partition('/')[0]}"] * 3
        with pytest.raises(Unanswered, match="not public"):
            errand(Allowed(lookup=lookup)).ask(f"http://rebound.example:{port}", ROWS)


@pytest.fixture
def served() -> "ssl.SSLContext":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(STUB)
    return context


def asked_by_tls(name: str, other: Endpoint, tls: ssl.SSLContext) -> str:
    url = other.url.replace("127.0.0.1", name)
    return errand(Allowed(private=frozenset([url]), lookup=lambda host, port: ["127.0.0.1"], tls=tls)).ask(url, ROWS)


def test_tls_verifies_the_name_though_an_address_is_connected_to(served: ssl.SSLContext) -> None:
    trusting = ssl.create_default_context(cafile=str(STUB))
    with endpoint(store(), tls=served) as other:
        assert '"bindings":[{' in asked_by_tls("stub.example", other, trusting)
        with pytest.raises(Unanswered, match=r"cannot be reached: .*[Hh]ostname"):
            asked_by_tls("other.example", other, trusting)
        with pytest.raises(Unanswered, match=r"cannot be reached: .*self.signed"):
            asked_by_tls("stub.example", other, Allowed().tls)


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    with endpoint(store(), address="127.0.0.3") as other:
        url = other.url.replace("127.0.0.3", "two.example")
        allowed = Allowed(private=frozenset([url]), lookup=lambda host, port: ["127.0.0.2", "127.0.0.3"])
        assert '"bindings":[{' in errand(allowed).ask(url, ROWS)


def test_a_resolver_that_does_not_answer_holds_nobody_up() -> None:
    waiting = threading.Event()
    allowed = Allowed(lookup=lambda host, port: ["93.184.215.14"] * waiting.wait(20))
    begun = time.monotonic()
    for _ in range(elsewhere.LOOKUPS + 1):
        with pytest.raises(Unanswered):
            errand(allowed, 0.1).ask("https://slow.example/sparql", ROWS)
    assert time.monotonic() - begun < 2
    waiting.set()


def test_a_name_without_address() -> None:
    with pytest.raises(Unanswered, match="nowhere"):
        errand(Allowed()).ask("https://no.such.name.invalid/sparql", ROWS)


def test_requests_are_counted_whether_or_not_they_succeed() -> None:
    asking = errand(Allowed(lookup=lambda host, port: ["127.0.0.1"]))
    for _ in range(5):
        with pytest.raises(Unanswered, match="not public"):
            asking.ask("https://stub.example/", ROWS)
    with pytest.raises(Unanswered, match="as often as it may"):
        asking.ask("https://stub.example/", ROWS)
