"""Which of the formats on offer a client should get. Pure: no request, no response, no I/O (RFC 9110 §12)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graph.formats import Format

REMEMBERED = 256  # questions and their answers: most clients ask for the same few things


@dataclass(frozen=True, slots=True)
class Range:
    """One member of an Accept field: `type/subtype`, either may be `*`, and its weight between 0 and 1."""

    type: str
    subtype: str
    quality: float

    def rank(self, media_type: str) -> int:
        """How exactly this range names a media type: 3 by name, 2 by `type/*`, 1 by `*/*`, 0 not at all."""
        kind, _, subtype = media_type.partition("/")
        if self.type == "*":
            return 1
        if self.type != kind:
            return 0
        return 2 if self.subtype == "*" else 3 * (self.subtype == subtype)


@lru_cache(maxsize=REMEMBERED)
def choose(accept: str | None, offered: tuple[Format, ...], default: Format) -> Format | None:
    """The offered format a client likes best; `default` where it does not care, None where it takes none of them.

    The most exact range that names a format gives its weight, `q=0` excludes it, and among equals the one the client
    named more exactly wins, then `default`, then the order of the offer. Parameters of a media type (`charset`,
    `profile`) do not matter: each format has one form here. An absent, empty or unreadable field counts as `*/*`.
    """
    ranges = list(_ranges(accept or ""))
    if not ranges:
        return default
    order = [default, *(f for f in offered if f != default)]
    ranked = [(*_weigh(f, ranges), -place, f) for place, f in enumerate(order) if f in offered or f == default]
    quality, _, _, best = max(ranked, key=lambda entry: entry[:3])
    return best if quality > 0 else None


def named(accept: str | None, offered: Sequence[Format]) -> list[Format]:
    """Those of the offered formats that a client names and does not exclude, best liked first; `*/*` names none."""
    ranges = list(_ranges(accept or ""))
    weighed = [(_weigh(offer, ranges), offer) for offer in offered]
    liked = [(quality, offer) for (quality, rank), offer in weighed if rank == 3 and quality > 0]
    return [offer for _, offer in sorted(liked, key=lambda pair: -pair[0])]


def _weigh(offer: Format, ranges: Sequence[Range]) -> tuple[float, int]:
    """The weight a client gives a format and how exactly it named it; the registered name goes before aliases."""
    best = (0, 0.0)
    for position, name in enumerate((offer.media_type, *offer.aliases)):
        for range_ in ranges:
            rank = range_.rank(name)
            exact = rank if position == 0 or rank == 3 else 0  # an alias is met by its name only, not by a wildcard
            if exact and exact > best[0]:
                best = (exact, range_.quality)
    return best[1], best[0]


def _ranges(accept: str) -> Iterator[Range]:
    for member in _split(accept, ","):
        name, *parameters = (part.strip() for part in _split(member, ";"))
        kind, slash, subtype = name.lower().partition("/")
        if name == "*":  # sent by java.net.URLConnection: "*; q=.2"
            kind, slash, subtype = "*", "/", "*"
        quality = _quality(parameters)
        if slash and kind and subtype and quality is not None and (kind != "*" or subtype == "*"):
            yield Range(kind, subtype, quality)


def _quality(parameters: Sequence[str]) -> float | None:
    """The weight among the parameters; 1 where there is none, None where it cannot be read (the member is dropped)."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return None
    return 1.0


def _split(text: str, separator: str) -> Iterator[str]:
    """The parts of a list that is not cut inside a quoted string (`profile="a, b"`); a quote left open ends with it."""
    start, quoted, place = 0, False, 0
    while place < len(text):
        sign = text[place]
        if quoted and sign == "\\":
            place += 1
        elif sign == '"':
            quoted = not quoted
        elif sign == separator and not quoted:
            yield text[start:place]
            start = place + 1
        place += 1
    yield text[start:]


@lru_cache(maxsize=REMEMBERED)
def choose_language(accept_language: str | None, offered: tuple[str, ...]) -> str:
    """The offered language a reader likes best, the first of the offer when none is liked (RFC 4647 §3.4, lookup).

    `offered` holds primary tags (`en`, `ru`) and is not empty; `ru-RU` is met by `ru`.
    """
    wishes: list[tuple[float, int, str]] = []
    for place, member in enumerate(_split(accept_language or "", ",")):
        tag, *parameters = (part.strip() for part in member.split(";"))
        quality = _quality(parameters)
        if tag and quality is not None:
            wishes.append((-quality, place, tag.lower()))
    refused = {tag for quality, _, tag in wishes if quality == 0}
    for quality, _, tag in sorted(wishes):
        if quality == 0:
            continue
        if tag == "*":
            return next((o for o in offered if o.lower() not in refused), offered[0])
        for prefix in _prefixes(tag):
            for offer in offered:
                if offer.lower() == prefix:
                    return offer
    return offered[0]


def _prefixes(tag: str) -> Iterator[str]:
    """`zh-hant-tw`, `zh-hant`, `zh`."""
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])
