"""What an erase destroys in the journal, and the proof that nothing of it is left in any file."""

import json
import mmap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from graph.history.hiding import without
from graph.history.journal import Journal
from graph.history.payloads import quads_of
from graph.history.withdrawals import Erasure, Withdrawal
from graph.releases.places import Places
from graph.releases.withdrawal.own_words import is_own

SHORTEST = 8  # bytes; a shorter word stands by chance in a binary file, the journal's texts are searched for all


@dataclass(frozen=True, slots=True)
class Doomed:
    """What is to be destroyed, and the words that must then be nowhere.

    `folded` are those of them that others write with capitals: the search index has those without, and so these.
    """

    erasure: Erasure
    words: frozenset[str]
    folded: frozenset[str]


def doomed_by(journal: Journal, withdrawal: Withdrawal, derived: str) -> Doomed:
    """What erasing an IRI destroys: of a record all its texts, of a thing each line that names it, and all plain facts.

    Plain facts of the past are derived again when they are asked for. Author and message of a release go too when
    they hold a lost word, and so does the IRI of a mask that is off again. The IRIs of tombstones stay.
    """
    destroyed = set(journal.payloads_of(withdrawal.iri))
    gone = [text for payload in destroyed if (text := journal.text(payload))]
    rewritten: dict[int, bytes] = {}
    if not destroyed:
        for payload, text in journal.speaking_of(withdrawal.target):
            rewritten[payload] = without(text, [withdrawal.target])
            kept = set(rewritten[payload].splitlines(keepends=True))
            gone.append(b"".join(line for line in text.splitlines(keepends=True) if line not in kept))
    facts = set(journal.payloads_of(derived))
    for payload in facts:
        rewritten.pop(payload, None)
    left = (text for payload, text in journal.texts() if payload not in destroyed | facts)
    left = (without(text, [withdrawal.target]) if rewritten else text for text in left)
    words, folded = _lost(gone, left, [w.iri for w in journal.withdrawals if w.active])
    notes = {note for note, text in journal.notes() if says_any(_said(text), {*words, withdrawal.iri})}
    forgotten = [w.id for w in journal.withdrawals if not w.active and any(word in w.iri for word in words)]
    return Doomed(Erasure(withdrawal.id, destroyed | facts | notes, rewritten, forgotten), words, folded)


def says_any(text: str, words: Iterable[str]) -> bool:
    """Whether any of `words` stands in `text`, in capitals or not."""
    folded = text.casefold()
    return any(word.casefold() in folded for word in words)


def _said(note: bytes) -> str:
    """Author and message as they were written, without what the journal writes around them."""
    return "\n".join(json.loads(note).values())


def _lost(
    gone: Iterable[bytes], left: Iterable[bytes], tombstones: Iterable[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The words that only the texts in `gone` have: literals, and IRIs but for those that tombstones keep.

    With them those that stand in the texts `left` too once these are case-folded.
    """
    words, folded = set[str](), set[str]()
    for text in gone:
        for quad in quads_of(text):
            for term in (quad.subject, quad.object):
                if isinstance(term, Literal | NamedNode) and term.value:
                    words.add(term.value)
    public = "\n".join(tombstones)
    words = {word for word in words if word not in public}
    for text in left:
        if not words:
            break
        said = text.decode()
        terms = "\n".join(getattr(t, "value", "") for q in quads_of(text) for t in (q.subject, q.object))
        words = {word for word in words if word not in terms and word not in said}
        plain = terms.casefold()
        folded |= {word for word in words if word in plain}
    return frozenset(words), frozenset(words & folded)


def remains(folder: Path, words: Iterable[str]) -> Iterator[str]:
    """The files below `folder`, or it itself, in which any of `words` stands, plainly or as N-Quads would write it."""
    return (str(path) for path, _ in _found(folder, words))


def remains_of_ours(places: Places, words: Iterable[str], folded: Iterable[str] = ()) -> Iterator[str]:
    """The same of `var/`, without what stands there by our own writing: a date, the name of a column.

    Those `folded` may stand in a search index, which is made anew after an erase and has all words folded.
    """
    from graph.search.building import FILE  # here: a publish loads this room, and makes no index

    others = {needle for word in folded for needle in _spellings(word)}
    for path, found in _found(places.var, words):
        excused = others if path.name == FILE else ()
        if not all(needle in excused or is_own(places, path, needle) for needle in found):
            yield str(path)


def _found(folder: Path, words: Iterable[str]) -> Iterator[tuple[Path, list[bytes]]]:
    needles = [needle for word in sorted(words) for needle in _spellings(word) if len(needle) >= SHORTEST]
    for path in sorted(p for p in (folder, *folder.rglob("*")) if p.is_file() and p.stat().st_size):
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            found = [needle for needle in needles if content.find(needle) >= 0]
        if found:
            yield path, found


def _spellings(word: str) -> set[bytes]:
    escaped = str(Literal(word))[1:-1]
    return {word.encode(), escaped.encode()}


def remains_in_journal(journal: Journal, words: Iterable[str]) -> Iterator[str]:
    """The payloads, which lie compressed in the journal, in which any of `words` still stands."""
    needles = [needle for word in words for needle in _spellings(word)]
    said = ((payload, _said(text).encode()) for payload, text in journal.notes())
    for payload, text in [*journal.texts(), *said]:
        if any(needle in text for needle in needles):
            yield f"{journal.path}, payload {payload}"
