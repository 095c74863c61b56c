"""What can be wrong with the journal. It is the only truth, so each message says how not to lose it."""

from pathlib import Path

from graph.errors import KhronikaError, located


class JournalError(KhronikaError):
    """The root of this room."""


class JournalTrouble(JournalError):
    """Something that happened to the file `path`: `problem` says what."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, problem)
        self.path, self.problem = path, problem


class JournalMissing(JournalError):
    """There is no journal where one is needed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return located(
            self.path,
            None,
            "there is no journal here.",
            "Bring it back with: khronika restore NEW-FOLDER FILE, or publish the site anew.",
        )


class JournalDamaged(JournalTrouble):
    """The journal cannot be read, or does not say what was written: only a backup can mend it."""

    def __str__(self) -> str:
        return located(
            self.path,
            None,
            f"the journal is damaged: {self.problem}.",
            "Keep the file aside and bring back the last good one with: khronika restore NEW-FOLDER FILE",
        )


class JournalTooNew(JournalError):
    """The journal was written by a later version of Khronika."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(path, found, known)
        self.path, self.found, self.known = path, found, known

    def __str__(self) -> str:
        return located(
            self.path,
            None,
            f"the journal has schema {self.found}, this version knows up to {self.known}.",
            "Install the version of Khronika that wrote it, or a later one.",
        )


class JournalNotWritable(JournalTrouble):
    """The disk is full, read-only or refuses: nothing was recorded."""

    def __str__(self) -> str:
        return located(
            self.path,
            None,
            f"cannot be written: {self.problem}.",
            "Nothing was recorded and what is published stays. Make room or permit writing, then try again.",
        )
