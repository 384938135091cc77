"""The whole way in one process: Chromium, web, service, engine, shipped content, SQLite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.app import build
from bot.app.serve import listen
from bot.settings import Settings
from tests.web.browser import EXECUTABLE, MISSING, visitor

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
]
ROOT = Path(__file__).parents[2]


@pytest_asyncio.fixture(loop_scope="module")
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """The running program."""
    settings = Settings(
        _env_file=None,
        content_dir=ROOT / "content",
        locales_dir=ROOT / "locales",
        data_dir=tmp_path,
    )
    app = await asyncio.to_thread(build, settings)
    listener = listen("127.0.0.1", 0)
    running = asyncio.create_task(app.run(listener))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    app.stop()
    async with asyncio.timeout(10):
        await running


async def answered(page: Page, before: int) -> None:
    """Wait until the program has said something new and nothing is on its way."""
    await expect(page.locator(".message.program").nth(before)).to_be_visible()
    await expect(page.locator(".message.pending")).to_have_count(0)


async def choose(page: Page, label: str | None = None) -> None:
    """Press a choice, by label or the first that leads on."""
    buttons = page.locator(".choice:visible:not(.way)")
    before = await page.locator(".message.program").count()
    await (buttons.filter(has_text=label) if label else buttons).first.click()
    await answered(page, before)


async def test_from_the_language_to_an_answer_and_back(browser: Browser, address: str) -> None:
    async with visitor(browser) as person:
        page = person.page
        await page.goto(address)
        await choose(page, "Deutsch")
        await choose(page, "Ankommen")
        await choose(page)
        answer = page.locator(".message.program").last
        await expect(answer.locator(".bubble p").first).not_to_be_empty()

        before = await page.locator(".message.program").count()
        await page.locator('[data-command="/emergency"]').click()
        await answered(page, before)
        await expect(page.locator(".urgent .call a").first).to_have_attribute("href", "tel:112")

        shown = await page.locator(".bubble").all_inner_texts()
        await page.reload()
        await expect(page.locator("#log")).not_to_have_attribute("aria-busy", "true")
        assert await page.locator(".bubble").all_inner_texts() == shown


async def test_choosing_arabic_turns_page_and_answers(browser: Browser, address: str) -> None:
    async with visitor(browser) as person:
        page = person.page
        await page.goto(address)
        await choose(page, "العربية")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.locator("html")).to_have_attribute("lang", "ar")
        await choose(page)
        newest = page.locator(".message.program").last.locator(".bubble")
        await expect(newest).to_have_attribute("lang", "ar")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
