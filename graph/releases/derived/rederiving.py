"""Whether the plain facts of the last release can be gone on from, and then those of the next."""

from collections.abc import Collection, Mapping, Sequence

from graph.history.hiding import Target, without
from graph.history.journal import Entry, Journal, Part
from graph.releases.derived.description import software
from graph.releases.derived.facts import Difference, changes_facts, facts_after
from graph.releases.errors import NothingPublished, StateDamaged, Withdrawing
from graph.settings import Settings
from graph.store.open import open_reader

SHARE = 4  # where a quarter of the parts changed, everything is as quickly derived


def facts_from_last(
    settings: Settings,
    journal: Journal,
    last: Entry | None,
    before: Mapping[str, Part],
    puts: Mapping[str, bytes],
    removals: Collection[str],
    hidden: Sequence[Target],
) -> bytes | None:
    """The plain facts once `puts` and `removals` are carried out on the release `last`, whose parts are `before`.

    None where everything has to be looked at: by another version, across a withdrawal, when much changed, or when the
    last release cannot be read.
    """
    held = before.get(settings.record("derived").value)
    changed = {*puts, *removals}
    if last is None or held is None or last.software != software() or len(changed) > len(before) // SHARE:
        return None
    if any(w.pending for w in journal.withdrawals):
        return None
    older = {name: journal.text(before[name].payload) or b"" for name in changed if name in before}
    difference = Difference.of(
        {name: without(text, hidden) for name, text in older.items()},
        {name: without(text, hidden) for name, text in puts.items()},
    )
    facts = journal.text(held.payload)
    if facts is None or not changes_facts(difference):
        return facts
    return _after(settings, last, facts, difference)


def _after(settings: Settings, last: Entry, facts: bytes, difference: Difference) -> bytes | None:
    try:
        reader = open_reader(settings, unsearched=True)
    except (NothingPublished, StateDamaged, Withdrawing):
        return None
    with reader:
        return facts_after(settings, reader, facts, difference) if reader.release == last.number else None
