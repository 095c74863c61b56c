"""The files of a site that are records: found in a fixed order, read from inside the site only."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from graph.authoring.complaints import Complaints
from graph.authoring.names import named
from graph.authoring.written import Unreadable
from graph.errors import AuthoringError, SiteError
from graph.settings import Settings

YAML_SUFFIXES = (".yaml", ".yml")
SUFFIXES = (*YAML_SUFFIXES, ".ttl")
BESIDE = (".md", ".txt")  # notes to other editors
RESERVED = "derived"  # the record that is generated


def record_files(settings: Settings, problems: list[AuthoringError]) -> list[tuple[str, Path]]:
    """The ids and paths of all records, in the order of their ids; what cannot be one is added to `problems`.

    `SiteError` where the site has no folder of records, or nothing in it.
    """
    if not settings.records.is_dir():
        hint = "Make the folder 'records' and put a .yaml file into it; khronika init shows one."
        raise SiteError(settings.records, "the site has no folder of records.", hint)
    found: dict[str, Path] = {}
    for path in _walk(settings.records, problems):
        name = record_id(path, settings, problems)
        if name is None:
            continue
        if name in found:
            problem = f"'{found[name].name}' is the same record, '{name}'."
            problems.append(AuthoringError(path, None, problem, "Rename one of them."))
            continue
        found[name] = path
    if not found and not problems:
        hint = "Put a .yaml file into it; khronika init shows one."
        raise SiteError(settings.records, "no records: the folder is empty.", hint)
    return sorted(found.items())


def _walk(folder: Path, problems: list[AuthoringError]) -> Iterator[Path]:
    """Every file that is not hidden; folders that are links are complained of, not followed."""
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for each in folders:
            path = Path(top, each)
            if path.is_symlink():
                hint = "Put the files themselves here."
                problems.append(AuthoringError(path, None, "a linked folder is not followed.", hint))
        for each in sorted(names):
            if not each.startswith((".", "#")) and not each.endswith("~"):
                yield Path(top, each)


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
