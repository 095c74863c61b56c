"""From the journal to what is shown: publishing, snapshots, the past, withdrawal, recovery.

Importing this room loads no rules and no server; what costs is loaded where it is used.
"""

from graph.releases.current import Release, current_mark, current_release
from graph.releases.publishing import Publication, publish

__all__ = ["Publication", "Release", "current_mark", "current_release", "publish"]
