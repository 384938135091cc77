"""The people of one day: three newcomers and three counsellors, each on an own channel, around the
whole program with its translation service, its staff group on Telegram and its staff room on
Matrix.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect

from bot.domain.case import Case
from bot.domain.staff import Role
from bot.domain.texts import Text
from bot.service.cases import Acting
from tests.app.staff_site import StaffSite, staff_site
from tests.emulators import translate
from tests.emulators.matrix_newcomer import Newcomer
from tests.emulators.synapse import Synapse
from tests.emulators.telegram.user import User
from tests.program import ROOT
from tests.web import desk_client
from tests.web.browser import Visitor, visitor

PICTURES = os.environ.get("LOTSE_TEST_PICTURES")
WIDE = {"width": 1440, "height": 900}
ON = """
translation:
  service: true
  privacy: |
    Ein Programm übersetzt, was Sie der Beratung schreiben.
leave_url:"""
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u2068\u2069"))

KARIM_ASKS = (
    "مرحبا، صاحب البيت لا يريد أن يعطيني ورقة تأكيد السكن. موعدي في البلدية يوم الاثنين. ماذا أفعل؟"
)
KARIM_GERMAN = (
    "Guten Tag, der Vermieter will mir das Papier nicht geben. Mein Termin bei der Stadt ist am "
    "Montag. Was soll ich tun?"
)
JANA_SAYS = "Gehen Sie am Montag trotzdem hin. Bringen Sie alle Papiere mit."
JANA_ARABIC = "اذهب يوم الاثنين رغم ذلك. أحضر معك كل الأوراق."
JANA_BACK = "Gehen Sie trotzdem am Montag. Nehmen Sie alle Papiere mit."
KARIM_THANKS = "شكرا جزيلا"
MIREK_TO_KARIM = "Ich rufe den Vermieter heute noch an."
MIREK_ARABIC = "سأتصل بصاحب البيت اليوم."

EWA_ASKS = "Dzień dobry, nie mam mieszkania dla pięciu osób."
EWA_GERMAN = "Guten Tag, ich habe keine Wohnung für fünf Personen."
MIREK_SAYS = "Wie viele Zimmer brauchen Sie?"
MIREK_POLISH = "Ilu pokoi Państwo potrzebują?"
EWA_ANSWERS = "Trzy pokoje, nie więcej."
NINA_TO_EWA = "In Guben ist eine Wohnung frei."
NINA_POLISH = "W Guben jest wolne mieszkanie."

OLENA_ASKS = "Шеф не платить мені вже три місяці."
OLENA_GERMAN = "Der Chef zahlt mir schon drei Monate nicht."
NINA_SAYS = "Haben Sie einen Vertrag?"
NINA_UKRAINIAN = "У вас є договір?"
OLENA_ANSWERS = "Так, договір є."
JANA_TO_OLENA = "Schicken Sie ihn nicht hierher. Bringen Sie ihn mit."
JANA_UKRAINIAN = "Не надсилайте його сюди. Принесіть його із собою."

PHRASES = {
    ("de", KARIM_ASKS): KARIM_GERMAN,
    ("ar", JANA_SAYS): JANA_ARABIC,
    ("de", JANA_ARABIC): JANA_BACK,
    ("de", KARIM_THANKS): "Vielen Dank",
    ("ar", MIREK_TO_KARIM): MIREK_ARABIC,
    ("de", EWA_ASKS): EWA_GERMAN,
    ("pl", MIREK_SAYS): MIREK_POLISH,
    ("de", EWA_ANSWERS): "Drei Zimmer, nicht mehr.",
    ("pl", NINA_TO_EWA): NINA_POLISH,
    ("de", OLENA_ASKS): OLENA_GERMAN,
    ("uk", NINA_SAYS): NINA_UKRAINIAN,
    ("de", OLENA_ANSWERS): "Ja, es gibt einen Vertrag.",
    ("uk", JANA_TO_OLENA): JANA_UKRAINIAN,
}


def plain(text: str) -> str:
    """A text without its marks of direction."""
    return text.translate(_MARKS)


@dataclass
class Karim:
    """The newcomer in an encrypted room."""

    client: Newcomer
    room: str

    async def says(self, text: str) -> None:
        await self.client.say(self.room, text)

    async def hears(self, words: str) -> dict[str, Any]:
        """Wait for a new message that holds these words."""

        def fits(event: dict[str, Any]) -> bool:
            content = event["content"]
            return words in plain(str(content.get("body"))) and "m.new_content" not in content

        return await self.client.hears(self.room, fits)

    def reads(self, event: dict[str, Any]) -> str:
        """A message as it stands now."""
        return plain(self.client.reads(self.room, event["event_id"]))

    def seen(self) -> str:
        """All that has ever reached him."""
        return str(self.client.heard[self.room])


@dataclass
class Mirek:
    """The counsellor in the staff room on Matrix."""

    client: Newcomer
    room: str
    acting: Acting

    async def thread(self, case: Case) -> str:
        """The thread of a case."""
        card = await self.client.hears(self.room, f"Fall {case.id} · ")
        return str(card["event_id"])

    async def says(self, case: Case, text: str) -> str:
        """Write into the thread of a case."""
        root = await self.thread(case)
        relation = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
        relation["m.in_reply_to"] = {"event_id": root}
        return await self.client.say(self.room, text, **{"m.relates_to": relation})

    async def reads(self, case: Case, *words: str) -> None:
        """Wait for a post in the thread of a case that holds all these words."""
        root = await self.thread(case)

        def found() -> bool:
            return any(
                event["content"].get("m.relates_to", {}).get("event_id") == root
                and all(each in str(event["content"].get("body")) for each in words)
                for event in self.client.heard[self.room]
            )

        await self.client.until(found)

    async def sees(self, case: Case, words: str) -> None:
        """Wait until the card of a case holds these words."""
        root = await self.thread(case)
        await self.client.until(lambda: words in self.client.reads(self.room, root))


@dataclass
class Nina:
    """The counsellor in the staff group on Telegram."""

    site: StaffSite
    user: User
    acting: Acting

    async def says(self, case: Case, text: str) -> None:
        """Write into the topic of a case."""
        topic = await self.site.topic(case)
        self.user.say(text, group=self.site.group, thread_id=topic.id)

    async def reads(self, case: Case, *words: str) -> None:
        """Wait for a post in the topic of a case that holds all these words."""
        await self.site.posted(await self.site.topic(case), *words)

    async def sees(self, case: Case, words: str) -> None:
        """Wait until the card of a case holds these words."""
        await self.site.shown(await self.site.topic(case), words)

    def group(self) -> str:
        """All that has ever been sent into the group."""
        here = str(self.site.group.id)
        return str(
            [
                call.values
                for call in self.site.telegram.calls
                if str(call.values.get("chat_id")) == here
            ]
        )


@dataclass
class Jana:
    """The counsellor at the desk."""

    page: Page
    url: str
    acting: Acting

    async def opens(self, case: Case) -> None:
        """Open a case out of the queue."""
        await self.page.goto(f"{self.url}/desk")
        row = self.page.locator(f"#row-{case.id}")
        folded = self.page.locator("details.group:not([open])").filter(has=row)
        if await folded.count():
            await folded.locator("summary").click()
        await row.click()
        await self.page.wait_for_url(f"**/desk/cases/{case.id}")
        await self.page.wait_for_selector("body[data-listening]")

    async def sees(self, state: str) -> None:
        """Wait for a word on the state of the open case."""
        await expect(self.page.locator("#case-head .pill")).to_contain_text(state)

    async def reads(self, *words: str, kind: str = "#talk") -> None:
        """Wait for words in the conversation of the open case."""
        for each in words:
            await expect(self.page.locator(kind).filter(has_text=each).last).to_be_visible()

    async def answers(self, text: str, arrives: str) -> None:
        """Answer the open case, once it is clear how the words arrive."""
        page = self.page
        await page.locator("#answer").fill(text)
        await expect(page.locator("#check")).to_contain_text(arrives)
        await page.keyboard.press("Control+Enter")
        await self.reads(arrives, kind="#talk .me")

    async def notes(self, text: str) -> None:
        """Write a note into the open case."""
        await self.page.click("#note summary")
        await self.page.fill("#note-text", text)
        await self.page.click("#note button.button")
        await self.reads(text, kind="#talk .private")

    async def acts(self, act: str) -> Page:
        """Open the form of an act."""
        await self.page.click(f"#act-{act} summary")
        return self.page


@dataclass
class Day:
    """The running program and who is there."""

    site: StaffSite
    stack: AsyncExitStack
    browser: Browser
    olena: User
    karim: Karim
    ewa: Page
    jana: Jana
    mirek: Mirek
    nina: Nina
    said: str = ""
    """What Mirek wrote last, by its name on Matrix."""

    def words(self, text: Text, language: str, **values: str) -> str:
        """What the program says in a language, without marks of direction."""
        return plain(self.site.app.catalogue().words(text, language, **values))

    async def case_in(self, language: str) -> Case:
        """The one open case in a language."""

        async def found() -> Case | None:
            return next((one for one in await self.site.cases() if one.language == language), None)

        case: Case = await self.site.eventually(found, f"a case in {language}")
        return case

    async def sits(self, name: str, *roles: Role) -> Page:
        """Somebody of the team at a browser."""
        return (await self._at_the_desk(name, *roles)).page

    async def _at_the_desk(self, name: str, *roles: Role) -> Visitor:
        return await at_the_desk(self.stack, self.browser, self.site, name, *roles)

    async def picture(self, page: Page, name: str) -> None:
        """Keep a picture where somebody wants to look at it."""
        if PICTURES:
            await page.wait_for_timeout(500)  # until the page has stopped scrolling
            await page.screenshot(path=Path(PICTURES) / f"day-{name}.png")


async def at_the_desk(
    stack: AsyncExitStack, browser: Browser, site: StaffSite, name: str, *roles: Role
) -> Visitor:
    """Sign somebody in at a browser."""
    person = await stack.enter_async_context(visitor(browser, viewport=WIDE))
    app = site.app
    await desk_client.sign_in_browser(
        person.context, site.url, app.database, name, *roles, now=app.clock()
    )
    return person


@asynccontextmanager
async def day(folder: Path, browser: Browser, synapse: Synapse) -> AsyncIterator[Day]:
    """Open the office."""
    async with AsyncExitStack() as stack:
        mirek, karim = await _on_matrix(stack, synapse, folder)
        lotse = (await asyncio.to_thread(synapse.register, "lotse", "password"))["user_id"]
        room = await mirek.invite(lotse, encrypted=True)
        translation = await stack.enter_async_context(
            translate.serving(translate.TranslationServer(phrases=PHRASES))
        )
        site = await stack.enter_async_context(
            staff_site(
                folder / "var",
                content_dir=await asyncio.to_thread(_content, folder),
                translate_url=translation.url,
                matrix_homeserver=synapse.url,
                matrix_user=lotse,
                matrix_password="password",
                matrix_staff_room=room,
            )
        )
        await mirek.joined(room, lotse)
        hers = await karim.invite(lotse, encrypted=True)
        jana = await site.member("jana", "Jana")
        acting = await site.member("mirek", "Mirek")
        await mirek.say(room, f"!link {await site.code(acting)}")
        await mirek.hears(room, "Sie sind hier Mirek")
        nina, also = await site.linked("nina", "Nina")
        desk = (await at_the_desk(stack, browser, site, "jana")).page
        phone = await stack.enter_async_context(visitor(browser, locale="pl-PL"))
        yield Day(
            site=site,
            stack=stack,
            browser=browser,
            olena=site.telegram.user("Olena", language_code="uk"),
            karim=Karim(karim, hers),
            ewa=phone.page,
            jana=Jana(desk, site.url, jana),
            mirek=Mirek(mirek, room, acting),
            nina=Nina(site, nina, also),
        )


def _content(folder: Path) -> Path:
    """The shipped content of an office that has switched translation on."""
    content = folder / "content"
    shutil.copytree(ROOT / "content", content)
    site = content / "site.yaml"
    site.write_text(site.read_text("utf-8").replace("\nleave_url:", ON), "utf-8")
    return content


async def _on_matrix(
    stack: AsyncExitStack, synapse: Synapse, folder: Path
) -> tuple[Newcomer, Newcomer]:
    people = [await Newcomer.arrive(synapse, name, folder / name) for name in ("mirek", "karim")]
    for each in people:
        stack.push_async_callback(each.leave_town)
    return people[0], people[1]
