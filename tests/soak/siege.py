"""Eight attackers: each question of the corpus is asked until it has come to an end, then they go on at random.

Two of them ask again at once when there is no time for them, as fast as they can; the others a moment later, so that
workers have something of the machine too. Every other one has a new address for each question: no budget stops it.
"""

import random
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import urlencode

from soak.attacked import DEADLINE, FORM, Got, Server
from soak.corpus import LATER, Question, end_of

ATTACKERS, FLOODERS = 8, 2
PAUSE = 0.1  # seconds
LONGEST = 240.0  # seconds, after which what has come to no end never will


@dataclass
class Siege:
    """What was asked of a server and what it answered. A question is settled when it has ended as it may."""

    server: Server
    questions: list[Question] = field(repr=False)
    seconds: float
    statuses: Counter[int] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    settled: set[Question] = field(default_factory=set, repr=False)
    late: list[tuple[float, float]] = field(default_factory=list, repr=False)  # when asked, seconds past its deadline
    wrong: list[str] = field(default_factory=list)
    bodies: dict[Question, bytes] = field(default_factory=dict, repr=False)

    def run(self) -> None:
        """Attack for as long as wanted, and until every question is settled."""
        self._lock, self._dice = threading.Lock(), random.Random(7)
        self._waiting = deque(self._dice.sample(self.questions, len(self.questions)))
        self._begun = time.monotonic()
        threads = [threading.Thread(target=self._attack, args=(number,)) for number in range(ATTACKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _attack(self, number: int) -> None:
        asked = 0
        while question := self._next():
            asked += 1
            source = f"127.1.{number}.{asked % 250 + 1}" if number % 2 else f"127.0.0.{number + 2}"
            at = time.monotonic()
            got = self._ask(question, source)
            self._note(question, got, at)
            if got.status in (429, 503) and number >= FLOODERS:
                time.sleep(PAUSE)

    def _next(self) -> Question | None:
        passed = time.monotonic() - self._begun
        with self._lock:
            if passed > LONGEST + self.seconds or (passed > self.seconds and len(self.settled) == len(self.questions)):
                return None
            return self._waiting.popleft() if self._waiting else self._dice.choice(self.questions)

    def _ask(self, question: Question, source: str) -> Got:
        wanted = {"query": question.query, "format": question.format.name, **dict(question.more)}
        if question.deadline:
            wanted["timeout"] = str(question.deadline)
        return self.server.ask("/sparql", source=source, body=urlencode(wanted).encode(), **{"Content-Type": FORM})

    def _note(self, question: Question, got: Got, at: float) -> None:
        end = end_of(got)
        with self._lock:
            self.statuses[got.status] += 1
            self.ends[end if len(end) < 10 else "else"] += 1
            self.late.append((at, got.seconds - (question.deadline or DEADLINE)))
            if end in question.ends:
                self.settled.add(question)
            elif question not in self.settled:
                self._waiting.append(question)
            if end not in question.ends | LATER | {"time"}:
                self.wrong.append(f"{question}: {end}")
            elif end == "answer":
                self._note_answer(question, got)

    def _note_answer(self, question: Question, got: Got) -> None:
        if int(got.headers["Content-Length"]) != len(got.body):
            self.wrong.append(f"{question}: a cut 200")
        elif self.bodies.setdefault(question, got.body) != got.body:
            self.wrong.append(f"{question}: two answers to one question")
