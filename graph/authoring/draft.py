"""The graph of one record while it is being written: its triples with their lines, and what every room needs to write.

Nothing here is a blank node: an inner node gets an IRI below that of its owner, so that the same file always gives
the same graph.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Triple

from graph.authoring.complaints import Complaints
from graph.authoring.index import Index
from graph.authoring.written import Node, folded
from graph.settings import Settings
from graph.terms import LABEL, A
from graph.vocabulary import Vocabulary

LABEL_CHARACTERS = 80  # fits a line of a table; a title keeps its own length


@dataclass(slots=True)
class Draft:
    """One record being written. `index` is what all files of the site say of documents and names."""

    settings: Settings
    vocabulary: Vocabulary
    complaints: Complaints
    language: str
    index: Index = field(default_factory=Index)
    triples: dict[Triple, int] = field(default_factory=dict)
    described: dict[str, int] = field(default_factory=dict)  # lines of the ids that editors gave, by IRI
    passages: dict[NamedNode, dict[str, NamedNode]] = field(default_factory=dict)
    placed: set[NamedNode] = field(default_factory=set)  # passages that have their place on the page
    _taken: set[str] = field(default_factory=set)

    def add(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal, line: int) -> None:
        """Say something; said twice, the first line counts."""
        self.triples.setdefault(Triple(subject, predicate, value), line)

    def is_a(self, subject: NamedNode, *classes: NamedNode, line: int) -> None:
        """Say what kind of thing it is."""
        for each in classes:
            self.add(subject, A, each, line)

    def label(self, subject: NamedNode, text: str, language: str, line: int) -> None:
        """Give a node its derived label."""
        self.add(subject, LABEL, Literal(text, language=language), line)

    def labels(self, subject: NamedNode, say: Callable[[str], str | None], line: int) -> None:
        """Give a node a derived label in every language of the site: what `say` says in it."""
        for language in self.settings.languages:
            if text := say(language):
                self.label(subject, text, language, line)

    def below(self, owner: NamedNode, kind: str, words: str) -> NamedNode:
        """A free IRI for an unnamed part of `owner`: its words decide, so it stays where other parts come and go."""
        digest = sha256(folded(words).encode()).hexdigest()[:8]
        return self.free(f"{owner.value}/{kind}/{digest}")

    def free(self, iri: str) -> NamedNode:
        """`iri`, or the first of `iri-2`, `iri-3` … that nothing in this record has taken."""
        number, name = 1, iri
        while name in self._taken or name in self.described:
            number += 1
            name = f"{iri}-{number}"
        self._taken.add(name)
        return NamedNode(name)

    def wrong(self, node: Node, problem: str, hint: str = "") -> None:
        """Complain about a part of the file."""
        self.complaints.add(node.line, problem, hint)


def shortened(text: str) -> str:
    """The first words of a text, as a label: at most LABEL_CHARACTERS, cut between words, with an ellipsis."""
    text = folded(text)
    if len(text) <= LABEL_CHARACTERS:
        return text
    cut = text[: LABEL_CHARACTERS - 1]
    head = cut.rpartition(" ")[0] if " " in cut[LABEL_CHARACTERS // 2 :] else cut
    return head.rstrip(" ,;:.–—-") + "…"
