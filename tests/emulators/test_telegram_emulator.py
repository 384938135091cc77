"""The Telegram emulator, seen by two clients that others wrote.

python-telegram-bot runs here, aiogram in an environment of its own (it pins another pydantic).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from tests.emulators.telegram import RateLimits, TelegramEmulator, emulator_process

ROOT = Path(__file__).parents[2]
AIOGRAM = Path(
    os.environ.get("LOTSE_TEST_AIOGRAM_PYTHON", ROOT / ".venv-aiogram" / "bin" / "python")
)


def refused(kind: type[TelegramError], why: str) -> pytest.RaisesExc[TelegramError]:
    """Expect a refusal; python-telegram-bot changes the case of the server's words."""
    return pytest.raises(kind, match=re.compile(re.escape(why), re.IGNORECASE))


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


def buttons(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"v1:{label}")] for label in labels]
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


# -- messages ----------------------------------------------------------------------------------


async def test_send_edit_and_history(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    sent = await bot.send_message(
        user.id,
        "Guten Tag 🙂 Olena",
        entities=[MessageEntity("bold", 13, 5)],
        reply_markup=buttons("Ja", "Nein"),
        disable_web_page_preview=True,
    )
    assert list(sent.parse_entities().values()) == ["Olena"]
    edited = await bot.edit_message_text("Neu", user.id, sent.message_id)
    assert (edited.text, edited.reply_markup, edited.edit_date is None) == ("Neu", None, False)
    (message,) = user.answers
    assert message.history[0].content["text"] == "Guten Tag 🙂 Olena"
    assert message.history[0].reply_markup is not None
    assert server.state.sends == {(user.id, "Guten Tag 🙂 Olena"): 1}


async def test_html_and_cleaning(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    html = await bot.send_message(
        user.id, "<b>a <i>b</i></b> &lt;3 <a href='https://example.org'>c</a>", "HTML"
    )
    assert html.text == "a b <3 c"
    assert html.text_html == '<b>a <i>b</i></b> &lt;3 <a href="https://example.org">c</a>'
    cleaned = await bot.send_message(
        user.id,
        " \u202aab\x07\u2068cd\u2069\r\n ",
        entities=[MessageEntity("bold", 5, 3)],
    )
    assert cleaned.text == "ab \u2068cd\u2069"
    assert list(cleaned.parse_entities().values()) == ["\u2068cd"]
    dropped = await bot.send_message(
        user.id, "Telefon", entities=[MessageEntity("text_link", 0, 7, url="tel:+49356168710")]
    )
    assert dropped.entities == ()
    for broken, why in (
        ("<b>a", "can't find end tag corresponding to start tag"),
        ("<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("ä<b><i>a</b>", "Unmatched end tag at byte offset 9"),
        ("a < b", "Unclosed start tag at byte offset 2"),
    ):
        with refused(BadRequest, why):
            await bot.send_message(user.id, broken, "HTML")


@pytest.mark.parametrize(
    ("text", "entities", "why"),
    [
        ("x" * 4097, [], "message is too long"),
        ("🙂" * 2049, [], "message is too long"),
        ("", [], "message text is empty"),
        (" \n", [], "text must be non-empty"),
        ("ab", [MessageEntity("bold", 1, 2)], "ends after the end of the text"),
        ("🙂b", [MessageEntity("bold", 1, 2)], "begins in a middle of a UTF-16 symbol"),
        ("a🙂", [MessageEntity("bold", 0, 2)], "ends in a middle of a UTF-16 symbol"),
    ],
)
async def test_texts_the_server_refuses(
    server: TelegramEmulator, bot: Bot, text: str, entities: list[MessageEntity], why: str
) -> None:
    user = server.user()
    user.say("/start")
    with refused(BadRequest, why):
        await bot.send_message(user.id, text, entities=entities)
    assert user.answers == []


async def test_texts_at_the_limit(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    sent = await bot.send_message(user.id, "🙂" * 2048, reply_markup=buttons("x" * 61))
    assert len(sent.text) == 2048


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ([[{"text": "a", "callback_data": "ä" * 33}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "a", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "a"}]], "Text buttons are unallowed"),
        ([[{"text": " ", "callback_data": "a"}]], "button text must be non-empty"),
        ([[{"text": "a", "url": "tel:112"}]], "Unsupported URL protocol"),
        ([[{"text": "a", "callback_data": "a"}] * 9], "reply markup is too long"),
        ([[{"text": "a", "callback_data": "a"}]] * 101, "reply markup is too long"),
        ([[{"text": "ж" * 60, "callback_data": "a"}]] * 100, "reply markup is too long"),
    ],
)
async def test_keyboards_the_server_refuses(
    server: TelegramEmulator, markup: list[list[dict[str, str]]], why: str
) -> None:
    user = server.user()
    user.say("/start")
    body = {"chat_id": user.id, "text": "x", "reply_markup": {"inline_keyboard": markup}}
    async with aiohttp.ClientSession() as session:
        address = f"{server.url}/bot{server.token}/sendMessage"
        async with session.post(address, json=body) as response:
            assert response.status == 400
            assert why in (await response.json())["description"]


async def test_edits_and_deletions_the_server_refuses(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    said = user.say("/start")
    sent = await bot.send_message(user.id, "Menü", reply_markup=buttons("Ja"))
    with refused(BadRequest, "message is not modified: specified new message"):
        await bot.edit_message_text("Menü", user.id, sent.message_id, reply_markup=buttons("Ja"))
    with refused(BadRequest, "message to edit not found"):
        await bot.edit_message_text("x", user.id, 999_999)
    with refused(BadRequest, "message can't be edited"):
        await bot.edit_message_text("x", user.id, said.message_id)
    venue = await bot.send_venue(user.id, 51.9, 14.7, "Service-Center", "Gasstraße 4, Guben")
    with refused(BadRequest, "there is no text in the message to edit"):
        await bot.edit_message_text("x", user.id, venue.message_id)
    await bot.edit_message_reply_markup(user.id, sent.message_id)
    assert await bot.delete_message(user.id, sent.message_id)
    with refused(BadRequest, "message to delete not found"):
        await bot.delete_message(user.id, sent.message_id)
    with refused(BadRequest, "message to be replied not found"):
        await bot.send_message(user.id, "x", reply_to_message_id=sent.message_id)


async def test_files_by_upload_and_by_id(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.send_photo(b"jpeg bytes", caption="Brief")
    user.send_voice()
    user.send_location()
    photo, voice, location = [update.message for update in await bot.get_updates()]
    assert photo.caption == "Brief"
    file = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == b"jpeg bytes"
    assert (voice.voice.duration.seconds, location.location.latitude) == (3, 51.7)
    sent = await bot.send_document(user.id, b"%PDF", filename="karte.pdf", caption="Karte")
    assert sent.document.file_name == "karte.pdf"
    assert (await bot.send_voice(user.id, voice.voice.file_id)).voice is not None
    assert (await bot.send_photo(user.id, b"\xff\xd8")).photo[0].file_size == 2
    big = user.send_document(size=21 * 1024 * 1024)
    with refused(BadRequest, "file is too big"):
        await bot.get_file(big.content["document"]["file_id"])
    with refused(BadRequest, "message caption is too long"):
        await bot.send_document(user.id, b"x", caption="x" * 1025)


# -- presses -----------------------------------------------------------------------------------


async def test_press_and_answer(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    old = await bot.send_message(user.id, "Alt", reply_markup=buttons("Ja"))
    await bot.send_message(user.id, "Neu", reply_markup=buttons("Ja"))
    query = user.press("Ja")
    user.press("Ja", message=server.state.chats[user.id].messages[old.message_id])
    user.press(data="v0:gone", inaccessible=True)
    _, new, older, gone = await bot.get_updates()
    assert (new.callback_query.message.text, new.callback_query.data) == ("Neu", "v1:Ja")
    assert older.callback_query.message.text == "Alt"
    assert not gone.callback_query.message.is_accessible
    assert await bot.answer_callback_query(query.id, "gut")
    assert query.answer == {"text": "gut", "show_alert": False, "url": ""}
    with refused(BadRequest, "query is too old and response timeout expired"):
        await bot.answer_callback_query(query.id)


async def test_a_press_can_come_too_late(
    bot_clock: tuple[TelegramEmulator, Bot, list[float]],
) -> None:
    server, bot, now = bot_clock
    user = server.user()
    user.say("/start")
    await bot.send_message(user.id, "Neu", reply_markup=buttons("Ja"))
    query = user.press("Ja")
    now[0] += 151
    with refused(BadRequest, "query ID is invalid"):
        await bot.answer_callback_query(query.id)


@pytest.fixture
async def bot_clock() -> AsyncIterator[tuple[TelegramEmulator, Bot, list[float]]]:
    """Emulator and client with a clock that the test moves, and Telegram's rates."""
    now = [1_800_000_000.0]
    async with TelegramEmulator(clock=lambda: now[0], rates=RateLimits()) as emulator:
        client = Bot(emulator.token, base_url=f"{emulator.url}/bot")
        async with client:
            yield emulator, client, now


# -- rates, blocks, groups ---------------------------------------------------------------------


async def test_rates_per_chat_group_and_overall(
    bot_clock: tuple[TelegramEmulator, Bot, list[float]],
) -> None:
    server, bot, now = bot_clock
    user = server.user()
    user.say("/start")
    for number in range(5):
        await bot.send_message(user.id, f"schnell {number}")
    with pytest.raises(RetryAfter) as one_chat:
        await bot.send_message(user.id, "zu schnell")
    assert one_chat.value.retry_after == timedelta(seconds=1)
    now[0] += 1
    await bot.send_message(user.id, "wieder")

    group = server.group("Team", user, forum=True)
    await send_slowly(bot, group.id, now)
    await send_slowly(bot, group.id, now)
    with pytest.raises(RetryAfter):
        await send_slowly(bot, group.id, now)

    now[0] += 60
    crowd = [server.user(f"P{number}") for number in range(31)]
    for person in crowd:
        person.say("/start")
    for person in crowd[:30]:
        await bot.send_message(person.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(crowd[30].id, "x")


async def send_slowly(bot: Bot, chat_id: int, now: list[float]) -> None:
    """Keep to the rate of a chat, until the one of the group is used up."""
    for _ in range(10):
        now[0] += 1
        await bot.send_message(chat_id, "x")


async def test_blocking_and_unknown_chats(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    with refused(Forbidden, "bot can't initiate conversation with a user"):
        await bot.send_message(user.id, "x")
    with refused(BadRequest, "chat not found"):
        await bot.send_message(999, "x")
    user.say("/start")
    user.block()
    with refused(Forbidden, "bot was blocked by the user"):
        await bot.send_message(user.id, "x")
    user.unblock()
    await bot.send_message(user.id, "x")
    changes = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]


async def test_groups_privacy_mode_and_migration(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    group = server.group("Nachbarn", user)
    user.say("unter uns", group=group)
    user.say("/start", group=group)
    (update,) = await bot.get_updates()
    assert (update.message.text, update.message.chat.type) == ("/start", "group")
    new = group.migrate()
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group.id, "x")
    assert moved.value.new_chat_id == new.id
    await bot.send_message(new.id, "x")
    new.promote_bot()
    user.say("für alle", group=new)
    texts = [update.message.text for update in await bot.get_updates() if update.message]
    assert texts == ["/start", None, None, "für alle"]
    assert await bot.leave_chat(new.id)
    with refused(Forbidden, "bot is not a member of the supergroup chat"):
        await bot.send_message(new.id, "x")


async def test_forum_topics(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    group = server.group("Team", user, forum=True)
    topic = await bot.create_forum_topic(group.id, "Fall 17")
    thread = topic.message_thread_id
    sent = await bot.send_message(group.id, "x", message_thread_id=thread)
    assert sent.is_topic_message
    user.say("Antwort", group=group, thread_id=thread)
    assert [update.message.message_thread_id for update in await bot.get_updates()] == [thread]
    await bot.edit_forum_topic(group.id, thread, name="Fall 18")
    with refused(BadRequest, "topic_not_modified"):
        await bot.edit_forum_topic(group.id, thread, name="Fall 18")
    await bot.close_forum_topic(group.id, thread)
    await bot.reopen_forum_topic(group.id, thread)
    assert group.chat.topics[thread].names == ["Fall 17"]
    assert (await bot.get_chat(group.id)).is_forum
    member = await bot.get_chat_member(group.id, bot.id)
    assert (member.status, member.can_manage_topics) == ("administrator", True)
    await bot.pin_chat_message(group.id, sent.message_id)
    await bot.delete_forum_topic(group.id, thread)
    with refused(BadRequest, "message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=thread)
    plain = server.group("Nachbarn", user, supergroup=True)
    with refused(BadRequest, "the chat is not a forum"):
        await bot.create_forum_topic(plain.id, "Fall 1")


async def test_copies_keep_the_content(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    group = server.group("Team", user, forum=True)
    original = user.send_photo(caption="Brief")
    copy = await bot.copy_message(group.id, user.id, original.message_id)
    assert group.chat.messages[copy.message_id].text == "Brief"
    secret = await bot.send_message(user.id, "geheim", protect_content=True)
    with refused(BadRequest, "message can't be copied"):
        await bot.copy_message(group.id, user.id, secret.message_id)
    with refused(BadRequest, "message to copy not found"):
        await bot.copy_message(group.id, user.id, 999_999)


# -- commands and descriptions -----------------------------------------------------------------


async def test_commands_per_scope_and_language(server: TelegramEmulator, bot: Bot) -> None:
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("menu", "Menu")])
    await bot.set_my_commands([BotCommand("start", "Початок")], private, "uk")
    assert server.state.commands_shown("uk") == ["start"]
    assert server.state.commands_shown("ar") == ["menu"]
    assert [one.description for one in await bot.get_my_commands(private, "uk")] == ["Початок"]
    assert await bot.get_my_commands(private, "pl") == ()
    await bot.delete_my_commands(private, "uk")
    assert server.state.commands_shown("uk") == ["menu"]
    with refused(BadRequest, "invalid language code specified"):
        await bot.set_my_commands([BotCommand("menu", "Meni")], language_code="dsb")
    with refused(BadRequest, "bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Menü", "Menü")])
    with refused(BadRequest, "bot_commands_too_much"):
        await bot.set_my_commands([BotCommand(f"c{n}", "x") for n in range(101)])


async def test_descriptions_fall_back_to_the_one_without_language(bot: Bot) -> None:
    await bot.set_my_description("Für alle")
    await bot.set_my_description("Для всіх", "uk")
    await bot.set_my_short_description("Kurz")
    assert (await bot.get_my_description("uk")).description == "Для всіх"
    assert (await bot.get_my_description("pl")).description == "Für alle"
    assert (await bot.get_my_short_description("pl")).short_description == "Kurz"
    with refused(BadRequest, "description is too long"):
        await bot.set_my_description("x" * 513)


# -- faults ------------------------------------------------------------------------------------


async def test_faults_before_and_after_the_effect(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    server.fault("too_many_requests", "sendMessage", retry_after=7)
    server.fault("server_error", "sendMessage")
    server.fault("reset_before", "sendMessage")
    server.fault("reset_after", "sendMessage")
    server.fault("truncated", "sendMessage")
    server.fault("error", "sendMessage", status=403, description="Forbidden: user is deactivated")
    for text, error in (
        ("a", RetryAfter),
        ("b", NetworkError),
        ("c", NetworkError),
        ("d", NetworkError),
        ("e", TelegramError),
        ("f", Forbidden),
    ):
        with pytest.raises(error):
            await bot.send_message(user.id, text)
    await bot.send_message(user.id, "g")
    assert [message.text for message in user.answers] == ["d", "e", "g"]
    assert server.faults.rules == []


async def test_a_slow_answer_has_taken_effect(server: TelegramEmulator, bot: Bot) -> None:
    user = server.user()
    user.say("/start")
    server.fault("slow", "sendMessage", seconds=30)
    with pytest.raises(TimedOut):
        await bot.send_message(user.id, "langsam", read_timeout=0.1)
    assert [message.text for message in user.answers] == ["langsam"]


async def test_faults_by_chat_by_skip_and_at_random(server: TelegramEmulator, bot: Bot) -> None:
    olena, farid = server.user(), server.user("Farid")
    for user in (olena, farid):
        user.say("/start")
    server.fault("server_error", "sendMessage", chat_id=farid.id, skip=1)
    await bot.send_message(olena.id, "x")
    await bot.send_message(farid.id, "erste")
    with pytest.raises(NetworkError):
        await bot.send_message(farid.id, "zweite")
    server.fault("server_error", "*", times=1000, probability=0.5)
    failures = 0
    for _ in range(40):
        try:
            await bot.send_chat_action(olena.id, "typing")
        except NetworkError:
            failures += 1
    assert 5 < failures < 35


async def test_tokens_and_methods(server: TelegramEmulator, bot: Bot) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/bot{server.token}/flyToMoon") as response:
            assert response.status == 404
            assert (await response.json())["description"] == "Not Found: method not found"
        async with session.get(f"{server.url}/bot1:wrong/getMe") as response:
            assert (response.status, await response.json()) == (
                401,
                {"ok": False, "error_code": 401, "description": "Unauthorized"},
            )
        form = {"chat_id": "999", "text": "x"}
        address = f"{server.url}/bot{server.token}/SENDMESSAGE"
        async with session.post(address, data=form) as response:
            assert (await response.json())["description"] == "Bad Request: chat not found"
        async with session.post(
            address, data=b"{", headers={"Content-Type": "application/json"}
        ) as response:
            assert response.status == 400


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
