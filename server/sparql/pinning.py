"""Which release a question is put to: the one that is shown, or with `asOf=` an earlier one as it may be read now."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Response

from graph.publish.history.cited import permanent
from graph.releases.moments import read_at
from graph.releases.places import Places
from graph.store.workers import Ask, QueryLane, Snapshot
from server.http.asked import MalformedParameter
from server.http.caching import Link
from server.releases.past import HOW_TO_NAME, check_digest
from server.releases.versions import IMMUTABLE
from server.site import Site

LONGEST_LINK = 4000  # characters; a longer header is cut or refused on the way


class Superseded(Exception):
    """While the question was being answered another release came, or something was withdrawn."""


@contextmanager
def pinned(site: Site, lane: QueryLane, wanted: str | None, digest: str | None = None) -> Iterator[Snapshot]:
    """The snapshot to ask, kept on disk inside the block. `Superseded` at its end when it should not be answered from.

    `wanted` is the number of a release or a moment (ISO 8601, UTC where it names no zone), `digest` what the release
    has to have. Raises `MalformedParameter`, `UnknownRelease`, `OtherContent`, `PastBusy`, or as
    `graph.store.open.hold`.
    """
    newest = lane.newest()
    number = newest.release if wanted is None else _number(site, newest, wanted)
    if number == newest.release:
        check_digest(digest, number, newest.digest, pinned=wanted is not None)
        yield newest
        if lane.newest().path != newest.path:
            raise Superseded
        return
    before = site.blocklist.now().events
    with site.past.reading(number) as reader:
        check_digest(digest, number, reader.digest, pinned=True)
        yield Snapshot(reader.release, reader.digest, Places(site.settings.var).snapshot(number) / "store")
    if site.blocklist.now().events != before:
        raise Superseded


def _number(site: Site, newest: Snapshot, wanted: str) -> int:
    try:
        at = read_at(wanted, datetime.now(UTC))
    except (ValueError, OverflowError):
        raise MalformedParameter("asOf", HOW_TO_NAME) from None
    if at == newest.release:
        return newest.release
    with site.releases.reading() as current:
        return site.past.version(at, current).number


def cited(response: Response, ask: Ask, wanted: str | None, snapshot: Snapshot, newest: int) -> Response:
    """An answer with the address that always gives it (`cite-as`, RFC 8574), and kept where it can never differ.

    `newest` is the number of the release that is shown: what a moment before it names is settled.
    """
    if response.status_code not in (200, 304):
        return response
    response.headers["Khronika-Release"] = str(snapshot.release)
    link = citation(ask)
    if link is not None:
        response.headers.add("Link", str(link))
    settled = wanted is not None and (wanted.isdecimal() or snapshot.release < newest)
    if settled and "no-store" not in response.headers["Cache-Control"]:
        response.headers["Cache-Control"] = IMMUTABLE
    return response


def citation(ask: Ask) -> Link | None:
    """The address that always gives this answer; None where others answer too, or it would be too long for a header."""
    return Link(ask.link, "cite-as") if 0 < len(ask.link) <= LONGEST_LINK else None


def addressed(site: Site, ask: Ask, snapshot: Snapshot) -> Ask:
    """A question with the address that always gives its answer: it names the release and its digest.

    Unchanged where other endpoints answer too: nobody can promise what they will say.
    """
    if ask.reading is not None and ask.reading.services:
        return ask
    pairs = [("query", ask.query)]
    pairs += [("default-graph-uri", iri) for iri in ask.default_graphs or ()]
    pairs += [("named-graph-uri", iri) for iri in ask.named_graphs or ()]
    return ask._replace(link=permanent(f"{site.settings.base}sparql", snapshot.release, snapshot.digest, pairs))
