"""From the journal to what is shown: publishing, snapshots, the past, withdrawal, recovery.

`publish` is loaded when it is first asked for: who only reads a release, as every worker does, needs no authoring.
"""

from typing import TYPE_CHECKING

from graph.releases.current import Release, current_mark, current_release

if TYPE_CHECKING:
    from graph.releases.publishing import Publication, publish

__all__ = ["Publication", "Release", "current_mark", "current_release", "publish"]


def __getattr__(name: str) -> object:
    if name not in ("Publication", "publish"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from graph.releases import publishing

    return getattr(publishing, name)
