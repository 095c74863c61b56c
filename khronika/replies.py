"""`khronika replies`: the letters that readers wrote, for whoever answers them."""

from pathlib import Path

import click

from graph.errors import KhronikaError
from graph.replies import Letters, Received, one_line
from graph.settings import Settings, read_settings
from khronika.site import site_argument

BEGINNING = 60  # characters of a letter that the list shows


@click.command()
@site_argument
@click.option("--show", "shown", metavar="REFERENCE", default=None, help="Read one letter.")
@click.option("--delete", "doomed", metavar="REFERENCE", multiple=True, help="Destroy a letter that was dealt with.")
@click.option("--yes", is_flag=True, help="Do not ask before destroying.")
def replies(site: Path, shown: str | None, doomed: tuple[str, ...], yes: bool) -> None:
    """List the letters that wait, oldest first: reference, what is asked, about what, how it begins.

    Each is a file of its own in the folder of letters. They are private: not published, not served, not in a backup;
    keep them no longer than it takes to answer. A letter that is destroyed is overwritten and removed, for good.
    """
    settings = read_settings(site)
    letters = Letters(settings.letters, settings.replies.waiting)
    if shown is not None:
        click.echo(_whole(letters.read(shown)))
        return
    if doomed:
        for reference in dict.fromkeys(doomed):
            if not yes:
                click.confirm(f"Destroy the letter {reference}, for good?", abort=True)
            letters.delete(reference)
            click.echo(f"{reference} is destroyed.")
        return
    _list(settings, letters)


def _list(settings: Settings, letters: Letters) -> None:
    waiting = letters.waiting()
    for reference in waiting:
        try:
            letter = letters.read(reference).letter
        except KhronikaError as error:  # one that somebody changed by hand does not hide the others
            click.echo(str(error), err=True)
            continue
        about = (settings.of_site(letter.about) or letter.about).removeprefix("id/") or "-"
        text = one_line(letter.text)
        text = text if len(text) <= BEGINNING else text[: BEGINNING - 1] + "…"
        click.echo(f"{reference}  {letter.kind:<10}  {about}  {text}")
    if not waiting:
        click.echo("No letters wait." if settings.replies.enabled else "No letters wait, and the form is off.")


def _whole(received: Received) -> str:
    letter = received.letter
    lines = [
        f"Reference  {received.reference}",
        f"Received   {received.day}, release {letter.release}",
        f"Asks for   {letter.kind}",
        f"About      {letter.about or '-'}",
        f"Answer to  {letter.answer_to or '- (no answer wanted)'}",
        "",
        letter.text,
    ]
    return "\n".join(lines)
