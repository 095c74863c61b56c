"""`khronika query`: ask the published site, on the terminal or for a script, under the endpoint's own rules."""

import json
import sys
from pathlib import Path

import click

from graph.errors import SiteError
from graph.settings import read_settings
from khronika.site import site_and
from khronika.table import table

ROWS_ON_A_SCREEN = 10_000  # a table is for reading; --format csv gives everything


@click.command()
@site_and(question=click.STRING)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True,
              help="How rows are written. Triples are always written as Turtle.")  # fmt: skip
def query(site: Path, question: str, form: str) -> None:
    """Ask the published site a QUESTION in SPARQL: the text itself, or a file that ends in .rq.

    \b
      khronika query my-site queries/who-says-what.rq
      khronika query 'SELECT ?s WHERE { ?s a <https://w3id.org/khronika/ns#Profile> }' --format csv

    A file is looked for as it is given, then in the site. Limits are those of the site's public endpoint.
    """
    settings = read_settings(site)
    text = _text(question, settings.folder)

    from graph.formats import CSV_RESULTS, JSON_RESULTS, TURTLE
    from graph.store.lane.errors import QuerySyntaxError
    from graph.store.lane.mistakes import diagnosed
    from graph.store.lane.question import Ask
    from graph.store.lane.tokens import read
    from graph.store.open import open_lane

    reading = read(text)
    rows = reading.form in ("SELECT", "ASK")
    wanted = TURTLE if not rows else CSV_RESULTS if form == "csv" and reading.form == "SELECT" else JSON_RESULTS
    lane = open_lane(settings)
    try:
        answer = lane.ask(Ask(text, wanted, reading=reading)).read()
    except QuerySyntaxError as error:
        raise diagnosed(text, error) from None
    finally:
        lane.close()
    if rows and form == "table":
        click.echo(_readable(json.loads(answer)))
    else:
        sys.stdout.buffer.write(answer.replace(b"\r\n", b"\n") if wanted is CSV_RESULTS else answer)


def _text(word: str, folder: Path) -> str:
    """The question itself, out of the file where one is named."""
    if not word.endswith(".rq"):
        return word
    path = next((p for p in (Path(word), folder / word) if p.is_file()), None)
    if path is None:
        raise SiteError(Path(word), "there is no such file.", f"Questions of this site are in {folder / 'queries'}.")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SiteError(path, f"not UTF-8 (byte {error.start}).", "Save the file as UTF-8.") from None


def _readable(results: dict[str, object]) -> str:
    """SPARQL 1.1 Query Results JSON as a table, or yes or no."""
    if "boolean" in results:
        return "yes" if results["boolean"] else "no"
    return table(results, ROWS_ON_A_SCREEN)
