"""Writes the pages of docs/ that are made from the code, and the JSON-LD context: `make docs`. A test compares them."""

import dataclasses
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from graph.authoring.reference import refreshed
from graph.checking.rules import site_rules
from graph.checking.rules_docs import rules_docs
from graph.publish.context import context_text
from graph.publish.vocabulary.cookbook_docs import cookbook_docs
from graph.publish.vocabulary.docs import vocabulary_docs
from graph.settings import LICENCES, Limits, Replies, Settings
from graph.vocabulary import load_vocabulary
from khronika.main import main

ROOT = Path(__file__).resolve().parent.parent
GENERATED = "Made from the code by `make docs`; do not edit.\n"


def pages(root: Path = ROOT) -> Mapping[str, str]:
    """Every generated file below `root`, by its path, as it ought to be."""
    makers: Mapping[str, Callable[[], str]] = {
        "ontology/context.jsonld": lambda: context_text(load_vocabulary()),
        "docs/vocabulary.md": lambda: vocabulary_docs(load_vocabulary()),
        "docs/cookbook.md": cookbook_docs,
        "docs/rules.md": lambda: rules_docs(site_rules(_house())),
        "docs/authoring.md": lambda: refreshed((root / "docs/authoring.md").read_text(encoding="utf-8")),
        "docs/commands.md": commands,
        "docs/settings.md": settings_page,
    }
    return {name: make() for name, make in makers.items()}


def commands() -> str:
    """What each command says of itself."""
    parts = [f"# Commands\n\n{GENERATED}\n"]
    context = click.Context(main, info_name="khronika", max_content_width=100, terminal_width=100)
    parts.append(f"```text\n{main.get_help(context)}\n```\n")
    for name in sorted(main.commands):
        command = main.commands[name]
        inner = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
        parts.append(f"\n## khronika {name}\n\n```text\n{command.get_help(inner)}\n```\n")
    return "".join(parts)


def settings_page() -> str:
    """Every key of `site.toml`, and every limit with its default and its reason, out of the code's own comments."""
    parts = [
        f"# Settings: `site.toml`\n\n{GENERATED}\nKeys of the file; `title`, `base` and `publisher` are needed.\n\n"
    ]
    parts.append("| key | default |\n|---|---|\n")
    skipped = {"folder", "limits", "replies"}
    parts += [f"| `{f.name}` | {_default(f)} |\n" for f in dataclasses.fields(Settings) if f.name not in skipped]
    parts += _table("limits", Limits)
    parts += _table("replies", Replies)
    parts.append("\n## Licences by name\n\n")
    parts += [f"- `{name}`: <{iri}>\n" for name, iri in LICENCES.items()]
    return "".join(parts)


def _table(name: str, table: type[Limits] | type[Replies]) -> Iterator[str]:
    """The keys of a table of `site.toml`, each with its default and the reason that stands beside it in the code."""
    yield f"\n## [{name}]\n\n| key | default | why |\n|---|---|---|\n"
    source = inspect.getsource(table)
    for field in dataclasses.fields(table):
        reason = re.search(rf"^    {field.name}: .*?#\s*(.+)$", source, re.MULTILINE)
        default = str(field.default).lower() if isinstance(field.default, bool) else field.default
        yield f"| `{field.name}` | {default} | {reason[1] if reason else ''} |\n"


def _default(field: "dataclasses.Field[object]") -> str:
    if field.default is dataclasses.MISSING:
        return "needed" if field.default_factory is dataclasses.MISSING else "none"
    if isinstance(field.default, tuple):
        return ", ".join(f"`{v}`" for v in field.default) or "none"
    return (
        f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"
        if field.default
        else "none"
    )


def _house() -> Settings:
    return Settings(folder=Path("/nonexistent"), title={}, base="https://example.org/", publisher="")


if __name__ == "__main__":
    for name, text in pages().items():
        path = ROOT / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {name}\n")
