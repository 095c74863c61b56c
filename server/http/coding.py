"""Content codings: which one a client takes, and bodies in it (RFC 9110 §8.4, §12.5.3)."""

import gzip
from collections.abc import Callable, Mapping

import brotli

WORTH = 1024  # bytes; a shorter body would hardly save a packet

# Best first. Each page is coded once a release; at higher levels time doubles for one part in a hundred.
CODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


def coding_for(accept_encoding: str | None) -> str:
    """The best coding a client takes, "" where it takes none of ours or says nothing: then the body goes as it is."""
    weights: dict[str, float] = {}
    for member in (accept_encoding or "").split(","):
        coding, _, parameter = member.partition(";")
        name, _, value = parameter.partition("=")
        try:
            weights[coding.strip().lower()] = float(value) if name.strip().lower() == "q" else 1.0
        except ValueError:
            weights[coding.strip().lower()] = 0.0
    everything = weights.get("*", 0.0)
    ranked = [(weights.get(name, everything), -place, name) for place, name in enumerate(CODERS)]
    best = max(ranked)
    return best[2] if best[0] > 0 else ""


def coded(body: bytes, coding: str) -> bytes:
    """A body in one of our codings."""
    return CODERS[coding](body)
