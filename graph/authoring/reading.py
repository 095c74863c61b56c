"""One file on its way to a record: opened, its words known, what it means not asked yet."""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from graph.authoring.complaints import Complaints
from graph.authoring.files import YAML_SUFFIXES, contents
from graph.authoring.index import Sayings, said_in_turtle, said_in_yaml
from graph.authoring.keys import TYPES
from graph.authoring.turtle import Said, read_turtle
from graph.authoring.written import Entries, Unreadable, read_yaml
from graph.settings import Settings

_ID = re.compile(rf"\b(?:{'|'.join(TYPES)})/[\w.\-]*\w")


@dataclass(slots=True)
class Reading:
    """What a file says and what is wrong with it.

    `file` is the SHA-256 of its bytes. `tree` is that of a YAML file and `said` that of a Turtle file; neither is
    there where it cannot be read, and then `mentioned` are the ids in it, which it may describe. `sayings` are what it
    says of documents and names.
    """

    id: str
    path: Path
    complaints: Complaints
    file: bytes = b""
    tree: Entries | None = None
    said: Said | None = None
    mentioned: frozenset[str] = frozenset()
    sayings: Sayings = field(default_factory=dict)


def open_file(name: str, path: Path, settings: Settings) -> Reading:
    """The reading of the file of the record `name`; what is wrong with it is among its complaints."""
    reading = Reading(name, path, Complaints(path))
    data = b""
    try:
        data = contents(path, settings, reading.complaints)
        reading.file = sha256(data).digest()
        if path.suffix in YAML_SUFFIXES:
            reading.tree = read_yaml(data, reading.complaints)
            reading.sayings = said_in_yaml(reading.tree, settings)
        else:
            reading.said = read_turtle(data, settings.record(name), settings, reading.complaints)
            reading.sayings = said_in_turtle(reading.said.content)
    except Unreadable:
        reading.mentioned = frozenset(_ID.findall(data.decode("utf-8", "replace")))
    return reading
