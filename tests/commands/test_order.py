"""A site's folder comes first in every command; the other way round, the complaint is the line to type."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph.releases.withdrawal.withdrawing import SCHEME
from graph.vocabulary import load_vocabulary
from khronika.main import main

TOML = 'title = {en = "T"}\nbase = "https://t.example/"\npublisher = "P"\n'
# Each command that takes a site and something else, with words for what else it takes.
COMMANDS = {
    "withdraw": ["person/x"],
    "show": ["3"],
    "diff": ["1", "2"],
    "backup": ["kept.tar"],
    "query": ["ASK { ?s ?p ?o }"],
}


def typed(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="khronika")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is a site and no more: nothing is published there, which is said only after the words are read."""
    folder = tmp_path / "my site"
    folder.mkdir()
    (folder / "site.toml").write_text(TOML, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.parametrize(("command", "words"), COMMANDS.items(), ids=COMMANDS)
def test_the_other_way_round_one_is_told_what_to_type(site: Path, command: str, words: Sequence[str]) -> None:
    for wrong in ([*words, site], [words[0], site, *words[1:]]):
        done = typed(command, *wrong)
        assert done.exit_code == 2
        (line,) = re.findall(r"The site comes first\. Type: (.+)", done.stderr)
        assert shlex.split(line) == ["khronika", command, str(site), *words]


@pytest.mark.parametrize(("command", "words"), COMMANDS.items(), ids=COMMANDS)
def test_the_other_way_round_with_a_folder_that_is_no_site(tmp_path: Path, command: str, words: Sequence[str]) -> None:
    """What was meant for something else is not spoken of as a folder."""
    done = typed(command, *words, tmp_path)
    assert done.exit_code == 2
    assert f"The site comes first. {tmp_path} is a folder, but no site: it has no site.toml." in done.stderr
    assert f"Type: khronika {command} [SITE] " in done.stderr


def test_an_iri_is_no_folder(tmp_path: Path) -> None:
    done = typed("withdraw", "https://t.example/id/person/x", tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "The site comes first. https://t.example/id/person/x is no folder." in done.stderr
    assert "this folder is not a site" in typed("withdraw", tmp_path / "nowhere", "https://t.example/x").stderr


@pytest.mark.parametrize(("command", "words"), COMMANDS.items(), ids=COMMANDS)
def test_in_the_order_of_the_help_the_words_are_read(
    site: Path, command: str, words: Sequence[str], tmp_path: Path
) -> None:
    done = typed(command, site, *words)
    assert done.exit_code != 2 or command == "withdraw", done.output
    assert "comes first" not in done.output
    assert "this folder is not a site" in typed(command, *words).output, "left out, it is the folder one stands in"


@pytest.mark.parametrize("command", COMMANDS)
def test_too_few_and_too_many_words(site: Path, command: str) -> None:
    for words in ([site], [site, *"abcd"], [], [*"abcd"]):
        done = typed(command, *words)
        assert done.exit_code == 2
        assert f"Type: khronika {command} " in done.stderr
        assert ("'" + str(site) + "'" if site in words else "[SITE]") in done.stderr


def test_the_help_of_every_command_has_the_site_first() -> None:
    for name, command in main.commands.items():
        usage = command.get_usage(main.make_context("khronika", [name], resilient_parsing=True))
        places = re.findall(r"\[?[A-Z][A-Z|a-z.]+\]?", usage.partition("[OPTIONS]")[2])
        taken = [place for place in places if "SITE" in place or "DIR" in place]
        assert not taken or places[0] == taken[0], usage


def test_the_help_names_the_reasons_for_a_withdrawal() -> None:
    told = typed("withdraw", "--help").output
    assert all(word in told for word in load_vocabulary().words(SCHEME))


def test_a_word_that_is_no_release_is_named_as_the_help_names_it(site: Path) -> None:
    done = typed("diff", site, "1", "soon")
    assert done.exit_code == 2
    assert "'NEWER': 'soon' is neither a release's number nor a moment" in done.stderr


def test_restoring_the_other_way_round(tmp_path: Path) -> None:
    file = tmp_path / "kept.tar"
    file.touch()
    done = typed("restore", file, tmp_path / "new")
    assert done.exit_code == 2
    assert f"Type: khronika restore {tmp_path / 'new'} {file}" in done.stderr
    none = typed("restore", tmp_path / "new", tmp_path / "none.tar")
    assert none.exit_code == 1
    assert "there is no such file" in none.stderr
    assert "this is a folder" in typed("restore", tmp_path / "new", tmp_path).stderr
    assert not (tmp_path / "new").exists()


def test_a_question_longer_than_any_file_name_is_not_taken_for_a_site(site: Path) -> None:
    done = typed("query", site, "ASK { ?s ?p ?o } #" + "x" * 5000)
    assert "khronika publish" in done.output
