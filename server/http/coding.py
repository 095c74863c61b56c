"""Content codings: which one a client takes, and bodies in it (RFC 9110 §8.4, §12.5.3)."""

import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache

import brotli

REMEMBERED = 256  # what clients take, and what we make of it: most say the same few things
WORTH = 1024  # bytes; a shorter body would hardly save a packet

# Best first, with whether the body lasts. Each page is coded once a release: above 7 its time is six times as long for
# one part in two hundred; at 5 it is half, and a page in Russian weighs more than 100 kB on a first visit. A file of
# ours is coded once in the life of a process: at 11 it is a tenth smaller.
CODERS: Mapping[str, Callable[[bytes, bool], bytes]] = {
    "br": lambda body, lasting: bytes(brotli.compress(body, quality=11 if lasting else 7)),
    "gzip": lambda body, lasting: gzip.compress(body, 9 if lasting else 6, mtime=0),
}


@lru_cache(maxsize=REMEMBERED)
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


def coded(body: bytes, coding: str, *, lasting: bool = False) -> bytes:
    """A body in one of our codings; one that is `lasting` is made as small as it gets."""
    return CODERS[coding](body, lasting)
