"""`khronika log` and `khronika show`: the releases of a site, and what each changed."""

from datetime import datetime
from pathlib import Path

import click

from graph.settings import Settings, read_settings
from khronika.at import AT
from khronika.site import site_and, site_argument


@click.command()
@site_argument
@click.option("-n", "most", type=click.IntRange(1), default=None, help="No more than the newest so many.")
@click.option("--withdrawn", is_flag=True, help="What is withdrawn, and why, in the words of the list of reasons.")
def log(site: Path, most: int | None, withdrawn: bool) -> None:
    """List the releases, newest first: number, time, author, message, how many records changed.

    What is withdrawn today is not named in any of them.
    """
    from graph.releases.telling import log as tell

    settings = read_settings(site)
    if withdrawn:
        _withdrawn(settings)
        return
    for told in tell(settings, most=most or -1):
        entry = told.entry
        counts = f"{len(told.added)} added, {len(told.changed)} changed, {len(told.removed)} removed"
        said = " ".join(filter(None, [entry.author or "", entry.message or ""]))
        click.echo(f"{entry.number:>5}  {entry.recorded:%Y-%m-%d %H:%M:%SZ}  {counts}  {said}".rstrip())


@click.command()
@site_and(at=AT)
def show(site: Path, at: int | datetime) -> None:
    """Show one release: AT is its number, or a moment (the newest release then). Names its records and its digest."""
    from graph.releases.telling import show_release

    settings = read_settings(site)
    told = show_release(settings, at)
    entry = told.entry
    click.echo(f"Release {entry.number} of {entry.recorded:%Y-%m-%d %H:%M:%SZ}, made with Khronika {entry.software}")
    click.echo(f"Chain {entry.chain}")
    for word, value in (("Author", entry.author), ("Message", entry.message)):
        if value:
            click.echo(f"{word}: {value}")
    for word, names in (("added", told.added), ("changed", told.changed), ("removed", told.removed)):
        for name in names:
            click.echo(f"  {word:<8} {name}")


def _withdrawn(settings: Settings) -> None:
    from graph.releases.places import Places
    from graph.releases.withdrawal.blocklist import read_blocklist

    for stone in sorted(read_blocklist(Places(settings.var).blocklist).tombstones.values()):
        click.echo(f"{stone.day}  {stone.reason}  {'erased' if stone.erased else 'hidden'}  {stone.iri}")
