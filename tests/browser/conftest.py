"""A headless Chromium that records what it was asked to do. Skips, with a reason, where there is none."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-sandbox",
]  # fmt: skip


@dataclass
class Witness:
    """One page with what went wrong on it: messages on the console, requests to hosts that are not ours."""

    page: Page
    host: str
    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", lambda m: self.console.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.console.append(str(e)))
        self.page.on("request", lambda r: None if self.ours(r.url) else self.elsewhere.append(r.url))
        self.page.on("response", lambda r: self.failed.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    def ours(self, url: str) -> bool:
        return urlsplit(url).scheme in ("data", "blob") or urlsplit(url).netloc == self.host


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium on this machine (setup/browser installs it for root)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def language() -> str:
    """What the browser asks for in Accept-Language; a test that parametrises `language` takes its place."""
    return "en"


@pytest.fixture(params=[390, 1280], ids=["phone", "desktop"])
def context(browser: Browser, language: str, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale=language)
    yield context
    context.close()


@pytest.fixture
def witness(context: BrowserContext, example_url: str) -> Witness:
    witness = Witness(context.new_page(), urlsplit(example_url).netloc)
    witness.watch()
    return witness
