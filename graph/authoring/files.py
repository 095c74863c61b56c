"""The files of a site that are records: found in a fixed order, read from inside the site only."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from graph.authoring.complaints import Complaints
from graph.authoring.names import named
from graph.authoring.written import Unreadable
from graph.errors import AuthoringError, SiteError
from graph.settings import Settings

YAML_SUFFIXES = (".yaml", ".yml")
SUFFIXES = (*YAML_SUFFIXES, ".ttl")
BESIDE = (".md", ".txt")  # notes to other editors
RESERVED = "derived"  # the record that is generated
Stamp: TypeAlias = tuple[int, int, int, int]  # times of content and of name and rights, size, number of a file
NOTHING_KNOWN: Mapping[str, str] = MappingProxyType({})


class Found(NamedTuple):
    """The file of a record: `name` is its path below `records/`, `stamp` changes whenever it does, if there is one.

    There is none for a link, whose target can change without it.
    """

    id: str
    name: str
    stamp: Stamp | None

    def path(self, settings: Settings) -> Path:
        """Where it lies."""
        return settings.records / self.name


def record_files(
    settings: Settings, problems: list[AuthoringError], known: Mapping[str, str] = NOTHING_KNOWN
) -> list[Found]:
    """The files of all records, in the order of their ids; what cannot be one is added to `problems`.

    `known` are ids of names that were found to be records before. `SiteError` where the site has no folder of
    records, or nothing in it.
    """
    if not settings.records.is_dir():
        hint = "Make the folder 'records' and put a .yaml file into it; khronika init shows one."
        raise SiteError(settings.records, "the site has no folder of records.", hint)
    found: dict[str, Found] = {}
    for entry in _walk(settings.records, "", problems):
        below, stamp = entry
        name = known.get(below) or record_id(settings.records / below, settings, problems)
        if name is None:
            continue
        if name in found:
            problem = f"'{PurePosixPath(found[name].name).name}' is the same record, '{name}'."
            problems.append(AuthoringError(settings.records / below, None, problem, "Rename one of them."))
            continue
        found[name] = Found(name, below, stamp)
    if not found and not problems:
        hint = "Put a .yaml file into it; khronika init shows one."
        raise SiteError(settings.records, "no records: the folder is empty.", hint)
    return [found[name] for name in sorted(found)]


def _walk(folder: Path, below: str, problems: list[AuthoringError]) -> Iterator[tuple[str, Stamp | None]]:
    """Every file that is not hidden, with its stamp; folders that are links are complained of, not followed."""
    try:
        with os.scandir(folder) as entries:
            seen = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    inner = {entry.name for entry in seen if _is_folder(entry)}
    folders = [entry for entry in seen if entry.name in inner and not entry.name.startswith(".")]
    for entry in folders:
        if entry.is_symlink():
            hint = "Put the files themselves here."
            problems.append(AuthoringError(Path(entry.path), None, "a linked folder is not followed.", hint))
    for entry in seen:
        if entry.name not in inner and not entry.name.startswith((".", "#")) and not entry.name.endswith("~"):
            yield below + entry.name, _stamp(entry)
    for entry in folders:
        if not entry.is_symlink():
            yield from _walk(Path(entry.path), f"{below}{entry.name}/", problems)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """The stamp of a file; None for what is no plain file."""
    try:
        if not entry.is_file(follow_symlinks=False):
            return None
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def record_id(path: Path, settings: Settings, problems: list[AuthoringError]) -> str | None:
    """The id of the record in a file: its path below `records/` without suffix; None where it cannot be one."""

    def wrong(problem: str, hint: str) -> None:
        problems.append(AuthoringError(path, None, problem, hint))

    if path.suffix.lower() in BESIDE:
        return None
    if path.suffix not in SUFFIXES:
        wrong(f"'{path.name}' is not a record.", f"Records end in {', '.join(SUFFIXES)}; notes in {', '.join(BESIDE)}.")
        return None
    try:
        below = path.absolute().relative_to(settings.records)
    except ValueError:
        wrong("the file is not in the site's folder of records.", f"Put it into {settings.records}.")
        return None
    try:
        name = named(below.with_suffix("").as_posix())
    except ValueError as error:
        wrong(f"{error}.", "Rename the file.")
        return None
    if name == RESERVED:
        wrong(f"the record '{RESERVED}' is the one that is generated.", "Rename the file.")
        return None
    return name


def contents(path: Path, settings: Settings, complaints: Complaints) -> bytes:
    """The bytes of a record's file; raises `Unreadable` after complaining where it lies elsewhere or is no file."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(settings.folder.resolve()):
            complaints.add(None, "the file is a link out of the site.", "Put the file itself here.")
            raise Unreadable
        if not stat.S_ISREG(real.stat().st_mode):
            complaints.add(None, "not a file.", "Delete it, or put a file in its place.")
            raise Unreadable
        return real.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        reason = getattr(error, "strerror", None) or "the link leads in a circle"
        complaints.add(None, f"cannot be read: {reason}.", "Look at the file and its permissions.")
        raise Unreadable from None
