"""A server that echoes, and a connection to it; a site to make pages of."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from front.served import answering
from front.spoken import Client, answer

from graph.settings import Settings, read_settings


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with answering(answer) as port:
        yield port


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    made = Client(port)
    yield made
    made.close()


@pytest.fixture(scope="module")
def settings(published_example: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The example, published; a module's own."""
    site = tmp_path_factory.mktemp("pages") / "site"
    shutil.copytree(published_example, site)
    return read_settings(site)
