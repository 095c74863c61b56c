"""What a request asks for, read strictly: the path as it was sent, the IRI it may stand for, the reader's language."""

import ipaddress
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from flask import request
from pyoxigraph import NamedNode
from werkzeug.wrappers import Request

from graph.errors import KhronikaError
from server.http.negotiation import choose_language
from server.http.urls import PLAIN, SAFE, Urls
from server.site import Site

_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
PAGES = 10_000  # a page number over this is a slip, not a wish


class MalformedPath(KhronikaError):
    """The path of a request cannot be the path of an IRI."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.reason} Write it as UTF-8, percent-encoded where a URL needs it."


class MalformedParameter(KhronikaError):
    """A parameter in the URL has a value it cannot have."""

    def __init__(self, name: str, wanted: str) -> None:
        super().__init__(name, wanted)
        self.name, self.wanted = name, wanted

    def __str__(self) -> str:
        return f"The parameter '{self.name}' must be {self.wanted}."


def raw_path() -> str:
    """The path as sent, below the root and still escaped; `%2F` in it is not yet a slash."""
    sent = sent_path(request.environ)
    return quote(request.path, safe=SAFE)[1:] if sent is None else sent


def sent_path(environ: Mapping[str, Any]) -> str | None:
    """`raw_path` of a request; None where no server variable has it, and it is made anew from what was decoded."""
    sent = environ.get("REQUEST_URI") or environ.get("RAW_URI") or ""
    path = urlsplit(sent).path if "://" in sent.split("?")[0] else sent.partition("?")[0].partition("#")[0]
    root = environ.get("SCRIPT_NAME", "").encode("latin-1").decode("utf-8", "replace").rstrip("/")
    return path[len(root) + 1 :] if path.startswith(root + "/") else None


def checked_path() -> str:
    """The path below the root, decoded. `MalformedPath` if it is not percent-encoded UTF-8 without controls."""
    return decoded(raw_path())


def decoded(raw: str) -> str:
    """A path as sent, decoded; `MalformedPath` as `checked_path`."""
    if _BROKEN.search(raw):
        raise MalformedPath("The path has a '%' that two hexadecimal digits do not follow.")
    try:
        path = unquote_to_bytes(raw.encode("latin-1")).decode("utf-8")  # PEP 3333: strings are bytes as Latin-1
    except UnicodeDecodeError:
        raise MalformedPath("The path is not UTF-8.") from None
    if _CONTROL.search(path):
        raise MalformedPath("The path has a control character.")
    return path


def refuse_unreadable() -> None:
    """`MalformedPath` for an address whose part after `?` has bytes that are not UTF-8: no view can read it."""
    try:
        _ = request.args
    except UnicodeDecodeError:
        raise MalformedPath("The part after '?' is not UTF-8.") from None


def iris(base: str, name: str) -> Iterator[NamedNode]:
    """The IRIs a decoded name below `base` may stand for: as it reads, percent-encoded as a whole, encoded as sent.

    `MalformedPath` when none of them is an IRI.
    """
    quoted = name if PLAIN.fullmatch(name) else quote(name, safe=SAFE)
    spellings = dict.fromkeys((name, quoted, quoted.replace("%2F", "/")))
    found = 0
    for spelling in spellings:
        try:
            node = NamedNode(base + spelling)
        except ValueError:
            continue
        found += 1
        yield node
    if not found:
        raise MalformedPath("The path is not that of an IRI.")


def depth() -> int:
    """How many folders below the root the request's URL is, as a browser counts them."""
    return raw_path().count("/")


def reader_language(site: Site) -> tuple[str, str | None]:
    """The language to answer in, and the one that was chosen by `?lang=` (None when the header decides)."""
    try:
        chosen = request.args.get("lang") if request.query_string else None
    except UnicodeDecodeError:  # told as a fault of the address, in a language all the same
        chosen = None
    if chosen in site.languages:
        return chosen, chosen
    return choose_language(request.headers.get("Accept-Language"), site.languages), None


def urls(site: Site) -> Urls:
    """The URLs of the page that is asked for."""
    return Urls(depth(), reader_language(site)[1], site.versions)


def client_of(request: Request) -> str:
    """Who asks, for budgets kept in memory only; see `client_at`."""
    return client_at(request.remote_addr or "")


def client_at(remote: str) -> str:
    """What stands for one client in budgets: an IPv4 address, or the /64 that one subscriber of IPv6 has."""
    with suppress(OSError):
        socket.inet_pton(socket.AF_INET, remote)
        return remote
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def page_number() -> int:
    """`?page=`, from 1. `MalformedParameter` for anything else."""
    word = request.args.get("page", "1") if request.query_string else "1"
    if not re.fullmatch(r"[1-9][0-9]{0,4}", word) or int(word) > PAGES:
        raise MalformedParameter("page", f"a whole number from 1 to {PAGES}")
    return int(word)
