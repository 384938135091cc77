"""Real Chromium for tests: found on the system, started once per module, every page watched for
faults.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
EXECUTABLE = next((path for name in NAMES if (path := shutil.which(name))), None)
MISSING = f"no Chromium on this system (looked for {', '.join(NAMES)})"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1100, "height": 930}

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(event.violatedDirective + " " + event.blockedURI));
"""


@asynccontextmanager
async def running() -> AsyncIterator[Browser]:
    """Run Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Visitor:
    """One person at one browser. `faults` collects what must not happen on any page."""

    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> Page:
        """Collect crashes of the script and breaches of the security policy."""
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on(
            "console",
            lambda message: (
                self.faults.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        return page

    async def new_page(self) -> Page:
        """Open another tab."""
        return self.watch(await self.context.new_page())


@asynccontextmanager
async def visitor(browser: Browser, **options: object) -> AsyncIterator[Visitor]:
    """Give a fresh browser profile; at the end nothing may have gone wrong on its pages."""
    settings: dict[str, object] = {"viewport": PHONE, "locale": "de-DE"} | options
    context = await browser.new_context(**settings)
    await context.add_init_script(WATCH)
    context.set_default_timeout(8000)
    person = Visitor(context, await context.new_page())
    person.watch(person.page)
    try:
        yield person
        for page in context.pages:
            if page.url.startswith("http://127.0.0.1"):
                person.faults += await page.evaluate("window.violations ?? []")
        assert person.faults == []
    finally:
        await context.close()
