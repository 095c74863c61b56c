"""`khronika diff`: what one release says that another does not."""

from datetime import datetime
from pathlib import Path

import click

from graph.settings import read_settings
from khronika.at import AT
from khronika.site import site_and


@click.command()
@site_and(older=AT, newer=AT)
@click.option("--update", is_flag=True, help="As a SPARQL Update that makes the newer out of the older.")
def diff(site: Path, older: int | datetime, newer: int | datetime, update: bool) -> None:
    """Show what release NEWER says more and less than OLDER (numbers or moments), as TriG that a person can read."""
    from graph.releases.telling import diff as compare

    difference = compare(read_settings(site), older, newer)
    if update:
        click.echo(difference.as_update(), nl=False)
        return
    removed, added = difference.as_trig()
    click.echo(f"# Removed since release {difference.older}: {len(difference.removed)} statements")
    click.echo(removed, nl=False)
    click.echo(f"# Added in release {difference.newer}: {len(difference.added)} statements")
    click.echo(added, nl=False)
