"""The next release while it is made: what the editors wrote, compared with the last one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.authoring.record import Record
from graph.authoring.stock import Stock
from graph.history.hiding import Target, without
from graph.history.journal import Entry, Journal, Part
from graph.history.payloads import content_digest
from graph.history.withdrawals import Withdrawal
from graph.pausing import nothing_collected
from graph.releases.admission import Skipped, admitted
from graph.releases.derived.description import site_parts, vocabulary_parts
from graph.settings import Settings
from graph.vocabulary import Vocabulary

_VOCABULARY = "graphs of the vocabulary"


class Parts:
    """Every part of a release but the derived one: `contents` has the digest of each by name."""

    def __init__(self, settings: Settings, stock: Stock, records: Sequence[Record], erased: Sequence[Target]) -> None:
        self._records = {record.iri.value: record for record in records}
        self._site, self._vocabulary, self._erased = site_parts(settings), stock.vocabulary, erased
        self._graphs: Mapping[str, bytes] | None = None
        self.contents: dict[str, bytes] = {name: record.digest for name, record in self._records.items()}
        for name, record in self._records.items() if erased else ():
            if not record.kept:  # nothing is kept that speaks of what was erased
                self.contents[name] = content_digest(self.text(name))
        self.contents |= {name: content_digest(text) for name, text in self._site.items()}
        graphs: dict[str, str] = json.loads(stock.worked_out(_VOCABULARY, self._digests))
        self.contents |= {name: bytes.fromhex(digest) for name, digest in graphs.items()}

    def text(self, name: str) -> bytes:
        """The canonical N-Quads of a part; of a record read anew each time, so best asked for one by one."""
        record = self._records.get(name)
        if record is None:
            return self._site[name] if name in self._site else self._of_vocabulary()[name]
        return record.text if record.kept else without(record.text, self._erased)

    def _of_vocabulary(self) -> Mapping[str, bytes]:
        if self._graphs is None:
            self._graphs = vocabulary_parts(self._vocabulary)
        return self._graphs

    def _digests(self) -> str:
        return json.dumps({name: content_digest(text).hex() for name, text in self._of_vocabulary().items()})


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of the next release and how they differ from those of the last, `before`.

    `puts` has the canonical N-Quads of those that say something new; the words of the others are read only when they
    are asked for.
    """

    records: Sequence[Record]
    skipped: tuple[Skipped, ...]
    vocabulary: Vocabulary
    last: Entry | None
    before: Mapping[str, Part]
    withdrawn: Sequence[Withdrawal]
    parts: Parts
    puts: dict[str, bytes]
    removals: set[str]

    def put(self, name: str, text: bytes) -> None:
        """Take a part into the release if it says something new."""
        part = self.before.get(name)
        if part is None or part.content != content_digest(text):
            self.puts[name] = text

    def text(self, name: str) -> bytes:
        """The canonical N-Quads of a part."""
        return self.puts[name] if name in self.puts else self.parts.text(name)


def draft_of(settings: Settings, journal: Journal, stock: Stock) -> Draft:
    """What the editors wrote as the next release, compared with the last; raises as `admitted`."""
    withdrawn = [w for w in journal.withdrawals if w.active and not w.lifting]
    last = journal.newest()
    with nothing_collected():
        records, skipped = admitted(stock, settings, withdrawn)
        before = journal.parts(last.number) if last else {}
        parts = Parts(settings, stock, records, [w.target for w in withdrawn if w.erased])
        held = {name: part.content for name, part in before.items()}
        news = [name for name, content in parts.contents.items() if held.get(name) != content]
    puts = {name: parts.text(name) for name in news}
    kept = {settings.record("derived").value, *(w.iri for w in withdrawn)}
    removals = before.keys() - parts.contents.keys() - kept
    return Draft(records, skipped, stock.vocabulary, last, before, withdrawn, parts, puts, removals)
