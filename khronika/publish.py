"""`khronika publish`: check, record, release; or nothing at all."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from graph.settings import read_settings
from khronika.progress import Progress
from khronika.site import site_argument


@click.command()
@site_argument
@click.option("--message", "-m", default="", help="Why, in a line: kept in the history for good.")
@click.option("--author", default=None, help="Who publishes. By default the name you are logged in with.")
def publish(site: Path, message: str, author: str | None) -> None:
    """Check what changed and release it. What breaks a rule stops everything; the published site then stays as it is.

    A site that has not changed since its last release is left alone, and the command says so.
    """
    from graph.releases import publish as release

    settings = read_settings(site)
    with Progress() as progress, reported():
        done = release(settings, author=author or login(), message=message, progress=progress)
    for left_out in done.skipped:
        click.echo(f"Left out: {left_out.record}: {left_out.why}.", err=True)
    if not done.changed:
        click.echo(f"Nothing has changed since release {done.release}; nothing to do.")
        return
    click.echo(f"Release {done.release}: {done.added} added, {done.updated} changed, {done.removed} removed.")


@contextmanager
def reported() -> Iterator[None]:
    """Print the whole report of a publication that the rules refuse, before the refusal itself is told."""
    from graph.releases.errors import PublishRefused

    try:
        yield
    except PublishRefused as refused:
        from graph.checking.rendering import render

        click.echo(render(refused.report, "text", "en", colour=sys.stderr.isatty()), err=True)
        raise


def login() -> str:
    """The name one is logged in with; `editor` where the machine gives none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "editor"
