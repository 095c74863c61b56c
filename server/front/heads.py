"""What the head of a request may be (RFC 9112 §2 to §6): all else is refused before anybody answers it. No I/O."""

import re
from collections.abc import Sequence

HEAD_BYTES = 32 << 10  # a long query in a GET and no more
FIELDS = 100  # in one head; browsers send twenty
BODY_BYTES = 2 << 20  # a query text and its parameters
SPOKEN = ("1.1", "1.0")
_HOST = re.compile(rb"[\w.~!$&'()*+,;=%:\[\]-]*+", re.ASCII)  # what a host and a port consist of (RFC 3986 §3.2.2)
_PATHLESS = re.compile(rb"(https?://[^/?#]++)(?![^?#])", re.IGNORECASE)


def fault_of(version: str, target: bytes, fields: Sequence[tuple[bytes, bytes]]) -> int:
    """The status that a request is refused with by its head, 0 for one that can be answered.

    `fields` have names in lower case, and lengths that are numbers. Host is read by nobody here; two of them would be
    read as one by us and as the other by a proxy.
    """
    if version not in SPOKEN:
        return 505
    size, hosts = len(target), 0
    for name, value in fields:
        size += len(name) + len(value)
        if name == b"host":
            hosts += 1 if _HOST.fullmatch(value) else 2
        elif name == b"content-length":
            if int(value) > BODY_BYTES:
                return 413
        elif name == b"transfer-encoding" and value.lower() != b"chunked":
            return 501  # §6.1: compressed on the way, and not what its bytes say
    if size > HEAD_BYTES or len(fields) > FIELDS:
        return 431
    if hosts > 1 or (not hosts and version == "1.1"):
        return 400
    return 0


def rooted(target: bytes) -> bytes:
    """The target of a request with the path that the address of a host alone leaves out (§3.2.2)."""
    return _PATHLESS.sub(rb"\1/", target, count=1) if target[:4].lower() == b"http" else target


def spelled(data: bytes) -> bytes:
    """The first bytes of a request with its target percent-encoded: curl sends an IRI as it was typed."""
    line, end, rest = data.lstrip(b"\r\n").partition(b"\n")
    return b"".join(b"%%%02X" % byte if byte > 0x7F else bytes((byte,)) for byte in line) + end + rest
