"""What the link of each release in the chain is made over, as the tables say it now.

A withdrawal is chained by a salted seal of its IRI. The first version chained the IRI, which so could not be forgotten.
The next release *rechains* those withdrawals: its link holds, besides its own changes, what the links of those earlier
releases are with the seal in place of the IRI. From then on these links are proved by that one. Each keeps its digest,
so no chain that somebody noted is another one.
"""

from collections.abc import Collection, Iterable
from hashlib import sha256

from graph.history import chain
from graph.history.withdrawals import Tables, Withdrawal, Withdrawals


def link_of(tables: Tables, number: int) -> bytes:
    """The link of a release that is recorded, made anew."""
    ((recorded, note),) = tables.rows("SELECT recorded, note_seal FROM release WHERE number = ?", number)
    before = tables.rows("SELECT chain FROM release WHERE number = ?", number - 1)
    changes = tables.rows("SELECT part, seal FROM change WHERE release = ?", number)
    links = [*((part, sealed) for part, sealed in changes), *of_withdrawals(tables, number)]
    return chain.link(before[0][0] if before else chain.GENESIS, number, recorded, note, links)


def of_withdrawals(tables: Tables, release: int) -> list[tuple[str, bytes]]:
    """What the link of `release` says of withdrawals that take effect in it, and of earlier links it vouches for."""
    found, known = [], list(Withdrawals(tables))
    for w in known:
        for word, when in (("withdrawn", w.since), ("lifted", w.lifted), ("erased", w.erased)):
            if when == release:
                found.append((f"{word} {w.chained}", sha256(w.reason.encode()).digest()))
    earlier = vouched(w for w in known if w.rechained == release)
    return found + [(f"rechained {number}", link_of(tables, number)) for number in sorted(earlier)]


def vouched(withdrawals: Iterable[Withdrawal]) -> set[int]:
    """The releases whose links a later one vouches for."""
    return {number for w in withdrawals for number in w.releases if number < (w.rechained or 0)}


def rechain(tables: Tables, release: int) -> None:
    """Have `release`, within its transaction, vouch for what an older version chained by name.

    Links that are damaged are left alone, so that the damage goes on being found.
    """
    old = [w for w in Withdrawals(tables) if w.rechained == 0]
    if all(_holds(tables, w.releases) for w in old):
        for w in old:
            tables.rows("UPDATE withdrawal SET rechained = ? WHERE id = ?", release, w.id)


def _holds(tables: Tables, numbers: Collection[int]) -> bool:
    """Whether the links of these releases are what was chained."""
    kept = (tables.rows("SELECT chain FROM release WHERE number = ?", number)[0][0] for number in numbers)
    return all(link_of(tables, number) == link for number, link in zip(numbers, kept, strict=True))
