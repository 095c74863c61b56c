"""Rendered answers of the current release, within a budget of bytes: a release never changes, so they stay true."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

PAGES_MB = 32  # about two thousand pages
OVERHEAD = 512  # bytes a kept answer takes besides its body


class Link(NamedTuple):
    """One member of a Link header (RFC 8288): target, relation, and media type or language where it helps."""

    target: str
    relation: str
    media_type: str = ""
    language: str = ""

    def __str__(self) -> str:
        extra = f'; type="{self.media_type}"' if self.media_type else ""
        if self.language:
            extra += f'; hreflang="{self.language}"'
        return f'<{self.target}>; rel="{self.relation}"{extra}'


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body with the links that go with it."""

    body: bytes
    links: Sequence[Link] = ()
    coding: str = ""  # the content coding of the body


class PageCache:
    """Answers by their entity tag, least recently asked dropped first. Tags name the release: nothing goes stale."""

    def __init__(self, budget: int = PAGES_MB << 20) -> None:
        """`budget` in bytes; a body over a quarter of it is not kept."""
        self._budget, self._used = budget, 0
        self._state: str | None = None  # as `follow` was told it last
        self.generation = 0  # how often it was followed to another state
        self._answers: OrderedDict[str, Rendered] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str) -> Rendered | None:
        """The answer of a tag, if it is still here."""
        with self._lock:
            answer = self._answers.get(tag)
            if answer is not None:
                self._answers.move_to_end(tag)
            return answer

    def keep(self, tag: str, answer: Rendered, generation: int) -> None:
        """Remember an answer begun in a `generation`, at the cost of those not asked for lately; none begun before."""
        if len(answer.body) > self._budget // 4:
            return
        with self._lock:
            if generation != self.generation:
                return
            self._drop(self._answers.pop(tag, None))
            self._answers[tag] = answer
            self._used += len(answer.body) + OVERHEAD
            while self._used > self._budget:
                self._drop(self._answers.popitem(last=False)[1])

    def follow(self, state: str | None) -> None:
        """Forget all that was made in another state: nobody asks for it any more, and some of it may be erased."""
        with self._lock:
            if state != self._state:
                self._answers.clear()
                self._state, self._used = state, 0
                self.generation += 1

    def _drop(self, answer: Rendered | None) -> None:
        if answer is not None:
            self._used -= len(answer.body) + OVERHEAD
