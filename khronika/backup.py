"""`khronika backup` and `khronika restore`: the whole site in one file, and back."""

from pathlib import Path

import click

from graph.errors import SiteError
from graph.settings import read_settings
from khronika.progress import Progress
from khronika.site import line, site_and


@click.command()
@site_and(file=click.Path(path_type=Path, dir_okay=False))
def backup(site: Path, file: Path) -> None:
    """Write the site, its records and its whole history, into FILE: whole or not at all. A publish may go on meanwhile.

    What was erased is in no backup made afterwards. It still is in those made before: destroy them. Letters of readers
    (khronika replies) are in none.
    """
    from graph.releases.keeping import backup as keep
    from graph.replies import Letters

    settings = read_settings(site)
    try:
        size = keep(settings, file)
    except OSError as error:
        raise SiteError(file, f"could not be written: {error.strerror}.", "Name a place with room.") from None
    click.echo(f"{file}: {size:,} bytes")
    waiting = len(Letters(settings.letters, settings.replies.waiting).waiting())
    if waiting:
        click.echo(f"Not in it: {waiting} letter{'s' if waiting > 1 else ''} of readers, in {settings.letters}")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
def restore(folder: Path, file: Path) -> None:
    """Make the site in DIR, which must be new or empty, out of a backup FILE, and show its newest release."""
    from graph.releases.keeping import restore as bring_back

    if folder.is_file() and not file.is_file():
        raise click.UsageError(f"The folder comes first. Type: {line('khronika restore', [str(file), str(folder)])}")
    if not file.is_file():
        what = "this is a folder." if file.is_dir() else "there is no such file."
        raise SiteError(file, what, "Name a file that khronika backup made.")
    with Progress() as progress:
        recovery = bring_back(file, folder, progress=progress)
    shown = f"release {recovery.release.number} is shown" if recovery.release else "nothing is published yet"
    click.echo(f"Restored {folder}; {shown}.")
