"""Whether what is about to be published keeps the rules: what changed where that is enough, else everything."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

from graph.authoring.record import Record
from graph.history.journal import Entry
from graph.parallel import beside
from graph.releases.errors import NothingPublished, StateDamaged, Withdrawing
from graph.settings import Settings
from graph.store.apart import Progress
from graph.store.base import Reader
from graph.store.open import open_reader
from graph.vocabulary import Vocabulary

if TYPE_CHECKING:
    from graph.checking.report import Report


@dataclass(frozen=True, slots=True)
class Judgement:
    """`report` is of all records where it is `whole`, else of what changed; `rules` names what it was made with."""

    report: "Report"
    rules: str
    whole: bool


class Shown:
    """The release that is shown, opened and proved on another core while the records are read."""

    def __init__(self, settings: Settings) -> None:
        """Begin."""
        self._opening = beside(partial(_opened, settings))

    def reader(self, last: Entry) -> Reader | None:
        """A reader of it; None where it cannot be read now, or is not the `last` one."""
        reader = self._opening.result()
        return reader if reader and reader.release == last.number else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give it back."""
        if reader := self._opening.result():
            reader.close()


def judge(
    settings: Settings,
    vocabulary: Vocabulary,
    records: Sequence[Record],
    changed: Collection[str],
    removed: Collection[str],
    last: Entry | None,
    shown: Shown | None,
    progress: Progress,
) -> Judgement:
    """The report on `records`, which are the whole site.

    Only what `changed` and `removed` records (by IRI) touch is looked at, when the rules are those that the `last`
    release was held against and that release is the one `shown`.
    """
    from graph.checking.checks import check, check_changes, rules_digest  # here: most publishes find nothing to check

    digest = rules_digest(settings, vocabulary)
    base = shown.reader(last) if shown and last and last.rules == digest else None
    if base is None:
        return Judgement(check(records, settings, vocabulary=vocabulary, progress=progress), digest, whole=True)
    touched = [record for record in records if record.iri.value in changed]
    found = check_changes(touched, settings, base, removed=removed, vocabulary=vocabulary, progress=progress)
    return Judgement(found, digest, whole=False)


def _opened(settings: Settings) -> Reader | None:
    try:
        return open_reader(settings, unsearched=True)
    except (NothingPublished, StateDamaged, Withdrawing):
        return None
