"""`khronika check`: what is wrong with what editors wrote, where, and what to do."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.errors import SiteError
from graph.settings import Settings, read_settings
from khronika.progress import Progress

if TYPE_CHECKING:
    from graph.checking.report import Report
    from graph.releases.rehearsing import Rehearsal

LEVELS = {"violation": 3, "warning": 2, "info": 1}
FORMS = ["text", "json", "turtle", "html", "github"]


@click.command()
@click.argument("paths", nargs=-1, metavar="[SITE] [FILE]...", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Everything, also what has not changed since the last release.")
@click.option("--safety", is_flag=True, help="Who is named and which places are shown, on what basis, how exactly.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True,
              help="How the report is written.")  # fmt: skip
@click.option("--lang", type=click.Choice(["en", "ru"]), default="en", show_default=True, help="Language of messages.")
@click.option("--fail-on", type=click.Choice(list(LEVELS)), default="violation", show_default=True,
              help="The mildest finding that makes the exit code 1.")  # fmt: skip
def check(paths: tuple[Path, ...], everything: bool, safety: bool, form: str, lang: str, fail_on: str) -> None:
    """Read the records and hold them against the rules. Publishes nothing.

    Looks at what changed since the last release and what that touches, or at everything where nothing is published
    yet. With FILEs, only what is found in those is reported. Records that publishing would leave out (under embargo,
    withdrawn) are left out here too, and named.

    Exit code 0 when nothing as bad as --fail-on was found, else 1.
    """
    from graph.checking.rendering import render
    from graph.releases.rehearsing import rehearse

    site, files = _sorted_out(paths)
    settings = read_settings(site)
    with Progress() as progress:
        done = rehearse(settings, everything=everything or bool(files) or safety, progress=progress)
    for left_out in done.skipped:
        click.echo(f"Left out: {left_out.record}: {left_out.why}.", err=True)
    if safety:
        click.echo(_safety(done, settings, lang))
    report = _of_files(done.report, files) if files else done.report
    if done.since is not None and form == "text":
        click.echo(f"Checked what changed since release {done.since}; --all checks everything.")
    click.echo(render(report, form, lang, colour=sys.stdout.isatty()), nl=False)
    if report.worst is not None and report.worst >= LEVELS[fail_on]:
        sys.exit(1)


def _sorted_out(paths: Sequence[Path]) -> tuple[Path, list[Path]]:
    """The site (the folder, or else where we stand) and the files to report on."""
    folders = [path for path in paths if path.is_dir()]
    if len(folders) > 1:
        raise click.UsageError("Give one site. Files of it may follow.")
    site = folders[0] if folders else Path()
    files = []
    for path in paths:
        found = next((p for p in (path, site / path) if p.is_file()), None)
        if found is None and path not in folders:
            raise SiteError(path, "there is no such file or folder.", "Name a site, or files of it.")
        if found is not None:
            files.append(found.resolve())
    return site, files


def _of_files(report: "Report", files: Sequence[Path]) -> "Report":
    """The findings in these files. The rules were asked of the whole site: what a file says may break another's."""
    kept = tuple(f for f in report.findings if f.file is not None and f.file.resolve() in files)
    return replace(report, findings=kept, records=len(files))


def _safety(done: "Rehearsal", settings: Settings, lang: str) -> str:
    from graph.checking.safety import look_over
    from graph.checking.safety_report import safety_text
    from graph.vocabulary import load_vocabulary

    words = load_vocabulary(settings.folder / "concepts")
    return safety_text(look_over(done.records, words, lang), words, lang, datetime.now(UTC).date())
