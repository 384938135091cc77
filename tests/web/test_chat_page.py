"""The chat page in real Chromium: phone, desktop, Arabic, keyboard, no network, quick exit,
accessibility.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Route, expect

from bot.content.catalogue import Catalogue
from bot.domain import texts, texts_web
from tests.web.browser import DESKTOP, EXECUTABLE, MISSING, Visitor, visitor
from tests.web.conftest import LiveServer, Site
from tests.web.scripted import ScriptedChat, too_many, unavailable

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(EXECUTABLE is None, reason=MISSING),
]

HELLO = "<p>In welcher Sprache möchten Sie lesen?</p>"
ANSWER = (
    "<p><strong>Melden Sie Ihre Wohnung innerhalb von 2 Wochen an.</strong></p>"
    "<p>Bringen Sie mit:</p><ul><li>Ausweis</li><li>Wohnungsgeberbestätigung</li></ul>"
    '<p>Gasstraße 4, 03172 Guben<br><a href="tel:+493561687100">03561 6871-0</a></p>'
    "<p><small>Zuständig: Stadt Guben</small></p>"
)
ARABIC = (
    "<p><small>تُرجم هذا النص آليًا ولم يراجعه إنسان بعد.</small></p>"
    "<p><strong>يجب تسجيل السكن (<bdi>Anmeldung</bdi>) خلال أسبوعين.</strong></p>"
    "<ul><li>جواز السفر</li></ul>"
)
EMERGENCY = (
    "<p>Hier bekommen Sie sofort Hilfe:</p>"
    '<ul><li><a href="tel:110">110</a>: Polizei</li>'
    '<li><a href="tel:116016">116 016</a>: Hilfetelefon</li></ul>'
)


def script(chat: ScriptedChat, session: str, said: str) -> None:
    """A short conversation."""
    if not said:
        chat.say(session, HELLO, "Deutsch", "العربية")
    elif said == "العربية":
        chat.say(
            session, ARABIC, "ماذا لو لم يوجد تأكيد السكن؟", nav=("رجوع", "القائمة"), lang="ar"
        )
    elif said == "/emergency":
        chat.say(session, EMERGENCY, nav=("Menü",))
    elif said in {"Deutsch", "/menu"}:
        chat.say(session, "<p>Womit können wir helfen?</p>", "Ankommen", "Arbeit", "Wohnen")
    elif said == "/language":
        chat.say(session, HELLO, "Deutsch", "العربية")
    else:
        chat.say(session, ANSWER, "Was kommt nach der Anmeldung?", nav=("Zurück", "Menü"))


@pytest_asyncio.fixture(loop_scope="module")
async def server(catalogue: Catalogue) -> AsyncIterator[LiveServer]:
    """The application with the short conversation."""
    live = LiveServer(Site(catalogue, chat=ScriptedChat(script)))
    await live.start()
    yield live
    if live.running:
        await live.stop()


@pytest.fixture
def chat(server: LiveServer) -> ScriptedChat:
    """What the server says and has heard."""
    return server.site.chat


async def enter(person: Visitor, server: LiveServer, page: Page | None = None) -> Page:
    """Open the page and wait for the greeting."""
    page = page or person.page
    await page.goto(server.url)
    await expect(page.locator("#log")).not_to_have_attribute("aria-busy", "true")
    return page


async def write(page: Page, text: str) -> None:
    """Type and send."""
    await page.fill("#text", text)
    await page.press("#text", "Enter")


def own(page: Page, text: str) -> object:
    """Her own bubble with this text."""
    return page.locator(".message.me", has_text=text)


def choice(page: Page, label: str) -> object:
    """A button that can be seen."""
    return page.locator(".choice:visible", has_text=label)


async def eventually(true: Callable[[], Awaitable[bool] | bool], seconds: float = 8) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(seconds):
        while True:
            result = true()
            if result if isinstance(result, bool) else await result:
                return
            await asyncio.sleep(0.02)


# ------------------------------------------------------------------ talking


async def test_a_question_and_its_answer(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await choice(page, "Deutsch").click()
        await expect(choice(page, "Ankommen")).to_be_visible()
        await expect(choice(page, "العربية")).to_have_count(0)  # answered: its buttons are gone

        await write(page, "Wohnung in Guben?")
        await expect(own(page, "Wohnung in Guben?")).to_have_count(1)
        answer = page.locator(".message.program").last
        await expect(answer.locator("strong")).to_have_text(re.compile("innerhalb von 2 Wochen"))
        await expect(answer.locator("li")).to_have_count(2)
        await expect(answer.locator("a")).to_have_attribute("href", "tel:+493561687100")
        await expect(answer.locator(".who")).to_have_text("Lotse · Programm")
        await expect(page.locator(".pending")).to_have_count(0)
        assert await page.title() == "Chat"
        assert server.site.chat.posts == ["Deutsch", "Wohnung in Guben?"]


async def test_the_fixed_actions_send_commands(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        for command in ("/menu", "/appointment", "/human", "/emergency"):
            await page.locator(f'[data-command="{command}"]').click()
            await eventually(lambda sent=command: chat.posts[-1:] == [sent])
        await page.locator("#language").click()
        await eventually(lambda: chat.posts[-1] == "/language")
        await expect(page.locator(".me .bubble")).to_have_text(
            ["Menü", "Termin", "Mensch", "Notfall", "Sprache:"]
        )


async def test_short_numbers_are_large_buttons(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await page.locator('[data-command="/emergency"]').click()
        calls = page.locator(".bubble.urgent .call")
        await expect(calls).to_have_count(2)
        await expect(calls.first.locator("a")).to_have_attribute("href", "tel:110")
        await expect(calls.first.locator("span")).to_have_text("Polizei")
        box = await calls.first.bounding_box()
        assert box is not None
        assert box["height"] >= 48


async def test_only_the_newest_question_can_be_answered(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        chat.say(chat.only, "<p>Guten Morgen.</p>")
        await chat.tell(chat.only)
        await expect(page.locator(".message.program")).to_have_count(2)
        await expect(choice(page, "Deutsch")).to_be_visible()

        chat.say(chat.only, "<p>Weiter?</p>", "Weitermachen")
        await chat.tell(chat.only)
        await expect(choice(page, "Weitermachen")).to_be_visible()
        await expect(choice(page, "Deutsch")).to_have_count(0)


async def test_edits_replace_what_they_name(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await choice(page, "Deutsch").click()
        await expect(choice(page, "Wohnen")).to_be_visible()

        chat.say(
            chat.only,
            "<p>Womit können wir helfen?</p><p><small>Gewählt: Arbeit</small></p>",
            replaces="3",
        )
        await chat.tell(chat.only)
        closed = page.locator(".message.program").nth(1)
        await expect(closed).to_contain_text("Gewählt: Arbeit")
        await expect(closed.locator(".choice")).to_have_count(0)
        await expect(page.locator(".message.program")).to_have_count(2)

        # An edit that asks again comes down to where she reads.
        chat.say(chat.only, "<p>Sprache?</p>", "Polski", replaces="1")
        await chat.tell(chat.only)
        await expect(page.locator(".message").last).to_contain_text("Sprache?")
        await expect(page.locator(".message.program")).to_have_count(2)
        await expect(choice(page, "Polski")).to_be_visible()


async def test_a_human_is_told_apart(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        chat.say(chat.only, "<p>Seit wann fehlt der Lohn?</p>", speaker="human")
        await chat.tell(chat.only)
        await expect(page.locator(".message.human .who")).to_have_text("Beratung · Mensch")


async def test_foreign_markup_is_taken_out(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        chat.say(
            chat.only,
            '<p onclick="alert(1)">Gut <script>alert(1)</script>'
            '<img src="https://x.example/" onerror="alert(1)">'
            '<a href="javascript:alert(1)">Link</a> '
            '<a href="https://guben.de" style="color:red">Guben</a>'
            "<svg><a href='https://x.example'>x</a></svg><iframe src='https://x.example'></iframe>"
            "<u>Rest</u></p>",
        )
        await chat.tell(chat.only)
        bubble = page.locator(".message.program").last.locator(".bubble")
        await expect(bubble).to_have_text("Gut Link GubenRest")
        html = await bubble.inner_html()
        assert not re.search(r"script|onclick|onerror|img|javascript|svg|iframe|style|<u>", html)
        assert 'href="https://guben.de"' in html
        # The policy reports what it stopped even in a document that is only read.
        person.faults.clear()
        await page.evaluate("window.violations = []")


async def test_her_own_words_are_text(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await write(page, "<b>fett</b> & <script>alert(1)</script>")
        await expect(page.locator(".message.program")).to_have_count(2)
        await page.reload()
        await expect(page.locator(".me .bubble")).to_have_text(
            "<b>fett</b> & <script>alert(1)</script>"
        )


# ------------------------------------------------------------------ nothing lost, nothing doubled


async def test_reloading_shows_the_conversation_once(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await write(page, "Wohnung?")
        await expect(page.locator(".message.program")).to_have_count(2)
        before = await page.locator(".bubble").all_inner_texts()

        await page.reload()
        await expect(page.locator(".message.program")).to_have_count(2)
        assert await page.locator(".bubble").all_inner_texts() == before
        assert len(server.site.chat.opened) == 1


async def test_words_typed_offline_are_kept_and_sent_in_order(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await person.context.set_offline(True)
        for text in ("eins", "zwei", "drei"):
            await write(page, text)
        await expect(page.locator(".message.pending")).to_have_count(3)
        await expect(page.locator("#status")).to_have_text(
            re.compile("auf diesem Gerät gespeichert")
        )
        assert chat.posts == []

        await person.context.set_offline(False)
        await expect(page.locator(".message.pending")).to_have_count(0)
        await expect(page.locator("#status")).to_be_empty()
        assert chat.posts == ["eins", "zwei", "drei"]
        await expect(page.locator(".message.me")).to_have_count(3)


async def test_kept_words_survive_a_new_start_of_the_page(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await page.route("**/chat/messages", lambda route: route.abort())
        await write(page, "später")
        await expect(page.locator(".message.pending .fate")).to_have_text("Noch nicht gesendet")
        await page.fill("#text", "halb fertig")
        await page.unroute("**/chat/messages")
        await page.reload()
        await eventually(lambda: chat.posts == ["später"])
        await expect(page.locator(".message.me")).to_have_count(1)
        await expect(page.locator("#text")).to_have_value("halb fertig")


async def test_a_lost_answer_is_repeated_with_the_same_id(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    lost: list[str] = []

    async def lose(route: Route) -> None:
        lost.append(route.request.post_data or "")
        if len(lost) < 3:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    async with visitor(browser) as person:
        page = await enter(person, server)
        await page.route("**/chat/messages", lose)
        await write(page, "nur einmal")
        await eventually(lambda: len(lost) == 3)
        await expect(page.locator("#status")).to_be_empty()
        assert len(set(lost)) == 1
        assert chat.posts == ["nur einmal"]
        await expect(page.locator(".message.me")).to_have_count(1)
        await expect(page.locator(".message.program")).to_have_count(2)


async def test_a_server_that_restarts_loses_nothing(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await server.stop()
        await write(page, "während der Pause")
        chat.say(chat.only, "<p>Auch in der Pause gesagt.</p>")
        await expect(page.locator("#status")).to_have_text(
            re.compile("auf diesem Gerät gespeichert")
        )
        await server.start()
        await expect(page.locator(".message.program")).to_have_count(3)
        await expect(page.locator("#status")).to_be_empty()
        assert chat.posts == ["während der Pause"]
        assert await page.locator(".message.me").count() == 1


async def test_a_database_that_is_down_and_back(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        chat.failures += [unavailable(), unavailable()]
        await write(page, "bitte")
        await expect(page.locator("#status")).to_have_text(
            re.compile("auf diesem Gerät gespeichert")
        )
        await eventually(lambda: chat.posts == ["bitte"])
        await expect(page.locator("#status")).to_be_empty()


async def test_too_fast_waits_as_long_as_told(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        chat.failures.append(too_many(1))
        await write(page, "schnell")
        await expect(page.locator("#status")).to_have_text(
            re.compile("Das waren viele Nachrichten")
        )
        await eventually(lambda: chat.posts == ["schnell"])
        await expect(page.locator("#status")).to_be_empty()


async def test_a_text_that_is_too_long_stays_in_the_field(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await page.fill("#text", "x" * 4001)
        await page.press("#text", "Enter")
        await expect(page.locator("#status")).to_have_text(re.compile("höchstens .?4000.? Zeichen"))
        assert len(await page.input_value("#text")) == 4001
        await write(page, "kurz")
        await expect(page.locator("#status")).to_be_empty()
        await eventually(lambda: chat.posts == ["kurz"])


@pytest.mark.parametrize("status", [400, 409, 413])
async def test_a_refused_message_says_so_and_does_not_block(
    browser: Browser, server: LiveServer, chat: ScriptedChat, status: int
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await page.route("**/chat/messages", lambda route: route.fulfill(status=status), times=1)
        await write(page, "abgelehnt")
        await expect(page.locator(".message.failed .fate")).to_have_text("Nicht gesendet")
        await expect(page.locator("#status")).not_to_be_empty()
        assert await page.input_value("#text") == "abgelehnt"
        await write(page, "der nächste")
        await eventually(lambda: chat.posts == ["der nächste"])


async def test_a_session_that_has_ended_offers_a_new_one(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await person.context.clear_cookies()
        await write(page, "noch da?")
        await expect(page.locator("#status")).to_have_text("Dieses Gespräch ist beendet.")
        await page.locator("#restart").click()
        await eventually(lambda: chat.posts == ["noch da?"])
        assert len(chat.conversations) == 2


async def test_two_tabs_show_the_same_conversation(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        other = await enter(person, server, await person.new_page())
        await write(other, "aus dem zweiten")
        await expect(own(page, "aus dem zweiten")).to_have_count(1)
        await expect(page.locator(".message.program")).to_have_count(2)


# ------------------------------------------------------------------ languages


async def test_the_page_turns_with_the_conversation(
    browser: Browser, server: LiveServer, catalogue: Catalogue
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await expect(page.locator("html")).to_have_attribute("dir", "ltr")
        await choice(page, "العربية").click()
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.locator("html")).to_have_attribute("lang", "ar")
        words = catalogue.words
        await expect(page.locator(".send")).to_have_text(words(texts_web.SEND, "ar"))
        await expect(page.locator("#text")).to_have_attribute(
            "placeholder", words(texts_web.PLACEHOLDER, "ar")
        )
        await expect(page.locator('[data-word="emergency"]')).to_have_text(
            words(texts.EMERGENCY, "ar")
        )
        await expect(page.locator(".message.program .who").first).to_have_text(
            words(texts_web.SPEAKER_PROGRAM, "ar")
        )
        await expect(page.locator("#language-name")).to_have_text("العربية")
        href = await page.locator(".legal a").first.get_attribute("href")
        assert href == "/about/imprint?lang=ar"

        bubble = page.locator(".message.program").last.locator(".bubble")
        await expect(bubble).to_have_attribute("dir", "rtl")
        answer, mine = await bubble.bounding_box(), await page.locator(".me .bubble").bounding_box()
        assert answer is not None
        assert mine is not None
        assert mine["x"] < answer["x"] + answer["width"] / 2  # she stands on the left now
        send, field = (
            await page.locator(".send").bounding_box(),
            await page.locator("#text").bounding_box(),
        )
        assert send is not None
        assert field is not None
        assert send["x"] < field["x"]

        await page.reload()
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")


async def test_older_messages_keep_their_own_direction(
    browser: Browser, server: LiveServer
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await choice(page, "العربية").click()
        await expect(page.locator(".message.program")).to_have_count(2)
        first = page.locator(".message.program .bubble").first
        await expect(first).to_have_attribute("dir", "ltr")
        await expect(first).to_have_attribute("lang", "de")


# ------------------------------------------------------------------ keyboard, screen reader


async def test_the_keyboard_alone_is_enough(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser, viewport=DESKTOP) as person:
        page = await enter(person, server)
        focus = "document.activeElement.id || document.activeElement.textContent.trim()"
        order = []
        for _ in range(15):
            await page.keyboard.press("Tab")
            order.append(await page.evaluate(focus))
        assert order[:3] == ["Zum Gespräch", "language", "leave"]
        assert order[3:5] == ["shared", "Gespräch mit Code fortsetzen"]
        assert order[5:7] == ["Deutsch", "العربية"]
        assert order[7:11] == ["Menü", "Termin", "Mensch", "Notfall"]
        assert order[11:13] == ["text", "Senden"]

        await page.locator("#text").focus()
        await page.keyboard.type("erste Zeile")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("zweite Zeile")
        await page.keyboard.press("Enter")
        await eventually(lambda: chat.posts == ["erste Zeile\nzweite Zeile"])
        await expect(page.locator(".message.program")).to_have_count(2)
        assert await page.evaluate(focus) == "text"  # an answer takes no focus

        # After a choice the next Tab goes on in the conversation, not at the top of the page.
        await page.locator(".choice:visible").first.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.program")).to_have_count(3)
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.closest('.message') !== null")


async def test_the_focus_can_be_seen(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        outline = await page.evaluate("getComputedStyle(document.activeElement).outline")
        assert "solid 3px" in outline


async def test_what_a_screen_reader_meets(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await expect(page.get_by_role("log", name="Gespräch")).to_have_count(1)
        await expect(page.get_by_role("status")).to_have_count(1)
        await expect(page.get_by_role("textbox", name="Ihre Frage")).to_be_visible()
        group = page.get_by_role("group", name="In welcher Sprache möchten Sie lesen?")
        await expect(group.get_by_role("button")).to_have_count(2)
        message = page.locator("article").first
        assert (await message.inner_text()).startswith("Lotse · Programm")
        await expect(page.get_by_role("navigation", name="Immer erreichbar")).to_be_visible()


async def test_the_start_of_a_long_answer_is_shown(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    long = "".join(f"<p>Absatz {number} mit einigen Wörtern darin.</p>" for number in range(40))
    chat.answer = lambda chat, session, said: chat.say(session, long if said else HELLO)
    async with visitor(browser, reduced_motion="reduce") as person:
        page = await enter(person, server)
        await write(page, "lang")
        await expect(page.locator(".message.program")).to_have_count(2)
        answer = page.locator(".message.program").last

        async def at_the_top() -> bool:
            box = await answer.bounding_box()
            return box is not None and 0 < box["y"] < 140

        await eventually(at_the_top)


async def test_someone_who_reads_above_is_not_moved(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    long = "".join(f"<p>Absatz {number}.</p>" for number in range(60))
    chat.answer = lambda chat, session, said: chat.say(session, long)
    async with visitor(browser, reduced_motion="reduce") as person:
        page = await enter(person, server)
        await page.mouse.move(180, 300)
        await page.mouse.wheel(0, -4000)
        await eventually(lambda: page.evaluate("scrollY < 400"))
        await asyncio.sleep(0.2)  # momentum of the wheel
        before = await page.evaluate("scrollY")
        chat.say(chat.only, "<p>Neues vom Amt.</p>")
        await chat.tell(chat.only)
        await expect(page.locator("#fresh")).to_be_visible()
        assert await page.evaluate("scrollY") == before

        await page.locator("#fresh").click()
        await expect(page.locator("#fresh")).to_be_hidden()
        await expect(page.get_by_text("Neues vom Amt.")).to_be_in_viewport()


VOICES = """
const said = [];
window.said = said;
const voice = { lang: "de-DE", name: "Anna", default: true, localService: true, voiceURI: "anna" };
const synthesis = {
  getVoices: () => [voice],
  speak: (utterance) => said.push([utterance.lang, utterance.text.trim()]),
  cancel: () => said.push("cancel"),
  addEventListener: () => {},
};
Object.defineProperty(window, "speechSynthesis", { value: synthesis });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


async def test_reading_aloud_where_there_is_a_voice(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        await person.context.add_init_script(VOICES)
        page = await enter(person, server)
        button = page.get_by_role("button", name="Vorlesen")
        await button.click()
        assert await page.evaluate("said") == [["de", "In welcher Sprache möchten Sie lesen?"]]
        await page.get_by_role("button", name="Nicht mehr vorlesen").click()
        assert (await page.evaluate("said"))[-1] == "cancel"

        await choice(page, "العربية").click()
        await expect(page.locator(".message.program")).to_have_count(2)
        await expect(page.locator("[data-aloud]")).to_have_count(1)  # no Arabic voice, no button


async def test_a_voice_that_sends_her_words_away_is_not_used(
    browser: Browser, server: LiveServer
) -> None:
    async with visitor(browser) as person:
        await person.context.add_init_script(
            VOICES.replace("localService: true", "localService: false")
        )
        page = await enter(person, server)
        await expect(page.locator("[data-aloud]")).to_have_count(0)


async def test_no_voice_no_button(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        await person.context.add_init_script(VOICES.replace("[voice]", "[]"))
        page = await enter(person, server)
        await expect(page.locator("[data-aloud]")).to_have_count(0)


# ------------------------------------------------------------------ leaving


async def left(person: Visitor, server: LiveServer, page: Page) -> None:
    """Nothing of the conversation is left in this browser."""
    neutral = server.site.catalogue.site.leave_url
    await page.wait_for_url(re.compile(re.escape(neutral.rstrip("/"))))
    await eventually(lambda: no_cookies(person, server))
    await page.go_back()
    assert not page.url.startswith(server.url)


async def no_cookies(person: Visitor, server: LiveServer) -> bool:
    return await person.context.cookies(server.url) == []


async def block_the_rest(person: Visitor, server: LiveServer) -> None:
    """Answer for every other site."""

    async def other(route: Route) -> None:
        if route.request.url.startswith(server.url):
            await route.fallback()
        else:
            await route.fulfill(body="<title>Wetter</title>", content_type="text/html")

    await person.context.route("**/*", other)


@pytest.mark.parametrize("way", ["button", "keys"])
async def test_leaving_quickly(browser: Browser, server: LiveServer, way: str) -> None:
    async with visitor(browser) as person:
        await block_the_rest(person, server)
        page = await enter(person, server)
        await write(page, "Mein Geheimnis")
        await expect(page.locator(".message.program")).to_have_count(2)
        if way == "button":
            await page.locator("#leave").click()
        else:
            await page.keyboard.press("Escape")
            await page.keyboard.press("Escape")
        await left(person, server, page)

        page = await enter(person, server, await person.new_page())
        await expect(page.locator(".message.program")).to_have_count(1)
        await expect(own(page, "Mein Geheimnis")).to_have_count(0)


async def test_one_escape_is_not_enough(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        await block_the_rest(person, server)
        page = await enter(person, server)
        await page.keyboard.press("Escape")
        await asyncio.sleep(1.1)  # the second one comes too late
        await page.keyboard.press("Escape")
        await write(page, "noch da")
        await expect(page.locator(".message.program")).to_have_count(2)


async def test_leaving_without_a_network_is_made_good_later(
    browser: Browser, server: LiveServer, chat: ScriptedChat
) -> None:
    async with visitor(browser) as person:
        await block_the_rest(person, server)
        page = await enter(person, server)
        await write(page, "Mein Geheimnis")
        await expect(page.locator(".message.program")).to_have_count(2)
        await person.context.route("**/chat/leave", lambda route: route.abort())
        await page.locator("#leave").click()
        await page.wait_for_url(lambda url: not url.startswith(server.url))
        assert not await no_cookies(person, server)

        await person.context.unroute("**/chat/leave")
        page = await enter(person, server)
        await eventually(lambda: len(chat.conversations) == 2)
        await expect(page.locator("#log")).not_to_have_attribute("aria-busy", "true")
        await expect(own(page, "Mein Geheimnis")).to_have_count(0)


async def test_leaving_takes_other_tabs_along(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        await block_the_rest(person, server)
        page = await enter(person, server)
        other = await enter(person, server, await person.new_page())
        await page.locator("#leave").click()
        await other.wait_for_url(lambda url: not url.startswith(server.url))


async def test_on_a_shared_device_closing_ends_the_conversation(
    browser: Browser, server: LiveServer
) -> None:
    async with visitor(browser) as person:
        page = await enter(person, server)
        await page.get_by_label("Andere benutzen dieses Gerät auch").check()
        await expect(page.locator("body")).to_have_attribute("data-shared", "yes")
        (cookie,) = await person.context.cookies(server.url)
        assert cookie["expires"] == -1
        await write(page, "Mein Geheimnis")
        await expect(page.locator(".message.program")).to_have_count(2)
        await page.reload()  # the same tab goes on
        await expect(own(page, "Mein Geheimnis")).to_have_count(1)

        fresh = await person.new_page()
        await page.close()
        await enter(person, server, fresh)
        await eventually(lambda: len(server.site.chat.conversations) == 2)
        await expect(fresh.locator("body")).to_have_attribute("data-shared", "no")
        await expect(own(fresh, "Mein Geheimnis")).to_have_count(0)


# ------------------------------------------------------------------ size, sight, faults


async def test_the_first_load_is_small(browser: Browser, server: LiveServer) -> None:
    sizes: dict[str, int] = {}
    async with visitor(browser) as person:
        requests: list[str] = []
        person.page.on("request", lambda request: requests.append(request.url))
        await enter(person, server)
        for url in requests:
            if "/chat/events" not in url:
                sizes[url] = len(await (await person.context.request.get(url)).body())
    assert all(url.startswith(server.url) for url in requests)
    assert sum(sizes.values()) <= 100 * 1024, sizes
    assert next(size for url, size in sizes.items() if "chat.js" in url) <= 25 * 1024


async def talked(page: Page) -> None:
    await choice(page, "Deutsch").click()
    await expect(choice(page, "Ankommen")).to_be_visible()
    await write(page, "Wohnung?")
    await expect(choice(page, "Was kommt")).to_be_visible()
    await page.locator('[data-command="/emergency"]').click()
    await expect(page.locator(".urgent")).to_be_visible()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"color_scheme": "dark"},
        {"viewport": DESKTOP},
        {"forced_colors": "active"},
    ],
    ids=["phone", "dark", "desktop", "forced colours"],
)
async def test_axe_finds_nothing(
    browser: Browser, server: LiveServer, options: dict[str, object]
) -> None:
    async with visitor(browser, reduced_motion="reduce", **options) as person:
        page = await enter(person, server)
        await talked(page)
        german = await Axe().run(page)
        await choice(page, "Menü").click()
        await page.locator("#language").click()
        await choice(page, "العربية").click()
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        arabic = await Axe().run(page)
    assert german.violations_count == 0, german.generate_report()
    assert arabic.violations_count == 0, arabic.generate_report()


@pytest.mark.parametrize("path", ["/about/imprint", "/about/feedback?lang=ar", "/nothing"])
async def test_axe_finds_nothing_on_the_other_pages(
    browser: Browser, server: LiveServer, path: str
) -> None:
    async with visitor(browser) as person:
        await person.page.goto(server.url + path)
        found = await Axe().run(person.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 360, 412, 1100])
async def test_nothing_sticks_out_and_targets_are_large(
    browser: Browser, server: LiveServer, width: int
) -> None:
    async with visitor(browser, viewport={"width": width, "height": 740}) as person:
        page = await enter(person, server)
        await talked(page)
        await choice(page, "Menü").click()
        await expect(page.locator(".message.program")).to_have_count(5)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        for selector, least in (
            (".choice:visible", 48),
            (".always button", 48),
            (".button:visible", 40),
            (".legal a", 24),
        ):
            for box in [await one.bounding_box() for one in await page.locator(selector).all()]:
                assert box is not None
                assert box["height"] >= least


async def test_on_a_low_screen_nothing_covers_the_conversation(
    browser: Browser, server: LiveServer
) -> None:
    async with visitor(browser, viewport={"width": 640, "height": 320}) as person:
        page = await enter(person, server)
        positions = await page.evaluate(
            "[...document.querySelectorAll('.head, .dock')]"
            ".map((one) => getComputedStyle(one).position)"
        )
        assert positions == ["static", "static"]


async def test_without_scripts_there_is_a_clear_sentence(
    browser: Browser, server: LiveServer
) -> None:
    async with visitor(browser, java_script_enabled=False) as person:
        await person.page.goto(server.url)
        await expect(person.page.get_by_text("Dieser Chat braucht JavaScript.")).to_be_visible()
        await expect(person.page.locator("#leave")).to_have_attribute(
            "href", server.site.catalogue.site.leave_url
        )


async def test_a_script_that_does_not_arrive_is_no_empty_page(
    browser: Browser, server: LiveServer
) -> None:
    async with visitor(browser) as person:
        await person.page.route("**/chat.js*", lambda route: route.abort())
        await person.page.goto(server.url)
        await expect(person.page.get_by_text("Dieser Chat braucht JavaScript.")).to_be_visible()


async def test_storage_may_be_forbidden(browser: Browser, server: LiveServer) -> None:
    async with visitor(browser) as person:
        await person.context.add_init_script(
            "for (const kind of ['localStorage', 'sessionStorage'])"
            " Object.defineProperty(window, kind, { get() { throw new DOMException('no'); } });"
        )
        page = await enter(person, server)
        await write(page, "geht trotzdem")
        await expect(page.locator(".message.program")).to_have_count(2)
