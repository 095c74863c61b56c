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
        _refuse_turned(command, given, names)
        return Path(given[0]), given[1:]
    if len(given) == len(names) and folder is None:
        return Path(), given
    shown = "[SITE]" if folder is None else shlex.quote(folder)
    raise click.UsageError(f"Type: {command} {shown} {' '.join(names)}. Quote what has spaces in it.")


def _refuse_turned(command: str, given: Sequence[str], names: Sequence[str]) -> None:
    """Say so where the site seems to stand last, and is none: that something else is no folder would lead astray."""
    other = next((word for word in given[1:] if _is(Path.is_dir, word)), None)
    if _is(Path.is_dir, given[0]) or (other is None and "://" not in given[0]):
        return
    why = f"{other} is a folder, but no site: it has no site.toml." if other else f"{given[0]} is no folder."
    raise click.UsageError(f"The site comes first. {why} Type: {command} [SITE] {' '.join(names)}")


def is_site(word: str) -> bool:
    """Whether a word of the command line names a site's folder."""
    return _is(Path.is_file, word, "site.toml")


def _is(kind: Callable[[Path], bool], word: str, *below: str) -> bool:
    try:
        return kind(Path(word, *below))
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
