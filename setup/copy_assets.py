"""Copies the files that package.json lists under "assets" from node_modules into server/static/vendor."""

import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "server" / "static" / "vendor"


def copy_assets() -> None:
    """Replace the vendor folder whole, so that nothing older stays; a pattern without files is an error."""
    new = VENDOR.with_name("vendor.new")
    shutil.rmtree(new, ignore_errors=True)
    for folder, patterns in json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["assets"].items():
        (new / folder).mkdir(parents=True)
        for pattern in patterns:
            found = sorted((ROOT / "node_modules").glob(pattern))
            if not found:
                sys.exit(f"package.json: no file matches {pattern}")
            for path in found:
                shutil.copyfile(path, new / folder / path.name)
    (new / ".fetched").touch()
    shutil.rmtree(VENDOR, ignore_errors=True)
    new.rename(VENDOR)


if __name__ == "__main__":
    copy_assets()
