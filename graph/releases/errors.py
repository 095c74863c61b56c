"""What can go wrong between the journal and a release that is shown; each says what to do next."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import KhronikaError, located

if TYPE_CHECKING:
    from graph.checking.report import Report


class ReleaseError(KhronikaError):
    """The root of this room."""


class NothingPublished(ReleaseError):
    """The site has no release yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"{self.folder}: nothing is published yet. Publish it with: khronika publish {self.folder}"


class UnknownRelease(ReleaseError):
    """No release has that number, or none is that old."""

    def __init__(self, wanted: object, newest: int) -> None:
        super().__init__(wanted, newest)
        self.wanted, self.newest = wanted, newest

    def __str__(self) -> str:
        return f"There is no release {self.wanted}: they run from 1 to {self.newest}. See: khronika log"


class PublishRefused(ReleaseError):
    """The rules found a violation; nothing was recorded. `report` is the whole report."""

    def __init__(self, report: "Report") -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        return (
            "Not published: records break rules."
            " Mend what the report names as violations; khronika check shows it again."
        )


class NotForThisSite(ReleaseError):
    """Records whose access is closer than the site's: they must not come near its journal or store."""

    def __init__(self, found: Sequence[tuple[Path, str]], access: str) -> None:
        super().__init__(found, access)
        self.found, self.access = tuple(found), access

    def __str__(self) -> str:
        lines = [
            located(path, None, f"access is '{access}', but this site is '{self.access}'.")
            for path, access in self.found
        ]
        hint = (
            "Nothing was recorded. Move these files out of this folder, to a site of their own on a machine of its own."
        )
        return "\n".join([*lines, f"  {hint}"])


class SiteBusy(ReleaseError):
    """Somebody else does at this moment what only one may do, and did not finish in the time we wait."""

    def __init__(self, folder: Path, seconds: float, holder: str = "", doing: str = "publishing") -> None:
        super().__init__(folder, seconds, holder, doing)
        self.folder, self.seconds, self.holder, self.doing = folder, seconds, holder, doing

    def __str__(self) -> str:
        who = f" ({self.holder})" if self.holder else ""
        return (
            f"{self.folder}: another process{who} is {self.doing} and did not finish in {self.seconds:g} s."
            "\n  Nothing was changed. Try again when it is done."
        )


class Trouble(ReleaseError):
    """Something about the file or folder `path`: `problem` says what, a sentence."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, problem)
        self.path, self.problem = path, problem


class StateDamaged(Trouble):
    """A file below `var/` is missing, emptied or not what was written; it is not served."""

    def __str__(self) -> str:
        return located(self.path, None, self.problem, "Mend it with: khronika doctor")


class StoreAhead(ReleaseError):
    """The store or a snapshot knows a release that the journal does not: the journal was replaced by an older one."""

    def __init__(self, path: Path, found: int, newest: int) -> None:
        super().__init__(path, found, newest)
        self.path, self.found, self.newest = path, found, newest

    def __str__(self) -> str:
        return located(
            self.path,
            None,
            f"holds release {self.found}, but the journal ends at {self.newest}: an older journal than what is shown.",
            "Bring back the right history.sqlite (khronika restore NEW-FOLDER FILE). If the older one is right, delete "
            "everything else in var/ and run: khronika doctor",
        )


class NotShownYet(ReleaseError):
    """A release is recorded, so nothing is lost, but could not be shown; the next start or publish finishes it."""

    def __init__(self, release: int, problem: str) -> None:
        super().__init__(release, problem)
        self.release, self.problem = release, problem

    def __str__(self) -> str:
        return (
            f"Release {self.release} is recorded but not shown: {self.problem}"
            "\n  Nothing is lost; readers keep the release before it. Mend the cause, then run: khronika doctor"
        )


class NotWritable(Trouble):
    """The disk is full, read-only or refuses: nothing was recorded, reading goes on."""

    def __str__(self) -> str:
        return located(
            self.path, None, f"cannot be written: {self.problem}.", "Nothing was recorded; what is published stays."
        )


class Withdrawing(ReleaseError):
    """Something was withdrawn a moment ago; nothing is read until the release without it is there."""

    def __init__(self, seconds: float = 1.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return (
            f"A withdrawal is being carried out. Come again in {self.seconds:g} s."
            "\n  If this lasts, finish it with: khronika doctor"
        )


class CannotWithdraw(ReleaseError):
    """A withdrawal that makes no sense; nothing was changed."""

    def __init__(self, iri: str, problem: str, hint: str) -> None:
        super().__init__(iri, problem, hint)
        self.iri, self.problem, self.hint = iri, problem, hint

    def __str__(self) -> str:
        return f"{self.iri}: {self.problem}\n  {self.hint}"


class WordsRemain(ReleaseError):
    """After an erase, words were still found; `places` says where, never which words."""

    def __init__(self, iri: str, places: Sequence[str]) -> None:
        super().__init__(iri, places)
        self.iri, self.places = iri, tuple(places)

    def __str__(self) -> str:
        return "\n".join(
            [
                f"{self.iri}: erased from the journal, but words of it are still in:",
                *(f"  {place}" for place in self.places),
                "  Stop whatever still reads those files, then run: khronika doctor",
            ]
        )


class BackupUnusable(Trouble):
    """A backup that cannot be restored, or a place it cannot be restored to; nothing was changed."""

    def __str__(self) -> str:
        return located(
            self.path, None, self.problem, "khronika restore DIR FILE, with a file of khronika backup and a new folder."
        )
