"""Receiving by webhook, served by a real server: who may call, and what is answered to what."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.webhook import MOST_BYTES, derived_secret
from bot.domain.inbound import ButtonPress, TextMessage
from bot.service.ports import Health
from tests.channels.telegram.conftest import NotingDoor, running, serving
from tests.channels.telegram.test_polling import send_menu
from tests.emulators.telegram import TelegramEmulator

Make = Callable[..., TelegramChannel]
SECRET = "nur-fuer-Tests_1"


@pytest.fixture
async def hook(make_channel: Make, door: NotingDoor) -> AsyncIterator[str]:
    """The address of a running channel's webhook that Telegram does not know yet."""
    channel = make_channel(mode="webhook", secret=SECRET)
    async with serving(channel) as url, running(channel, door):
        yield f"{url}/telegram/webhook"


async def post(
    url: str,
    body: bytes | Any,
    *,
    secret: str | None = SECRET,
    content_type: str = "application/json",
) -> tuple[int, bytes]:
    headers = {"Content-Type": content_type}
    if secret is not None:
        headers["X-Telegram-Bot-Api-Secret-Token"] = secret
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            url, data=io.BytesIO(body) if isinstance(body, bytes) else body, headers=headers
        ) as response,
    ):
        return response.status, await response.read()


UPDATE = (
    b'{"update_id": 5, "message": {"message_id": 1, "date": 1, "text": "Hallo", '
    b'"chat": {"id": 7, "type": "private"}, "from": {"id": 7, "is_bot": false}}}'
)


async def test_telegram_delivers_and_the_press_is_answered_in_the_reply(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    channel = make_channel(mode="webhook")
    async with serving(channel) as url:
        registered = make_channel(mode="webhook", public_url=url)
        async with running(registered, door), running(channel, door):
            user = telegram.user()
            user.say("/start")
            await door.until(1)
            await send_menu(channel, user)
            query = user.press("Ja")
            await telegram.wait_until(lambda: query.answer is not None)
            await telegram.wait_until(lambda: not telegram.updates.pending)
            status = await channel.status()
    assert door.contents == [TextMessage(text="/start", order=1), ButtonPress(token="3~m")]
    assert [call.via for call in telegram.called("answerCallbackQuery")] == ["reply"]
    assert telegram.webhook.config is not None
    assert telegram.webhook.config.secret_token == derived_secret(telegram.token)
    assert telegram.webhook.failures == 0
    assert (status.health, status.facts["bot"]) == (Health.GOOD, "@lotse_emulated_bot")


async def test_the_database_away_is_503_and_telegram_comes_again(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    channel = make_channel(mode="webhook")
    async with serving(channel) as url:
        registered = make_channel(mode="webhook", public_url=url)
        async with running(registered, door), running(channel, door):
            door.unavailable = 2
            telegram.user().say("/start")
            await door.until(1)
            await telegram.wait_until(lambda: not telegram.updates.pending)
    assert door.attempts == 3
    assert telegram.webhook.failures == 2


@pytest.mark.parametrize("secret", [None, "", "falsch", SECRET + "x", "gehei\u00df"])
async def test_callers_without_the_secret(hook: str, door: NotingDoor, secret: str | None) -> None:
    assert (await post(hook, UPDATE, secret=secret))[0] == 401
    assert door.contents == []


async def test_an_update_is_taken_once_committed(hook: str, door: NotingDoor) -> None:
    assert await post(hook, UPDATE) == (200, b"")
    assert door.texts == ["Hallo"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b"{}", 400),
        (b'{"update_id": "5"}', 400),
        (b"[" * 100_000, 400),
        (b"x" * (MOST_BYTES + 1), 413),
        (b'{"update_id": 6}', 200),
        (b'{"update_id": 6, "something_new": {"a": [1, 2]}}', 200),
        (b'{"update_id": 6, "message": 5}', 200),
    ],
)
async def test_bodies(hook: str, door: NotingDoor, body: bytes, status: int) -> None:
    assert (await post(hook, body))[0] == status
    assert door.contents == []
    assert (await post(hook, UPDATE))[0] == 200
    assert door.texts == ["Hallo"]


async def test_a_body_without_a_length_is_cut_off(hook: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    status, _ = await post(hook, endless())
    assert status == 413


async def test_other_content_types_and_methods(hook: str) -> None:
    assert (await post(hook, UPDATE, content_type="text/plain"))[0] == 415
    assert (await post(hook, UPDATE, content_type="application/json; charset=utf-8"))[0] == 200
    async with aiohttp.ClientSession() as session, session.get(hook) as response:
        assert response.status == 405


async def test_a_channel_that_does_not_run_takes_nothing(make_channel: Make) -> None:
    channel = make_channel(secret=SECRET)
    async with serving(channel) as url:
        assert (await post(f"{url}/telegram/webhook", UPDATE))[0] == 503


async def test_without_an_address_the_status_says_so(make_channel: Make, door: NotingDoor) -> None:
    channel = make_channel(mode="webhook")
    async with running(channel, door):
        status = await channel.status()
    assert status.health is Health.DOWN
    assert "LOTSE_PUBLIC_URL" in status.hint


async def test_deliveries_that_fail_show_in_the_status(
    telegram: TelegramEmulator, make_channel: Make, door: NotingDoor
) -> None:
    channel = make_channel(mode="webhook", public_url="http://127.0.0.1:9")
    async with running(channel, door):
        await telegram.wait_until(lambda: telegram.webhook.config)
        telegram.user().say("/start")
        await telegram.wait_until(lambda: telegram.webhook.failures)
        status = await channel.status()
    assert status.health is Health.DEGRADED
    assert status.facts["waiting"] == "1"
