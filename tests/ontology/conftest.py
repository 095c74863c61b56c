"""The vocabulary, read once: it cannot change under the tests."""

import pytest

from graph.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()
