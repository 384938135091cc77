"""A walk over the Telegram emulator with aiogram, run in an environment of its own.

Called by `test_telegram_emulator.py` with URL TOKEN USER GROUP MIGRATED. Prints one JSON object of
findings; any exception is a failure. Imports nothing of this project.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)

Findings = dict[str, Any]


async def receive(bot: Bot, found: Findings) -> None:
    """Updates by polling, with offsets."""
    found["username"] = (await bot.me()).username
    updates = await bot.get_updates(timeout=0, allowed_updates=["message", "callback_query"])
    found["update"] = updates[0].message.text
    found["entity"] = updates[0].message.entities[0].type
    found["language"] = updates[0].message.from_user.language_code
    await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    found["left"] = len(await bot.get_updates(timeout=0))


async def talk(bot: Bot, user: int, found: Findings) -> None:
    """Send, edit, copy and delete."""
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Ja", callback_data="v1:yes")]]
    )
    sent = await bot.send_message(
        user,
        "Guten Tag 🙂 Olena",
        entities=[MessageEntity(type="bold", offset=13, length=5)],
        reply_markup=keyboard,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        protect_content=True,
        parse_mode=None,
    )
    found["bold"] = sent.entities[0].extract_from(sent.text)
    found["button"] = sent.reply_markup.inline_keyboard[0][0].callback_data
    html = await bot.send_message(
        user, "<b>a</b> &lt; <a href='https://example.org'>b</a>", parse_mode="HTML"
    )
    found["html"] = [html.text, [entity.type for entity in html.entities]]

    edited = await bot.edit_message_text(
        "Neu", chat_id=user, message_id=sent.message_id, reply_markup=keyboard
    )
    found["edited"] = [edited.text, edited.edit_date is not None]
    found["not_modified"] = await refusal(
        bot.edit_message_text(
            "Neu", chat_id=user, message_id=sent.message_id, reply_markup=keyboard
        )
    )
    await bot.edit_message_reply_markup(chat_id=user, message_id=sent.message_id)
    copy = await bot.copy_message(user, user, html.message_id)
    found["copied"] = copy.message_id > sent.message_id
    found["deleted"] = await bot.delete_message(user, copy.message_id)


async def send_files(bot: Bot, user: int, found: Findings) -> None:
    """Uploads, a download, places."""
    photo = await bot.send_photo(user, BufferedInputFile(b"\xff\xd8", "p.jpg"), caption="Bild")
    found["photo"] = photo.caption
    document = await bot.send_document(user, BufferedInputFile(b"pdf", "d.pdf"))
    file = await bot.get_file(document.document.file_id)
    found["download"] = (await bot.download_file(file.file_path)).read().decode()
    voice = await bot.send_voice(user, document.document.file_id)
    found["voice"] = voice.voice.duration
    venue = await bot.send_venue(user, 51.95, 14.71, "Service-Center", "Gasstraße 4")
    found["venue"] = venue.venue.title
    location = await bot.send_location(user, 51.7, 14.6)
    found["location"] = location.location.latitude
    found["typing"] = await bot.send_chat_action(user, "typing")


async def describe(bot: Bot, found: Findings) -> None:
    """Commands and descriptions per language."""
    commands = [BotCommand(command="menu", description="Menü")]
    await bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats(), language_code="de")
    got = await bot.get_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code="de")
    found["commands"] = [entry.command for entry in got]
    await bot.delete_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code="de")
    await bot.set_my_description("Lang", language_code="de")
    await bot.set_my_short_description("Kurz")
    found["description"] = (await bot.get_my_description(language_code="de")).description
    found["short"] = (await bot.get_my_short_description(language_code="pl")).short_description


async def work_in_topics(bot: Bot, group: int, found: Findings) -> None:
    """A forum group."""
    topic = await bot.create_forum_topic(group, "Fall 17")
    in_topic = await bot.send_message(group, "Hallo", message_thread_id=topic.message_thread_id)
    found["topic"] = in_topic.is_topic_message
    await bot.edit_forum_topic(group, topic.message_thread_id, name="Fall 18")
    await bot.close_forum_topic(group, topic.message_thread_id)
    await bot.reopen_forum_topic(group, topic.message_thread_id)
    await bot.delete_forum_topic(group, topic.message_thread_id)
    found["thread"] = await refusal(
        bot.send_message(group, "Hallo", message_thread_id=topic.message_thread_id)
    )
    found["chat"] = (await bot.get_chat(group)).is_forum
    found["member"] = (await bot.get_chat_member(group, bot.id)).status
    pinned = await bot.send_message(group, "Wichtig")
    found["pinned"] = await bot.pin_chat_message(group, pinned.message_id)


async def be_refused(bot: Bot, user: int, migrated: int, found: Findings) -> None:
    """The refusals that a bot must tell apart."""
    await bot.set_webhook("https://lotse.example/telegram/webhook", secret_token="s3cret")
    found["webhook"] = (await bot.get_webhook_info()).url
    found["conflict"] = await refusal(bot.get_updates(timeout=0))
    await bot.delete_webhook()

    found["query"] = await refusal(bot.answer_callback_query("1"))
    found["chat_not_found"] = await refusal(bot.send_message(999, "x"))
    found["too_long"] = await refusal(bot.send_message(user, "x" * 4097))
    found["migrated"] = await refusal(bot.send_message(migrated, "x"))
    found["flood"] = await refusal(bot.send_message(user, "429"))
    found["broken"] = await refusal(bot.send_message(user, "500"))


async def refusal(call: Any) -> list[Any]:
    """The class and the words of the exception a call ends in."""
    try:
        await call
    except TelegramMigrateToChat as error:
        return ["TelegramMigrateToChat", error.migrate_to_chat_id]
    except TelegramRetryAfter as error:
        return ["TelegramRetryAfter", error.retry_after]
    except ClientDecodeError:
        return ["ClientDecodeError"]
    except (
        TelegramBadRequest,
        TelegramConflictError,
        TelegramNotFound,
        TelegramUnauthorizedError,
    ) as error:
        return [type(error).__name__, error.message]
    return ["nothing was refused"]


async def main() -> None:
    url, token = sys.argv[1:3]
    user, group, migrated = (int(argument) for argument in sys.argv[3:6])
    found: Findings = {}
    server = TelegramAPIServer.from_base(url)
    async with AiohttpSession(api=server) as session:
        bot = Bot(token, session=session)
        await receive(bot, found)
        await talk(bot, user, found)
        await send_files(bot, user, found)
        await describe(bot, found)
        await work_in_topics(bot, group, found)
        await be_refused(bot, user, migrated, found)
        found["left_chat"] = await bot.leave_chat(group)
        stranger = Bot("1:" + "A" * 35, session=session)
        found["unauthorized"] = await refusal(stranger.get_me())
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main())
