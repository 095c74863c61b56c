"""The editors' page: its tables are the table of keys, its examples are read, its mistakes are told as it says."""

import re
from pathlib import Path

import pytest

from graph.authoring.reference import key_tables, refreshed

PAGE = Path(__file__).parents[2] / "docs/authoring.md"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_page_has_the_table_of_keys() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert refreshed(text) == text, "run: make docs"
    assert refreshed(refreshed(text).replace("`statement`", "`x`")) == text


def test_a_page_without_marks() -> None:
    with pytest.raises(ValueError, match="needs the lines"):
        refreshed("# A page")


def test_every_key_is_explained() -> None:
    rows = [line.split("|")[1:-1] for line in key_tables().splitlines() if line.startswith("| `")]
    assert len(rows) > 80
    assert all(key.strip() and behind.strip() and says.strip() for key, behind, says, _ in rows)


def test_the_examples_of_the_page(site) -> None:
    """Together they are a site."""
    for number, text in enumerate(blocks("yaml")):
        site.write(f"example-{number}.yaml", text)
    for number, text in enumerate(blocks("turtle")):
        site.write(f"turtle-{number}.ttl", text)
    graphs = site.all()
    assert len(graphs) == 3
    page = graphs["example-1"]
    assert page.one("list/goals-of-lantern", "kh:statedIn") == "source/lantern-leaflet"
    stands = {o for _, p, o in page if p == "kh:assertionStatus"}
    assert stands == {f"vocab:status/{s}" for s in ("editorial", "stated-position", "self-reported", "headline")}


def test_the_mistakes_of_the_page(site) -> None:
    for number, text in enumerate(blocks("yaml")):
        site.write(f"example-{number}.yaml", text)
    (wrong,), (told,) = blocks("yaml wrong"), blocks("text")
    site.write("example.yaml", wrong)
    assert [line.split(" ", 1) for line in site.all_wrong()] == [
        line.split(" ", 1) for line in told.replace("\n  ", " ").splitlines()
    ]
