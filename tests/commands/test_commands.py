"""The command line as a person types it: a process of its own, its output, its exit code."""

import shutil
from pathlib import Path

import pytest
from commands.typed import khronika, khronika_here

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("sites") / "new"
    assert khronika("init", site).returncode == 0
    done = khronika("publish", site, "-m", "first")
    assert done.returncode == 0, done.stderr
    return site


@pytest.fixture
def site(published: Path, tmp_path: Path) -> Path:
    """A published site of one's own to damage."""
    return Path(shutil.copytree(published, tmp_path / "site"))


@pytest.mark.parametrize("command", ["", "init", "check", "publish", "serve", "query"])
def test_help_teaches(command: str) -> None:
    done = khronika(*command.split(), "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout
    assert len(done.stdout.splitlines()) > 5


def test_a_new_site_publishes_at_once_and_only_once(site: Path) -> None:
    again = khronika("publish", site)
    assert again.returncode == 0
    assert "Nothing has changed since release 1" in again.stdout


def test_a_new_site_has_nothing_to_complain_of(site: Path) -> None:
    done = khronika("check", site)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 " in done.stdout or "No " in done.stdout, done.stdout


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    done = khronika("init", tmp_path)
    assert done.returncode == 1
    assert "nothing was written" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_the_current_folder_is_the_site(site: Path) -> None:
    assert "Nothing has changed" in khronika("publish", cwd=site).stdout


PROFILE = "records/profile/harbour-street-union.yaml"


@pytest.mark.parametrize(
    ("old", "new", "said", "line"),
    [
        ("kind: figure", "kind: [figure", "", None),
        ("kind: figure", "kiind: figure", "kind", True),
        ("by: org/northport-gazette", "by: org/northport-gazete", "org/northport-gazette", True),
        ("bound: more-than, ", "", "bound", True),
        ("posted: 2025-11-10", "posted: 2017-13-40", "there is no month 13", True),
        ("bound: more-than", "bound: more-then", "more-than", True),
    ],
    ids=["syntax", "unknown key", "mistyped id", "no bound", "bad date", "unknown concept"],
)
def test_bad_input_is_located_and_publishes_nothing(
    site: Path, old: str, new: str, said: str, line: bool | None
) -> None:
    file = site / PROFILE
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    where = 1 + text[: text.index(old)].count("\n")
    before = released(site)
    for command in ("check", "publish"):
        done = khronika_here(command, site)
        assert done.returncode == 1, done.stdout
        output = done.stdout + done.stderr
        assert "Traceback" not in output
        assert f"harbour-street-union.yaml:{where if line else ''}" in output, output
        assert said in output
    assert released(site) == before


def test_a_claim_without_a_source_is_refused_where_it_stands(site: Path) -> None:
    (site / "records/loose.yaml").write_text(
        "things:\n  - id: claim/loose\n    kind: fact\n    by: org/editors\n    about: org/harbour-street-union\n"
        "    text: Somebody said so.\n",
        encoding="utf-8",
    )
    before = released(site)
    done = khronika("publish", site)
    assert done.returncode == 1
    assert "loose.yaml:2" in done.stdout + done.stderr
    assert "document" in (done.stdout + done.stderr).lower()
    assert released(site) == before


def test_a_file_that_is_not_utf8(site: Path) -> None:
    (site / "records/latin.yaml").write_bytes("things:\n  - id: org/café\n".encode("latin-1"))
    done = khronika("check", site)
    assert done.returncode == 1
    assert "latin.yaml" in done.stderr
    assert "UTF-8" in done.stderr


def test_an_empty_folder_is_not_a_site(tmp_path: Path) -> None:
    for command in ("check", "publish", "serve"):
        done = khronika(command, tmp_path)
        assert done.returncode == 1
        assert "not a site" in done.stderr
        assert "khronika init" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_site_without_records(tmp_path: Path) -> None:
    khronika("init", tmp_path / "s")
    shutil.rmtree(tmp_path / "s/records")
    (tmp_path / "s/records").mkdir()
    done = khronika("publish", tmp_path / "s")
    assert done.returncode == 1
    assert "records" in done.stderr


def test_query_prints_a_table_csv_json_and_turtle(site: Path) -> None:
    text = "SELECT ?s WHERE { ?s a <https://w3id.org/khronika/ns#Profile> }"
    table = khronika("query", site, text)
    assert table.returncode == 0, table.stderr
    assert "harbour-street-union" in table.stdout
    csv = khronika("query", site, text, "--format", "csv")
    assert csv.stdout.splitlines() == ["s", "https://example.org/id/profile/harbour-street-union"]
    json = khronika("query", site, text, "--format", "json")
    assert '"bindings"' in json.stdout
    turtle = khronika("query", site, "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 1")
    assert turtle.stdout.strip().endswith(".")
    assert khronika("query", site, "ASK { ?s ?p ?o }").stdout.strip() == "yes"


def test_query_reads_a_file_and_stands_in_the_site(site: Path) -> None:
    done = khronika("query", "queries/who-says-what.rq", cwd=site)
    assert done.returncode == 0, done.stderr
    assert "Northport Gazette" in done.stdout


def test_query_says_where_the_mistake_is(site: Path) -> None:
    done = khronika("query", site, "SELECT ?s WHERE { ?s ?p }")
    assert done.returncode == 1
    assert "line 1" in done.stderr or ":1:" in done.stderr
    undeclared = khronika("query", site, "ASK { ?s a kh:Claim }")
    assert undeclared.returncode == 1
    assert "line 1, column 12: The prefix 'kh:' is not declared." in undeclared.stderr
    missing = khronika("query", site, "queries/none.rq")
    assert missing.returncode == 1
    assert "none.rq" in missing.stderr


def test_query_before_anything_is_published(tmp_path: Path) -> None:
    khronika("init", tmp_path / "s")
    done = khronika("query", tmp_path / "s", "ASK { ?s ?p ?o }")
    assert done.returncode == 1
    assert "khronika publish" in done.stderr


def released(site: Path) -> dict[str, bytes]:
    """Every byte that readers are served from."""
    return {str(p): p.read_bytes() for p in (site / "var").rglob("*") if p.is_file() and "releases" in p.parts}


def test_the_history_by_its_commands(site: Path, tmp_path: Path) -> None:
    file = site / PROFILE
    file.write_text(file.read_text(encoding="utf-8").replace("2011-03", "2011-04"), encoding="utf-8")
    assert "Release 2: 0 added, 1 changed, 0 removed." in khronika("publish", site, "-m", "a slip").stdout
    log = khronika("log", site).stdout.splitlines()
    assert len(log) == 2
    assert "a slip" in log[0]
    assert "record/profile/harbour-street-union" in khronika("show", site, "2").stdout
    assert '"2011-04"' in khronika("diff", site, "1", "2").stdout
    assert "DELETE DATA" in khronika("diff", site, "1", "2", "--update").stdout
    assert "2 releases" in khronika("verify", site).stdout
    assert "Nothing to mend." in khronika("doctor", site).stdout
    assert "Release 2 is shown." in khronika("rebuild", site).stdout
    assert khronika("backup", site, tmp_path / "b.tar").returncode == 0
    assert "release 2 is shown" in khronika("restore", tmp_path / "again", tmp_path / "b.tar").stdout
    assert len(khronika("log", tmp_path / "again").stdout.splitlines()) == 2
    assert khronika("show", site, "9").returncode == 1
    assert "neither a release's number nor a moment" in khronika("show", site, "soon").stderr


def test_withdrawing_by_its_command(site: Path) -> None:
    name = "profile/harbour-street-union"
    assert "one of" in khronika("withdraw", site, name).stderr
    done = khronika("withdraw", site, name, "--reason", "error")
    assert "is hidden, from release 2" in done.stdout, done.stdout + done.stderr
    assert f"hidden  https://example.org/id/{name}" in khronika("log", site, "--withdrawn").stdout
    assert "is shown again" in khronika("withdraw", site, name, "--lift").stdout
    assert khronika("withdraw", site, "person/nobody", "--reason", "error").returncode == 1
    erased = khronika("withdraw", site, name, "--reason", "error", "--erase", "--yes").stdout
    assert "is erased, from release 4" in erased
    assert "still stand in these files of yours" in erased
    assert "Backups made before this hold them too" in erased
