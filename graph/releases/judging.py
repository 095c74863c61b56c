"""Whether what is about to be published keeps the rules: what changed where that is enough, else everything."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from graph.authoring.records import Record
from graph.history.journal import Entry
from graph.releases.errors import NothingPublished, StateDamaged, Withdrawing
from graph.settings import Settings
from graph.store.apart import Progress
from graph.store.base import Reader
from graph.store.open import open_reader
from graph.vocabulary import Vocabulary

if TYPE_CHECKING:
    from graph.checking.report import Report


def judge(
    settings: Settings,
    vocabulary: Vocabulary,
    records: Sequence[Record],
    changed: Collection[str],
    removed: Collection[str],
    last: Entry | None,
    progress: Progress,
) -> tuple["Report", str]:
    """The report on `records`, which are the whole site, and the digest of the rules it was made with.

    Only what `changed` and `removed` records (by IRI) touch is looked at, when the rules are those that the `last`
    release was held against and that release can be read.
    """
    from graph.checking.checks import check, check_changes, rules_digest  # here: most publishes find nothing to check

    digest = rules_digest(settings, vocabulary)
    base = _base(settings, last) if last and last.rules == digest else None
    if base is None:
        return check(records, settings, vocabulary=vocabulary, progress=progress), digest
    with base:
        touched = [record for record in records if record.iri.value in changed]
        found = check_changes(touched, settings, base, removed=removed, vocabulary=vocabulary, progress=progress)
        return found, digest


def _base(settings: Settings, last: Entry) -> Reader | None:
    """A reader of the last release; None where it cannot be read now, or another is shown."""
    try:
        reader = open_reader(settings)
    except (NothingPublished, StateDamaged, Withdrawing):
        return None
    if reader.release == last.number:
        return reader
    reader.close()
    return None
