"""`khronika rebuild`: everything that is shown, made again from the journal."""

from pathlib import Path

import click

from graph.settings import read_settings
from khronika.progress import Progress
from khronika.site import site_argument


@click.command()
@site_argument
def rebuild(site: Path) -> None:
    """Make everything that is shown again from the journal, the one thing in var/ that cannot be made again.

    For a machine one does not trust any more; khronika doctor mends only what is wrong.
    """
    from graph.releases.recovering import rebuild as make_again

    settings = read_settings(site)
    with Progress() as progress:
        release = make_again(settings, progress=progress)
    click.echo(f"Release {release.number} is shown.")
