"""Asks other SPARQL endpoints on a query's behalf: only addresses that were looked at, nothing followed, all bounded.

The one place that speaks to other machines. A name is resolved once a query and the connection goes to the very address
that was checked, so that a name which means something else a moment later leads nowhere (DNS rebinding).
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlencode, urlsplit

Lookup = Callable[[str, int], Sequence[str]]

JSON = "application/sparql-results+json"
TYPES = (JSON, "application/json")
AGENT = "Khronika (SPARQL federation)"
LOOKUPS = 4  # names being resolved at a time; the system's resolver cannot be told to stop
CUT = ("X-SPARQL-MaxRows", "X-SQL-State")  # how Virtuoso says that a 200 holds only a part
# IPv6 that stands for IPv4 or is routed by it: NAT64 (RFC 6052, 8215), 6to4, Teredo.
TUNNELS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
GLOBAL = ipaddress.ip_network("2000::/3")  # what is given out of IPv6 for the public Internet


class Unanswered(Exception):
    """An endpoint gave no whole answer; the text says why, after its name."""


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, by the system's resolver."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an address is one of the public Internet and nothing else."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:  # with a zone: link-local
        return False
    if not read.is_global or read.is_multicast or read.is_reserved:
        return False
    if isinstance(read, ipaddress.IPv6Address):
        return read in GLOBAL and not any(read in tunnel for tunnel in TUNNELS)
    return True


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may be asked. `private` ones may have addresses of an intranet; `lookup` and `tls` are the system's."""

    private: frozenset[str] = frozenset()
    lookup: Lookup = resolve
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    lookups: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(LOOKUPS))


@dataclass(slots=True)
class Errand:
    """All that one query asks of others: at most `requests` of them and `size` bytes, until `deadline` (monotonic)."""

    allowed: Allowed
    requests: int
    size: int
    deadline: float
    addresses: dict[tuple[str, int], Sequence[str]] = field(default_factory=dict)

    def ask(self, endpoint: str, query: str) -> str:
        """The endpoint's answer to a SELECT, as JSON text; `Unanswered` instead of anything less than all of it."""
        if not self.requests:
            raise Unanswered("was not asked: this query has asked others as often as it may.")
        self.requests -= 1
        parts = urlsplit(endpoint)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        assert parts.hostname is not None
        last = Unanswered("has no address.")
        for address in self._looked_at(endpoint, parts.hostname, port):
            connection = _Pinned(parts.hostname, port, address, self.allowed.tls if parts.scheme == "https" else None)
            try:
                return self._exchange(connection, parts.path or "/", parts.query, query)
            except _NotConnected as error:
                last = Unanswered(f"cannot be reached: {error}.")
        raise last

    def _looked_at(self, endpoint: str, host: str, port: int) -> Sequence[str]:
        """The addresses of the endpoint's host, resolved once, every one of them allowed."""
        found = self.addresses.get((host, port))
        if found is None:
            found = self.addresses[host, port] = self._resolved(host, port)
        if endpoint not in self.allowed.private and not all(map(is_public, found)):
            raise Unanswered("was not asked: its name leads to an address that is not public.")
        return found

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        """As `lookup` gives them, in no more time than is left."""
        told: list[Sequence[str]] = []

        def look() -> None:
            try:
                with suppress(OSError, UnicodeError):
                    told.append(self.allowed.lookup(host, port))
            finally:
                self.allowed.lookups.release()

        if not self.allowed.lookups.acquire(timeout=self._left()):
            raise Unanswered("was not asked: too many names are being looked up.")
        thread = threading.Thread(target=look, daemon=True, name="lane-lookup")
        thread.start()
        thread.join(self._left())
        if not told or not told[0]:
            raise Unanswered("has a name that leads nowhere.")
        return tuple(dict.fromkeys(told[0]))

    def _exchange(self, connection: "_Pinned", path: str, parameters: str, query: str) -> str:
        """One request. Whatever the other side does or leaves undone, it ends at the deadline."""
        timer = threading.Timer(self._left(), connection.cut)
        timer.daemon = True
        timer.start()
        try:
            connection.timeout = self._left()
            target = path + ("?" + parameters if parameters else "")
            headers = {"Accept": JSON, "User-Agent": AGENT, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", target, urlencode({"query": query}), headers)
            with connection.getresponse() as response:
                return self._received(response)
        except _NotConnected:
            raise
        except (OSError, http.client.HTTPException) as error:
            late = " in the time there was" if monotonic() >= self.deadline else ""
            raise Unanswered(f"gave no whole answer{late} ({type(error).__name__}).") from None
        finally:
            timer.cancel()
            connection.close()

    def _received(self, response: http.client.HTTPResponse) -> str:
        self._left()  # a head that was cut at the deadline looks like a short one
        if response.status != 200:
            moved = "; where it points to is not followed" if 300 <= response.status < 400 else ""
            raise Unanswered(f"answered {response.status}{moved}.")
        kind = response.headers.get_content_type()
        if kind not in TYPES or response.getheader("Content-Encoding", "identity").lower() != "identity":
            raise Unanswered(f"answered in {kind}, where {JSON} was asked for.")
        if any(name in response.headers for name in CUT):
            raise Unanswered("gave only a part of its answer.")
        content = response.read(self.size + 1)
        self._left()
        self.size -= len(content)
        if self.size < 0:
            raise Unanswered("sent more bytes than a query may take from others.")
        if response.length:  # promised and not sent: `read` with a size does not say so itself
            raise Unanswered("gave no whole answer.")
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise Unanswered("sent something that is not UTF-8.") from None

    def _left(self) -> float:
        left = self.deadline - monotonic()
        if left <= 0:
            raise Unanswered("gave no whole answer in the time there was.")
        return left


class _NotConnected(Exception):
    """One address did not take the connection; another may."""


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever its name may mean by now; TLS verifies the name."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port)
        self.default_port = 443 if tls else 80  # a port that goes without saying is not said in Host
        self._address, self._tls = address, tls

    def connect(self) -> None:
        """Connect to the address, never to the name."""
        try:
            self.sock = socket.create_connection((self._address, self.port), self.timeout)
            if self._tls is not None:
                self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)
        except OSError as error:
            raise _NotConnected(getattr(error, "verify_message", "") or error.strerror or error) from None

    def cut(self) -> None:
        """End it from another thread."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
