"""A file in the chat, in Chromium: it stands under its words and is kept with a tap."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from bot.content.catalogue import Catalogue
from bot.domain.outgoing import File
from tests.web.browser import EXECUTABLE, MISSING, visitor
from tests.web.conftest import LiveServer, Site
from tests.web.scripted import ScriptedChat

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
]
CALENDAR = File(name="K7F3.ics", media_type="text/calendar", text="BEGIN:VCALENDAR\r\nZ:ü\r\n")


def script(chat: ScriptedChat, session: str, said: str) -> None:
    """Answer whatever is said with a file."""
    seq = int(chat.say(session, "<p>Die Datei nennt nur Zeit und Code.</p>", "Absagen"))
    data = chat.conversation(session).events[-1].data
    data["file"] = {"name": CALENDAR.name, "url": f"/chat/files/{seq}"}
    chat.files[session, seq] = CALENDAR
    if said == "böse":
        data["file"] = {"name": "x", "url": "https://elsewhere.example/x"}


@pytest_asyncio.fixture(loop_scope="module")
async def server(catalogue: Catalogue) -> AsyncIterator[LiveServer]:
    live = LiveServer(Site(catalogue, chat=ScriptedChat(script)))
    await live.start()
    yield live
    await live.stop()


async def test_a_file_is_kept_with_a_tap(
    browser: Browser, server: LiveServer, tmp_path: Path
) -> None:
    async with visitor(browser) as person:
        page = person.page
        await page.goto(server.url)
        link = page.get_by_role("link", name="K7F3.ics")
        await expect(link).to_be_visible()
        findings = await Axe().run(page)
        assert findings.violations_count == 0, findings.generate_report()
        async with page.expect_download() as coming:
            await link.click()
        kept = await coming.value
        assert kept.suggested_filename == "K7F3.ics"
        await kept.save_as(tmp_path / "kept")
        assert (tmp_path / "kept").read_bytes() == CALENDAR.text.encode()
        await page.reload()
        await expect(page.get_by_role("link", name="K7F3.ics")).to_have_count(1)


async def test_a_file_of_somebody_else_is_no_link(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        page = person.page
        await page.goto(server.url)
        await expect(page.get_by_role("link", name="K7F3.ics")).to_be_visible()
        await page.fill("#text", "böse")
        await page.press("#text", "Enter")
        await expect(page.locator(".message.program")).to_have_count(2)
        await expect(page.locator("a[href*='elsewhere']")).to_have_count(0)
