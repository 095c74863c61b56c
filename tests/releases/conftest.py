"""A small site of three releases, published once and copied for each test, and the ways to change and read it."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import Literal, Quad

from graph.authoring.records import Record
from graph.checking.report import Report
from graph.history.journal import Journal
from graph.releases import Publication, publish
from graph.releases.derived.statistics import statistics
from graph.releases.places import Places
from graph.releases.view import marks, view_of
from graph.settings import Settings, read_settings
from graph.store.layout import told
from graph.store.open import open_reader
from graph.store.working import in_memory

SITE = 'title = "A site"\nbase = "https://site.example/"\npublisher = "Us"\neditor = "org/us"\n'
SECRET = "Zinaida Quillfeather"  # stands in one record only, until it is erased


def organization(name: str, words: str) -> str:
    return f'record:\n  modified: 2026-01-15\nthings:\n  - id: org/{name}\n    type: NGO\n    name: "{words}"\n'


def fine(_records: Sequence[Record], _settings: Settings) -> Report:
    """The rules have tests of their own."""
    return Report(())


def words_of(quads: set[Quad]) -> set[str]:
    """What is written in them."""
    return {q.object.value for q in quads if isinstance(q.object, Literal)}


def journal_of_schema_1(path: Path) -> None:
    """A journal as the first version wrote it: `secret` and `us`, of which it masked one thing for a release."""
    with closing(sqlite3.connect(path)) as made:
        made.executescript(Path(__file__).with_name("schema-1.sql").read_text(encoding="utf-8"))


class Site:
    """A site on disk that a test may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = read_settings(folder)
        self.places = Places(self.settings.var)

    def write(self, name: str, words: str) -> None:
        path = self.folder / "records" / f"{name}.yaml"
        path.write_text(organization(name, words), encoding="utf-8")

    def remove(self, name: str) -> None:
        (self.folder / "records" / f"{name}.yaml").unlink()

    def publish(self, **how: object) -> Publication:
        return publish(self.settings, **{"author": "ann", "message": "why", "check": fine, **how})  # type: ignore[arg-type]

    def record(self, name: str) -> str:
        return self.settings.record(name).value

    def thing(self, name: str) -> str:
        return self.settings.thing(f"org/{name}").value

    def says(self, at: int | None = None) -> set[Quad]:
        """Every quad that a reader sees."""
        with open_reader(self.settings, at) as reader:
            return set(reader.quads())

    def words(self, at: int | None = None) -> set[str]:
        return words_of(self.says(at))

    def recorded(self, number: int | None = None) -> set[Quad]:
        """Every quad that the journal says a release has, and how many they are, counted anew: the oracle."""
        with Journal(self.places.journal) as journal:
            entry = journal.entry(number) if number else journal.newest()
            assert entry
            view = view_of(journal, entry, self.settings)
            quads = [quad for name in view.contents for quad in view.quads(name)]
            store = in_memory([*quads, *marks(self.settings, entry)])
            return set(told(store)) | statistics(store, self.settings)

    def newest(self) -> int:
        with Journal(self.places.journal) as journal:
            entry = journal.newest()
            return entry.number if entry else 0


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: `us`, `them` and `secret`; then `them` changed; then `late` added."""
    folder = tmp_path_factory.mktemp("published") / "site"
    (folder / "records").mkdir(parents=True)
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    site = Site(folder)
    site.write("us", "Us")
    site.write("them", "Them at first")
    site.write("secret", SECRET)
    site.publish(message="first")
    site.write("them", "Them later on")
    site.publish(message="second")
    site.write("late", "Latecomers")
    site.publish(message="third")
    return folder


@pytest.fixture
def site(published: Path, tmp_path: Path) -> Site:
    """A copy of the published site, hard links and all made into files of its own."""
    shutil.copytree(published, tmp_path / "site")
    return Site(tmp_path / "site")


@pytest.fixture
def fresh(tmp_path: Path) -> Site:
    """A site of one record that has published nothing."""
    folder = tmp_path / "fresh"
    (folder / "records").mkdir(parents=True)
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    site = Site(folder)
    site.write("us", "Us")
    return site
