"""Installs the npm packages that a folder's package-lock.json pins into `.work/`: `python setup/npm_folder.py FOLDER`.

What only tests and benches need has a folder of its own, so that neither the site nor another tool carries it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def install(folder: Path) -> Path:
    """Where the packages of `folder` are, installed anew where its lock file is another than it was."""
    target = ROOT / ".work" / folder.name
    done, lock = target / ".installed", (folder / "package-lock.json").read_bytes()
    if not done.exists() or done.read_bytes() != lock:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder, target)
        npm = [ROOT / "setup" / "node", Path(sys.executable).parent, "npm", "ci", "--ignore-scripts", "--no-audit"]
        subprocess.run([*npm, "--no-fund", "--loglevel=error"], check=True, cwd=target, stdout=sys.stderr)  # noqa: S603 - no words of others
        done.write_bytes(lock)
    return target


if __name__ == "__main__":
    install(Path(sys.argv[1]).resolve())
