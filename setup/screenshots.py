"""Takes the pictures of docs/images from a running server: `python setup/screenshots.py http://127.0.0.1:8000`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PROFILE = "/doc/profile/russian-lgbt-network-2017-04-10.html"

# name: path, width and height of the window, what to scroll to, language
PICTURES = {
    "claims": (PROFILE, 1100, 1000, "h2 >> nth=1", "en"),
    "profile-phone-ru": (PROFILE, 390, 780, "h1", "ru"),
}


def take(base: str) -> None:
    """Every picture, overwriting what is there."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (path, width, height, to, language) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, locale=language)
            page.goto(base + path)
            page.locator(to).first.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top + scrollY - 60)")
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1].rstrip("/"))
