"""Commands and descriptions per language, published when they change and only then."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram import channel as module
from bot.channels.telegram.commands import fingerprint, profiles
from bot.service.ports import Health
from tests.channels.telegram.catalogue import SmallCatalogue
from tests.channels.telegram.conftest import KeptCursor, NotingDoor, running
from tests.emulators.telegram import TelegramEmulator

Make = Callable[..., TelegramChannel]
PRIVATE = {"type": "all_private_chats"}


def test_profiles_for_two_letter_codes_and_for_everybody(catalogue: SmallCatalogue) -> None:
    found = profiles(catalogue)  # type: ignore[arg-type]
    assert [profile.code for profile in found] == ["", "de", "en", "uk"]
    assert found[0].short.startswith("en: ")
    assert all(len(profile.description) <= 512 for profile in found)
    assert all(len(profile.short) <= 120 for profile in found)
    catalogue.suffix = "!"
    assert fingerprint(profiles(catalogue)) != fingerprint(found)  # type: ignore[arg-type]


async def test_published_once(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor, cursor: KeptCursor
) -> None:
    async with running(make_channel(), door):
        await cursor.set_event.wait()
    assert telegram.state.commands_shown("uk") == telegram.state.commands_shown("fr")
    assert "menu" in telegram.state.commands_shown("ar")
    uk = telegram.state.commands['{"type": "all_private_chats"}', "uk"]
    assert {"command": "menu", "description": "uk: Alle Themen"} in uk
    assert telegram.state.descriptions["uk"].startswith("uk: Ich bin Lotse")
    assert telegram.state.descriptions[""].startswith("en: ")
    assert telegram.state.short_descriptions["de"].startswith("de: ")
    assert telegram.counts["setMyCommands 200"] == 4

    telegram.user().say("/start")
    async with running(make_channel(), door):
        await door.until(1)
    assert telegram.counts["setMyCommands 200"] == 4


async def test_refusals_are_tried_again_and_stop_nothing(
    telegram: TelegramEmulator,
    make_channel: Make,
    door: NotingDoor,
    cursor: KeptCursor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PUBLISH_SECONDS", 0.01)
    telegram.fault("too_many_requests", "setMyDescription", retry_after=3000)
    telegram.fault("server_error", "setMyShortDescription")
    telegram.fault("reset_before", "setMyCommands", skip=1)
    telegram.user().say("/start")
    async with running(make_channel(), door):
        await door.until(1)
        await cursor.set_event.wait()
    assert telegram.counts["setMyShortDescription 200"] >= 4


async def test_changed_texts_are_published_again(  # noqa: PLR0917 - fixtures
    telegram: TelegramEmulator,
    make_channel: Make,
    door: NotingDoor,
    cursor: KeptCursor,
    catalogue: SmallCatalogue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PUBLISH_SECONDS", 0.01)
    async with running(make_channel(), door):
        await cursor.set_event.wait()
        cursor.set_event.clear()
        catalogue.suffix = " (neu)"
        await cursor.set_event.wait()
    assert telegram.state.short_descriptions["de"].endswith(" (neu)")


async def test_a_channel_that_does_not_run_can_be_asked(
    telegram: TelegramEmulator, make_channel: Make
) -> None:
    status = await make_channel().status()
    assert (status.health, status.facts) == (Health.GOOD, {"bot": "@lotse_emulated_bot"})
    wrong = await make_channel(token="5:wrong").status()
    assert wrong.health is Health.DOWN
    assert "@BotFather" in wrong.hint
    nowhere = make_channel(api_url="http://127.0.0.1:9")
    assert "ClientConnectorError" in (await nowhere.status()).message


def test_names_and_limits(make_channel: Make) -> None:
    channel = make_channel(token="4711:abc", clock=lambda: datetime.now(UTC))
    assert channel.account == "telegram:4711"
    assert not channel.capabilities.end_to_end
    assert "abc" not in repr(channel)
    assert "httpx" not in sys.modules or "telegram" in sys.modules
