"""A site of the test's own: the hand-made release of `site/group.trig`, served without a file on disk."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Quad, RdfFormat, parse

from graph.settings import Settings
from graph.store.embedded import EmbeddedReader
from graph.vocabulary import load_vocabulary
from server.app import create_app

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
