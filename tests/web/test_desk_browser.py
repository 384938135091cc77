"""The desk in Chromium: the main way by keyboard alone, what is live, nothing typed lost, axe."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.domain.case import Case
from bot.storage import sessions
from tests.web import desk_client
from tests.web.browser import EXECUTABLE, MISSING, PHONE, Visitor, visitor
from tests.web.desk_world import (
    ANSWER,
    ANSWER_ARABIC,
    ANSWER_BACK,
    KARIM,
    MATRIX,
    TELEGRAM,
    DeskWorld,
    sample,
    team,
)

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
    pytest.mark.asyncio(loop_scope="module"),
]

WIDE = {"width": 1440, "height": 900}
SECOND = 1000
"""Milliseconds within which every open page shows what is new."""


@dataclass
class Floor:
    """The desk on a socket, and whoever has a browser there."""

    world: DeskWorld
    url: str
    browser: Browser
    stack: AsyncExitStack
    people: list[Visitor] = field(default_factory=list)
    cuts: bool = False
    """The test cuts connections: what htmx says about that is no fault."""

    def forgive(self) -> None:
        """Forget what htmx says about connections."""
        said = ("htmx:", "Response Status Error Code")
        for person in self.people:
            person.faults[:] = [each for each in person.faults if not each.startswith(said)]

    async def sits(self, name: str, path: str = "/desk", **options: object) -> Page:
        """Have somebody of the team open a page; ready when it listens."""
        settings = {"viewport": WIDE} | options
        person: Visitor = await self.stack.enter_async_context(visitor(self.browser, **settings))
        self.people.append(person)
        await desk_client.sign_in_browser(
            person.context, self.url, self.world.database, name, now=self.world.now
        )
        await person.page.goto(self.url + path)
        await person.page.wait_for_selector("body[data-listening]")
        return person.page


@pytest_asyncio.fixture(loop_scope="module")
async def floor(world: DeskWorld, browser: Browser) -> AsyncIterator[Floor]:
    await team(world)
    async with opened(world, browser) as found:
        yield found


@asynccontextmanager
async def opened(world: DeskWorld, browser: Browser) -> AsyncIterator[Floor]:
    async with world.served() as url, AsyncExitStack() as stack:
        floor = Floor(world, url, browser, stack)
        yield floor
        if floor.cuts:
            floor.forgive()


async def karim(world: DeskWorld) -> Case:
    return await world.newcomer(
        MATRIX,
        "@karim:example.org",
        "ar",
        KARIM,
        ago=timedelta(minutes=25),
        topic="register-address",
    )


async def test_the_main_way_by_keyboard_alone(floor: Floor) -> None:
    case = await karim(floor.world)
    page = await floor.sits("jana")
    await page.keyboard.press("j")
    await expect(page.locator(f"#row-{case.id}")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/desk/cases/{case.id}")
    await page.wait_for_selector("body[data-listening]")
    await page.keyboard.press("n")
    await expect(page.locator("#case-head .pill")).to_have_text("Meine Antwort fehlt")
    await page.keyboard.press("t")
    await page.keyboard.type("Vermieter anrufen")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#talk .private")).to_contain_text("Vermieter anrufen")
    await expect(page.locator("#talk .private")).to_contain_text("nur für das Team")
    await page.keyboard.press("a")
    await expect(page.locator("#answer")).to_be_focused()
    await page.keyboard.type(ANSWER)
    await expect(page.locator("#check")).to_contain_text(ANSWER_BACK)
    arrives = page.locator("#check [lang=ar]")
    await expect(arrives).to_have_text(ANSWER_ARABIC)
    assert await arrives.evaluate("e => getComputedStyle(e).direction") == "rtl"
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#talk .me")).to_contain_text(ANSWER_ARABIC)
    await expect(page.locator("#answer")).to_have_value("")
    await expect(page.locator("#answer")).to_be_focused()
    await expect(page.locator("#case-head .pill")).to_have_text("Antwort gesendet")
    await expect(page.locator("#group-sent")).to_contain_text("Wohnsitz anmelden")
    await page.keyboard.press("Escape")
    await page.keyboard.press("z")
    await expect(page.locator("#act-snooze")).to_have_attribute("open", "")
    await page.keyboard.press("Escape")
    await expect(page.locator("#act-snooze summary")).to_be_focused()
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    await expect(page.locator("#find")).to_be_focused()


async def test_the_same_note_twice_is_two_notes_if_it_was_written_twice(floor: Floor) -> None:
    case = await karim(floor.world)
    page = await floor.sits("jana", f"/desk/cases/{case.id}")
    for number in (1, 2):
        await page.keyboard.press("t")
        await page.fill("#note-text", "Nicht erreicht")
        await page.click("#note .panel button")
        await expect(page.locator("#talk .private")).to_have_count(number)
        await page.locator("#talk").focus()


async def test_keys_are_off_while_typing_and_can_be_switched_off(floor: Floor) -> None:
    case = await karim(floor.world)
    page = await floor.sits("jana", f"/desk/cases/{case.id}")
    await page.fill("#answer", "")
    await page.locator("#answer").press_sequentially("nz?/j")
    await expect(page.locator("#answer")).to_have_value("nz?/j")
    await expect(page.locator("#keys")).to_be_hidden()
    await page.goto(floor.url + "/desk/settings")
    await page.uncheck("#keys-wish")
    await page.click("main form .main")
    await page.goto(f"{floor.url}/desk/cases/{case.id}")
    await page.keyboard.press("n")
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_be_hidden()
    await expect(page.locator("#case-head .pill")).to_have_text("Wartet")


async def test_what_she_writes_is_on_every_open_page_within_a_second(floor: Floor) -> None:
    case = await karim(floor.world)
    pages = [
        await floor.sits("jana", f"/desk/cases/{case.id}"),
        await floor.sits("mirek", f"/desk/cases/{case.id}"),
        await floor.sits("samira"),
    ]
    await floor.world.says(MATRIX, "@karim:example.org", "شكرا")
    await asyncio.gather(
        *(
            expect(page.locator("#talk")).to_contain_text("شكرا", timeout=SECOND)
            for page in pages[:2]
        ),
        expect(pages[2].locator("#queue")).to_contain_text("شكرا", timeout=SECOND),
    )
    await floor.world.newcomer("web", "ewa", "pl", "Pomocy", urgent=True)
    for page in pages:
        await expect(page.locator("#group-urgent")).to_contain_text("Pomocy", timeout=SECOND)
        await expect(page).to_have_title("(1) Fälle")


async def test_two_at_one_case_see_each_other_and_the_slower_one_keeps_her_words(
    floor: Floor,
) -> None:
    case = await karim(floor.world)
    jana = await floor.sits("jana", f"/desk/cases/{case.id}")
    mirek = await floor.sits("mirek", f"/desk/cases/{case.id}")
    await expect(jana.locator("#side")).to_contain_text("Mirek\u2069 liest gerade mit")
    await expect(mirek.locator("#side")).to_contain_text("Jana\u2069 liest gerade mit")
    await jana.fill("#answer", ANSWER)
    await expect(jana.locator("#draft-state")).to_contain_text("Entwurf gespeichert")
    await mirek.keyboard.press("n")
    await expect(mirek.locator("#case-head .pill")).to_have_text("Meine Antwort fehlt")
    await expect(jana.locator("#case-head .pill")).to_contain_text("Bei \u2068Mirek")
    await expect(jana.locator("#answer")).to_have_value(ANSWER)
    await jana.click("#reply button.send")
    await expect(mirek.locator("#talk .private")).to_contain_text(ANSWER)
    await expect(mirek.locator("#talk .me")).to_have_count(0)
    await mirek.close()
    await expect(jana.locator("#side")).not_to_contain_text("liest gerade mit")


async def test_who_is_slower_by_a_blink_is_told_who_was_faster(floor: Floor) -> None:
    floor.cuts = True
    case = await karim(floor.world)
    jana = await floor.sits("jana", f"/desk/cases/{case.id}")
    await jana.fill("#answer", ANSWER)
    await jana.route("**/desk/cases/*/fresh", lambda route: route.abort())
    await floor.world.cases.claim(floor.world.team["mirek"], case.id)
    await jana.click("#reply button.send")
    notice = jana.locator("#notice")
    await expect(notice).to_contain_text(
        "hat diesen Fall vor Ihnen genommen. Ihr Entwurf bleibt hier."
    )
    await expect(jana.locator("#answer")).to_have_value(ANSWER)
    await jana.unroute_all()
    await notice.get_by_role("button").click()
    await expect(jana.locator("#talk .private")).to_contain_text(ANSWER)


async def test_nothing_typed_is_lost_on_reload_and_without_connection(floor: Floor) -> None:
    floor.cuts = True
    case = await karim(floor.world)
    page = await floor.sits("jana", f"/desk/cases/{case.id}")
    await page.locator("#answer").press_sequentially("Erster Satz.")
    await expect(page.locator("#draft-state")).to_contain_text("Entwurf gespeichert")
    await page.reload()
    await expect(page.locator("#answer")).to_have_value("Erster Satz.")
    await page.context.set_offline(True)
    await page.locator("#answer").press("End")
    await page.locator("#answer").press_sequentially(" Zweiter.")
    await expect(page.locator("#draft-state")).to_have_text("Nur auf diesem Gerät gespeichert")
    await page.click("#reply button.send")
    await expect(page.locator("#flash")).to_contain_text("Ihr Text ist noch da.")
    await expect(page.locator("#answer")).to_have_value("Erster Satz. Zweiter.")
    await page.context.set_offline(False)
    await expect(page.locator("#draft-state")).to_contain_text("Entwurf gespeichert")
    await page.goto(floor.url + "/desk")
    await page.goto(f"{floor.url}/desk/cases/{case.id}")
    await expect(page.locator("#answer")).to_have_value("Erster Satz. Zweiter.")


async def test_typing_at_once_before_leaving_is_kept_on_the_device(floor: Floor) -> None:
    case = await karim(floor.world)
    page = await floor.sits("jana", f"/desk/cases/{case.id}")
    await page.fill("#answer", "In der letzten Sekunde")
    await page.goto(floor.url + "/desk")
    await page.goto(f"{floor.url}/desk/cases/{case.id}")
    await expect(page.locator("#answer")).to_have_value("In der letzten Sekunde")


async def test_new_rows_never_move_the_one_in_focus(floor: Floor) -> None:
    cases = [
        await floor.world.newcomer(
            "web", f"n{number}", "de", f"Frage {number}", ago=timedelta(minutes=40 - number)
        )
        for number in range(3)
    ]
    page = await floor.sits("jana")
    row = page.locator(f"#row-{cases[1].id}")
    await row.focus()
    top = "row => row.getBoundingClientRect().top"
    before = await row.evaluate(top)
    await floor.world.urged(cases[2])
    await expect(page.locator("#group-urgent")).to_contain_text("Frage 2")
    await expect(row).to_be_focused()
    assert abs(await row.evaluate(top) - before) < 2
    await floor.world.urged(cases[0])
    await expect(page.locator("#group-urgent")).to_contain_text("Frage 0")
    assert abs(await row.evaluate(top) - before) < 2
    above = page.locator(".new-above")
    await expect(above).to_be_visible()
    await above.click()
    await expect(page.locator("#group-urgent a").first).to_be_in_viewport()


async def test_open_parts_stay_open_while_the_case_changes(floor: Floor) -> None:
    case = await karim(floor.world)
    await floor.world.cases.claim(floor.world.team["jana"], case.id)
    page = await floor.sits("jana", f"/desk/cases/{case.id}")
    await page.click("#note summary")
    await page.fill("#note-text", "Halb geschriebene Notiz")
    await page.click("#act-close summary")
    await page.fill("#last-words", "Alles Gute")
    await floor.world.says(MATRIX, "@karim:example.org", "شكرا")
    await expect(page.locator("#talk")).to_contain_text("شكرا")
    await expect(page.locator("#last-words")).to_have_value("Alles Gute")
    await expect(page.locator("#note-text")).to_have_value("Halb geschriebene Notiz")


async def test_a_closed_session_asks_to_sign_in_and_keeps_what_was_typed(floor: Floor) -> None:
    floor.cuts = True
    case = await karim(floor.world)
    page = await floor.sits("jana", f"/desk/cases/{case.id}")
    await page.context.clear_cookies()
    await page.fill("#answer", "Noch da")
    await expect(page.locator("#flash a")).to_contain_text("Neu anmelden")
    await expect(page.locator("#answer")).to_have_value("Noch da")


async def test_the_browser_rings_without_a_word_of_the_case(floor: Floor) -> None:
    page = await floor.sits("jana", "/desk/settings", permissions=["notifications"])
    await page.check("#notify")
    await page.click("main form .main")
    await page.add_init_script(
        "window.Notification = class { static permission = 'granted';"
        " constructor(title, options) {"
        "  document.body.dataset.shown = `${title}|${options.body ?? ''}`; } };"
        "document.hasFocus = () => false;"
    )
    await page.goto(floor.url + "/desk")
    await page.wait_for_selector("body[data-listening]")
    body = page.locator("body")
    await expect(page.locator(".nobody")).to_be_visible()
    await floor.world.newcomer("web", "ewa", "pl", "Boję się", urgent=True)
    await expect(body).to_have_attribute("data-shown", "Lotse: neue Nachricht|")
    await expect(body).to_have_attribute("data-sounded", "1")
    floor.world.now = floor.world.now.replace(hour=11, minute=40)  # the desk closes at noon
    await body.evaluate("e => e.removeAttribute('data-shown')")
    late = await floor.world.newcomer("web", "adam", "pl", "Jestem")
    await expect(page.locator(f"#row-{late.id}")).to_be_visible()
    assert await body.get_attribute("data-shown") is None


async def test_words_of_people_are_never_markup(floor: Floor) -> None:
    evil = "<img src=x onerror=\"document.title='pwned'\"><svg/onload=alert(1)>'\"{{7*7}}"
    case = await floor.world.newcomer(TELEGRAM, "66", "de", evil)
    await floor.world.answered("jana", case, evil)
    await floor.world.cases.note(floor.world.team["jana"], case.id, evil)
    page = await floor.sits("jana", f"/desk/cases/{case.id}")
    await page.fill("#answer", evil)
    await expect(page.locator("#draft-state")).to_contain_text("Entwurf gespeichert")
    await expect(page.locator("#talk")).to_contain_text("{{7*7}}")
    assert await page.locator("#talk img, #talk svg, #queue img").count() == 0
    await expect(page).to_have_title("Fälle")


async def test_search_shows_how_far_it_is_and_ends(floor: Floor) -> None:
    for number in range(24):
        await floor.world.newcomer("web", f"n{number}", "de", f"Nummer {number:03}")
    page = await floor.sits("jana", "/desk/search")
    await page.fill("#f-words", "nummer 00")
    await page.keyboard.press("Enter")
    await expect(page.locator("#found .result")).to_have_text("\u206810\u2069 Fälle gefunden.")
    assert await page.locator("#found li").count() == 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_page(
    world: DeskWorld, browser: Browser, scheme: str
) -> None:
    named = await sample(world, several=6)
    paths = [
        "/desk",
        *(
            f"/desk/cases/{named[each].id}"
            for each in ("karim", "olena", "urgent", "colleague", "closed")
        ),
        "/desk/day",
        "/desk/close",
        "/desk/search?words=Montag",
        "/desk/settings",
        "/desk/more",
        "/desk/cases/99999",
    ]
    async with opened(world, browser) as floor:
        page = await floor.sits("jana", color_scheme=scheme)
        for viewport in (WIDE, PHONE):
            await page.set_viewport_size(viewport)
            for path in paths:
                await page.goto(floor.url + path)
                await page.wait_for_selector("body[data-listening]")
                if path == f"/desk/cases/{named['karim'].id}":
                    await page.fill("#answer", ANSWER)
                    await expect(page.locator("#check")).to_contain_text(ANSWER_ARABIC)
                    await page.click("#ready summary")
                found = (await Axe().run(page)).response["violations"]
                assert [
                    (path, each["id"], [node["html"][:120] for node in each["nodes"]])
                    for each in found
                ] == []


async def test_on_a_phone_everything_is_in_reach(world: DeskWorld, browser: Browser) -> None:
    named = await sample(world, several=6)
    async with opened(world, browser) as floor:
        page = await floor.sits("jana", viewport=PHONE, has_touch=True)
        assert await page.locator(".tabs a:visible").count() == 4
        for path in ("/desk", f"/desk/cases/{named['karim'].id}", "/desk/day", "/desk/search"):
            await page.goto(floor.url + path)
            await page.wait_for_selector("body[data-listening]")
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        await page.goto(f"{floor.url}/desk/cases/{named['karim'].id}")
        await expect(page.locator("#answer")).to_be_in_viewport(ratio=1)
        await expect(page.locator("#reply button.send")).to_be_in_viewport(ratio=1)
        await page.fill("#answer", ANSWER)
        await expect(page.locator("#check")).to_contain_text(ANSWER_ARABIC)
        await expect(page.locator("#answer")).to_be_in_viewport(ratio=1)
        await page.click("#acts-toggle")
        await page.click("#act-transfer summary")
        await expect(page.locator("#to")).to_be_in_viewport(ratio=1)
        await page.keyboard.press("Escape")
        await page.click('.case-head a[href="#side"]')
        await expect(page.locator("#side")).to_be_visible()
        await page.click('#side a[href="#case-title"]')
        await expect(page.locator("#side")).to_be_hidden()


async def test_the_reply_box_is_never_below_the_fold(world: DeskWorld, browser: Browser) -> None:
    named = await sample(world, several=6)
    for number in range(30):
        await world.says(MATRIX, "@karim:example.org", f"{KARIM} {number}")
    async with opened(world, browser) as floor:
        for viewport in (WIDE, {"width": 1100, "height": 640}, PHONE):
            page = await floor.sits("jana", f"/desk/cases/{named['karim'].id}", viewport=viewport)
            await expect(page.locator("#answer")).to_be_in_viewport(ratio=1)
            await expect(page.locator("#reply button.send")).to_be_in_viewport(ratio=1)
            await expect(page.locator("#talk .message").last).to_be_in_viewport()


async def test_a_case_is_taken_from_the_queue_by_one_key(floor: Floor) -> None:
    case = await karim(floor.world)
    page = await floor.sits("jana")
    await page.keyboard.press("j")
    await page.keyboard.press("n")
    await page.wait_for_url(f"**/desk/cases/{case.id}")
    await expect(page.locator("#case-head .pill")).to_have_text("Meine Antwort fehlt")


async def test_whoever_is_signed_out_elsewhere_sees_nothing_new(floor: Floor) -> None:
    page = await floor.sits("jana")
    jana = floor.world.team["jana"].staff_id
    await floor.world.database.write(lambda tx: sessions.remove_all(tx, jana))
    await floor.world.newcomer("web", "ewa", "pl", "Pomocy", urgent=True)
    await expect(page.locator("#flash a")).to_contain_text("Neu anmelden")
    await expect(page.locator("#queue")).not_to_contain_text("Pomocy")
