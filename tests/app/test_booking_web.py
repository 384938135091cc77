"""An appointment in the web chat, in Polish, on a phone in Chromium: booked with taps, its calendar
file kept, shown at the counter, cancelled with a word.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import icalendar
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, expect

from bot.app import App
from bot.domain import texts_booking as said
from bot.domain.texts import CARD
from bot.storage import appointments
from tests.app.booking_site import beginning, plain, running
from tests.web import browser as chromium
from tests.web.browser import EXECUTABLE, MISSING, visitor

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.slow,
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
]
PICTURES = os.environ.get("LOTSE_TEST_PICTURES")
MOST_TAPS = 7
YES = {"pl": "tak", "ar": "نعم"}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium.running() as found:
        yield found


async def picture(page: Page, name: str) -> None:
    """Keep a picture of what she sees, where one is asked for."""
    if PICTURES is not None:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


async def tap(page: Page, choice: Locator, wanted: str = "") -> None:
    """Tap a choice and wait until the newest message of the program is another, with `wanted`."""
    log = page.locator("#log")
    shown = await log.inner_text()
    await choice.click()
    await expect(log).not_to_have_text(shown, use_inner_text=True)
    await expect(page.locator(".message.pending")).to_have_count(0)
    await expect(newest(page)).to_contain_text(wanted)


def newest(page: Page) -> Locator:
    """The newest message of the program."""
    return page.locator(".message.program").last


def labelled(page: Page, label: str) -> Locator:
    """The newest choice with a label."""
    return page.locator(".choice:visible").filter(has_text=label).last


@pytest.mark.parametrize(("language", "name"), [("pl", "Polski"), ("ar", "العربية")])
async def test_on_a_phone(tmp_path: Path, browser: Browser, language: str, name: str) -> None:
    async with running(tmp_path) as (app, url), visitor(browser, reduced_motion="reduce") as person:
        page = person.page
        await page.goto(url)
        await page.locator(".choice:visible", has_text=name).click()
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await books(app, page, language)
        await keeps_the_file(app, page, language, tmp_path)
        await shows_it_at_the_counter(app, page, language)
        await cancels(app, page, language)
        findings = await Axe().run(page)
        assert findings.violations_count == 0, findings.generate_report()


async def books(app: App, page: Page, language: str) -> None:
    """Take the first choice each time: at most seven taps from the menu."""
    words = app.catalogue().words
    check = beginning(app, said.CHECK, language)
    await tap(page, labelled(page, words(said.BOOK, language)))
    taps = 1
    while check not in plain(await newest(page).inner_text()):
        await tap(page, newest(page).locator(".choice:not(.way)").first)
        taps += 1
    await picture(page, f"booking-{language}-check")
    findings = await Axe().run(page)
    assert findings.violations_count == 0, findings.generate_report()
    confirm = labelled(page, words(said.CONFIRM, language))
    await tap(page, confirm, words(said.ASK_REMINDERS, language))
    assert taps + 1 <= MOST_TAPS
    done = page.locator(".message.program").nth(-2)
    await expect(done).to_contain_text(beginning(app, said.DONE, language))
    yes = labelled(page, words(said.REMIND_YES, language))
    await tap(page, yes, words(said.REMINDED, language))
    await picture(page, f"booking-{language}-done")


async def keeps_the_file(app: App, page: Page, language: str, folder: Path) -> None:
    words = app.catalogue().words
    await tap(page, labelled(page, words(said.FILE, language)), words(said.FILE_HERE, language))
    async with page.expect_download() as coming:
        await newest(page).locator("a").first.click()
    kept = await coming.value
    await kept.save_as(folder / "kept.ics")
    raw = (folder / "kept.ics").read_bytes().decode()
    assert icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert "Welcome" not in raw
    await picture(page, f"booking-{language}-file")


async def shows_it_at_the_counter(app: App, page: Page, language: str) -> None:
    card = labelled(page, app.catalogue().words(CARD, language))
    await tap(page, card, said.CARD_TITLE.german)
    await picture(page, f"booking-{language}-card")


async def cancels(app: App, page: Page, language: str) -> None:
    words = app.catalogue().words
    await say(page, "/appointment", beginning(app, said.MINE, language))
    sure = beginning(app, said.CANCEL_SURE, language)
    await tap(page, labelled(page, words(said.CANCEL, language)), sure)
    await picture(page, f"booking-{language}-cancel")
    await say(page, YES[language], beginning(app, said.CANCELLED, language))
    still = await app.database.read(
        lambda tx: appointments.between(tx, app.clock(), app.clock() + timedelta(days=60))
    )
    assert still == []


async def say(page: Page, text: str, wanted: str) -> None:
    await page.get_by_role("textbox").fill(text)
    await page.keyboard.press("Enter")
    await expect(newest(page)).to_contain_text(wanted)
