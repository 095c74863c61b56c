"""What was compiled before, kept in files: a ledger, and packs with the words of the records it lists.

Nothing here is ever needed and nothing is believed: the ledger begins with the SHA-256 of the rest of it, each body is
compared with its own, and what does not agree counts as absent. Files are written whole or not at all, so that who
reads needs no lock; who writes holds the publisher's.
"""

import os
import secrets
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from graph.authoring.compiling import Body
from graph.authoring.ledger import Ledger, Place
from graph.settings import Settings

LEDGER, PACK = "ledger", ".pack"
PACKS = 16  # each check that finds a change leaves a small one; past this the small ones are made one again
_HEAD = b"Khronika's ledger of records, 1\n"
_SEAL = 32  # bytes of a SHA-256


class Kept:
    """The files of one site as they were when they were opened; a pack removed since can still be read."""

    def __init__(self, folder: Path, ledger: Ledger, seal: bytes) -> None:
        """Open the packs in `folder` that `ledger` needs; OSError where one is missing."""
        self.folder, self.ledger, self.seal = folder, ledger, seal
        self._packs: dict[str, int] = {}
        try:
            for name in ledger.packs():
                self._packs[name] = os.open(folder / name, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self.close()
            raise

    def body(self, place: Place) -> Body | None:
        """The body that lies at a place, None where something else does."""
        try:
            data = os.pread(self._packs[place.pack], place.text + place.notes, place.start)
        except OSError:
            return None
        return Body(data[: place.text], data[place.text :]) if sha256(data).digest() == place.seal else None

    def close(self) -> None:
        """Close the packs."""
        for descriptor in self._packs.values():
            os.close(descriptor)
        self._packs = {}

    def __del__(self) -> None:
        """Records read their words for as long as anybody holds one, so the last to go closes the packs."""
        self.close()


def open_kept(folder: Path, settings: Settings) -> Kept | None:
    """What is kept in `folder`; None where there is nothing, or not what was written."""
    try:
        content = (folder / LEDGER).read_bytes()
        seal, rest = content[len(_HEAD) : len(_HEAD) + _SEAL], content[len(_HEAD) + _SEAL :]
        if not content.startswith(_HEAD) or sha256(rest).digest() != seal:
            return None
        return Kept(folder, Ledger(settings, rest), seal)
    except (OSError, sqlite3.Error):
        return None


def seal_of(folder: Path) -> bytes:
    """The seal of the ledger that lies in `folder` now, empty where there is none."""
    with suppress(OSError), (folder / LEDGER).open("rb") as file:
        return file.read(len(_HEAD) + _SEAL)[len(_HEAD) :]
    return b""


def write_kept(folder: Path, ledger: Ledger, bodies: Mapping[str, Body], kept: Kept | None) -> None:
    """Keep a ledger and the new `bodies`, by id, of records in it; raises OSError, with nothing half-written.

    `kept` is what the ledger came from. Nobody else may write meanwhile.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packed = dict(bodies)
    if kept:
        for id_ in _scattered(folder, ledger):
            place = None if id_ in packed else ledger.place_of(id_)
            if place and (body := kept.body(place)):
                packed[id_] = body
    if packed:
        _write_pack(folder, ledger, packed)
    content = ledger.written()
    _write(folder / LEDGER, _HEAD + sha256(content).digest() + content)
    needed = {LEDGER, *ledger.packs()}
    for path in folder.iterdir():
        if path.name not in needed:
            path.unlink(missing_ok=True)


def _scattered(folder: Path, ledger: Ledger) -> list[str]:
    """The ids of the records whose bodies are to be brought together, which is all but those in a large pack."""
    packs = ledger.packs()
    if len(packs) < PACKS:
        return []
    largest = max(packs, key=lambda name: packs[name])
    # One of which less than half is asked for is written anew as well: no more is kept than twice what is needed
    worth = 2 * packs[largest] >= (folder / largest).stat().st_size
    return ledger.outside(largest if worth else "")


def discard(folder: Path) -> None:
    """Keep nothing any more."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


def _write_pack(folder: Path, ledger: Ledger, bodies: Mapping[str, Body]) -> None:
    name, start, pieces = secrets.token_hex(8) + PACK, 0, []
    for id_, body in bodies.items():
        data = body.text_part + body.notes_part
        ledger.place(id_, Place(name, start, len(body.text_part), len(body.notes_part), sha256(data).digest()))
        pieces.append(data)
        start += len(data)
    _write(folder / name, b"".join(pieces))


def _write(path: Path, content: bytes) -> None:
    """In one step, but not lastingly: what a power cut leaves half-written is noticed and made again."""
    temporary = path.with_name(f".new-{path.name}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
