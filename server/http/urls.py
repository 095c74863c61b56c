"""Every URL of a page is built here, relative to the page, so that mirrors, staging hosts and prefixes just work."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Self
from urllib.parse import quote, quote_plus

from graph.settings import Settings
from graph.terms import KH, KHS, VOCAB

KNOWN = 4096  # paths whose escaped form is remembered: each stands on many pages
SAFE = "/:@!$&'()*+,;=~"  # what RFC 3986 allows in a path besides letters and digits
PLAIN = re.compile(r"[A-Za-z0-9_.~/:@!$&'()*+,;=-]*")  # what needs no escape: letters, digits, `-._~` and `SAFE`
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_.~-]*")
DATED = ("doc/", "record/")  # what has versions of its own
NS = KH.base.removesuffix("#")
SHAPES = KHS.base.removesuffix("#")
HOUSE = ((NS, "ns"), (SHAPES, "shapes"), (VOCAB.base, "vocab/"))
HOUSE_BASE = "https://w3id.org/khronika/"  # where all of them lie


def path_of(settings: Settings, iri: str) -> str | None:
    """Where this server shows a thing, as a path below its root (`doc/org/x`), unescaped; None for a foreign IRI.

    A hash IRI keeps its fragment: `https://w3id.org/khronika/ns#Claim` is shown at `ns#Claim`.
    """
    for base, shown in HOUSE if iri.startswith(HOUSE_BASE) else ():
        rest = iri.removeprefix(base)
        if rest != iri and (not rest or rest[0] == "#" or base == VOCAB.base):
            return shown + rest
    own = settings.of_site(iri)
    if own is None:
        return None
    return "doc/" + own.removeprefix("id/") if own.startswith("id/") else own


@lru_cache(maxsize=KNOWN)
def escaped(path: str) -> str:
    """A path as it stands in a URL; its fragment and only that is set off by `#`."""
    if PLAIN.fullmatch(path):
        return path
    before, hash_, after = path.partition("#")
    return quote(before, safe=SAFE) + hash_ + quote(after, safe=SAFE + "?")


def question_of(parameters: Mapping[str, object]) -> str:
    """Parameters as they follow a `?`; what `urlencode` gives, which looks long at what needs no escape."""
    return "&".join(f"{_value(name)}={_value(str(value))}" for name, value in parameters.items())


def _value(text: str) -> str:
    return text if _PLAIN_VALUE.fullmatch(text) else quote_plus(text)


@dataclass(frozen=True, slots=True)
class Urls:
    """The URLs of one page: `depth` is how many folders it lies below the root, `choice` the language in `?lang=`.

    With `release` what it links to is shown as it was then.
    """

    depth: int
    choice: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    release: int | None = None

    def to(self, path: str, **query: object) -> str:
        """The relative URL of a path below the root. A language the reader chose stays chosen."""
        if not self.choice and not self.release:
            query = {key: value for key, value in query.items() if value is not None} if query else query
            if not query:
                return self.root + escaped(path)
        wanted = {"lang": self.choice} | query if self.choice else query
        if self.release and path.startswith(DATED):
            wanted = {"release": self.release} | wanted
        parameters = {key: value for key, value in wanted.items() if value is not None}
        before, hash_, after = escaped(path).partition("#")
        question = f"?{question_of(parameters)}" if parameters else ""
        return (self.root + before) + question + hash_ + after

    def within(self, release: int | None) -> Self:
        """The URLs of a page that shows a release asked for by its number."""
        return replace(self, release=release)

    def static(self, name: str) -> str:
        """A file of ours, with its digest, so that it may be kept for a year."""
        version = self.versions.get(name)
        return f"{self.root}static/{name}" + (f"?v={version}" if version else "")

    @property
    def root(self) -> str:
        """The way up to the root of the site."""
        return "../" * self.depth or "./"
