"""What one release changed, statement by statement, within bounds: a page is no place for a whole data set."""

from dataclasses import dataclass

from graph.history.journal import Entry, Journal
from graph.history.payloads import quads_of
from graph.releases.errors import UnknownRelease
from graph.releases.places import Places
from graph.releases.telling import Difference
from graph.releases.view import View, view_of
from graph.settings import Settings

MOST_PARTS = 2_000  # changed in one release; more is a bulk load, which mirrors take in pieces from the feed
MOST_BYTES = 16 << 20  # of N-Quads before and after; laying out more takes seconds


@dataclass(frozen=True, slots=True)
class Content:
    """The digest of what a release may say today, and how it differs from the one before; None where that is too much.

    `older` is 0 for the first release, which differs from nothing.
    """

    digest: str
    difference: Difference | None


def content_of(settings: Settings, number: int) -> Content:
    """What release `number` says and changed. Raises `UnknownRelease`, or a `JournalError`."""
    with Journal(Places(settings.var).journal) as journal:
        entry = journal.entry(number)
        if entry is None:
            newest = journal.newest()
            raise UnknownRelease(number, newest.number if newest else 0)
        after = view_of(journal, entry, settings)
        before = view_before(journal, entry, settings)
        return Content(after.digest, _difference(before, after))


def view_before(journal: Journal, entry: Entry, settings: Settings) -> View | None:
    """The release before one, as it may be read today; None before the first."""
    older = journal.entry(entry.number - 1)
    return view_of(journal, older, settings) if older else None


def changed_parts(before: View | None, after: View) -> list[str]:
    """The names of the parts that differ, sorted."""
    was = before.contents if before else {}
    return sorted(name for name in was.keys() | after.contents.keys() if was.get(name) != after.contents.get(name))


def _difference(before: View | None, after: View) -> Difference | None:
    names = changed_parts(before, after)
    if len(names) > MOST_PARTS:
        return None
    was, now, size = set[bytes](), set[bytes](), 0
    for name in names:
        old, new = before.text(name) if before else b"", after.text(name)
        size += len(old) + len(new)
        if size > MOST_BYTES:
            return None
        was |= set(old.splitlines(keepends=True))
        now |= set(new.splitlines(keepends=True))
    removed, added = (tuple(quads_of(b"".join(sorted(lines)))) for lines in (was - now, now - was))
    return Difference(before.entry.number if before else 0, after.entry.number, removed, added)
