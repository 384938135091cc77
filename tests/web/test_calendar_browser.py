"""The calendar in Chromium: week, day, list and phone with axe, marks in place, what is live, keys,
paper.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.domain.appointment import AppointmentAction, BookingOrigin
from bot.domain.booking import Wish
from tests.web import desk_client
from tests.web.browser import EXECUTABLE, MISSING, PHONE, visitor
from tests.web.calendar_world import FIRST, GUBEN, PARK, CalendarWorld, local
from tests.web.desk_world import DeskWorld

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
    pytest.mark.asyncio(loop_scope="module"),
]

ROOT = "/desk/calendar"
WIDE = {"width": 1440, "height": 940}
NARROW = {"width": 760, "height": 900}


@dataclass
class Floor:
    """The desk on a socket, and whoever has a browser there."""

    world: CalendarWorld
    url: str
    browser: Browser
    stack: AsyncExitStack

    async def sits(self, path: str = "", **options: object) -> Page:
        """Have Jana open a page of the calendar; ready when it listens."""
        settings = {"viewport": WIDE} | options
        person = await self.stack.enter_async_context(visitor(self.browser, **settings))
        await desk_client.sign_in_browser(
            person.context, self.url, self.world.database, "jana", now=self.world.now
        )
        await person.page.goto(f"{self.url}{ROOT}{path}")
        await person.page.wait_for_selector("body[data-listening]")
        return person.page


@pytest_asyncio.fixture(loop_scope="module")
async def floor(world: DeskWorld, browser: Browser) -> AsyncIterator[Floor]:
    calendar = CalendarWorld(world.database, world.content)
    await calendar.week()
    async with calendar.served() as url, AsyncExitStack() as stack:
        yield Floor(calendar, url, browser, stack)


async def violations(page: Page) -> list[str]:
    found = await Axe().run(page)
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


async def fits(page: Page) -> bool:
    """Return whether nothing of the page stands beside the screen."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("viewport", [WIDE, NARROW, PHONE], ids=["wide", "narrow", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_week_is_clean(floor: Floor, viewport: dict[str, int], scheme: str) -> None:
    page = await floor.sits(viewport=viewport, color_scheme=scheme)
    await expect(page.locator("h1")).to_have_text(re.compile("7.* bis .*11. Dezember 2026"))
    assert await violations(page) == []
    assert await fits(page)


async def test_the_week_in_english(floor: Floor) -> None:
    page = await floor.sits(locale="en-GB")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("h1")).to_contain_text("December 2026")
    await expect(page.locator("#calendar")).to_contain_text("Ukrainian")
    assert await violations(page) == []


@pytest.mark.parametrize(
    "path",
    [
        "?view=day",
        "?view=list&day=2026-12-07",
        "/new?service=first-consultation&language=pl&place=",
        "/blocks",
        "/capacity",
        "/export",
        "/feeds",
    ],
)
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
async def test_every_page_is_clean(floor: Floor, path: str, viewport: dict[str, int]) -> None:
    page = await floor.sits(path, viewport=viewport)
    assert await violations(page) == []
    assert await fits(page)


async def test_an_appointment_and_its_questions_are_clean(floor: Floor) -> None:
    clash = floor.world.made["clash"].id
    page = await floor.sits(f"/appointments/{clash}")
    assert await violations(page) == []
    await page.get_by_role("link", name="Verschieben").click()
    assert await violations(page) == []
    await page.get_by_role("button", name="Mi, 9. Dezember, 15:30, Spremberg").click()
    await expect(page.get_by_role("heading", name="Diese Nachricht")).to_be_visible()
    assert await violations(page) == []
    card = await floor.sits(f"/appointments/{floor.world.made['later'].id}/card", viewport=PHONE)
    assert await violations(card) == []


async def test_a_box_stands_where_the_clock_says(floor: Floor) -> None:
    """Boxes of one row begin at the same height, whatever stands in the others."""
    page = await floor.sits()
    tops = await page.evaluate(
        """() => [...document.querySelectorAll('.cell.h2.m0')].map((each) =>
             Math.round(each.getBoundingClientRect().top))"""
    )
    line = await page.evaluate(
        "Math.round(document.querySelector('.hour.h2').getBoundingClientRect().top)"
    )
    assert len(tops) >= 3
    assert {abs(top - line) <= 1 for top in tops} == {True}


async def test_a_mark_is_one_tap_and_can_be_undone_in_place(floor: Floor) -> None:
    due = floor.world.made["due"]
    page = await floor.sits()
    await page.evaluate("window.here = true")
    box = page.locator(f".cell div:has(> #a-{due.id})")
    await box.get_by_role("button", name="War da").click()
    await expect(box.locator(".state")).to_have_text("War da")
    await expect(page.locator(f"#a-{due.id}")).to_be_focused()
    await expect(page.locator("#flash")).to_contain_text(f"{due.code}")
    await page.locator("#flash").get_by_role("button", name="Rückgängig").click()
    await expect(box.locator(".state")).to_have_text("Gebucht")
    assert await page.evaluate("window.here") is True


async def test_what_others_do_appears_by_itself(floor: Floor) -> None:
    world, jana = floor.world, floor.world.team["jana"]
    page, other = await floor.sits(), await floor.sits("?view=day", viewport=PHONE)
    await expect(page.locator("#calendar")).not_to_contain_text("Ukrainisch Angekommen")
    slot = await world.database.read(lambda tx: world.slot(tx, local(8, "15:00"), PARK))
    made = await world.bookings.book_for(
        jana, slot.id, Wish(service=FIRST, place=PARK, language="pl"), origin=BookingOrigin.PHONE
    )
    for each in (page, other):
        await expect(each.locator(f"#a-{made.id}")).to_contain_text("15:00 Polnisch")
    await world.bookings.mark(jana, made.id, AppointmentAction.ARRIVE)
    for each in (page, other):
        await expect(each.locator(f"#a-{made.id}")).to_contain_text("Angekommen")


async def test_keys_and_none_while_typing(floor: Floor) -> None:
    page = await floor.sits()
    await page.keyboard.press("ArrowRight")
    await page.wait_for_url("**day=2026-12-14*")
    await expect(page.locator("h1")).to_have_text(re.compile("14.* bis .*18. Dezember 2026"))
    await page.keyboard.press("ArrowLeft")
    await page.wait_for_url("**day=2026-12-07*")
    await page.keyboard.press("d")
    await page.wait_for_url("**view=day*")
    await page.keyboard.press("t")
    await page.wait_for_url("**day=2026-12-08*")
    await page.keyboard.press("l")
    await page.wait_for_url("**view=list*")
    await page.wait_for_selector("body[data-listening]")
    await page.locator("#find").focus()
    await page.keyboard.type("wdlt")
    await expect(page.locator("#find")).to_have_value("wdlt")
    assert "view=list" in page.url
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_contain_text("Termin eintragen")
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.wait_for_url("**/desk/calendar/new")


async def test_a_filter_takes_effect_at_once(floor: Floor) -> None:
    page = await floor.sits()
    await page.get_by_label("Ort").select_option(GUBEN)
    await page.wait_for_url(f"**place={GUBEN}*")
    await expect(page.locator("#calendar .week")).not_to_contain_text("Russisch")


async def test_on_paper_there_are_codes_and_no_buttons(floor: Floor) -> None:
    page = await floor.sits()
    await page.emulate_media(media="print")
    await expect(page.locator(".printed")).to_be_visible()
    for hidden in (".side", ".filters", ".acts-row", ".cell .marks", ".top"):
        await expect(page.locator(hidden).first).to_be_hidden()
    code = page.locator(f"#a-{floor.world.made['later'].id} .unseen")
    width = await code.evaluate("each => each.getBoundingClientRect().width")
    assert width > 20


async def test_without_script_it_reads_and_marks(floor: Floor) -> None:
    async with visitor(floor.browser, viewport=PHONE, java_script_enabled=False) as person:
        await desk_client.sign_in_browser(
            person.context, floor.url, floor.world.database, "jana", now=floor.world.now
        )
        page = person.page
        await page.goto(f"{floor.url}{ROOT}?view=day")
        due = floor.world.made["due"]
        box = page.locator(f".cell div:has(> #a-{due.id})")
        await box.get_by_role("button", name="Angekommen").click()
        await expect(page.locator(".hint.good")).to_contain_text("Angekommen.")
        await expect(box.locator(".state")).to_have_text("Angekommen")
        await page.goto("about:blank")
