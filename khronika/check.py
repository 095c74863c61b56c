"""`khronika check`: what is wrong with what editors wrote, where, and what to do."""

import sys
from pathlib import Path

import click

from graph.settings import read_settings
from khronika.site import site_argument


@click.command()
@site_argument
@click.option("--format", "form", type=click.Choice(["text", "json", "turtle", "html", "github"]), default="text",
              show_default=True, help="How the report is written.")  # fmt: skip
@click.option("--lang", type=click.Choice(["en", "ru"]), default="en", show_default=True, help="Language of messages.")
def check(site: Path, form: str, lang: str) -> None:
    """Read every record and hold it against the rules. Publishes nothing.

    Exit code 0 when nothing forbids publishing (warnings may remain), 1 otherwise.
    """
    from graph.authoring.records import read_site
    from graph.checking.checks import check as check_records
    from graph.checking.rendering import render

    settings = read_settings(site)
    records = read_site(settings)
    report = check_records(records, settings)
    click.echo(render(report, form, lang, colour=sys.stdout.isatty()), nl=False)
    if not report.conforms:
        sys.exit(1)
