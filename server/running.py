"""Serves a site: sockets opened and named before anything else, the front on them, the application behind it."""

import ctypes
import errno
import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from graph.errors import KhronikaError
from graph.replies import Letters, LettersShut
from graph.settings import Settings
from graph.store.open import open_lane
from graph.vocabulary import load_vocabulary
from server.app import create_app
from server.front.connections import CONNECTIONS
from server.front.generation import Terms
from server.front.heads import BODY_BYTES
from server.front.keeper import Keeper
from server.front.serving import BACKLOG, serve

M_ARENA_MAX = -8  # of malloc.h: the parameter of glibc's mallopt(3) that caps its arenas
ARENAS = 2  # one a core: threads that mostly wait would each keep an arena of their own, tens of MB after busy minutes


class CannotListen(KhronikaError):
    """An address and port that cannot be bound."""

    def __init__(self, host: str, port: int, problem: str, hint: str) -> None:
        super().__init__(host, port, problem, hint)
        self.host, self.port, self.problem, self.hint = host, port, problem, hint

    def __str__(self) -> str:
        return f"Cannot serve on {_shown(self.host, self.port)}: {self.problem}.\n  {self.hint}"


class NoSandbox(KhronikaError):
    """Workers that answer strangers' queries cannot be held on this platform, and strangers could reach them."""

    def __init__(self, host: str, missing: Sequence[str]) -> None:
        super().__init__(host, missing)
        self.host, self.missing = host, tuple(missing)

    def __str__(self) -> str:
        return (
            f"Not served on {self.host}: this platform cannot hold what answers strangers' queries."
            f"\n  Missing: {'; '.join(self.missing)}."
            "\n  Serve it to this machine alone (--host 127.0.0.1), run it where Landlock and seccomp are at hand, or "
            "take the risk with --without-sandbox."
        )


def run(
    settings: Settings,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    announce: Callable[[str], object] | None = None,
    without_sandbox: bool = False,
) -> None:
    """Serve until interrupted. `port` 0 takes a free one; `announce` is told, a line at a time, what is bound.

    `CannotListen` when the port is taken or not allowed, before anything is opened; `NoSandbox` when strangers could
    reach workers that the platform cannot hold, unless `without_sandbox`; `KhronikaError` when nothing is published or
    what is cannot be read.
    """
    _keep_memory_flat()
    sockets = bind(host, port)
    keeper: Keeper | None = None
    try:
        vocabulary = load_vocabulary(settings.folder / "concepts")
        if settings.limits.page_processes > 1:
            keeper = Keeper(Terms(settings, vocabulary))
        lane = open_lane(settings)
        try:
            if lane.missing and not without_sandbox and not all(map(_is_loopback, sockets)):
                raise NoSandbox(host, lane.missing)
            app = create_app(settings, lane=lane, vocabulary=vocabulary)
            if announce is not None:
                for line in _announcement(settings, sockets, lane.missing):
                    announce(line)
            serve(app, sockets, keeper)
        finally:
            lane.close()
    finally:
        if keeper is not None:
            keeper.close()
        for each in sockets:
            each.close()


def _keep_memory_flat() -> None:
    """Cap the allocator's arenas, where there is such a thing; elsewhere (musl, macOS) nothing needs capping."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets on every address of `host`. Bound before anything is opened, so that what went wrong can be said."""
    if not 0 <= port <= 65535:  # the C library would wrap it round
        raise CannotListen(host, port, "there is no such port", "Ports go from 1 to 65535.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        hint = "Use an address of this machine, such as 127.0.0.1 (here only) or 0.0.0.0 (everywhere)."
        raise CannotListen(host, port, "there is no such address", hint) from None
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            sockets.append(_bound(family, kind, protocol, address))
    except OSError as error:
        for each in sockets:
            each.close()
        raise CannotListen(host, port, *_problem(error, port)) from None
    return sockets


def _bound(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> socket.socket:
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def _problem(error: OSError, port: int) -> tuple[str, str]:
    if error.errno == errno.EADDRINUSE:
        return (
            "the port is in use",
            f"Stop what uses it, or choose another: --port {port + 1 if port < 65535 else 8000}",
        )
    if error.errno == errno.EACCES:
        return "this user may not use the port", "Ports below 1024 are for root: choose another, such as --port 8000"
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine does not have the address", "Use 127.0.0.1 (here only) or 0.0.0.0 (everywhere)."
    return error.strerror or str(error), "Choose another --host or --port."


def _url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://{_shown(host, port)}/"


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _is_loopback(bound: socket.socket) -> bool:
    return ip_address(str(bound.getsockname()[0])).is_loopback


def _letters(settings: Settings) -> str:
    """How many letters of readers wait, for whoever starts the server: nobody else is told."""
    try:
        waiting = len(Letters(settings.letters, settings.replies.waiting).waiting())
    except LettersShut as error:  # pages are served all the same
        return f"Letters of readers cannot be kept: {error}"
    return f"Letters of readers: {waiting} wait in {settings.letters} (khronika replies)."


def _announcement(settings: Settings, sockets: Sequence[socket.socket], missing: Sequence[str]) -> list[str]:
    limits = settings.limits
    lines = [f"Serving {settings.folder.name} on {_url(each)}" for each in sockets]
    lines.append(
        f"Limits: {limits.query_seconds:g} s and {limits.query_memory_mb} MB a query, {limits.result_mb} MB an answer, "
        f"{limits.workers} queries at once, {CONNECTIONS} connections, {BODY_BYTES >> 20} MB a request."
    )
    if settings.endpoints:
        lines.append(
            f"SERVICE may ask {', '.join(sorted(settings.endpoints))}: {limits.service_seconds:g} s, "
            f"{limits.service_requests} requests, {limits.service_mb} MB and {limits.service_rows} rows a query, "
            f"{limits.service_workers} at once."
        )
    else:
        lines.append("SERVICE is refused: no other endpoint is asked.")
    if settings.replies.enabled:
        lines.append(_letters(settings))
    if missing:
        lines.append(f"This platform cannot hold queries to their snapshot. Missing: {'; '.join(missing)}.")
    return lines
