"""The Telegram emulator, seen by two clients that others wrote: updates, webhook, processes.

python-telegram-bot runs here, aiogram in an environment of its own (it pins another pydantic).
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from telegram import (
    Bot,
)
from telegram.error import (
    BadRequest,
    Conflict,
    NetworkError,
)

from tests.emulators.telegram import TelegramEmulator, emulator_process
from tests.emulators.telegram.expect import buttons, refused

ROOT = Path(__file__).parents[2]
AIOGRAM = Path(
    os.environ.get("LOTSE_TEST_AIOGRAM_PYTHON", ROOT / ".venv-aiogram" / "bin" / "python")
)

# -- updates -----------------------------------------------------------------------------------


async def test_an_update_stays_until_the_offset_passes_it(
    server: TelegramEmulator, bot: Bot
) -> None:
    user = server.user()
    for text in ("eins", "zwei", "drei"):
        user.say(text)
    first = await bot.get_updates(limit=2)
    assert [update.message.text for update in first] == ["eins", "zwei"]
    assert [update.message.text for update in await bot.get_updates()] == ["eins", "zwei", "drei"]
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert [update.message.text for update in rest] == ["drei"]
    assert [update.message.text for update in await bot.get_updates(offset=-1)] == ["drei"]
    assert await bot.get_updates(offset=rest[-1].update_id + 1) == ()


async def test_long_poll_returns_as_soon_as_something_arrives(
    server: TelegramEmulator, bot: Bot
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await server.wait_until(lambda: server.updates.polls)
    server.user().say("jetzt")
    (update,) = await asyncio.wait_for(poll, 2)
    assert update.message.text == "jetzt"


async def test_a_second_poll_ends_the_first(server: TelegramEmulator, bot: Bot) -> None:
    async with aiohttp.ClientSession() as session:
        address = f"{server.url}/bot{server.token}/getUpdates"
        first = asyncio.create_task(session.get(address, params={"timeout": "20"}))
        await server.wait_until(lambda: server.updates.polls)
        await bot.get_updates(timeout=0)
        async with await asyncio.wait_for(first, 2) as response:
            assert response.status == 409
            assert "terminated by other getUpdates" in (await response.json())["description"]


async def test_allowed_updates_filters_what_arises(server: TelegramEmulator, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message"])
    user = server.user()
    message = user.say("Guten Tag")
    user.edit(message, "Guten Abend")
    user.block()
    assert [update.message.text for update in await bot.get_updates()] == ["Guten Tag"]


async def test_polling_while_a_webhook_is_set(server: TelegramEmulator, bot: Bot) -> None:
    await bot.set_webhook("https://lotse.example/hook", secret_token="a_b-C1", max_connections=3)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == ("https://lotse.example/hook", 3)
    with refused(Conflict, "can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert await bot.delete_webhook()
    assert await bot.get_updates() == ()
    with refused(BadRequest, "an HTTPS URL must be provided"):
        await bot.set_webhook("http://lotse.example/hook")
    with refused(BadRequest, "unallowed characters"):
        await bot.set_webhook("https://lotse.example/hook", secret_token="a b")


async def test_odd_updates_come_as_they_are(server: TelegramEmulator) -> None:
    server.user().say("\ud800 allein")
    server.updates.inject({"brand_new_kind": {"x": 1}})
    server.faults.duplicate_updates = 1
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/bot{server.token}/getUpdates") as response,
    ):
        raw = await response.text()
    updates = json.loads(raw)["result"]
    assert "\\ud800" in raw
    assert [list(update)[1] for update in updates] == ["message", "message", "brand_new_kind"]
    server.updates.confirm(updates[0]["update_id"])
    server.updates.redeliver(updates[0]["update_id"])
    assert list(server.updates.pending) == [updates[0]["update_id"], updates[2]["update_id"]]


# -- webhook -----------------------------------------------------------------------------------


class Hook:
    """A bot's webhook: answers as told and notes what came."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, object]] = []
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []
        self.reply: dict[str, object] | None = None
        self.third = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.at_once: dict[int, int] = {}
        self.most_per_chat = 0

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        if len(self.bodies) == 3:
            self.third.set()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        chat = body["message"]["chat"]["id"] if "message" in body else 0
        self.at_once[chat] = self.at_once.get(chat, 0) + 1
        self.most_per_chat = max(self.most_per_chat, self.at_once[chat])
        await self.gate.wait()
        self.at_once[chat] -= 1
        status = self.statuses.pop(0) if self.statuses else 200
        if self.reply and status == 200:
            return web.json_response(self.reply)
        return web.Response(status=status)


@pytest.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    target = Hook()
    app = web.Application()
    app.router.add_post("/hook", target.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield target, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_webhook_delivers_in_order_and_retries(
    server: TelegramEmulator, bot: Bot, hook: tuple[Hook, str]
) -> None:
    target, url = hook
    user = server.user()
    user.say("vorher")
    target.statuses = [503, 500]
    await bot.set_webhook(url, secret_token="geheim")
    user.say("nachher")
    await server.wait_until(lambda: not server.updates.pending)
    texts = [body["message"]["text"] for body in target.bodies]  # type: ignore[index]
    assert texts == ["vorher", "vorher", "vorher", "nachher"]
    assert set(target.secrets) == {"geheim"}
    assert server.webhook.failures == 2
    assert (await bot.get_webhook_info()).last_error_message is not None


async def test_webhook_has_one_update_in_flight_per_queue(
    server: TelegramEmulator, bot: Bot, hook: tuple[Hook, str]
) -> None:
    target, url = hook
    olena, farid = server.user(), server.user("Farid")
    olena.say("/start")
    farid.say("/start")
    await bot.send_message(olena.id, "Menü", reply_markup=buttons("Ja"))
    target.gate.clear()
    await bot.set_webhook(url)
    olena.say("Text")
    olena.press("Ja")
    await asyncio.wait_for(target.third.wait(), 5)
    # Olena's press overtakes her second text, which waits behind her first.
    assert sum("callback_query" in body for body in target.bodies) == 1
    assert len(target.bodies) == 3
    target.gate.set()
    await server.wait_until(lambda: not server.updates.pending)
    assert target.most_per_chat == 1
    assert server.webhook.most_in_flight == 3


async def test_webhook_reply_is_executed(
    server: TelegramEmulator, bot: Bot, hook: tuple[Hook, str]
) -> None:
    target, url = hook
    user = server.user()
    await bot.set_webhook(url)
    target.reply = {"method": "sendMessage", "chat_id": user.id, "text": "im Rumpf"}
    user.say("/start")
    assert (await user.wait_for("im Rumpf")).text == "im Rumpf"
    assert [call.via for call in server.called("sendMessage")] == ["reply"]


# -- as a process of its own -------------------------------------------------------------------


async def test_control_over_http() -> None:
    async with emulator_process() as remote:
        bot = Bot(remote.token, base_url=f"{remote.url}/bot")
        async with bot:
            user = await remote.user("Olena", language_code="uk")
            await user.say("/start")
            (update,) = await bot.get_updates()
            assert update.message.from_user.language_code == "uk"
            await bot.send_message(user.id, "Menü", reply_markup=buttons("Ja"))
            message = await user.wait_for("Menü")
            assert message["labels"] == ["Ja"]
            await user.press("Ja")
            query = (await bot.get_updates(offset=-1))[0].callback_query
            await bot.edit_message_text("Danke", user.id, query.message.message_id)
            assert (await user.wait_for("Danke"))["history"] == ["Menü"]
            await remote.fault("server_error", "sendMessage")
            with pytest.raises(NetworkError):
                await bot.send_message(user.id, "x")
            report = await remote.report()
            assert report["sends"] == [{"chat": user.id, "text": "Menü", "count": 1}]
            assert report["counts"]["editMessageText 200"] == 1


# -- the second client -------------------------------------------------------------------------


@pytest.mark.skipif(not AIOGRAM.exists(), reason="no aiogram environment: run `make aiogram`")
async def test_aiogram_finds_the_same_telegram(server: TelegramEmulator) -> None:
    user = server.user()
    user.say("/start")
    group = server.group("Team", user, forum=True)
    old = server.group("Nachbarn", user)
    new = old.migrate()
    server.updates.drop_all()
    user.say("/start wohnsitz")
    server.fault("too_many_requests", "sendMessage", skip=8, retry_after=3)
    server.fault("server_error", "sendMessage", skip=8)
    arguments = [server.url, server.token, str(user.id), str(group.id), str(old.id)]
    script = Path(__file__).parent / "aiogram_client.py"
    run = await asyncio.to_thread(
        subprocess.run,
        [str(AIOGRAM), str(script), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    found = json.loads(run.stdout)
    assert found == {
        "username": "lotse_emulated_bot",
        "update": "/start wohnsitz",
        "entity": "bot_command",
        "language": "uk",
        "left": 0,
        "bold": "Olena",
        "button": "v1:yes",
        "html": ["a < b", ["bold", "text_link"]],
        "edited": ["Neu", True],
        "not_modified": [
            "TelegramBadRequest",
            "Bad Request: message is not modified: specified new message content and reply "
            "markup are exactly the same as a current content and reply markup of the message",
        ],
        "copied": True,
        "deleted": True,
        "photo": "Bild",
        "download": "pdf",
        "voice": 3,
        "venue": "Service-Center",
        "location": 51.7,
        "typing": True,
        "commands": ["menu"],
        "description": "Lang",
        "short": "Kurz",
        "topic": True,
        "thread": ["TelegramBadRequest", "Bad Request: message thread not found"],
        "chat": True,
        "member": "administrator",
        "pinned": True,
        "webhook": "https://lotse.example/telegram/webhook",
        "conflict": [
            "TelegramConflictError",
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to "
            "delete the webhook first",
        ],
        "query": [
            "TelegramBadRequest",
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ],
        "chat_not_found": ["TelegramBadRequest", "Bad Request: chat not found"],
        "too_long": ["TelegramBadRequest", "Bad Request: message is too long"],
        "migrated": ["TelegramMigrateToChat", new.id],
        "flood": ["TelegramRetryAfter", 3],
        "broken": ["ClientDecodeError"],
        "left_chat": True,
        "unauthorized": ["TelegramUnauthorizedError", "Unauthorized"],
    }
