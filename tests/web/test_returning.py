"""Coming back with a code and the e-mail pages: routes, and what people see in real Chromium."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import httpx
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from bot.content.catalogue import Catalogue
from bot.domain.returning import BadCode
from bot.service.mailing import Mailing, Wish
from bot.settings import Settings
from tests.web.browser import DESKTOP, EXECUTABLE, MISSING, visitor
from tests.web.conftest import LiveServer, Site
from tests.web.scripted import ScriptedChat, unavailable

in_chromium = [
    pytest.mark.chromium,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
]

CODE = "biene hafen sonne acker 472"
CANONICAL = "bienehafensonneacker472"
CARD = (
    "<p>Jetzt ist niemand im Dienst. Ein Mensch antwortet Ihnen hier bis morgen, "
    "25. November, 10:00 Uhr.</p><p>Ihre Nachricht geht nicht verloren.</p>"
    f"<p>Ihr Rückkehr-Code:</p><p><strong>{CODE}</strong></p>"
    "<p>Schreiben Sie ihn auf. Damit öffnen Sie dieses Gespräch auf jedem Gerät.</p>"
)
ARABIC = (
    "<p>لا أحد في الخدمة الآن.</p><p>رمز العودة:</p>"
    f"<p><strong><bdi>{CODE}</bdi></strong></p><p>بهذا تفتح هذه المحادثة على أي جهاز.</p>"
)


@dataclass
class ScriptedMailing:
    """Says what a test tells it to; stands at the service's place."""

    wish: Wish = Wish.KEPT
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)

    async def ask(self, session: str, address: str, again: str) -> Wish:
        self.asked.append((session, address, again))
        return self.wish

    async def seen(self, session: str) -> None:
        self.looked.append(session)

    async def stop(self, token: str) -> bool:
        self.stops.append(token)
        return token == "1.good"


def site_of(catalogue: Catalogue, **options: object) -> tuple[Site, ScriptedMailing]:
    mailing = ScriptedMailing()
    site = Site(catalogue, mailing=cast("Mailing", mailing), **options)  # type: ignore[arg-type]
    return site, mailing


async def give(client: httpx.AsyncClient, code: str, **headers: str) -> httpx.Response:
    return await client.post("/continue", data={"code": code}, headers=headers)


def token_of(response: httpx.Response) -> str:
    found = re.search(r"lotse=([A-Za-z0-9_-]{43})", response.headers["set-cookie"])
    assert found is not None
    return found[1]


# ------------------------------------------------------------------ codes, at HTTP level


async def test_a_good_code_gives_a_session_that_nobody_has_had(site: Site) -> None:
    site.chat.say("lost", "<p>Hallo</p>")
    site.chat.codes[CANONICAL] = "lost"
    async with site.client() as client:
        old = token_of(await client.get("/"))
        response = await give(client, "Biene-Hafen-SONNE acker 472")
        assert response.status_code == 303
        assert response.headers["location"] == "/"
        new = token_of(response)
    assert new != old
    assert site.chat.redeemed == [("Biene-Hafen-SONNE acker 472", old, new, "127.0.0.1")]
    assert site.chat.conversation(new).events


@pytest.mark.parametrize(
    ("reason", "status", "words"),
    [
        ("unknown", 422, "Diesen Code kenne ich nicht"),
        ("many", 429, "Das waren viele Versuche"),
        ("busy", 422, "Hier läuft schon ein Gespräch"),
        ("appointment", 422, "schon einen Termin"),
    ],
)
async def test_what_refuses_a_code_is_said_and_no_session_changes(
    site: Site, reason: str, status: int, words: str
) -> None:
    site.chat.codes[CANONICAL] = BadCode(reason=reason)  # type: ignore[arg-type]
    async with site.client() as client:
        response = await give(client, CODE)
        assert response.status_code == status
        assert words in response.text
        assert f'value="{CODE}"' in response.text
        assert "set-cookie" not in response.headers


async def test_a_device_that_others_use_stays_one(site: Site) -> None:
    site.chat.say("lost", "<p>Hallo</p>")
    site.chat.codes[CANONICAL] = "lost"
    async with site.client() as client:
        await client.get("/")
        await client.post("/chat/device", json={"shared": True})
        response = await give(client, CODE)
        assert "Max-Age" not in response.headers["set-cookie"]
        assert re.search(r"lotse=[A-Za-z0-9_-]{43}\.s", response.headers["set-cookie"])


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "null"},
    ],
)
async def test_another_page_cannot_open_a_conversation_here(
    site: Site, headers: dict[str, str]
) -> None:
    """Else somebody could put her into a conversation that he reads too."""
    site.chat.codes[CANONICAL] = "lost"
    async with site.client() as client:
        assert (await give(client, CODE, **headers)).status_code == 403
    assert site.chat.redeemed == []


async def test_bad_forms_are_refused(site: Site) -> None:
    async with site.client() as client:
        assert (await client.post("/continue", json={"code": CODE})).status_code == 415
        assert (await give(client, "x" * 5000)).status_code == 413
        response = await give(client, '"><script>alert(1)</script>')
        assert response.status_code == 422
        assert "<script>alert" not in response.text
    site.chat.failures.append(unavailable())
    async with site.client() as client:
        response = await give(client, CODE)
        assert response.status_code == 503
        assert "text/html" in response.headers["content-type"]


async def test_the_picture_is_hers_alone(site: Site) -> None:
    async with site.client() as client:
        session = token_of(await client.get("/"))
        seq = site.chat.say(session, CARD, code=CODE)
        plain = site.chat.say(session, "<p>Hallo</p>")
        picture = await client.get(f"/chat/code/{seq}.svg")
        assert picture.status_code == 200
        assert picture.headers["content-type"] == "image/svg+xml"
        assert picture.headers["cache-control"] == "no-store"
        assert b"<svg" in picture.content
        assert CODE.split(maxsplit=1)[0].encode() not in picture.content
        assert (await client.get(f"/chat/code/{plain}.svg")).status_code == 404
        assert (await client.get("/chat/code/99.svg")).status_code == 404
        assert (await client.get("/chat/code/99999999999999999999.svg")).status_code == 404
    async with site.client() as stranger:
        assert (await stranger.get(f"/chat/code/{seq}.svg")).status_code == 404


async def test_the_picture_names_the_public_address(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr("bot.web.returning.qr_svg", lambda text: drawn.append(text) or b"<svg/>")
    settings = Settings(_env_file=None, public_url="https://lotse.example")
    site = Site(catalogue, settings=settings)
    async with site.client("https://lotse.example") as client:
        session = token_of(await client.get("/"))
        await client.get(f"/chat/code/{site.chat.say(session, CARD, code=CODE)}.svg")
    site = Site(catalogue)
    async with site.client("http://127.0.0.1:8080") as client:
        session = token_of(await client.get("/"))
        await client.get(f"/chat/code/{site.chat.say(session, CARD, code=CODE)}.svg")
    assert drawn == [
        f"https://lotse.example/continue#{CODE.replace(' ', '-')}",
        f"http://127.0.0.1:8080/continue#{CODE.replace(' ', '-')}",
    ]


# ------------------------------------------------------------------ e-mail, at HTTP level


async def test_an_address_is_typed_twice(catalogue: Catalogue) -> None:
    site, mailing = site_of(catalogue)
    async with site.client() as client:
        session = token_of(await client.get("/"))
        assert (await client.get("/mail")).status_code == 200
        form = {"address": "a@b.example", "again": "a@b.example"}
        kept = await client.post("/mail", data=form)
        assert kept.status_code == 200
        assert "a@b.example" in kept.text
        mailing.wish = Wish.DIFFERENT
        different = await client.post("/mail", data=form)
        assert different.status_code == 422
        assert "verschieden" in different.text
    assert mailing.asked[0] == (session, "a@b.example", "a@b.example")


async def test_without_a_session_there_is_nothing_to_tell(catalogue: Catalogue) -> None:
    site, mailing = site_of(catalogue)
    async with site.client() as client:
        assert (await client.get("/mail")).status_code == 404
        form = {"address": "a@b.example", "again": "a@b.example"}
        assert (await client.post("/mail", data=form)).status_code == 404
        await client.get("/")
        evil = {"origin": "https://evil.example"}
        assert (await client.post("/mail", data=form, headers=evil)).status_code == 403
    assert mailing.asked == []


async def test_without_a_mail_server_there_are_no_pages(site: Site) -> None:
    async with site.client() as client:
        await client.get("/")
        assert (await client.get("/mail")).status_code == 404
        assert (await client.post("/mail/stop?c=1.good")).status_code == 404
        assert 'data-mail="no"' in (await client.get("/")).text


async def test_stopping_asks_first_and_serves_mail_programs(catalogue: Catalogue) -> None:
    site, mailing = site_of(catalogue)
    async with site.client() as client:
        asked = await client.get("/mail/stop?c=1.good")
        assert asked.status_code == 200
        assert mailing.stops == []
        one_click = {"List-Unsubscribe": "One-Click"}
        assert (await client.post("/mail/stop?c=1.good", data=one_click)).status_code == 200
        assert (await client.post("/mail/stop?c=1.bad")).status_code == 404
        hostile = await client.get('/mail/stop?c="><script>alert(1)</script>')
        assert "<script>alert" not in hostile.text
    assert mailing.stops == ["1.good", "1.bad"]


async def test_opening_the_stream_counts_as_looking(catalogue: Catalogue) -> None:
    site, mailing = site_of(catalogue)
    async with site.client() as client:
        session = token_of(await client.get("/"))
        site.chat.say(session, "<p>Hallo</p>")
        await site.chat.close()
        await client.get("/chat/events")
    assert mailing.looked == [session]


# ------------------------------------------------------------------ in Chromium


def script(chat: ScriptedChat, session: str, said: str) -> None:
    """A promise at night, then a human."""
    if not said:
        chat.say(session, "<p>Womit können wir helfen?</p>", "Mensch", "إنسان")
    elif said == "Mensch":
        chat.say(session, CARD, "Antwort auf Telegram oder Matrix", "Doch nicht warten", code=CODE)
        chat.codes[CANONICAL] = session
    elif said == "إنسان":
        chat.say(session, ARABIC, "لا أنتظر", lang="ar", code=CODE)
    else:
        chat.say(
            session,
            "<p>Guten Morgen. Seit wann fehlt der Lohn?</p>",
            speaker="human",
            name="Jana <b>",
        )


@pytest_asyncio.fixture(loop_scope="module")
async def server(catalogue: Catalogue) -> AsyncIterator[LiveServer]:
    site, _ = site_of(catalogue, chat=ScriptedChat(script))
    live = LiveServer(site)
    await live.start()
    yield live
    if live.running:
        await live.stop()


class TestInChromium:
    """What she sees."""

    pytestmark = in_chromium

    async def test_the_promise_is_a_card_with_a_picture(
        self, browser: Browser, server: LiveServer
    ) -> None:
        async with visitor(browser) as person:
            page = person.page
            await page.goto(server.url)
            await page.get_by_role("button", name="Mensch", exact=True).first.click()
            card = page.locator(".code")
            await expect(card).to_be_visible()
            await expect(card.locator("strong")).to_have_text(CODE)
            await expect(card).to_contain_text("Ihr Rückkehr-Code")
            await expect(card).to_contain_text("auf jedem Gerät")
            picture = card.locator("img")
            await expect(picture).to_have_attribute("alt", "QR-Code mit denselben Wörtern")
            assert await picture.evaluate("it => it.decode().then(() => it.naturalWidth)") > 100
            link = card.get_by_role("link", name="E-Mail, wenn eine Antwort da ist")
            await expect(link).to_have_attribute("href", "/mail")
            await expect(page.locator(".bubble p", has_text="10:00 Uhr")).to_be_visible()
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0

    async def test_a_human_has_a_name_a_side_and_a_colour(
        self, browser: Browser, server: LiveServer
    ) -> None:
        async with visitor(browser) as person:
            page = person.page
            await page.goto(server.url)
            await page.get_by_role("textbox").fill("Mein Chef zahlt nicht")
            await page.get_by_role("button", name="Senden").click()
            message = page.locator(".message.human")
            await expect(message.locator(".who")).to_have_text("Jana <b> · Mensch")
            width = await message.locator(".bubble").evaluate(
                "it => getComputedStyle(it).borderInlineStartWidth"
            )
            assert width == "4px"

    async def test_a_scanned_picture_fills_the_form_and_opens_the_conversation(
        self, browser: Browser, server: LiveServer
    ) -> None:
        async with visitor(browser) as person:
            await person.page.goto(server.url)
            await person.page.get_by_role("button", name="Mensch", exact=True).first.click()
            await expect(person.page.locator(".code")).to_be_visible()
        async with visitor(browser) as person:
            page = person.page
            requests: list[str] = []
            page.on("request", lambda request: requests.append(request.url))
            await page.goto(f"{server.url}/continue#{CODE.replace(' ', '-')}")
            await expect(page.get_by_label("Ihr Rückkehr-Code")).to_have_value(CODE)
            assert "#" not in page.url
            await page.get_by_role("button", name="Gespräch öffnen").click()
            await page.wait_for_url(f"{server.url}/")
            await expect(page.locator(".code strong")).to_have_text(CODE)
            assert not any("biene" in each.partition("#")[0] for each in requests)

    async def test_the_way_there_and_a_wrong_code(
        self, browser: Browser, server: LiveServer
    ) -> None:
        async with visitor(browser) as person:
            page = person.page
            await page.goto(server.url)
            await page.get_by_role("link", name="Gespräch mit Code fortsetzen").click()
            field = page.get_by_label("Ihr Rückkehr-Code")
            await field.fill("falsch falsch falsch falsch 111")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("alert")).to_contain_text("Diesen Code kenne ich nicht")
            await expect(field).to_have_value("falsch falsch falsch falsch 111")
            await page.get_by_role("link", name="Zum Chat").click()
            await page.wait_for_url(f"{server.url}/")

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("size", ["phone", "desktop"])
    async def test_axe_finds_nothing(
        self, browser: Browser, server: LiveServer, scheme: str, size: str
    ) -> None:
        options = {"viewport": DESKTOP} if size == "desktop" else {}
        async with visitor(browser, color_scheme=scheme, **options) as person:
            page = person.page
            for button in ("Mensch", "إنسان"):
                await person.context.clear_cookies()
                await page.goto(server.url)
                await page.get_by_role("button", name=button, exact=True).first.click()
                await expect(page.locator(".code img")).to_be_visible()
                # What is still fading in has no contrast yet.
                await page.evaluate("Promise.all(document.getAnimations().map((a) => a.finished))")
                found = await Axe().run(page)
                assert found.violations_count == 0, found.generate_report()
            for path in ("/continue", "/continue?lang=ar", "/mail", "/mail/stop?c=1.good"):
                await page.goto(server.url + path)
                found = await Axe().run(page)
                assert found.violations_count == 0, (path, found.generate_report())
