"""Where things lie below a site's `var/`. All but the journal can be deleted and is made again from it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of one site; none of them need exist."""

    var: Path

    @property
    def journal(self) -> Path:
        """The only truth."""
        return self.var / "history.sqlite"

    @property
    def lock(self) -> Path:
        """Held by whoever publishes."""
        return self.var / "lock"

    @property
    def withdrawal_lock(self) -> Path:
        """Held for the moment in which a withdrawal is written down; never while publishing."""
        return self.var / "withdrawn.lock"

    @property
    def past_lock(self) -> Path:
        """Held by whoever builds a snapshot of a past release."""
        return self.var / "past.lock"

    @property
    def store(self) -> Path:
        """The one store that is written to, and only while publishing."""
        return self.var / "store"

    @property
    def compiled(self) -> Path:
        """The folder of records compiled before, so that the next check reads only what changed."""
        return self.var / "compiled"

    @property
    def lineage(self) -> Path:
        """Which journal the store was made from."""
        return self.var / "store.json"

    @property
    def releases(self) -> Path:
        """The folder of snapshots."""
        return self.var / "releases"

    @property
    def current(self) -> Path:
        """Names the snapshot that is shown."""
        return self.var / "current"

    @property
    def proved(self) -> Path:
        """Which of the snapshots' large files were read and found right."""
        return self.var / "proved.json"

    @property
    def blocklist(self) -> Path:
        """What was withdrawn, for every channel to consult."""
        return self.var / "withdrawn.json"

    def snapshot(self, release: int) -> Path:
        """The folder of one snapshot: `manifest.json` and `store/`."""
        return self.releases / str(release)
