"""`khronika serve`: pages, linked data and the SPARQL endpoint; publishes first where nothing is published yet."""

from pathlib import Path

import click

from graph.settings import read_settings
from khronika.progress import Progress
from khronika.publish import login, reported
from khronika.site import site_argument


@click.command()
@site_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind. 0.0.0.0 is every network.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free one.")
@click.option(
    "--without-sandbox",
    is_flag=True,
    help="Serve other machines although this platform cannot hold the processes that answer queries.",
)
def serve(site: Path, host: str, port: int, without_sandbox: bool) -> None:
    """Serve the site. Where nothing is published yet, publish it first.

    Records that changed since the last release are not published by this: that is what `khronika publish` does, and a
    running server shows the new release at once.
    """
    from graph.releases import publish
    from graph.releases.recovering import recover
    from server.running import run

    settings = read_settings(site)
    with Progress() as progress:
        recovery = recover(settings, progress=progress)
    for line in (*recovery.found, *recovery.done):
        click.echo(line, err=True)
    if recovery.release is None:
        with Progress() as progress, reported():
            done = publish(settings, author=login(), message="First release", progress=progress)
        click.echo(f"Published release {done.release}: {done.added} records.")
    run(settings, host, port, announce=click.echo, without_sandbox=without_sandbox)
