"""What docs/ says of commands, settings, rules and words is what the code says; every command is in it."""

from pathlib import Path

import pytest

from khronika.documentation import pages
from khronika.main import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = pages(ROOT)


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name], "run: make docs"


def test_every_command_says_what_it_does() -> None:
    for name, command in main.commands.items():
        assert command.help, name
        assert f"## khronika {name}\n" in PAGES["docs/commands.md"]
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert getattr(parameter, "help", None), f"khronika {name} {parameter.opts[0]}"


def test_every_limit_gives_its_reason() -> None:
    table = PAGES["docs/settings.md"].partition("## [limits]")[2].partition("## Licences")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    assert rows
    assert all(row.rstrip("| ").count("|") == 3 for row in rows), rows
