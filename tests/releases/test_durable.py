"""Files without a name, which a killed process leaves nothing of."""

from pathlib import Path

import pytest

from graph.releases.files.durable import Unnamed


def test_it_is_seen_once_it_has_a_name_and_can_be_written_to_under_that(tmp_path: Path) -> None:
    with Unnamed(tmp_path) as file:
        file.content.write(b"words")
        file.sync()
        assert list(tmp_path.iterdir()) == []
        file.name(tmp_path / "named")
        assert (tmp_path / "named").read_bytes() == b"words"
    assert (tmp_path / "named").read_bytes() == b"words"


def test_it_is_gone_where_it_was_given_none(tmp_path: Path) -> None:
    with Unnamed(tmp_path) as file:
        file.content.write(b"words")
    assert list(tmp_path.iterdir()) == []


def test_it_takes_nobody_elses_name(tmp_path: Path) -> None:
    (tmp_path / "named").write_bytes(b"before")
    with Unnamed(tmp_path) as file, pytest.raises(FileExistsError):
        file.name(tmp_path / "named")
    assert (tmp_path / "named").read_bytes() == b"before"


def test_where_the_system_has_none_such_that_is_an_error_as_any_of_its(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On macOS: whoever would have been quicker with one goes on without."""
    monkeypatch.delattr("os.O_TMPFILE")
    with pytest.raises(OSError, match="not supported"):
        Unnamed(tmp_path)
