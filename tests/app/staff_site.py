"""The whole program with a staff group on the emulated Telegram, for tests of the staff rooms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import App, build
from bot.app.serve import listen
from bot.domain.case import Case
from bot.service import staff as team
from bot.service.cases import Acting
from bot.settings import Settings
from bot.storage import cases
from bot.storage import staff as accounts
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.state import Message, Topic
from tests.emulators.telegram.user import Group, User
from tests.program import ROOT

COUNSELLOR = frozenset({"counsellor"})


@dataclass
class StaffSite:
    """A running program, its staff group and who works there."""

    app: App
    url: str
    telegram: TelegramEmulator
    group: Group
    owner: User

    async def member(self, name: str, shown: str, *, roles: frozenset[str] = COUNSELLOR) -> Acting:
        """A staff account."""
        now = self.app.clock()
        person = await self.app.database.write(
            lambda tx: accounts.add(
                tx, name=name, shown_name=shown, roles=roles, languages=("de",), now=now
            )
        )
        return Acting.of(person)

    async def code(self, acting: Acting) -> str:
        """What `lotse staff link` prints."""
        now = self.app.clock()
        return await self.app.database.write(lambda tx: team.link_code(tx, acting.staff_id, now))

    async def linked(self, name: str, shown: str) -> tuple[User, Acting]:
        """A counsellor who has linked her Telegram account in the group."""
        acting = await self.member(name, shown)
        user = self.telegram.user(shown, language_code="de")
        self.group.chat.members[user.id] = "member"
        user.say(f"/link {await self.code(acting)}", group=self.group)
        await user.wait_for("Verbunden", group=self.group)
        return user, acting

    async def newcomer(self, name: str = "Olena", language: str = "Deutsch") -> User:
        """Somebody on Telegram who has chosen a language."""
        user = self.telegram.user(name)
        user.say("/start")
        await user.wait_for(lambda message: message.button(language) is not None)
        user.press(language)
        await user.wait_for(lambda message: message.button("Notfall") is not None)
        return user

    async def asks_for_a_human(self, user: User, words: str = "/human") -> Case:
        """She asks for a human; return her case."""
        known = {case.id for case in await self.cases()}
        user.say(words)
        return await self.eventually(lambda: self._new_case(known), f"a case after {words}")

    async def _new_case(self, known: set[int]) -> Case | None:
        return next((case for case in await self.cases() if case.id not in known), None)

    async def cases(self) -> list[Case]:
        return await self.app.database.read(cases.queue)

    async def case(self, number: int) -> Case:
        found = await self.app.database.read(lambda tx: cases.get(tx, number))
        assert found is not None
        return found

    async def topic(self, case: Case) -> Topic:
        """The topic of a case, once its card is there."""

        async def found() -> Topic | None:
            topic = self.group.topic(f"Fall {case.id}")
            return topic if topic is not None and self.group.in_topic(topic) else None

        return await self.eventually(found, f"a topic for case {case.id}")

    def card(self, topic: Topic) -> Message:
        return self.group.in_topic(topic)[0]

    def posts(self, topic: Topic) -> list[str]:
        """What the program says in a topic below its card."""
        bot = self.telegram.state.bot
        return [one.text for one in self.group.in_topic(topic)[1:] if one.sender is bot]

    async def posted(self, topic: Topic, *words: str) -> str:
        """Wait for a post below the card that holds all these words."""

        async def found() -> str | None:
            texts = self.posts(topic)
            return next((text for text in texts if all(word in text for word in words)), None)

        return await self.eventually(found, f"{words} in {topic.name}")

    async def shown(self, topic: Topic, words: str) -> None:
        """Wait until the card holds these words."""

        async def found() -> bool:
            there = self.group.in_topic(topic)
            return bool(there) and words in there[0].text

        await self.eventually(found, f"{words} on the card of {topic.name}")

    async def eventually(self, found: Callable[[], Any], what: str, seconds: float = 8.0) -> Any:
        """What `found` gives once it is true; looked at after every change on Telegram."""
        try:
            async with asyncio.timeout(seconds):
                while not (result := await found()):
                    try:
                        async with asyncio.timeout(0.2):
                            await self.telegram.state.next_change()
                    except TimeoutError:
                        pass
        except TimeoutError:
            raise TimeoutError(f"no {what} in {seconds} s") from None
        return result


@asynccontextmanager
async def staff_site(folder: Path, **settings: Any) -> AsyncIterator[StaffSite]:
    """Run the program with a staff group."""
    async with TelegramEmulator() as telegram:
        owner = telegram.user("Chef", language_code="de")
        group = telegram.group("Beratung", owner, forum=True)
        values: dict[str, Any] = {
            "content_dir": ROOT / "content",
            "locales_dir": ROOT / "locales",
            "data_dir": folder,
            "telegram_token": telegram.token,
            "telegram_api_url": telegram.url,
            "telegram_staff_chat": group.id,
            **settings,
        }
        app = await asyncio.to_thread(build, Settings(_env_file=None, **values))
        listener = listen("127.0.0.1", 0)
        up = asyncio.Event()
        running = asyncio.create_task(app.run(listener, started=up.set))
        try:
            async with asyncio.timeout(20):
                await up.wait()
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield StaffSite(app, url, telegram, group, owner)
        finally:
            app.stop()
            async with asyncio.timeout(10):
                await running
