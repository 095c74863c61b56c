"""A site of the test's own: the hand-made release of `site/group.trig`, served without a file on disk."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from graph.checking.report import Report
from graph.history import journal
from graph.releases import publish
from graph.settings import Settings, read_settings
from graph.store.embedded import EmbeddedReader
from graph.terms import A
from graph.vocabulary import load_vocabulary
from server.app import create_app
from server.drawing import geodata, maps

BASE = "https://docs.example/"
RELEASED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DATA = Path(__file__).parent / "site" / "group.trig"


def make_settings(folder: Path, **more: object) -> Settings:
    return Settings(
        folder=folder,
        title={"en": "Docs", "ru": "Документы"},
        description={"en": "A site for tests.", "ru": "Сайт для тестов."},
        base=BASE,
        publisher="The Editors",
        **more,  # type: ignore[arg-type]
    )


def house_quads() -> Iterator[Quad]:
    yield from load_vocabulary().quads()
    yield from parse(DATA.read_bytes(), RdfFormat.TRIG)


def client_of(folder: Path, quads: Iterator[Quad] | list[Quad], **more: object) -> FlaskClient:
    app = create_app(make_settings(folder, **more), reader=EmbeddedReader.of(quads, release=3, released=RELEASED))
    app.testing = True
    return app.test_client()


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("site")
    (folder / "queries").mkdir()
    (folder / "queries" / "who-says.rq").write_text(
        "# title: Who says what?\n# title@ru: Кто что говорит?\n# explanation: Every claim & its <speaker>.\n"
        "SELECT ?c WHERE { ?c a <https://w3id.org/khronika/ns#Claim> }\n",
        encoding="utf-8",
    )
    return client_of(folder, house_quads())


@pytest.fixture(scope="session")
def things() -> frozenset[str]:
    """The IRIs of all that the hand-made release describes."""
    typed = (q.subject for q in house_quads() if q.predicate == A)
    return frozenset(s.value for s in typed if isinstance(s, NamedNode) and s.value.startswith(BASE + "id/"))


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Reading(HTMLParser):
    """A page as its elements, its text, and what does not nest."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.scripts: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"never closed: {tag}" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"an attribute twice in {tag}")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        (self.scripts if self.open[-1:] == ["script"] else self.words).append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


Read = Callable[..., Reading]
Serve = Callable[[Path, list[Quad]], FlaskClient]


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], Reading]:
    """Parses a page."""
    return Reading


@pytest.fixture(scope="session")
def read(client: FlaskClient) -> Read:
    """Fetches a page of the hand-made release as a person would, and parses it."""

    def fetch(path: str, language: str = "en") -> Reading:
        response = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
        assert response.status_code in (200, 404)
        return Reading(response.text)

    return fetch


@pytest.fixture(scope="session")
def serve() -> Serve:
    """A client of a site in a folder that holds some quads."""
    return client_of


@pytest.fixture(scope="session")
def settings() -> Callable[[Path], Settings]:
    """Makes the settings of a site in a folder."""
    return make_settings


@pytest.fixture(scope="session")
def house() -> list[Quad]:
    """The quads of the hand-made release, the vocabulary among them."""
    return list(house_quads())


SITE = 'title = "A site"\nbase = "{base}"\npublisher = "Us"\neditor = "org/us"\n'
RECORD = 'things:\n  - id: org/{name}\n    type: NGO\n    name: "{words}"\n'
START = datetime(2026, 1, 1, 12, tzinfo=UTC)  # release N of a growing site is of N days later


class Growing:
    """A site that is published day by day."""

    def __init__(self, folder: Path, base: str = "https://site.example/") -> None:
        self.folder, self.day = folder, 0
        (folder / "records").mkdir(parents=True)
        (folder / "site.toml").write_text(SITE.format(base=base), encoding="utf-8")
        self.settings = read_settings(folder)

    def release(self, **records: str | None) -> int:
        """Publish these records (None removes one) as the release of the next day."""
        for name, words in records.items():
            path = self.folder / "records" / f"{name}.yaml"
            if words is None:
                path.unlink()
            else:
                path.write_text(RECORD.format(name=name, words=words), encoding="utf-8")
        with self.tomorrow():
            return publish(self.settings, author="ann", message=f"day {self.day}", check=lambda *_: Report(())).release

    @contextmanager
    def tomorrow(self) -> Iterator[None]:
        """Whatever is recorded inside is recorded a day later than the last."""
        self.day += 1
        now = START + timedelta(days=self.day)

        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
                return now

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(journal, "datetime", Clock)
            yield


@pytest.fixture(scope="session")
def grow() -> type[Growing]:
    """A site of the test's own that is published day by day."""
    return Growing


@pytest.fixture(scope="session")
def growing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five releases; `them` is there from 1 to 3, changed in 3, gone in 4; `us` changes in 1 and 5. To be read only."""
    site = Growing(tmp_path_factory.mktemp("growing") / "site")
    site.release(us="Us", them="Them at first")
    site.release(late="Latecomers")
    site.release(them="Them later on")
    site.release(them=None)
    site.release(us="Us at last")
    return site.folder


@pytest.fixture(scope="session")
def past(growing: Path) -> FlaskClient:
    app = create_app(read_settings(growing))
    app.testing = True
    return app.test_client()


# What the made-up atlas has: boxes of degrees (west, south, east, north) by ISO's number and Natural Earth's name
BOXES = [
    ("643", "Russia", [(40, 50, 90, 70), (33, 44.5, 36, 46)]),  # the second lies where Crimea does
    ("804", "Ukraine", [(24, 47, 39, 52)]),
    ("196", "Cyprus", [(32.5, 34.6, 34, 35)]),
    (None, "N. Cyprus", [(32.6, 35.1, 34, 35.6)]),
    (None, "Siachen Glacier", [(77, 35, 77.5, 35.5)]),
    ("036", "Australia", [(114, -38, 153, -11)]),
]


def topology() -> dict[str, Any]:
    """The boxes as TopoJSON: one arc each, in tenths of a degree from the lower left of the world."""
    arcs, shapes = [], []
    for number, name, boxes in BOXES:
        polygons = []
        for west, south, east, north in boxes:
            dx, dy = round((east - west) * 10), round((north - south) * 10)
            arcs.append([[round((west + 180) * 10), round((south + 90) * 10)], [dx, 0], [0, dy], [-dx, 0], [0, -dy]])
            polygons.append([[len(arcs) - 1]])
        shape: dict[str, Any] = {"type": "MultiPolygon", "arcs": polygons, "properties": {"name": name}}
        if len(polygons) == 1:
            shape |= {"type": "Polygon", "arcs": polygons[0]}
        shapes.append(shape | ({"id": number} if number else {}))
    transform = {"scale": [0.1, 0.1], "translate": [-180, -90]}
    return {"arcs": arcs, "transform": transform, "objects": {"countries": {"geometries": shapes}}}


def forget() -> None:
    geodata.outlines.cache_clear()
    maps._lands.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where outlines are looked for: empty at first."""
    monkeypatch.setattr(geodata, "FOLDER", str(tmp_path))
    forget()
    yield tmp_path
    forget()


@pytest.fixture
def atlas(folder: Path) -> Path:
    for name in (geodata.COARSE, geodata.FINE):
        (folder / f"{name}.json").write_text(json.dumps(topology()), encoding="utf-8")
    return folder
