"""Many files compiled on all cores: a share of them here, the others in processes of their own.

Each knows its own share only. What a record asked about that a file of another share speaks of, it was answered
wrongly: such a record has to be compiled again by who knows all.
"""

import os
import pickle
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from graph.authoring.compiling import Compiled, compile_record
from graph.authoring.files import Found
from graph.authoring.index import Index, sayings_of
from graph.authoring.reading import open_file
from graph.parallel import beside
from graph.settings import Settings
from graph.store.apart import ApartDied, Progress, run_apart
from graph.vocabulary import Vocabulary, load_vocabulary

SHARE = 400  # files; fewer are compiled before another process has begun

Share = Mapping[str, Compiled]  # by id


def compile_shares(found: Sequence[Found], settings: Settings, vocabulary: Vocabulary) -> list[Share]:
    """The records of some files, share by share; none where there are few files or is one core, or a process failed."""
    count = min(os.cpu_count() or 1, len(found) // SHARE)
    if count < 2:
        return []
    shares = [found[number::count] for number in range(count)]
    others = [beside(partial(_elsewhere, share, settings, vocabulary)) for share in shares[1:]]
    return [_compiled(shares[0], settings, vocabulary), *(other.result() for other in others)]


def _compiled(share: Sequence[Found], settings: Settings, vocabulary: Vocabulary) -> Share:
    readings = [open_file(found.id, found.path(settings), settings) for found in share]
    about = sayings_of({reading.id: reading.sayings for reading in readings})
    return {reading.id: compile_record(reading, Index(about), settings, vocabulary) for reading in readings}


def _elsewhere(share: Sequence[Found], settings: Settings, vocabulary: Vocabulary) -> Share:
    try:
        with tempfile.NamedTemporaryFile() as file:
            file.write(pickle.dumps((list(share), settings, vocabulary.digest)))
            file.flush()
            done = run_apart("graph.authoring.shares", [file.name])
    except (ApartDied, OSError):
        return {}
    assert isinstance(done, dict)
    return done


def work(arguments: Sequence[str], _progress: Progress) -> Share:
    """In the process apart: the records of the share that a file says, nothing where the vocabulary changed since."""
    share, settings, digest = pickle.loads(Path(arguments[0]).read_bytes())  # noqa: S301 - written by our parent
    vocabulary = load_vocabulary(settings.folder / "concepts")
    return _compiled(share, settings, vocabulary) if vocabulary.digest == digest else {}
