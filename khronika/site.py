"""The SITE argument that the commands share."""

from pathlib import Path

import click

site_argument = click.argument(
    "site", required=False, default=".", type=click.Path(path_type=Path, file_okay=True, resolve_path=False)
)
