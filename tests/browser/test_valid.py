"""Each kind of page in both languages is valid HTML, read by html-validate; its rules are in setup/html-validate."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from browser.kinds import PAGES

ROOT = Path(__file__).parents[2]
VALIDATOR = ROOT / ".work" / "html-validate"


def faults(folder: Path) -> list[str]:
    """What html-validate says of the pages in a folder, with where and by which rule."""
    if not (VALIDATOR / ".installed").exists():
        pytest.skip("html-validate is not installed (make test does: python setup/npm_folder.py setup/html-validate)")
    tool = VALIDATOR / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    shutil.copy(VALIDATOR / "rules.json", folder / ".htmlvalidate.json")
    node = [ROOT / "setup" / "node", ROOT / ".venv" / "bin", "node", tool, "--formatter=json", "*.html"]
    answer = subprocess.run(node, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    found = json.loads(answer.stdout)
    return [
        f"{Path(file['filePath']).name}:{each['line']}: {each['message']} ({each['ruleId']})"
        for file in found
        for each in file["messages"]
    ]


def page(url: str, language: str) -> bytes:
    try:
        with urlopen(Request(url, headers={"Accept": "text/html", "Accept-Language": language})) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        return error.read()


def test_every_kind_of_page_is_valid(example_url: str, tmp_path: Path) -> None:
    for name, path in PAGES.items():
        for language in ("en", "ru"):
            (tmp_path / f"{name}-{language}.html").write_bytes(page(example_url + path, language))
    assert faults(tmp_path) == []


def test_what_is_not_valid_is_found(tmp_path: Path) -> None:
    head = '<!doctype html><html lang="en"><head><title>x</title></head><body>'
    (tmp_path / "x.html").write_text(head + '<ul><p id="a">x</p></ul><b id="a">y</b></body></html>', encoding="utf-8")
    assert {rule.rpartition("(")[2] for rule in faults(tmp_path)} >= {"element-permitted-content)", "no-dup-id)"}
