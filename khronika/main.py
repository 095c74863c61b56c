"""`khronika`: the group of commands, and the one place where an error becomes a message and an exit code."""

import sys

import click

from graph.errors import KhronikaError
from khronika import __version__
from khronika.backup import backup, restore
from khronika.check import check
from khronika.diff import diff
from khronika.explain import explain
from khronika.init import init
from khronika.log import log, show
from khronika.publish import publish
from khronika.query import query
from khronika.rebuild import rebuild
from khronika.replies import replies
from khronika.serve import serve
from khronika.verify import doctor, verify
from khronika.withdraw import withdraw


class Told(click.Group):
    """A group whose commands end with a message and exit code 1, never a traceback, when a user can mend it."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; `KhronikaError` becomes its text on standard error."""
        try:
            return super().invoke(ctx)
        except KhronikaError as error:
            click.secho("Error: ", fg="red", bold=True, nl=False, err=True)
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="khronika")
def main() -> None:
    """Publish documentation in which every statement says who says it, and where.

    A site is a folder: site.toml, records/ (what editors write), queries/ (named questions), var/ (what is published).
    Commands take the folder as SITE, always first, by default the current one.

    \b
      khronika init my-site      make a site that publishes at once
      khronika check my-site     what is wrong, with file, line and what to do
      khronika publish my-site   check, record, release
      khronika serve my-site     pages, linked data and SPARQL on http://127.0.0.1:8000/

    Exit codes: 0 done, 1 something to mend (said on standard error), 2 the command line itself.
    """


for command in (
    init, check, explain, publish, serve, query, log, show, diff, verify, doctor, rebuild, backup, restore, withdraw,
    replies,
):  # fmt: skip
    main.add_command(command)
