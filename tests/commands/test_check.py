"""`khronika check`: what changed, some files, people and places, and how bad is bad enough."""

import shutil
from pathlib import Path

import pytest
from commands.typed import khronika_here as khronika

PROFILE = "records/profile/harbour-street-union.yaml"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("sites") / "new"
    khronika("init", site)
    assert khronika("publish", site).returncode == 0
    return site


@pytest.fixture
def site(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "site"))


def change(site: Path, old: str, new: str, file: str = PROFILE) -> None:
    path = site / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_only_what_changed_is_checked_once_something_is_published(site: Path) -> None:
    assert "Checked what changed since release 1" in khronika("check", site).stdout
    assert "Checked what changed" not in khronika("check", site, "--all").stdout
    change(site, "            in: source/northport-gazette-2025-11-03\n", "")
    change(site, "kind: figure", "kind: allegation")
    change(site, "            by: org/northport-gazette\n", "")
    done = khronika("check", site)
    assert done.returncode == 1
    assert "[allegation-is-not-in-the-voice-of-the-page]" in done.stdout
    assert "Checked what changed since release 1" in done.stdout


def test_a_refused_publication_shows_the_report(site: Path) -> None:
    change(site, "            in: source/northport-gazette-2025-11-03\n            by: org/northport-gazette\n", "")
    change(site, "kind: figure", "kind: allegation")
    done = khronika("publish", site)
    assert done.returncode == 1
    assert f"{PROFILE}:" in done.stderr
    assert "[allegation-is-not-in-the-voice-of-the-page]" in done.stderr
    assert "Error: Not published" in done.stderr


def test_only_some_files_are_reported_on(site: Path) -> None:
    change(site, "precision: settlement     #", "#", "records/people-and-groups.yaml")
    done = khronika("check", "records/people-and-groups.yaml", cwd=site)
    assert done.returncode == 1
    assert "place" in done.stdout
    other = khronika("check", site, PROFILE)
    assert other.returncode == 0, other.stdout


def test_people_and_places(site: Path) -> None:
    done = khronika("check", site, "--safety")
    assert "Northport" in done.stdout
    assert "settlement" in done.stdout
    assert "Места" in khronika("check", site, "--safety", "--lang", "ru").stdout


def test_how_bad_is_bad_enough(site: Path) -> None:
    change(site, "published: 2025-11-03\n", "")
    mild = khronika("check", site)
    assert mild.returncode == 0
    assert "1 warning" in mild.stdout, mild.stdout
    assert khronika("check", site, "--fail-on", "warning").returncode == 1


def test_russian_and_machine_forms(site: Path) -> None:
    assert "Публикации ничто не мешает" in khronika("check", site, "--all", "--lang", "ru").stdout
    assert '"conforms": true' in khronika("check", site, "--all", "--format", "json").stdout
    assert "sh:conforms true" in khronika("check", site, "--all", "--format", "turtle").stdout


def test_what_is_left_out_is_named(site: Path) -> None:
    change(site, "  modified: 2026-01-15", "  modified: 2026-01-15\n  embargo: 2999-01-01")
    done = khronika("check", site)
    assert "Left out: profile/harbour-street-union: under embargo until 2999-01-01." in done.stderr
    assert done.returncode == 0


def test_no_such_file_and_two_sites(site: Path, tmp_path: Path) -> None:
    assert "no such file" in khronika("check", site, "records/none.yaml").stderr
    assert khronika("check", site, tmp_path).returncode == 2
