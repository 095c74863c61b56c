"""`khronika withdraw`: take back what must be taken back."""

from pathlib import Path

import click

from graph.settings import read_settings
from graph.vocabulary import load_vocabulary
from khronika.progress import Progress
from khronika.publish import login
from khronika.site import site_and


@click.command()
@site_and(iri=click.STRING)
@click.option(
    "--reason", default=None, help="consent-withdrawn, risk, error or rights: it is public, and names nobody."
)
@click.option("--erase", is_flag=True, help="Destroy the words as well, in every file. Nothing undoes this.")
@click.option("--lift", is_flag=True, help="Show again what was hidden (not what was erased).")
@click.option("--yes", is_flag=True, help="Do not ask before erasing.")
def withdraw(site: Path, iri: str, reason: str | None, erase: bool, lift: bool, yes: bool) -> None:
    """Take a record or a thing out of every channel, at once: each answers 410 with a tombstone that names nothing.

    IRI is the address in the data, or what editors call it (`person/x`, `record/profile/x`). A record goes as a whole;
    of a thing goes each statement that names it. Without --erase it can be shown again with --lift.
    """
    from graph.releases.withdrawal import withdrawing

    settings = read_settings(site)
    full = iri if iri.startswith(("http://", "https://")) else _full(settings.base, iri)
    if lift:
        with Progress() as progress:
            done = withdrawing.lift(settings, full, author=login(), progress=progress)
        click.echo(f"{done.iri} is shown again, from release {done.release}.")
        return
    if reason is None:
        words = ", ".join(load_vocabulary().words(withdrawing.SCHEME))
        raise click.UsageError(f"Say why: --reason, one of {words}.")
    if erase and not yes:
        click.confirm(f"Destroy every statement about {full} in all releases, for good?", abort=True)
    with Progress() as progress:
        done = withdrawing.withdraw(settings, full, reason=reason, author=login(), erase=erase, progress=progress)
    click.echo(f"{done.iri} is {'erased' if done.erased else 'hidden'}, from release {done.release}.")
    if done.elsewhere:
        click.echo("The words still stand in these files of yours; remove them there too, or they are published again:")
    for place in done.elsewhere:
        click.echo(f"  {place}")
    if done.erased:
        click.echo("Backups made before this hold them too: destroy those, then make one: khronika backup SITE FILE")


def _full(base: str, name: str) -> str:
    return base + (name if name.startswith(("id/", "record/")) else f"id/{name}")
