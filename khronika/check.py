"""`khronika check`: what is wrong with what editors wrote, where, and what to do."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from graph.settings import read_settings
from khronika.progress import Progress
from khronika.site import site_argument

LEVELS = {"violation": 3, "warning": 2, "info": 1}


@click.command()
@site_argument
@click.option("--format", "form", type=click.Choice(["text", "json", "turtle", "html", "github"]), default="text",
              show_default=True, help="How the report is written.")  # fmt: skip
@click.option("--lang", type=click.Choice(["en", "ru"]), default="en", show_default=True, help="Language of messages.")
@click.option("--fail-on", type=click.Choice(list(LEVELS)), default="violation", show_default=True,
              help="The mildest finding that makes the exit code 1.")  # fmt: skip
def check(site: Path, form: str, lang: str, fail_on: str) -> None:
    """Read every record and hold it against the rules. Publishes nothing.

    Records that publishing would leave out (under embargo, withdrawn) are left out here too, and named.
    Exit code 0 when nothing as bad as --fail-on was found, else 1.
    """
    from graph.authoring.records import read_site
    from graph.checking.checks import check as check_records
    from graph.checking.rendering import render
    from graph.releases.admission import admit

    settings = read_settings(site)
    with Progress() as progress:
        progress("Reading records", 0, 0)
        records, skipped = admit(read_site(settings), settings, (), datetime.now(UTC).date())
        report = check_records(records, settings, progress=progress)
    for left_out in skipped:
        click.echo(f"Left out: {left_out.record}: {left_out.why}.", err=True)
    click.echo(render(report, form, lang, colour=sys.stdout.isatty()), nl=False)
    if report.worst is not None and report.worst >= LEVELS[fail_on]:
        sys.exit(1)
