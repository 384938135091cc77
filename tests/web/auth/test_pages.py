"""Sign-in, account and administration in real Chromium: by hand, by keyboard, without script,
against axe.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.domain.staff import Role
from bot.service import staff as team
from bot.service import staff_totp
from bot.service.staff_signin import demo_code
from bot.storage import audit
from tests.web.browser import DESKTOP, EXECUTABLE, MISSING, PHONE, visitor
from tests.web.conftest import LiveServer
from tests.web.desk_client import PASSWORD, employ, sign_in_browser
from tests.web.office import Office

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
]

SLOW = 20_000
"""Milliseconds for a password: its hash is meant to cost something, here beside other tests."""

NEW = "neun Enten auf dem Teich"


@pytest_asyncio.fixture(loop_scope="module")
async def server(office: Office) -> AsyncIterator[LiveServer]:
    """The application on a socket."""
    serving = LiveServer(office)
    await serving.start()
    yield serving
    await serving.stop()


async def invitation(office: Office) -> str:
    _, code = await office.database.write(
        lambda tx: team.add(
            tx,
            name="jana",
            shown="Jana",
            roles=[Role.EDITOR, Role.ADMIN],
            languages=["de"],
            now=office.now,
        )
    )
    return f"/desk/invitation/{code}"


@pytest.mark.parametrize("script", [True, False])
async def test_from_the_invitation_to_the_desk_and_back(
    browser: Browser, office: Office, server: LiveServer, script: bool
) -> None:
    path = await invitation(office)
    async with visitor(browser, viewport=PHONE, java_script_enabled=script) as person:
        page = person.page
        await page.goto(server.url + path)
        await page.get_by_label("Passwort wählen").fill(NEW)
        await page.get_by_label("Name, den die Menschen im Chat sehen").fill("Beratung")
        if script:
            await page.get_by_role("button", name="Zeigen").click()
            await expect(page.get_by_label("Passwort wählen")).to_have_attribute("type", "text")
        await page.get_by_role("button", name="Speichern und anmelden").click()
        await expect(page.get_by_role("img", name="Bild für die App")).to_be_visible(timeout=SLOW)
        secret = staff_totp.read(await page.locator("code").inner_text())
        assert secret is not None
        code = staff_totp.code(secret, staff_totp.step_of(office.now))
        await page.get_by_label("Code aus Ihrer App").fill(code)
        await page.get_by_role("button", name="Code prüfen und einrichten").click()
        await expect(page.get_by_text("Eingerichtet.")).to_be_visible()

        await page.locator("#room").get_by_role("button", name="Hier abmelden").click()
        await expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
        office.later(minutes=1)
        await page.goto(f"{server.url}/desk/account")
        await page.get_by_label("Anmeldename").fill("jana")
        await page.keyboard.press("Tab")
        if script:
            await page.keyboard.press("Tab")  # [Zeigen]
        await page.keyboard.type(NEW)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Einmal-Code")).to_be_visible(timeout=SLOW)
        code = staff_totp.code(secret, staff_totp.step_of(office.now))
        await page.keyboard.type(code)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Mein Zugang")).to_be_visible()
        await expect(page.get_by_label("Name, den die Menschen")).to_have_value("Beratung")


async def test_the_demo_adds_the_first_person(
    browser: Browser, office: Office, server: LiveServer
) -> None:
    code = await office.database.write(lambda tx: demo_code(tx, office.now))
    async with visitor(browser, viewport=DESKTOP) as person, visitor(browser) as first:
        page = person.page
        await page.goto(f"{server.url}/desk/demo/{code}")
        await page.get_by_role("button", name="Als Demo-Administration anmelden").click()
        await page.goto(f"{server.url}/desk/admin")
        await page.get_by_label("Anmeldename").fill("ada")
        await page.get_by_label("Administration", exact=True).last.check()
        await page.get_by_role("button", name="Hinzufügen", exact=True).click()
        link = await page.locator("#once-value").inner_text()
        await first.page.goto(link)
        await expect(first.page.get_by_text("Willkommen im Team")).to_be_visible()
        await page.goto(f"{server.url}/desk/admin")
        await expect(page.locator("#once-value")).to_have_count(0)
        await expect(page.locator(".people > li", has_text="ada")).to_contain_text("Eingeladen")


async def fault_free(page: Page) -> None:
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, page.url


@pytest.mark.parametrize("locale", ["de-DE", "en-GB"])
@pytest.mark.parametrize(
    "look", [{"viewport": PHONE}, {"viewport": DESKTOP, "color_scheme": "dark"}]
)
async def test_every_page_is_accessible(
    browser: Browser, office: Office, server: LiveServer, locale: str, look: dict[str, object]
) -> None:
    code = await office.database.write(lambda tx: demo_code(tx, office.now))
    path = await invitation(office)
    for name in ("mirek", "olena"):
        number = await employ(office.database, name, Role.COUNSELLOR, now=office.now)
    await office.database.write(lambda tx: team.disable(tx, number, office.now))
    await office.database.write(
        lambda tx: audit.add(tx, at=office.now, staff_id=1, action="claim", case_id=7)
    )
    async with visitor(browser, locale=locale, **look) as person:
        page = person.page
        for each in ("/desk/sign-in", path, f"/desk/demo/{code}", "/desk/invitation/none"):
            await page.goto(server.url + each)
            await fault_free(page)
        await page.goto(f"{server.url}/desk/sign-in")
        await page.locator("#name").fill("jana")
        await page.locator("#password").fill("falsch")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_be_visible(timeout=SLOW)
        await fault_free(page)

        await sign_in_browser(
            person.context,
            server.url,
            office.database,
            "ada",
            Role.ADMIN,
            Role.AUDITOR,
            now=office.now,
        )
        for each in ("/desk/account", "/desk/account/second-factor", "/desk/content"):
            await page.goto(server.url + each)
            if each != "/desk/content":  # without a preview there is no such page
                await fault_free(page)
        await page.goto(f"{server.url}/desk/admin")
        for summary in await page.locator("summary").all():
            await summary.click()
        await fault_free(page)
        await page.goto(f"{server.url}/desk/admin/audit")
        await page.locator("#reason").select_option("regular")
        await page.locator("main form .button").first.click()
        await expect(page.get_by_role("table")).to_be_visible()
        await fault_free(page)


async def test_a_refusal_is_a_page_too(
    browser: Browser, office: Office, server: LiveServer
) -> None:
    async with visitor(browser) as person:
        await sign_in_browser(
            person.context, server.url, office.database, "jana", Role.EDITOR, now=office.now
        )
        await person.page.goto(f"{server.url}/desk/admin")
        await expect(person.page.get_by_role("heading")).to_contain_text("andere Aufgabe")
        await fault_free(person.page)


async def test_a_form_of_another_page_changes_nothing(
    browser: Browser, office: Office, server: LiveServer
) -> None:
    """The browser itself sends cookies or not; we look at where it comes from."""
    async with visitor(browser) as person:
        signed = await sign_in_browser(
            person.context, server.url, office.database, "jana", Role.EDITOR, now=office.now
        )
        await person.page.goto("about:blank")
        form = (
            f'<form method="post" action="{server.url}/desk/sign-out/all">'
            f'<input name="csrf" value="{signed.csrf}"><button>x</button></form>'
        )
        await person.page.set_content(form)
        await person.page.get_by_role("button").click()
        await expect(person.page.get_by_text("Wir haben nichts geändert")).to_be_visible()
        await person.page.goto(f"{server.url}/desk/account")
        await expect(person.page.get_by_role("heading", name="Mein Zugang")).to_be_visible()


async def test_the_password_is_not_left_in_the_page(
    browser: Browser, office: Office, server: LiveServer
) -> None:
    await employ(office.database, "jana", Role.EDITOR, now=office.now)
    async with visitor(browser) as person:
        page = person.page
        await page.goto(f"{server.url}/desk/sign-in?to=/desk/account")
        await page.get_by_label("Anmeldename").fill("jana")
        await page.get_by_label("Passwort", exact=True).fill(f"{PASSWORD}x")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text(
            "passen nicht zusammen", timeout=SLOW
        )
        await expect(page.get_by_label("Anmeldename")).to_have_value("jana")
        await expect(page.get_by_label("Passwort", exact=True)).to_have_value("")
        await expect(page.get_by_label("Passwort", exact=True)).to_be_focused()
