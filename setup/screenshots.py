"""Takes the pictures of docs/ from a running server of the example: `python setup/screenshots.py http://127.0.0.1:8000`."""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PROFILE = "/doc/profile/russian-lgbt-network-2017-04-10.html"

# One of each kind of page, as docs/pages.md shows them: by day on a desk in English, by night on a phone in Russian.
PAGES = {
    "home": "/",
    "profile": PROFILE,
    "incident": "/doc/incident/chechnya-2017.html",
    "act": "/doc/act/chechnya-2017-detentions.html",
    "intervention": "/doc/intervention/statement-2017-04-02.html",
    "event": "/doc/event/conference-2008.html",
    "claim": "/doc/claim/over-100-detained.html",
    "quotation": "/browse?kind=quotation",  # and from there to the first
    "list": "/doc/list/rln-goals.html",
    "source": "/doc/source/novaya-gazeta-2017-04-01.html",
    "series": "/doc/series/rights-group-of-the-week.html",
    "person": "/doc/person/igor-kochetkov.html",
    "organization": "/doc/org/russian-lgbt-network.html",
    "group": "/doc/group/gay-men-in-chechnya.html",
    "membership": "/doc/membership/igor-kochetkov-chairman.html",
    "contact": "/doc/contact/hotline-north-caucasus.html",
    "place": "/doc/place/chechnya.html",
    "places": "/places",
    "timeline": "/timeline",
    "browse": "/browse",
    "search": "/search?q=Kochetkov",
    "questions": "/questions",
    "sparql": "/sparql",
    "concept": "/vocab/act/detention",
    "record": "/record/profile/russian-lgbt-network-2017-04-10.html",
    "history": "/history/doc/org/russian-lgbt-network",
    "releases": "/releases",
    "missing": "/doc/nobody/knows",
}
# name: width and height of the window, colours, language, width of the picture
VIEWS = {
    "desk": (1280, 1100, "light", "en", 640),
    "phone": (390, 780, "dark", "ru", 300),
}
QUALITY = 55  # of WebP; letters stay sharp enough to judge a page by


def take(base: str) -> None:
    """Every picture, overwriting what is there."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        claims(browser, base)
        for view in VIEWS:
            every_kind(browser, base, view)
        browser.close()


def claims(browser: Browser, base: str) -> None:
    """The picture of README.md: claims beside their speakers."""
    page = browser.new_page(viewport={"width": 1100, "height": 1000}, locale="en")
    page.goto(base, wait_until="networkidle")  # a first visit may do without the typefaces
    page.goto(base + PROFILE)
    page.locator("h2 >> nth=1").evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top + scrollY - 60)")
    small = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    small.save(IMAGES / "claims.png", optimize=True)
    page.close()


def every_kind(browser: Browser, base: str, view: str) -> None:
    """The upper end of each page in one of the views, made smaller."""
    width, height, colours, language, shown = VIEWS[view]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=colours, locale=language, device_scale_factor=1
    )
    page = context.new_page()
    page.goto(base, wait_until="networkidle")  # as above
    for name, path in PAGES.items():
        page.goto(base + path, wait_until="networkidle")
        if name == "quotation":
            page.locator(".result a.said-words, .result h3 a").first.click()
            page.wait_for_load_state("networkidle")
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        picture = picture.resize((shown, round(shown * height / width)), Image.Resampling.LANCZOS)
        picture.save(IMAGES / f"{name}-{view}.webp", quality=QUALITY, method=6)
    context.close()


if __name__ == "__main__":
    take(sys.argv[1].rstrip("/"))
