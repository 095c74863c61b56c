"""One file on its way to a record: opened, its words known, what it means not asked yet."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Triple

from graph.authoring.complaints import Complaints
from graph.authoring.files import YAML_SUFFIXES, contents
from graph.authoring.index import Index
from graph.authoring.keys import TYPES
from graph.authoring.turtle import Said, read_turtle
from graph.authoring.written import Entries, Unreadable, read_yaml
from graph.settings import Settings

_ID = re.compile(rf"\b(?:{'|'.join(TYPES)})/[\w.\-]*\w")


@dataclass(slots=True)
class Reading:
    """What a file says, what is wrong with it, and the line of every triple it becomes.

    `tree` is that of a YAML file and `said` that of a Turtle file; neither is there where it cannot be read, and then
    `mentioned` are the ids in it, which it may describe.
    """

    id: str
    path: Path
    complaints: Complaints
    tree: Entries | None = None
    said: Said | None = None
    lines: dict[Triple, int | None] = field(default_factory=dict)
    mentioned: frozenset[str] = frozenset()


def open_file(name: str, path: Path, settings: Settings) -> Reading:
    """The reading of the file of the record `name`; what is wrong with it is among its complaints."""
    reading = Reading(name, path, Complaints(path))
    data = b""
    try:
        data = contents(path, settings, reading.complaints)
        if path.suffix in YAML_SUFFIXES:
            reading.tree = read_yaml(data, reading.complaints)
        else:
            reading.said = read_turtle(data, settings.record(name), settings, reading.complaints)
    except Unreadable:
        reading.mentioned = frozenset(_ID.findall(data.decode("utf-8", "replace")))
    return reading


def index_of(readings: Iterable[Reading], settings: Settings) -> Index:
    """What all files together say of documents and names."""
    index = Index()
    for reading in readings:
        if reading.tree is not None:
            index.read(reading.tree, settings)
        elif reading.said is not None:
            index.take(reading.said.content)
    return index
