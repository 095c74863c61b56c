"""Letters to the editors: one file each in a folder of their own, for editors' eyes only.

A letter holds what its writer typed, the day it came and the page it is about; nothing else is known here. The folder
is outside `var/`, since nobody can make a letter again, and keeps itself out of a version control of records.
"""

import os
import re
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from graph.errors import KhronikaError
from graph.releases.files.durable import TEMPORARY, sync_folder

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread on paper or over the telephone
LETTERS = 6  # of a reference after its day: a thousand million a day
KINDS = ("correction", "reply", "withdrawal", "other")
PRIVATE = 0o600
IGNORE = "# Letters are private: they stay out of any repository.\n*\n"
_REFERENCE = re.compile(rf"\d{{4}}-\d\d-\d\d-[{ALPHABET}]{{{LETTERS}}}")
_HEADS = ("reference", "received", "kind", "about", "release", "answer-to")


class TooManyLetters(KhronikaError):
    """As many letters wait as may wait."""

    def __init__(self, folder: Path, waiting: int) -> None:
        super().__init__(folder, waiting)
        self.folder, self.waiting = folder, waiting

    def __str__(self) -> str:
        return f"{self.folder}: {self.waiting} letters wait.\n  Answer them and delete them: khronika replies"


class LettersShut(KhronikaError):
    """The folder of letters cannot be written or read."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(folder, problem)
        self.folder, self.problem = folder, problem

    def __str__(self) -> str:
        return f"{self.folder}: {self.problem}.\n  Letters need room there and the right to write."


class NoSuchLetter(KhronikaError):
    """No letter has this reference."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    def __str__(self) -> str:
        return f"No letter has the reference {self.reference!r}.\n  Those that wait: khronika replies"


class LetterUnreadable(KhronikaError):
    """A file among the letters is none."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: this is not a letter as the form writes it.\n  Read it with an editor, then delete it."


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody typed. `about` is an IRI of the site or "", `answer_to` how to reach them or ""."""

    kind: str
    text: str
    about: str = ""
    answer_to: str = ""
    release: int = 0  # the newest when it came


@dataclass(frozen=True, slots=True)
class Received:
    """A letter that waits."""

    reference: str
    day: date
    letter: Letter


class Letters:
    """The letters of one site; for any thread. `most` is how many may wait."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self._most = folder, most
        self._lock = threading.Lock()

    def keep(self, letter: Letter, today: date) -> str:
        """Write a letter down, whole or not at all and to last; its reference. `TooManyLetters`, `LettersShut`."""
        try:
            with self._lock:
                self._prepare()
                waiting = len(self._names())
                if waiting >= self._most:
                    raise TooManyLetters(self.folder, waiting)
                return self._write(letter, today)
        except OSError as error:
            raise LettersShut(self.folder, error.strerror or str(error)) from error

    def waiting(self) -> list[str]:
        """The references of the letters that wait, oldest day first. `LettersShut`."""
        try:
            return self._names()
        except OSError as error:
            raise LettersShut(self.folder, error.strerror or str(error)) from error

    def read(self, reference: str) -> Received:
        """A letter. `NoSuchLetter`, `LetterUnreadable`, `LettersShut`."""
        path = self._path(reference)
        try:
            return _parsed(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NoSuchLetter(reference) from None
        except (ValueError, KeyError):
            raise LetterUnreadable(path) from None
        except OSError as error:
            raise LettersShut(self.folder, error.strerror or str(error)) from error

    def delete(self, reference: str) -> None:
        """Destroy a letter: overwritten, then removed. What a disk keeps besides is beyond our reach.

        `NoSuchLetter`, `LettersShut`.
        """
        path = self._path(reference)
        try:
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            sync_folder(self.folder)
        except FileNotFoundError:
            raise NoSuchLetter(reference) from None
        except OSError as error:
            raise LettersShut(self.folder, error.strerror or str(error)) from error

    def _names(self) -> list[str]:
        try:
            found = os.listdir(self.folder)
        except FileNotFoundError:  # nobody has written yet
            return []
        return sorted(name.removesuffix(".txt") for name in found if _REFERENCE.fullmatch(name.removesuffix(".txt")))

    def _path(self, reference: str) -> Path:
        if not is_reference(reference):  # never a path made of what somebody typed
            raise NoSuchLetter(reference)
        return self.folder / f"{reference}.txt"

    def _prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ignore = self.folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text(IGNORE, encoding="utf-8")

    def _write(self, letter: Letter, today: date) -> str:
        reference = f"{today.isoformat()}-{''.join(secrets.choice(ALPHABET) for _ in range(LETTERS))}"
        path = self._path(reference)
        temporary = path.with_name(TEMPORARY + path.name)
        noon = datetime(today.year, today.month, today.day, 12).timestamp()  # a file's date would tell the minute
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(_written(reference, today, letter).encode("utf-8"))
                file.flush()
                os.utime(file.fileno(), (noon, noon))
                os.fsync(file.fileno())
            os.link(temporary, path)  # never over another letter
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(self.folder)
        return reference


def is_reference(words: str) -> bool:
    """Whether these could be the reference of a letter."""
    return _REFERENCE.fullmatch(words) is not None


def one_line(words: str) -> str:
    """Words on one line, without what could steer a terminal or hide in one."""
    return " ".join("".join(sign if _is_shown(sign) else " " for sign in words).split())


def lines_of(words: str) -> str:
    """A text with its lines and tabs, without other controls; no blank lines around it."""
    text = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or _is_shown(sign)).strip()


def _is_shown(sign: str) -> bool:
    """Whether a character is one of writing: no control, no unpaired half; joiners of Persian or Hindi stay."""
    return unicodedata.category(sign) not in ("Cc", "Cs", "Cn", "Co") and sign not in "\u2028\u2029"


def _written(reference: str, today: date, letter: Letter) -> str:
    """A letter as its file reads: a head of six lines, an empty one, the text."""
    values = (
        reference, today.isoformat(), letter.kind, one_line(letter.about), str(letter.release),
        one_line(letter.answer_to),
    )  # fmt: skip
    head = "".join(f"{name}: {value}\n" for name, value in zip(_HEADS, values, strict=True))
    return f"{head}\n{lines_of(letter.text)}\n"


def _parsed(content: str) -> Received:
    """A letter out of its file; ValueError or KeyError for what is none."""
    head, _, text = content.partition("\n\n")
    values = dict(line.partition(": ")[::2] for line in head.split("\n"))
    letter = Letter(
        kind=values["kind"],
        text=text.removesuffix("\n"),
        about=values["about"],
        answer_to=values["answer-to"],
        release=int(values["release"]),
    )
    return Received(values["reference"], date.fromisoformat(values["received"]), letter)
