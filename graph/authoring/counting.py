"""Which files of a site say something new, and what they become: those, and whatever took from others what changed."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from graph.authoring.catalogue import check_settings
from graph.authoring.compiling import Compiled, Notes, compile_record
from graph.authoring.complaints import Complaints
from graph.authoring.files import Found, contents, record_files
from graph.authoring.index import Index, Sayings, sayings_of
from graph.authoring.kept import Kept
from graph.authoring.ledger import Ledger, packed_stamp
from graph.authoring.reading import Reading, open_file
from graph.authoring.references import Part, check_references
from graph.authoring.shares import Share, compile_shares
from graph.authoring.written import Unreadable
from graph.errors import AuthoringError, AuthoringErrors
from graph.pausing import nothing_collected
from graph.settings import Settings
from graph.vocabulary import Vocabulary

SETTLED_NS = 2_000_000_000  # what the coarsest file systems tell apart; a file written later may change unseen

FEW = 200  # records are taken out of the ledger one by one; for more it is gone through as a whole
SOUND = "sound"  # noted in a ledger with which nothing is wrong


class Damaged(Exception):
    """What was kept cannot be used."""


class Count:
    """One look at all files. The ledger holds the site as it is afterwards, `compiled` what was read anew, by id."""

    def __init__(self, settings: Settings, vocabulary: Vocabulary, kept: Kept | None, news: Callable[[], None]) -> None:
        """Do it, and tell `news` as soon as some file differs.

        Raises `SiteError` where there is nothing to read, `Damaged` where `kept` is of no use.
        """
        begun = time.time_ns() - SETTLED_NS
        self.settings, self.vocabulary, self.kept = settings, vocabulary, kept
        self.ledger = kept.ledger if kept else Ledger(settings)
        self.problems: list[AuthoringError] = []
        with nothing_collected():
            rows = self.ledger.rows()
            self._rows = {row.id: row for row in rows}
            self._ids = {row.number: row.id for row in rows}
            names = {row.name: row.id for row in rows}
            self._found = {found.id: found for found in record_files(settings, self.problems, names)}
        check_settings(settings, vocabulary)
        self._begun = begun
        self._gone = self._rows.keys() - self._found.keys()
        self.changed = bool(self._gone)
        self._notes: dict[str, Notes] = {}
        self._readings: dict[str, Reading] = {}
        self._told: dict[str, Sayings] = {}
        self._read(news)
        self.compiled = self._compiled()
        self._write_down()

    def all_problems(self) -> list[AuthoringError]:
        """Everything that is wrong, each file's own and what its ids point to."""
        complaints = {i: Complaints(self._path(i), said.problems) for i, said in self.compiled.items()}

        def part(number: int) -> Part:
            id_ = next(row.id for row in self.ledger.rows() if row.number == number)
            said = self.compiled.get(id_)
            own = complaints.setdefault(id_, Complaints(self._path(id_)))
            return Part(id_, own, (lambda: said.notes) if said else (lambda: self._kept_notes(id_)))

        among = self._touched() if self.ledger.noted(SOUND) else None
        problems = [*self.problems, *check_references(self.ledger, part, (), self.settings, among)]
        problems += [error for each in complaints.values() for error in each.problems]
        self.ledger.note(SOUND, "" if problems else "yes")
        return problems

    def _touched(self) -> set[str]:
        """The things of which somebody may lack something, in a site that lacked nothing before.

        These are what the records that changed use or describe now, and what they described before or were.
        """
        old = [self._kept_notes(id_) for id_ in self._away]
        new = [said.notes for said in self.compiled.values()]
        found = {self.settings.record(id_).value for id_ in self._away}
        return found.union(*(n.typed for n in (*old, *new)), *(n.labelled for n in old), *(n.used for n in new))

    def _read(self, news: Callable[[], None]) -> None:
        """Open what changed, and what took something from others that is not so any more, until nothing is left."""
        waiting = [found for found in self._found.values() if not self._same(found)]
        if waiting or self._gone:
            news()
        about: set[str] = set()
        for id_ in self._gone:
            about |= self._kept_notes(id_).told.keys()
        self._shares = compile_shares(waiting, self.settings, self.vocabulary)
        for share in self._shares:
            for id_, said in share.items():
                about |= self._take_note(id_, said.notes.told)
        while waiting or about:
            for found in waiting:
                if found.id not in self._told:
                    about |= self._open(found)
            asking = {self._ids[number] for number in self.ledger.asking(about)}
            waiting = [self._found[i] for i in sorted(asking - self._told.keys() - self._gone)]
            about = set()

    def _same(self, found: Found) -> bool:
        """Whether a file says what it said; where its stamp cannot tell, it is read."""
        row = self._rows.get(found.id)
        if row is None or row.name != found.name:
            return False
        if found.stamp is not None and row.stamp == packed_stamp(found.stamp):
            return True
        try:
            data = contents(self._path(found.id), self.settings, Complaints(self._path(found.id)))
        except Unreadable:
            return False
        same = sha256(data).digest() == self.ledger.file_of(found.id)
        if same and (stamp := self._settled(found)) != row.stamp:
            self.ledger.stamp(found.id, stamp)
            self.changed = True
        return same

    def _settled(self, found: Found) -> bytes | None:
        """The stamp of a file as the ledger has it; None where the file may change once more without another one."""
        return packed_stamp(found.stamp) if found.stamp and max(found.stamp[:2]) < self._begun else None

    def _open(self, found: Found) -> set[str]:
        """Read a file; the IRIs of which it says something else than before."""
        self._readings[found.id] = open_file(found.id, self._path(found.id), self.settings)
        return self._take_note(found.id, self._readings[found.id].sayings)

    def _take_note(self, id_: str, new: Sayings) -> set[str]:
        self._told[id_] = new
        old = self._kept_notes(id_).told if id_ in self._rows else {}
        return {iri for iri in new.keys() | old.keys() if new.get(iri) != old.get(iri)}

    def _compiled(self) -> dict[str, Compiled]:
        about = sayings_of(self._told, self._told_elsewhere)
        done = {id_: said for share in self._shares for id_, said in self._known_enough(share)}
        for id_ in self._told.keys() - done.keys():
            reading = self._readings.get(id_) or open_file(id_, self._path(id_), self.settings)
            if reading.sayings != self._told[id_]:
                problem = "the file changed while the site was read."
                raise AuthoringErrors([AuthoringError(reading.path, None, problem, "Try again.")])
            done[id_] = compile_record(reading, Index(about), self.settings, self.vocabulary)
        return done

    def _known_enough(self, share: Share) -> Iterator[tuple[str, Compiled]]:
        """The records of a share that asked about nothing that a file outside of it speaks of."""
        spoken_of = Counter(iri for sayings in self._told.values() for iri in sayings)
        inside = Counter(iri for said in share.values() for iri in said.notes.told)
        for id_, said in share.items():
            asked = said.notes.asked
            if all(spoken_of[iri] == inside[iri] and not self._told_elsewhere(iri) for iri in asked):
                yield id_, said

    def _told_elsewhere(self, iri: str) -> dict[str, Sayings]:
        """What is said of an IRI in files that stand as they were, by id."""
        ids = [self._ids[number] for number in self.ledger.telling(iri)]
        return {i: self._kept_notes(i).told for i in ids if i not in self._told and i not in self._gone}

    def _write_down(self) -> None:
        self._away = self._gone | (self.compiled.keys() & self._rows.keys())
        if len(self._away) > FEW:
            self.ledger.forget(self._away)
        else:
            for id_ in self._away:
                self.ledger.take_out(id_, self._kept_notes(id_))
        for id_, said in self.compiled.items():
            self.ledger.add(id_, self._found[id_].name, self._settled(self._found[id_]), said)
        self.changed = self.changed or bool(self._away or self.compiled)

    def _kept_notes(self, id_: str) -> Notes:
        if id_ not in self._notes:
            place = self.ledger.place_of(id_)
            body = self.kept.body(place) if self.kept and place else None
            if body is None:
                raise Damaged
            self._notes[id_] = body.notes()
        return self._notes[id_]

    def _path(self, id_: str) -> Path:
        return self._found[id_].path(self.settings)
