"""A real Synapse for the session, a bot and people for each test; the door keeps and echoes."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.matrix.channel import MatrixChannel
from bot.domain.inbound import Content, Inbound
from bot.domain.outgoing import Part, Parts
from bot.domain.texts import Text
from bot.service.ports import Delivery, UnavailableError
from tests.emulators import synapse as emulator
from tests.emulators.matrix_newcomer import Newcomer
from tests.emulators.synapse import Synapse

PATIENCE = 20.0
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    interpreter = emulator.python()
    if interpreter is None:
        pytest.skip(emulator.MISSING)
    server = Synapse(tmp_path_factory.mktemp("synapse"), interpreter)
    server.start()
    yield server
    server.remove()


async def eventually(fits: Callable[[], bool]) -> None:
    """Wait for what nobody announces."""
    async with asyncio.timeout(PATIENCE):
        while not fits():
            await asyncio.sleep(0.02)


class Clock:
    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Place:
    """A cursor in memory; `saved` counts."""

    def __init__(self) -> None:
        self.value: str | None = None
        self.saved = 0

    async def get(self) -> str | None:
        return self.value

    async def set(self, value: str) -> None:
        self.value = value
        self.saved += 1


class Drawer:
    """Secrets in memory."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    async def get(self, name: str) -> bytes | None:
        return self.values.get(name)

    async def put(self, name: str, value: bytes) -> None:
        self.values[name] = value


class Door:
    """Keeps every event once; `answer` is called for each new one."""

    def __init__(self) -> None:
        self.inbounds: list[Inbound] = []
        self.offered = 0
        self.down = False
        self.answer: Callable[[Inbound], Awaitable[None]] | None = None
        self._seen: set[str] = set()
        self._news = asyncio.Condition()

    async def receive(self, inbound: Inbound) -> None:
        new = not self.down and inbound.external_id not in self._seen
        async with self._news:
            self.offered += 1
            if new:
                self._seen.add(inbound.external_id)
                self.inbounds.append(inbound)
            self._news.notify_all()
        if self.down:
            raise UnavailableError("the database is down")
        if new and self.answer is not None:
            await self.answer(inbound)

    def contents(self, room: str) -> list[Content]:
        return [each.content for each in self.inbounds if each.sender.address == room]

    async def until(self, fits: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(fits)

    async def gets(self, room: str, content: Content) -> Inbound:
        await self.until(lambda: content in self.contents(room))
        return next(
            each
            for each in self.inbounds
            if each.sender.address == room and each.content == content
        )


class Bot:
    """The channel with everything that outlives a restart."""

    def __init__(
        self, synapse: Synapse, user: str, folder: Path, **credentials: str | None
    ) -> None:
        self.synapse = synapse
        self.user = user
        self.folder = folder
        self.credentials = credentials or {"password": "password"}
        self.clock = Clock()
        self.place = Place()
        self.drawer = Drawer()
        self.door = Door()
        self.running: asyncio.Task[None] | None = None
        self._deliveries = itertools.count(1)
        self.channel = self.new_channel()

    def new_channel(self) -> MatrixChannel:
        return MatrixChannel(
            homeserver=self.synapse.url,
            user=self.user,
            password=self.credentials.get("password"),
            token=self.credentials.get("token"),
            data_dir=self.folder,
            cursor=self.place,
            secrets=self.drawer,
            catalogue=lambda: _CATALOGUE,
            clock=self.clock,
        )

    async def start(self) -> None:
        self.channel = self.new_channel()
        self.running = asyncio.create_task(self.channel.run(self.door))
        up = asyncio.create_task(self.channel._up.wait())
        await asyncio.wait(
            {up, self.running}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
        )
        up.cancel()
        if self.running.done():
            await self.running
        assert self.channel._up.is_set()

    async def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
            self.running = None
        await self.channel.close()

    async def say(self, room: str, text: str, **options: Any) -> Any:
        return await self.channel.send(self.delivery(room, text, **options))

    def delivery(self, room: str, *texts: str, html: str = "", **options: Any) -> Delivery:
        pieces = tuple(Part(text=text, lang="de", direction="ltr", html=html) for text in texts)
        options.setdefault("key", f"{next(self._deliveries)}")
        return Delivery(address=room, parts=Parts(pieces=pieces), **options)

    async def echo(self, inbound: Inbound) -> None:
        text = getattr(inbound.content, "text", None)
        if text is not None:
            await self.say(inbound.sender.address, f"echo {text}", key=inbound.external_id)


class _Catalogue:
    source = SimpleNamespace(code="de")

    def words(self, text: Text, language: str, **_: str) -> str:
        return text.german if language == "de" else f"[{language}] {text.id}"


_CATALOGUE: Any = _Catalogue()


@pytest.fixture
async def bot(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot that has an account and does not run yet."""
    registered = await asyncio.to_thread(synapse.register, f"lotse{next(_numbers)}", "password")
    found = Bot(synapse, registered["user_id"], tmp_path / "bot")
    yield found
    await found.stop()


Arrive = Callable[[], Awaitable[Newcomer]]


@pytest.fixture
async def arrive(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Arrive]:
    """Bring people."""
    people: list[Newcomer] = []

    async def one() -> Newcomer:
        name = f"person{next(_numbers)}"
        people.append(await Newcomer.arrive(synapse, name, tmp_path / name))
        return people[-1]

    yield one
    for person in people:
        await person.leave_town()


@pytest.fixture
async def person(arrive: Arrive) -> Newcomer:
    return await arrive()
