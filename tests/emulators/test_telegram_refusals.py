"""The Telegram emulator, seen by python-telegram-bot: rates, blocks, groups, faults."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import pytest
from telegram import (
    Bot,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.expect import refused

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
