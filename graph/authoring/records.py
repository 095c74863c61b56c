"""The records of a site, or one of them, read with every complaint told at once."""

from collections.abc import Collection
from pathlib import Path

from graph.authoring.catalogue import check_settings
from graph.authoring.compiling import compile_record
from graph.authoring.files import record_files, record_id
from graph.authoring.index import Index, sayings_of
from graph.authoring.reading import open_file
from graph.authoring.record import Record
from graph.authoring.stock import take_stock
from graph.errors import AuthoringError, AuthoringErrors
from graph.settings import Settings
from graph.vocabulary import Vocabulary


def read_record(path: Path, settings: Settings, vocabulary: Vocabulary) -> Record:
    """The record in the file `path` (below `settings.records`), whose ids may point to what nobody describes.

    The other files are read only to know the authors and names they give. Raises `AuthoringErrors` with every
    complaint about this file.
    """
    check_settings(settings, vocabulary)
    problems: list[AuthoringError] = []
    name = record_id(path, settings, problems)
    if name is None:
        problems = problems or [AuthoringError(path, None, "not a record: its name ends like a note's.")]
        raise AuthoringErrors(problems)
    own = open_file(name, path, settings)
    others = [open_file(f.id, f.path(settings), settings) for f in record_files(settings, []) if f.id != name]
    about = sayings_of({reading.id: reading.sayings for reading in (own, *others)})
    said = compile_record(own, Index(about), settings, vocabulary)
    if said.body is None or said.problems:
        raise AuthoringErrors(said.problems)
    return said.record(own.id, str(path.absolute().relative_to(settings.records)), settings)


def read_site(settings: Settings, *, only: Collection[str] | None = None) -> tuple[Record, ...]:
    """Every record of a site in the order of their ids; with `only` (ids), those, checked against the whole site.

    Raises `AuthoringErrors` with every complaint about every file, `SiteError` where there is nothing to read.
    """
    return take_stock(settings).records(only)
