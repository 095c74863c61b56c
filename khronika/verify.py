"""`khronika verify` and `khronika doctor`: whether what is kept and shown is what was published, and mending it."""

import sys
from pathlib import Path

import click

from graph.settings import read_settings
from khronika.progress import Progress
from khronika.site import site_argument


@click.command()
@site_argument
@click.option("--fast", is_flag=True, help="Do not read snapshots statement by statement.")
def verify(site: Path, fast: bool) -> None:
    """Prove that journal, chain of digests, snapshots and pointer agree. Changes nothing; exit code 1 when not."""
    from graph.releases.verifying import verify as prove

    settings = read_settings(site)
    with Progress() as progress:
        found = prove(settings, deep=not fast, progress=progress)
    for fault in found.faults:
        click.echo(fault, err=True)
    if not found.sound:
        click.echo("Mend what can be made again from the journal with: khronika doctor", err=True)
        sys.exit(1)
    click.echo(f"All is what was published: {found.releases} releases, {found.snapshots} snapshots.")


@click.command()
@site_argument
def doctor(site: Path) -> None:
    """Find what a crash or a bad disk left behind, mend it from the journal, and say what was found and done."""
    from graph.releases.verifying import doctor as mend

    settings = read_settings(site)
    with Progress() as progress:
        diagnosis = mend(settings, progress=progress)
    for line in diagnosis.recovery.found:
        click.echo(f"found  {line}")
    for line in diagnosis.recovery.done:
        click.echo(f"done   {line}")
    for fault in diagnosis.verification.faults:
        click.echo(f"still  {fault}", err=True)
    if not diagnosis.verification.sound:
        click.echo(
            "What is still wrong is not in the journal any more: khronika restore brings back a backup.", err=True
        )
        sys.exit(1)
    if not diagnosis.recovery.found and not diagnosis.recovery.done:
        click.echo("Nothing to mend.")
