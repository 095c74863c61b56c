"""Lighthouse's scores of one page of each kind, in the form of a phone: `make lighthouse`.

The example site is served as it ships; Lighthouse slows its processor and network down to those of a cheap phone. Ends
with 1 where a score is under 95. What another program on this machine takes is missing from `performance`.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "bench"), str(ROOT / "tests")]

from browser.kinds import PAGES  # noqa: E402
from peers import khronika  # noqa: E402

PORT = 8481
ENOUGH = 95  # of 100, in each category
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
REFUSED = ("missing",)  # answers that are not pages: search engines are told so, which costs them points
AGAIN, ATTEMPTS = "Please run Lighthouse again", 3  # now and then the browser gives no trace, and it says so
UNLISTED = ("search", "sparql")  # answers to questions are not for search engines, and robots.txt or the page says so


def main() -> None:
    """Print a table, and below it what costs points."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("kinds", nargs="*", help=f"of {', '.join(PAGES)}; all without")
    arguments.add_argument("--language", default="en")
    given = arguments.parse_args()
    unknown = set(given.kinds) - set(PAGES)
    if unknown:
        arguments.error(f"no kind of page: {', '.join(sorted(unknown))}")
    folder = ROOT / "bench" / "lighthouse"
    subprocess.run([sys.executable, ROOT / "setup" / "npm_folder.py", folder], check=True)
    kinds = given.kinds or [kind for kind in PAGES if kind not in REFUSED]
    poor = []
    print("| page | " + " | ".join(CATEGORIES) + " |\n|---|" + "---|" * len(CATEGORIES), flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch) / "site"
        shutil.copytree(ROOT / "examples" / "rights-in-russia", site, ignore=shutil.ignore_patterns("var"))
        with khronika(site, PORT):
            for kind in kinds:
                scores, lost = looked_at(
                    f"http://127.0.0.1:{PORT}{PAGES[kind]}", given.language, listed=kind not in UNLISTED
                )
                print(f"| {kind} | " + " | ".join(str(scores[c]) for c in CATEGORIES) + " |", flush=True)
                poor += [f"{kind}: {each}" for each in lost if min(scores.values()) < ENOUGH]
    print("\n".join(["", *poor]))
    sys.exit(1 if poor else 0)


def looked_at(url: str, language: str, *, listed: bool) -> tuple[dict[str, int], list[str]]:
    """Lighthouse's scores of a page, and the audits that cost some."""
    tool = ROOT / ".work" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
    headers = json.dumps({"Accept-Language": language})
    command = [ROOT / "setup" / "node", Path(sys.executable).parent, "node", tool, url, "--quiet", "--output=json"]
    skipped = [] if listed else ["--skip-audits=is-crawlable"]
    flags = f"--chrome-flags=--headless=new --no-sandbox --disable-gpu --lang={language}"
    browser = {"CHROME_PATH": shutil.which("chromium") or ""}
    for attempt in range(ATTEMPTS):
        answer = subprocess.run(
            [*command, f"--extra-headers={headers}", f"--only-categories={','.join(CATEGORIES)}", flags, *skipped],
            capture_output=True, text=True, timeout=300, check=False, env=os.environ | browser,
        )  # fmt: skip
        if not answer.returncode:
            break
        if AGAIN not in answer.stderr or attempt == ATTEMPTS - 1:
            sys.exit(f"Lighthouse failed on {url}:\n{answer.stderr[-2000:]}")
    report = json.loads(answer.stdout)
    scores = {name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES}
    lost = [
        f"{report['audits'][each['id']]['title']} {report['audits'][each['id']].get('displayValue', '')}".strip()
        for name in CATEGORIES
        for each in report["categories"][name]["auditRefs"]
        if each["weight"] and (report["audits"][each["id"]]["score"] or 0) < 0.9
        and report["audits"][each["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")
    ]  # fmt: skip
    return scores, lost


if __name__ == "__main__":
    main()
