"""A site in a temporary folder, its records read the way publishing reads them, its triples in a short spelling."""

from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent

import pytest
from pyoxigraph import Literal, Triple

from graph.authoring.record import Record
from graph.authoring.records import read_record, read_site
from graph.authoring.stock import Cache
from graph.errors import AuthoringErrors
from graph.settings import Settings, read_settings
from graph.terms import PREFIXES, VOCAB, XSD
from graph.vocabulary import Vocabulary, load_vocabulary

BASE = "https://site.example/"
SHORT = {BASE + "id/": "", BASE: "", VOCAB.base: "vocab:", "http://id.loc.gov/datatypes/edtf/": ""} | {
    base: f"{prefix}:" for prefix, base in PREFIXES.items()
}


def short(node: object) -> str:
    """`org/x`, `schema:name`, `vocab:act/killing`, `"text"@en`, `"2031"^^EDTF`; a plain string in quotes."""
    if isinstance(node, Literal):
        text = f'"{node.value}"'
        if node.language:
            return f"{text}@{node.language}"
        return text if node.datatype == XSD("string") else f"{text}^^{short(node.datatype)}"
    iri = str(getattr(node, "value", node))
    return next((new + iri.removeprefix(old) for old, new in SHORT.items() if iri.startswith(old)), iri)


class Graph(set[tuple[str, str, str]]):
    """Triples in the short spelling."""

    def of(self, subject: str, predicate: str) -> list[str]:
        """The values of a property, sorted."""
        return sorted(o for s, p, o in self if (s, p) == (subject, predicate))

    def one(self, subject: str, predicate: str) -> str:
        """The only value of a property."""
        (value,) = self.of(subject, predicate)
        return value

    def subjects(self, predicate: str, value: str) -> list[str]:
        """What has this value."""
        return sorted(s for s, p, o in self if (p, o) == (predicate, value))


def graph_of(triples: Iterable[Triple]) -> Graph:
    return Graph((short(t.subject), short(t.predicate), short(t.object)) for t in triples)


class Site:
    """A site being written by a test."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self.folder, self.vocabulary = folder, vocabulary
        (folder / "records").mkdir()
        self.set()

    def set(self, more: str = "") -> None:
        """Write site.toml, with these lines added."""
        text = f'title = "A site"\nbase = "{BASE}"\npublisher = "A publisher"\n{more}\n'
        (self.folder / "site.toml").write_text(text, encoding="utf-8")

    @property
    def settings(self) -> Settings:
        return read_settings(self.folder)

    def write(self, name: str, text: str | bytes) -> Path:
        """A file below records/; a text is dedented."""
        path = self.folder / "records" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return path

    def record(self, text: str | bytes, name: str = "x.yaml") -> Record:
        """One record, read by itself."""
        return read_record(self.write(name, text), self.settings, self.vocabulary)

    def graph(self, text: str | bytes, name: str = "x.yaml") -> Graph:
        """What one record says."""
        return graph_of(self.record(text, name).triples)

    def catalogue(self, text: str | bytes, name: str = "x.yaml") -> Graph:
        """What is said of one record."""
        return graph_of(self.record(text, name).catalogue)

    def wrong(self, text: str | bytes, name: str = "x.yaml") -> list[str]:
        """The complaints about one record, as `line: problem hint`."""
        with pytest.raises(AuthoringErrors) as caught:
            self.record(text, name)
        return self.told(caught.value)

    def all(self) -> dict[str, Graph]:
        """Every record of the site, by id."""
        return {r.id: graph_of(r.triples) for r in read_site(self.settings)}

    def all_wrong(self) -> list[str]:
        """The complaints about the whole site, as `file:line: problem hint`."""
        with pytest.raises(AuthoringErrors) as caught:
            read_site(self.settings)
        return [
            f"{e.path.relative_to(self.folder)}:{e.line}: {e.problem} {e.hint}".rstrip() for e in caught.value.problems
        ]

    @staticmethod
    def told(errors: AuthoringErrors) -> list[str]:
        return [f"{e.line}: {e.problem} {e.hint}".rstrip() for e in errors.problems]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture
def site(tmp_path: Path, vocabulary: Vocabulary) -> Site:
    return Site(tmp_path, vocabulary)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "var" / "compiled")


@pytest.fixture
def stamps_trusted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Change times cannot be set back, so a file counts as settled as soon as it is written."""
    monkeypatch.setattr("graph.authoring.counting.SETTLED_NS", -60_000_000_000)
