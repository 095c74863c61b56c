"""Which release a question is put to: the one that is shown, or with `asOf=` an earlier one as it may be read now."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from graph.store.open import hold
from graph.store.workers import QueryLane, Snapshot
from server.asked import MalformedParameter
from server.site import Site


class Superseded(Exception):
    """While the question was being answered another release came, or something was withdrawn."""


@contextmanager
def pinned(site: Site, lane: QueryLane, wanted: str | None) -> Iterator[Snapshot]:
    """The snapshot to ask, kept on disk inside the block. `Superseded` at its end when it should not be answered from.

    `wanted` is the number of a release or a moment (ISO 8601, UTC where it names no zone). Raises
    `MalformedParameter`, or as `graph.store.open.hold`.
    """
    newest = lane.newest()
    if wanted is None or wanted == str(newest.release):
        yield newest
        if lane.newest().path != newest.path:
            raise Superseded
        return
    at = _moment(wanted)
    release, descriptor = hold(site.settings, at)
    try:
        yield Snapshot(release.number, release.digest, release.store)
    finally:
        os.close(descriptor)
    again, descriptor = hold(site.settings, at)
    os.close(descriptor)
    if again.digest != release.digest:
        raise Superseded


def _moment(wanted: str) -> int | datetime:
    if re.fullmatch(r"[0-9]{1,9}", wanted):
        return int(wanted)
    try:
        moment = datetime.fromisoformat(wanted)
    except ValueError:
        raise MalformedParameter("asOf", "the number of a release, or a time such as 2026-11-22T12:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
