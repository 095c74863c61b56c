"""`khronika init`: a new site that publishes at once and whose comments teach."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import click

from graph.errors import SiteError


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new site in DIR: settings, a small invented profile, a question. Overwrites nothing."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SiteError(folder, "there is something here already; nothing was written.", "Name a new or empty folder.")
    try:
        with as_file(files("khronika") / "template") as template:
            shutil.copytree(template, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise SiteError(folder, f"could not be written: {error.strerror}.", "Name a folder you may write to.") from None
    click.echo(f"Made a site in {folder}. Now:")
    click.echo(f"  khronika serve {folder}     # publish it and look at http://127.0.0.1:8000/")
    click.echo(
        f"  then open {folder / 'records'} and {folder / 'site.toml'} in an editor: the comments say what is what"
    )
