"""A Telegram channel with a door that notes what comes in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.channels.telegram import TelegramChannel
from bot.domain.inbound import Content, Inbound
from bot.service.ports import UnavailableError
from tests.channels.telegram.catalogue import SmallCatalogue
from tests.emulators.telegram import TelegramEmulator


class NotingDoor:
    """Keeps what it takes, once per external id; refuses as often as told."""

    def __init__(self) -> None:
        self.taken: dict[str, Inbound] = {}
        self.attempts = 0
        self.unavailable = 0
        self.broken: set[str] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.on_commit: Callable[[Inbound], None] = lambda _: None
        self._changed = asyncio.Condition()

    @property
    def contents(self) -> list[Content]:
        return [inbound.content for inbound in self.taken.values()]

    @property
    def texts(self) -> list[str]:
        return [content.text for content in self.contents if hasattr(content, "text")]

    async def receive(self, inbound: Inbound) -> None:
        self.attempts += 1
        await self.gate.wait()
        if self.unavailable > 0:
            self.unavailable -= 1
            raise UnavailableError("the database is away")
        if inbound.external_id in self.broken:
            raise RuntimeError("a turn that raises")
        self.taken.setdefault(inbound.external_id, inbound)
        self.on_commit(inbound)
        async with self._changed:
            self._changed.notify_all()

    async def until(self, number: int) -> None:
        """Wait until so many events were committed."""
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: len(self.taken) >= number)


class KeptCursor:
    """A cursor in memory."""

    def __init__(self) -> None:
        self.value: str | None = None
        self.set_event = asyncio.Event()

    async def get(self) -> str | None:
        return self.value

    async def set(self, value: str) -> None:
        self.value = value
        self.set_event.set()


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have python-telegram-bot give durations as it will from its next release on."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator() as emulator:
        yield emulator


@pytest.fixture
def door() -> NotingDoor:
    return NotingDoor()


@pytest.fixture
def cursor() -> KeptCursor:
    return KeptCursor()


@pytest.fixture
def catalogue() -> SmallCatalogue:
    return SmallCatalogue()


@pytest.fixture
async def make_channel(
    telegram: TelegramEmulator, cursor: KeptCursor, catalogue: SmallCatalogue
) -> AsyncIterator[Callable[..., TelegramChannel]]:
    """Make a channel for the emulated bot; what is not given is as in polling."""
    made: list[TelegramChannel] = []

    def make(**options: Any) -> TelegramChannel:
        settings: dict[str, Any] = {
            "token": telegram.token,
            "api_url": telegram.url,
            "mode": "polling",
            "secret": None,
            "public_url": None,
            "cursor": cursor,
            "catalogue": lambda: catalogue,
            "clock": lambda: datetime.now(UTC),
        }
        channel = TelegramChannel(**(settings | options))
        made.append(channel)
        return channel

    yield make
    for channel in made:
        await channel.close()


@contextlib.asynccontextmanager
async def running(channel: TelegramChannel, door: NotingDoor) -> AsyncIterator[None]:
    """Let a channel receive during the block."""
    task = asyncio.create_task(channel.run(door))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def serving(channel: TelegramChannel) -> AsyncIterator[str]:
    """Serve a channel's routes on loopback; yields the address."""
    app = Starlette(routes=channel.routes())
    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task
