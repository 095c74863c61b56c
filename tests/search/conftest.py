"""A release made by hand, with Russian and English words of the same things, and an index of it in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from graph.search.index import Index
from graph.store.embedded import EmbeddedReader
from graph.vocabulary import load_vocabulary

DATA = Path(__file__).with_name("release.trig")


def house_quads() -> Iterator[Quad]:
    yield from load_vocabulary().quads()
    yield from parse(DATA.read_bytes(), RdfFormat.TRIG)


@pytest.fixture(scope="session")
def reader() -> EmbeddedReader:
    return EmbeddedReader.of(house_quads())


@pytest.fixture(scope="session")
def index(reader: EmbeddedReader) -> Index:
    return Index.of(reader)
