"""The emulated Telegram with python-telegram-bot as its client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from tests.emulators.telegram import RateLimits, TelegramEmulator


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have python-telegram-bot give durations as it will from its next release on."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def server() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator() as emulator:
        yield emulator


@pytest.fixture
async def bot(server: TelegramEmulator) -> AsyncIterator[Bot]:
    client = Bot(server.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")
    async with client:
        yield client


@pytest.fixture
async def bot_clock() -> AsyncIterator[tuple[TelegramEmulator, Bot, list[float]]]:
    """Emulator and client with a clock that the test moves, and Telegram's rates."""
    now = [1_800_000_000.0]
    async with TelegramEmulator(clock=lambda: now[0], rates=RateLimits()) as emulator:
        client = Bot(emulator.token, base_url=f"{emulator.url}/bot")
        async with client:
            yield emulator, client, now
