"""The SITE argument: in every command it stands first, and may be left out where one stands in the site itself."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

site_argument = click.argument(
    "site", required=False, default=".", type=click.Path(path_type=Path, file_okay=True, resolve_path=False)
)

Command = Callable[..., None]


def site_and(**wanted: click.ParamType[Any]) -> Callable[[Command], Command]:
    """`[SITE] NAME …`: hands `site` and each of `wanted`, converted, to the command, in whatever order they are named.

    Arguments the other way round, or too few, are a `UsageError` with the line to type instead.
    """
    names = [name.upper() for name in wanted]

    def decorate(command: Command) -> Command:
        @click.argument("words", nargs=-1, metavar=" ".join(["[SITE]", *names]))
        @wraps(command)
        def run(words: tuple[str, ...], **options: Any) -> None:
            context = click.get_current_context()
            site, given = sorted_out(context.command_path, words, names)
            values = _converted(context, dict(zip(wanted, given, strict=True)), wanted)
            command(site=site, **values, **options)

        return run

    return decorate


def sorted_out(command: str, words: Sequence[str], names: Sequence[str]) -> tuple[Path, Sequence[str]]:
    """The site and the other words of a command line; the site is where we stand when no word is left for it.

    `names` are what help calls the others. Raises `click.UsageError` that says what to type.
    """
    given = list(words)
    folder = next((word for word in given if is_site(word)), None)
    if folder is not None and given[0] != folder:
        given.remove(folder)
        raise click.UsageError(f"The site comes first. Type: {line(command, [folder, *given])}")
    if len(given) == len(names) + 1:
        return Path(given[0]), given[1:]
    if len(given) == len(names) and folder is None:
        return Path(), given
    shown = "[SITE]" if folder is None else shlex.quote(folder)
    raise click.UsageError(f"Type: {command} {shown} {' '.join(names)}. Quote what has spaces in it.")


def is_site(word: str) -> bool:
    """Whether a word of the command line names a site's folder."""
    try:
        return (Path(word) / "site.toml").is_file()
    except OSError:  # a question may be longer than any name of a file
        return False


def line(command: str, words: Sequence[str]) -> str:
    """A command line as one types it into a shell."""
    return " ".join([command, *map(shlex.quote, words)])


def _converted(
    context: click.Context, given: Mapping[str, str], wanted: Mapping[str, click.ParamType[Any]]
) -> dict[str, Any]:
    """The words as their types read them; a complaint names the argument as help does."""
    named = {name: click.Argument([name], type=kind) for name, kind in wanted.items()}
    return {name: kind.convert(given[name], named[name], context) for name, kind in wanted.items()}
