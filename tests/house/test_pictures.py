"""Pictures in the documentation: each shown, each taken by the script, all of them small."""

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
MOST = 1_500_000  # bytes; a clone should not be heavy with what anybody can take anew


def shown(page: str) -> set[str]:
    return set(re.findall(r"images/([\w.-]+)", (ROOT / page).read_text(encoding="utf-8")))


def test_pictures_are_those_that_the_script_takes_and_the_pages_show() -> None:
    script = runpy.run_path(str(ROOT / "setup" / "screenshots.py"))
    taken = {f"{name}-{view}.webp" for name in script["PAGES"] for view in script["VIEWS"]}
    assert shown("docs/pages.md") == taken
    assert {path.name for path in IMAGES.iterdir()} == taken | shown("README.md")


def test_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < MOST
