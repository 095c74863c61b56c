"""A server that echoes, and a connection to it."""

from collections.abc import Iterator

import pytest
from front.served import answering
from front.spoken import Client, answer


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with answering(answer) as port:
        yield port


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    made = Client(port)
    yield made
    made.close()
